package resources

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/kubernetes"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var patterns sync.Map // compiled, by their texts

func anchored(pattern string) *regexp.Regexp {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp)
	}
	re := regexp.MustCompile("^(?:" + pattern + ")$")
	patterns.Store(pattern, re)
	return re
}

// whose tells the labels of what parts belong to.
type whose struct {
	owners *kubernetes.Owners
	known  map[[2]string][]member // workloads by namespace and name, as pods tell them
}

// member is one that parts belong to, and when.
type member struct {
	cluster, namespace string
	kubernetes.Stay
}

// whose looks up the owners of all pods that were read.
func (r *Reader) whose(ctx context.Context, a Ask, found map[string]*reading, out *Answer) (*whose, error) {
	seen := map[kubernetes.Pod]bool{}
	var pods []kubernetes.Pod
	for _, name := range sortedKeys(found) {
		for _, p := range found[name].parts {
			if p.workload.Name == "" && !seen[p.pod] {
				seen[p.pod] = true
				pods = append(pods, p.pod)
			}
		}
	}
	w := &whose{known: map[[2]string][]member{}}
	if len(pods) == 0 {
		return w, nil
	}
	places := make([]kubernetes.Place, len(pods))
	for i, p := range pods {
		places[i] = kubernetes.Place{Cluster: p.Cluster, Namespace: p.Namespace, Pod: p.Name}
	}
	owners, cost, err := r.owners.Owners(ctx, places, a.From, a.To)
	out.take(taken{queries: cost.Queries, warnings: cost.Warnings, sent: cost.Sent})
	if err != nil {
		return nil, fmt.Errorf("the workloads of pods: %w", err)
	}
	w.owners = owners
	var unknown []kubernetes.Pod
	for _, p := range pods {
		stays := owners.Of(p)
		if len(stays) == 0 {
			unknown = append(unknown, p)
		}
		for _, s := range stays {
			key := [2]string{p.Namespace, s.Name}
			one := member{p.Cluster, p.Namespace, kubernetes.Stay{Workload: s.Workload}}
			if !slices.Contains(w.known[key], one) {
				w.known[key] = append(w.known[key], one)
			}
		}
	}
	if len(unknown) > 0 {
		out.warn(fmt.Sprintf(`of %d of %d pods, such as %s/%s, no owner is known; they are workload "". Owners come from kube_pod_owner and `+
			`kube_replicaset_owner of kube-state-metrics`, len(unknown), len(pods), unknown[0].Namespace, unknown[0].Name))
	}
	return w, nil
}

// of are those that a part belongs to. What only names the workload has the cluster and the type of the pods that do, too.
func (w *whose) of(p part) []member {
	if p.workload.Name == "" {
		stays := w.owners.Of(p.pod)
		if len(stays) == 0 {
			stays = []kubernetes.Stay{{}}
		}
		out := make([]member, len(stays))
		for i, s := range stays {
			out[i] = member{p.pod.Cluster, p.pod.Namespace, s}
		}
		return out
	}
	one := member{p.pod.Cluster, p.pod.Namespace, kubernetes.Stay{Workload: p.workload}}
	var fits []member
	for _, k := range w.known[[2]string{p.pod.Namespace, p.workload.Name}] {
		if (p.pod.Cluster == "" || p.pod.Cluster == k.cluster) && (p.workload.Type == "" || p.workload.Type == k.Type) {
			fits = append(fits, k)
		}
	}
	if len(fits) == 1 {
		one = fits[0]
	}
	return []member{one}
}

// together makes groups of parts, the most troubled first.
func together(a Ask, found map[string]*reading, w *whose, instants []time.Time) []Group {
	points := len(instants)
	groups := map[string]*Group{}
	for i, s := range a.Signals {
		value := found[s.Value]
		if value == nil || s.Parts.pairs() && found[s.Over] == nil {
			continue
		}
		of := map[string]*part{}
		if s.Parts.pairs() {
			for k := range found[s.Over].parts {
				p := &found[s.Over].parts[k]
				of[p.key()] = p
			}
		}
		sums := map[string]*sum{}
		for _, p := range value.parts {
			var over []float64
			if s.Parts.pairs() {
				other := of[p.key()]
				if other == nil {
					continue
				}
				over = other.points
			}
			for _, m := range w.of(p) {
				labels, ok := a.labels(m, p.pod.Name)
				if !ok {
					continue
				}
				key := text(a.By, labels)
				if groups[key] == nil {
					groups[key] = &Group{Labels: labels, Values: make([][]float64, len(a.Signals))}
				}
				if sums[key] == nil {
					sums[key] = newSum(points)
				}
				i, j := during(m.Stay, instants)
				sums[key].add(p.points, over, i, j)
			}
		}
		for key, sum := range sums {
			groups[key].Values[i] = sum.values(s.Parts)
		}
	}
	out := make([]Group, 0, len(groups))
	for _, key := range sortedKeys(groups) {
		g := groups[key]
		for i := range g.Values {
			if g.Values[i] == nil {
				g.Values[i] = nothing(points)
			}
		}
		out = append(out, *g)
	}
	slices.SortStableFunc(out, func(x, y Group) int { return cmp.Compare(y.trouble(a.Signals), x.trouble(a.Signals)) })
	return out
}

// labels are those of the group of a member, false when a filter leaves it out. A workload by itself has no pod.
func (a Ask) labels(m member, pod string) (map[string]string, bool) {
	all := map[string]string{labelCluster: m.cluster, labelNamespace: m.namespace, labelWorkload: m.Name, labelType: m.Type, labelPod: pod}
	for _, f := range a.Filters {
		if value, ok := all[f.Name]; ok && !f.Matches(value) {
			return nil, false
		}
	}
	if pod == "" && slices.Contains(a.By, labelPod) {
		return nil, false
	}
	out := make(map[string]string, len(a.By))
	for _, label := range a.By {
		out[label] = all[label]
	}
	return out, true
}

func text(by []string, labels map[string]string) string {
	values := make([]string, len(by))
	for i, label := range by {
		values[i] = labels[label]
	}
	return strings.Join(values, "\xff")
}

// during are the places [i, j) of the instants in a stay. What ends at the stay's first instant is of the time before.
func during(s kubernetes.Stay, instants []time.Time) (i, j int) {
	notAfter := func(t time.Time) int {
		return sort.Search(len(instants), func(i int) bool { return instants[i].After(t) })
	}
	if j = len(instants); !s.To.IsZero() {
		j = notAfter(s.To)
	}
	if !s.From.IsZero() {
		i = notAfter(s.From)
	}
	return i, j
}

// trouble is how much a group needs a person: by how many of its numbers, as they last were, are beyond their bounds.
func (g Group) trouble(signals []Signal) int {
	const alarming = 1000
	out := 0
	for i, s := range signals {
		switch v := last(g.Values[i]); {
		case math.IsNaN(v):
		case s.Alarm.Over(v):
			out += alarming
		case s.Warn.Over(v):
			out++
		}
	}
	return out
}

func last(values []float64) float64 {
	for i := len(values) - 1; i >= 0; i-- {
		if !math.IsNaN(values[i]) {
			return values[i]
		}
	}
	return math.NaN()
}

// sum puts parts together.
type sum struct{ value, over, max, fullest, n []float64 }

func newSum(points int) *sum {
	lowest := make([]float64, points)
	for i := range lowest {
		lowest[i] = math.Inf(-1)
	}
	return &sum{make([]float64, points), make([]float64, points), lowest, slices.Clone(lowest), make([]float64, points)}
}

// add takes a part in where it, and what it is a part of, have a number.
func (s *sum) add(value, over []float64, from, to int) {
	for i := from; i < to; i++ {
		if math.IsNaN(value[i]) || over != nil && math.IsNaN(over[i]) {
			continue
		}
		s.n[i]++
		s.value[i] += value[i]
		s.max[i] = max(s.max[i], value[i])
		if over != nil {
			s.over[i] += over[i]
			if over[i] > 0 {
				s.fullest[i] = max(s.fullest[i], value[i]/over[i])
			}
		}
	}
}

// values are divided last. There is no number where there was no part, and none of nothing.
func (s *sum) values(parts Parts) []float64 {
	out := nothing(len(s.n))
	for i, n := range s.n {
		if n == 0 {
			continue
		}
		switch parts {
		case Sum:
			out[i] = s.value[i]
		case Mean:
			out[i] = s.value[i] / n
		case Max:
			out[i] = s.max[i]
		case Count:
			out[i] = n
		case Ratio:
			if s.over[i] > 0 {
				out[i] = s.value[i] / s.over[i]
			}
		case Fullest:
			if !math.IsInf(s.fullest[i], -1) {
				out[i] = s.fullest[i]
			}
		case Shortfall:
			out[i] = max(s.value[i]-s.over[i], 0)
		}
	}
	return out
}
