package engine

import (
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
			return m.Name == s.LabelFor("namespace") && (m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp) && !m.Matches("")
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
	return namespaces != nil && len(workloads) > 0 && !slices.ContainsFunc(workloads, func(w map[string]string) bool { return !namespaces.Matches(w["namespace"]) })
}

// workloadIndex finds a deployment among workloads by their common labels, in constant time.
type workloadIndex struct{ exact, inAnyCluster map[workloadLabels]bool }

// workloadLabels are cluster, namespace, workload and deployment; "" matches any.
type workloadLabels [4]string

func newWorkloadIndex(workloads []map[string]string) workloadIndex {
	index := workloadIndex{map[workloadLabels]bool{}, map[workloadLabels]bool{}}
	for _, w := range workloads {
		labels := workloadLabels{w["cluster"], w["namespace"], w["workload"], w["deployment"]}
		index.exact[labels] = true
		labels[0] = ""
		index.inAnyCluster[labels] = true
	}
	return index
}

// contains reports whether a deployment is one of the workloads. A workload without a cluster
// matches any cluster.
func (i workloadIndex) contains(deployment map[string]string) bool {
	own := workloadLabels{deployment["cluster"], deployment["namespace"], deployment["workload"], deployment["workload"]}
	known := i.exact
	if own[0] == "" {
		known = i.inAnyCluster
	}
	for subset := range 1 << len(own) {
		var labels workloadLabels
		for bit := range own {
			if subset&(1<<bit) != 0 {
				labels[bit] = own[bit]
			}
		}
		if known[labels] {
			return true
		}
	}
	return false
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

// changeScope finds the changes that are about workloads.
type changeScope struct {
	workloads   workloadIndex
	byNamespace map[string][]map[string]string // "": workloads without a namespace
}

func newChangeScope(workloads []map[string]string) changeScope {
	workloads = withWorkloadName(workloads)
	out := changeScope{newWorkloadIndex(workloads), map[string][]map[string]string{}}
	for _, w := range workloads {
		out.byNamespace[w["namespace"]] = append(out.byNamespace[w["namespace"]], w)
	}
	return out
}

// contains reports whether a change is about one of the workloads.
func (s changeScope) contains(c Change) bool {
	if c.Kind == ChangeRollout || c.Kind == ChangeScaling {
		return s.workloads.contains(c.Labels)
	}
	namespaces := []string{"", c.Labels["namespace"]}
	for p := range c.Pods {
		namespace, _, _ := strings.Cut(p, "/")
		namespaces = append(namespaces, namespace)
	}
	slices.Sort(namespaces)
	for _, n := range slices.Compact(namespaces) {
		if slices.ContainsFunc(s.byNamespace[n], func(w map[string]string) bool { return isAbout(c, w, nil) }) {
			return true
		}
	}
	return false
}

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
	workload := group["workload"]
	if workload == "" {
		workload = group["deployment"]
	}
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
		switch {
		case pods != nil && pods[p], pods == nil && (group["namespace"] == "" || group["namespace"] == namespace) &&
			(workload == "" || name == workload || strings.HasPrefix(name, workload+"-")):
			return true
		}
	}
	return false
}
