package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
)

// maxNamespaces bounds the namespaces that a selector names.
const maxNamespaces = 50

// withWorkloadName returns the label sets that name a workload. For others, every rollout in the
// cluster would be shown.
func withWorkloadName(workloads []map[string]string) []map[string]string {
	return slices.DeleteFunc(slices.Clone(workloads), func(w map[string]string) bool {
		return w["namespace"] == "" && w["workload"] == "" && w["deployment"] == ""
	})
}

// namespaceMatchers returns matchers of the workloads' namespaces; none: all namespaces.
func namespaceMatchers(workloads []map[string]string) []*labels.Matcher {
	names := map[string]bool{}
	for _, w := range workloads {
		if w["namespace"] == "" {
			return nil
		}
		names[w["namespace"]] = true
	}
	if len(names) > maxNamespaces {
		return nil
	}
	return []*labels.Matcher{promexpr.OneOf("namespace", slices.Sorted(maps.Keys(names))...)}
}

// commonNamespaces returns the condition on namespaces that the selectors of all SLOs have, such as
// that of a filter; nil if they differ, or have none.
func commonNamespaces(slos []catalog.SLO) *labels.Matcher {
	var out *labels.Matcher
	for _, s := range slos {
		text, err := s.TotalSelector()
		if err != nil {
			return nil
		}
		vs, err := promexpr.ParseSelector(text)
		if err != nil {
			return nil
		}
		i := slices.IndexFunc(vs.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == s.LabelFor("namespace") && (m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp) &&
				!m.Matches("")
		})
		if i < 0 {
			return nil
		}
		one := labels.MustNewMatcher(vs.LabelMatchers[i].Type, "namespace", vs.LabelMatchers[i].Value)
		if out != nil && one.String() != out.String() {
			return nil
		}
		out = one
	}
	return out
}

// areAllIn reports whether there are workloads, and all are in the namespaces: the exporter's label
// may name others.
func areAllIn(namespaces *labels.Matcher, workloads []map[string]string) bool {
	return namespaces != nil && len(workloads) > 0 &&
		!slices.ContainsFunc(workloads, func(w map[string]string) bool { return !namespaces.Matches(w["namespace"]) })
}

// commonLabels returns the labels of an SLO's group with aliases replaced by the common labels.
func commonLabels(s catalog.SLO, labels map[string]string) map[string]string {
	aliases := s.Aliases()
	out := make(map[string]string, len(labels))
	for name, value := range labels {
		out[newLabelName(aliases, name)] = value
	}
	return out
}

// changeScope are workloads by namespace and name; "" for those without one, and for all names.
type changeScope map[[2]string][]map[string]string

func newChangeScope(workloads []map[string]string) changeScope {
	out := changeScope{}
	for _, w := range withWorkloadName(workloads) {
		for _, name := range []string{workloadName(w), anyName} {
			key := [2]string{w["namespace"], name}
			out[key] = append(out[key], w)
		}
	}
	return out
}

// anyName is no name of a workload.
const anyName = "*"

// contains reports whether a change is about one of the workloads, in constant time for a change of
// a workload or pod.
func (s changeScope) contains(c Change) bool {
	keys := map[[2]string]bool{}
	add := func(namespace string, names ...string) {
		for _, name := range names {
			keys[[2]string{namespace, name}], keys[[2]string{"", name}] = true, true
		}
	}
	switch {
	case c.Labels["workload"] != "":
		add(c.Labels["namespace"], c.Labels["workload"], "")
	case c.Pods == nil:
		add(c.Labels["namespace"], anyName)
	}
	for p := range c.Pods {
		namespace, name, _ := strings.Cut(p, "/")
		for add(namespace, ""); name != ""; name = name[:max(strings.LastIndex(name, "-"), 0)] {
			add(namespace, name)
		}
	}
	for key := range keys {
		if slices.ContainsFunc(s[key], func(w map[string]string) bool { return isAbout(c, w, nil) }) {
			return true
		}
	}
	return false
}

func workloadName(w map[string]string) string { return cmp.Or(w["workload"], w["deployment"]) }

// isAbout reports whether a change is about a group with some labels. pods are those of the group
// as namespace/pod; nil: they are found by the name of the workload.
func isAbout(c Change, group map[string]string, pods map[string]bool) bool {
	differs := func(label string) bool {
		a, b := c.Labels[label], group[label]
		if label == catalog.LabelWorkloadType { // old recording rules call a Rollout so
			a, b = strings.ReplaceAll(a, "rollout", "deployment"), strings.ReplaceAll(b, "rollout", "deployment")
		}
		return a != "" && b != "" && a != b
	}
	workload := workloadName(group)
	switch {
	case differs("cluster") || differs("namespace") || differs(catalog.LabelWorkloadType):
		return false
	case c.Labels["workload"] != "":
		return workload == "" || workload == c.Labels["workload"]
	case c.Pods == nil:
		return true
	}
	for p := range c.Pods {
		namespace, name, _ := strings.Cut(p, "/")
		if pods[p] ||
			pods == nil && slices.Contains([]string{"", namespace}, group["namespace"]) &&
				(workload == "" || strings.HasPrefix(name+"-", workload+"-")) {
			return true
		}
	}
	return false
}
