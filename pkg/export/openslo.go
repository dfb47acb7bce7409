package export

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
	DisplayName string            `yaml:"displayName,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

func openSLOOf(kind, name string, spec map[string]any) openSLOObject {
	return openSLOObject{APIVersion: "openslo/v1", Kind: kind, Metadata: openSLOMetadata{Name: name}, Spec: spec}
}

// openSLO returns an SLO object for each SLO and window, an alert policy for each alert (openslo/v1
// allows one condition each), and a target for each severity, which a policy must name.
func openSLO(slos []catalog.SLO) (documents []any, notes []string, err error) {
	var severities []string
	for _, s := range slos {
		if reason := notInOpenSLO(s); reason != "" {
			notes = append(notes, fmt.Sprintf("SLO %s is left out: openslo/v1 has no %s", s.Name, reason))
			continue
		}
		indicator, objective, method, err := openSLOIndicator(s)
		if err != nil {
			return nil, nil, fmt.Errorf("SLO %s: %w", s.Name, err)
		}
		if len(s.Exclude) > 0 || s.LowTraffic != (slo.LowTraffic{}) || s.HasFilledGaps() {
			notes = append(notes,
				fmt.Sprintf("SLO %s: openslo/v1 has no words for exclude, lowTraffic and missing", s.Name))
		}
		windows := s.SplitWindows()
		for i, one := range windows {
			name := s.Name
			if i > 0 {
				name = fmt.Sprintf("%s-%d", s.Name, i+1)
			}
			policies := []any{}
			for k, a := range one.Policy.Alerts {
				if !slices.Contains(severities, a.Severity) {
					severities = append(severities, a.Severity)
					documents = append(documents, openSLOTarget(a.Severity))
				}
				policy := dnsLabel(fmt.Sprintf("%s-%s-%d", name, a.Severity, k+1))
				policies = append(policies, map[string]any{"alertPolicyRef": policy})
				documents = append(documents, openSLOPolicy(policy, one, a))
			}
			object := openSLOOf("SLO", dnsLabel(name), map[string]any{
				"description": s.Description, "service": cmp.Or(s.Labels["service"], s.Name), "indicator": indicator,
				"timeWindow": []any{openSLOWindow(one)}, "budgetingMethod": method,
				"objectives": []any{objective}, "alertPolicies": policies,
			})
			if object.Metadata.Name != name && len(name) <= 63 {
				object.Metadata.DisplayName = name
			}
			object.Metadata.Labels = validLabels(s.Labels)
			maps.DeleteFunc(object.Metadata.Labels,
				func(name, _ string) bool { return strings.Trim(name, "_") != name || len(name) > 63 })
			object.Metadata.Annotations = map[string]string{
				"burnline.dev/by":     fmt.Sprint(s.By),
				"burnline.dev/policy": s.Policy.Name,
			}
			documents = append(documents, object)
		}
	}
	return documents, notes, nil
}

// notInOpenSLO returns why openslo/v1 cannot express the SLO, or "".
func notInOpenSLO(s catalog.SLO) string {
	switch {
	case s.Composite() != nil:
		return "composites of several SLOs"
	case s.Objective.ErrorBudget() <= 0:
		return "objective of 100 %"
	}
	return ""
}

// dnsLabel converts a name for openslo/v1: lower-case letters, digits and dashes, at most 63. A
// changed name ends in a hash, so that distinct names stay distinct.
func dnsLabel(name string) string {
	label := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name), "-")
	if label == name && len(label) <= 63 {
		return label
	}
	sum := sha256.Sum256([]byte(name))
	return strings.TrimLeft(label[:min(len(label), 56)]+"-"+hex.EncodeToString(sum[:3]), "-")
}

func openSLOTarget(severity string) openSLOObject {
	return openSLOOf("AlertNotificationTarget", dnsLabel(severity), map[string]any{
		"description": "Notifications of severity " + severity, "target": severity,
	})
}

func openSLOPolicy(name string, s catalog.SLO, a slo.Alert) openSLOObject {
	return openSLOOf("AlertPolicy", name, map[string]any{
		"description": fmt.Sprintf("%s %% of the budget of %s in %s", formatNumber(a.Percent), s.Name,
			slo.FormatDuration(a.Long)),
		"alertWhenBreaching": true, "alertWhenResolved": true, "alertWhenNoData": false,
		"notificationTargets": []any{map[string]any{"targetRef": dnsLabel(a.Severity)}},
		"conditions": []any{map[string]any{
			"kind": "AlertCondition", "metadata": map[string]string{"name": dnsLabel(name + "-condition")},
			"spec": map[string]any{"severity": a.Severity, "condition": map[string]any{
				"kind": "burnrate", "op": "gte", "threshold": a.Factor(s.Window, s.Objective),
				"lookbackWindow": openSLODuration(a.Long), "alertAfter": openSLODuration(a.Short),
			}},
		}},
	})
}

func openSLOWindow(s catalog.SLO) map[string]any {
	if s.Calendar == nil {
		return map[string]any{"duration": openSLODuration(s.Window), "isRolling": true}
	}
	unit := map[slo.CalendarUnit]string{
		slo.Week: "1w", slo.Month: "1M", slo.Quarter: "1Q",
		slo.Year: "1Y",
	}[s.Calendar.Unit]
	zone := "UTC"
	if s.Calendar.Zone != nil {
		zone = s.Calendar.Zone.String()
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	switch {
	case !s.Calendar.Start.IsZero():
		start = s.Calendar.Start
	case s.Calendar.Unit == slo.Week:
		start = time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC) // a Monday
	}
	return map[string]any{
		"duration": unit, "isRolling": false,
		"calendar": map[string]string{"startTime": start.Format(time.DateTime), "timeZone": zone},
	}
}

// openSLODuration returns whole minutes in the only unit that openslo/v1 allows: 90m, 36h, 30d.
func openSLODuration(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}} {
		if d%unit.length == 0 {
			return fmt.Sprintf("%d%s", d/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

func prometheusMetric(query string) map[string]any {
	return map[string]any{"metricSource": map[string]any{
		"type": "Prometheus",
		"spec": map[string]string{"query": query},
	}}
}

// ratioMetric returns a ratio of counters; bad or good is "".
func ratioMetric(total, bad, good string) map[string]any {
	out := map[string]any{"counter": true, "total": prometheusMetric(total)}
	if bad != "" {
		out["bad"] = prometheusMetric(bad)
	} else {
		out["good"] = prometheusMetric(good)
	}
	return out
}

// openSLOIndicator returns how the SLO is counted: by ratio of counters, or by slices of time.
func openSLOIndicator(s catalog.SLO) (indicator, objective map[string]any, method string, err error) {
	spec := map[string]any{}
	objective = map[string]any{"target": float64(s.Objective)}
	method = "Occurrences"
	switch i := s.SLI.(type) {
	case *sli.Events:
		spec["ratioMetric"] = ratioMetric(i.Total, i.Bad, i.Good)
	case *sli.Ratio:
		spec["ratioMetric"] = ratioMetric(i.Total, i.Bad, i.Good)
		objective["timeSliceTarget"], objective["timeSliceWindow"] = i.Target, openSLODuration(i.Slice)
		method = "Timeslices"
	case *sli.Latency:
		good, total, err := sli.LatencySelectors(*i)
		if err != nil {
			return nil, nil, "", err
		}
		spec["ratioMetric"] = ratioMetric(total, "", good)
	case *sli.Recorded:
		kind := "failure"
		if i.Good {
			kind = "success"
		}
		spec["ratioMetric"] = map[string]any{"counter": false, "rawType": kind, "raw": prometheusMetric(i.Ratio)}
	default:
		w, err := s.WindowExpressions(s.Slice())
		if err != nil {
			return nil, nil, "", err
		}
		// The number of bad series in a slice: a slice is good if it is 0.
		spec["thresholdMetric"] = prometheusMetric(w.Bad(w.Total).String())
		objective["op"], objective["value"], objective["timeSliceTarget"] = "lte", 0, 1.0
		objective["timeSliceWindow"] = openSLODuration(s.Slice())
		method = "Timeslices"
	}
	return map[string]any{"metadata": map[string]string{"name": dnsLabel(s.Name + "-indicator")}, "spec": spec},
		objective, method, nil
}
