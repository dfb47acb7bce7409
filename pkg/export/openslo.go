package export

import (
	"fmt"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

type openSLOObject struct {
	APIVersion string          `yaml:"apiVersion"`
	Kind       string          `yaml:"kind"`
	Metadata   openSLOMetadata `yaml:"metadata"`
	Spec       map[string]any  `yaml:"spec"`
}

type openSLOMetadata struct {
	Name        string            `yaml:"name"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

func openSLOOf(kind, name string, spec map[string]any) openSLOObject {
	return openSLOObject{APIVersion: "openslo/v1", Kind: kind, Metadata: openSLOMetadata{Name: name}, Spec: spec}
}

// openSLO is an SLO object for each SLO and window, and an alert policy for each alert: openslo/v1 takes one condition each.
func openSLO(slos []catalog.SLO) (documents []any, notes []string, err error) {
	for _, s := range slos {
		if s.SLI.Composite != nil {
			notes = append(notes, fmt.Sprintf("SLO %s is left out: openslo/v1 has no composites of several SLOs", s.Name))
			continue
		}
		indicator, objective, method, err := openSLOIndicator(s)
		if err != nil {
			return nil, nil, fmt.Errorf("SLO %s: %w", s.Name, err)
		}
		if len(s.Exclude) > 0 || s.LowTraffic != (slo.LowTraffic{}) || s.FillsMissing() {
			notes = append(notes, fmt.Sprintf("SLO %s: openslo/v1 has no words for exclude, lowTraffic and missing", s.Name))
		}
		windows := s.EachWindow()
		for i, one := range windows {
			name := s.Name
			if i > 0 {
				name = fmt.Sprintf("%s-%d", s.Name, i+1)
			}
			policies := []any{}
			for k, a := range one.Policy.Alerts {
				policy := fmt.Sprintf("%s-%s-%d", name, a.Severity, k+1)
				policies = append(policies, map[string]any{"alertPolicyRef": policy})
				documents = append(documents, openSLOPolicy(policy, one, a))
			}
			object := openSLOOf("SLO", name, map[string]any{
				"description": s.Description, "service": service(s), "indicator": indicator,
				"timeWindow": []any{openSLOWindow(one)}, "budgetingMethod": method,
				"objectives": []any{objective}, "alertPolicies": policies,
			})
			object.Metadata.Labels = validLabels(s.Labels)
			object.Metadata.Annotations = map[string]string{"burnline.dev/by": fmt.Sprint(s.By), "burnline.dev/policy": s.Policy.Name}
			documents = append(documents, object)
		}
	}
	return documents, notes, nil
}

func service(s catalog.SLO) string {
	if name := s.Labels["service"]; name != "" {
		return name
	}
	return s.Name
}

func openSLOPolicy(name string, s catalog.SLO, a slo.Alert) openSLOObject {
	return openSLOOf("AlertPolicy", name, map[string]any{
		"description":        fmt.Sprintf("%s %% of the budget of %s in %s", number(a.Percent), s.Name, slo.FormatDuration(a.Long)),
		"alertWhenBreaching": true, "alertWhenResolved": true, "alertWhenNoData": false,
		"notificationTargets": []any{},
		"conditions": []any{map[string]any{
			"kind": "AlertCondition", "metadata": map[string]string{"name": name + "-condition"},
			"spec": map[string]any{"severity": a.Severity, "condition": map[string]any{
				"kind": "burnrate", "op": "gte", "threshold": a.Factor(s.Window, s.Objective),
				"lookbackWindow": openSLODuration(model.Duration(a.Long)), "alertAfter": openSLODuration(model.Duration(a.Short)),
			}},
		}},
	})
}

func openSLOWindow(s catalog.SLO) map[string]any {
	if s.Calendar == nil {
		return map[string]any{"duration": openSLODuration(model.Duration(s.Window)), "isRolling": true}
	}
	unit := map[slo.CalendarUnit]string{slo.Week: "1w", slo.Month: "1M", slo.Quarter: "1Q", slo.Year: "1Y"}[s.Calendar.Unit]
	zone := "UTC"
	if s.Calendar.Zone != nil {
		zone = s.Calendar.Zone.String()
	}
	start := "2026-01-01 00:00:00" // a Thursday; weeks begin on Monday
	if s.Calendar.Unit == slo.Week {
		start = "2025-12-29 00:00:00"
	}
	return map[string]any{"duration": unit, "isRolling": false, "calendar": map[string]string{"startTime": start, "timeZone": zone}}
}

// openSLODuration is in Prometheus's syntax, a single unit where it can be.
func openSLODuration(d model.Duration) string { return d.String() }

func prometheusMetric(query string) map[string]any {
	return map[string]any{"metricSource": map[string]any{"type": "Prometheus", "spec": map[string]string{"query": query}}}
}

// openSLOIndicator is how the SLO is counted: by ratio of counters, or by slices of time.
func openSLOIndicator(s catalog.SLO) (indicator, objective map[string]any, method string, err error) {
	spec := map[string]any{}
	objective = map[string]any{"target": float64(s.Objective)}
	method = "Occurrences"
	switch i := s.SLI; {
	case i.Events != nil:
		part, query := "bad", i.Events.Bad
		if query == "" {
			part, query = "good", i.Events.Good
		}
		spec["ratioMetric"] = map[string]any{"counter": true, part: prometheusMetric(query), "total": prometheusMetric(i.Events.Total)}
	case i.Latency != nil:
		good, total, err := sli.LatencySelectors(*i.Latency)
		if err != nil {
			return nil, nil, "", err
		}
		spec["ratioMetric"] = map[string]any{"counter": true, "good": prometheusMetric(good), "total": prometheusMetric(total)}
	case i.Recorded != nil:
		kind := "failure"
		if i.Recorded.Good {
			kind = "success"
		}
		spec["ratioMetric"] = map[string]any{"counter": false, "rawType": kind, "raw": prometheusMetric(i.Recorded.Ratio)}
	default:
		w, err := sli.WindowOf(s, s.Slice())
		if err != nil {
			return nil, nil, "", err
		}
		// The number of bad series in a slice: a slice is good without any.
		spec["thresholdMetric"] = prometheusMetric(w.Bad(w.Total).String())
		objective["op"], objective["value"], objective["timeSliceTarget"] = "lte", 0, 1.0
		objective["timeSliceWindow"] = openSLODuration(model.Duration(s.Slice()))
		method = "Timeslices"
	}
	return map[string]any{"metadata": map[string]string{"name": s.Name + "-indicator"}, "spec": spec}, objective, method, nil
}
