package frames

import (
	"cmp"
	"slices"
	"strings"
)

// reserved are the names of columns and labels that frames define.
var reserved = []string{
	"alarms", "bad", "budget", "budget_ago", "budget_events", "budget_minutes", "budget_spent", "change", "change_kind",
	"change_text", "complete", "coverage", "detected", "detected_after", "duration", "end", "error_ratio", "events",
	"excess",
	"excess_week", "exhausted_in", "explained", "from", "groups", "incidents", "likelihood", "low_traffic", "needless",
	"objective",
	"open", "others", "own", "p95", "p95_bounded", "p95_target", "pages", "pages_per_week", "peak_burn", "period",
	"policy",
	"revision_spent", "severity", "share", "silence", "sli", "slo", "span", "spent", "spent_before", "spent_since",
	"start", "state",
	"throughput", "throughput_trend", "time", "time_end", "to", "variant", "window",
}

// policyPrefixes are the prefixes of columns that depend on a policy.
var policyPrefixes = []string{"burn_", "factor_", "firing_"}

// labelPrefix precedes a group label with a reserved name.
const labelPrefix = "label_"

func isReserved(name string) bool {
	return slices.Contains(reserved, name) || hasPolicyPrefix(name)
}

func hasPolicyPrefix(name string) bool {
	return slices.ContainsFunc(policyPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// columnNames returns a unique column name (or series label) for each group label: the label's
// name, with label_ before it if it is reserved, repeated until it is unique.
func columnNames(labels []string) map[string]string { return freeName(labels, isReserved) }

// alertRuleLabels are labels that Grafana, or Burnline's alert rules, add to alerts. Groups that
// differ only by such a label would be one alert.
var alertRuleLabels = []string{"alert_severity", "alertname", "burnline", "grafana_folder"}

// alertLabelNames is columnNames for frames that alert rules read.
func alertLabelNames(labels []string) map[string]string {
	return freeName(labels,
		func(name string) bool { return isReserved(name) || slices.Contains(alertRuleLabels, name) })
}

// RenamedLabels is a regular expression of the names that labels get because theirs are reserved.
func RenamedLabels() string {
	return "(" + labelPrefix + ")+(" + strings.Join(slices.Concat(reserved, alertRuleLabels), "|") + "|(" +
		strings.Join(policyPrefixes, "|") + ").*)"
}

func freeName(labels []string, isReserved func(string) bool) map[string]string {
	names := make(map[string]string, len(labels))
	taken := map[string]bool{}
	for _, label := range labels {
		if !isReserved(label) {
			names[label], taken[label] = label, true
		}
	}
	for _, label := range labels {
		if names[label] != "" {
			continue
		}
		name := labelPrefix + label
		for taken[name] {
			name = labelPrefix + name
		}
		names[label], taken[name] = name, true
	}
	return names
}

func sortedNames(labels []string) []string {
	names := columnNames(labels)
	out := make([]string, len(labels))
	for i, label := range labels {
		out[i] = names[label]
	}
	return out
}

func seriesLabels(by []string, group map[string]string) map[string]string {
	names := columnNames(by)
	out := make(map[string]string, len(group))
	for label, value := range group {
		out[cmp.Or(names[label], label)] = value
	}
	return out
}
