package resources

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/kubernetes"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// memberships contains the workloads of parts.
type memberships struct {
	owners *kubernetes.Owners
	known  map[[2]string][]member // workloads of the pods in readings, by namespace and name
	// unclear contains, by namespace and name, the clusters of pods and workloads that several
	// clusters have, if their rows lack a cluster.
	unclear map[[2]string][]string
}

// member is a workload of parts, and the time.
type member struct {
	cluster, namespace string
	kubernetes.Ownership
}

func (r *Reader) findMembers(ctx context.Context, a Request, found map[string]*reading, out *Answer) (*memberships,
	error,
) {
	seen := map[kubernetes.Pod]bool{}
	var places []kubernetes.Place
	for _, name := range sortedKeys(found) {
		for _, p := range found[name].parts {
			if p.workload.Name == "" && !seen[p.pod] {
				seen[p.pod] = true
				places = append(places,
					kubernetes.Place{Cluster: p.pod.Cluster, Namespace: p.pod.Namespace, Pod: p.pod.Name})
			}
		}
	}
	w := &memberships{known: map[[2]string][]member{}, unclear: map[[2]string][]string{}}
	if len(places) == 0 {
		return w, nil
	}
	owners, spent, err := r.owners.Owners(ctx, places, a.From, a.To)
	out.take(cost{cells.Cost{Queries: spent.Queries}, spent.Warnings, spent.Sent})
	if err != nil {
		return nil, fmt.Errorf("the workloads of pods: %w", err)
	}
	w.owners = owners
	for _, gap := range owners.Gaps(places) {
		out.warn(gap)
	}
	return w, nil
}

// unite sets the cluster of parts without one, from the same pod or workload in another reading, or
// from the owners. A cluster that the reading has itself is not used, unless the rows without a
// cluster are earlier or later.
func (w *memberships) unite(found map[string]*reading) {
	type thing struct {
		namespace, name string
		workload        bool
	}
	of := func(p part) thing {
		return thing{p.pod.Namespace, cmp.Or(p.workload.Name, p.pod.Name), p.workload.Name != ""}
	}
	clusters := map[thing]map[string]bool{}
	note := func(t thing, cluster string) {
		if cluster == "" {
			return
		}
		if clusters[t] == nil {
			clusters[t] = map[string]bool{}
		}
		clusters[t][cluster] = true
	}
	pods := map[kubernetes.Pod]bool{}
	for _, f := range found {
		for _, p := range f.parts {
			note(of(p), p.pod.Cluster)
			if p.workload.Name == "" && !pods[p.pod] {
				pods[p.pod] = true
				for _, c := range w.owners.Clusters(p.pod.Namespace, p.pod.Name) {
					note(of(p), c)
				}
			}
		}
	}
	settle := func(f *reading) {
		own := map[thing]map[string][]*part{}
		for i := range f.parts {
			p := &f.parts[i]
			if own[of(*p)] == nil {
				own[of(*p)] = map[string][]*part{}
			}
			own[of(*p)][p.pod.Cluster] = append(own[of(*p)][p.pod.Cluster], p)
		}
		changed := false
		for t, byCluster := range own {
			fits := ""
			for _, c := range sortedKeys(clusters[t]) {
				if overlapInTime(byCluster[""], byCluster[c]) {
					continue
				}
				if fits != "" {
					if fits = ""; len(byCluster[""]) > 0 {
						w.unclear[[2]string{t.namespace, t.name}] = sortedKeys(clusters[t])
					}
					break
				}
				fits = c
			}
			if fits == "" {
				continue
			}
			for _, p := range byCluster[""] {
				p.pod.Cluster, changed = fits, true
			}
		}
		if changed {
			f.merge()
		}
	}
	for _, f := range found {
		settle(f)
	}
	for _, f := range found {
		for _, p := range f.parts {
			if p.workload.Name != "" {
				continue
			}
			for _, s := range w.owners.Of(p.pod) {
				key := [2]string{p.pod.Namespace, s.Name}
				note(thing{p.pod.Namespace, s.Name, true}, p.pod.Cluster)
				if one := (member{
					p.pod.Cluster, p.pod.Namespace,
					kubernetes.Ownership{Workload: s.Workload},
				}); !slices.Contains(w.known[key], one) {
					w.known[key] = append(w.known[key], one)
				}
			}
		}
	}
	for _, f := range found {
		settle(f)
	}
}

// overlapInTime reports whether two lists have values of one object at the same instant.
func overlapInTime(a, b []*part) bool {
	for _, x := range a {
		for _, y := range b {
			if x.each != y.each || x.workload.Type != y.workload.Type {
				continue
			}
			for i, v := range x.points {
				if !math.IsNaN(v) && !math.IsNaN(y.points[i]) {
					return true
				}
			}
		}
	}
	return false
}

// of returns the workloads of a part. One with only a name gets the type of the workload's pods.
func (w *memberships) of(p part) []member {
	if p.workload.Name == "" {
		stays := w.owners.Of(p.pod)
		if len(stays) == 0 {
			stays = []kubernetes.Ownership{{}}
		}
		out := make([]member, len(stays))
		for i, s := range stays {
			out[i] = member{p.pod.Cluster, p.pod.Namespace, s}
		}
		return out
	}
	one := member{p.pod.Cluster, p.pod.Namespace, kubernetes.Ownership{Workload: p.workload}}
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

// groupParts sums parts to groups, the worst first. It also returns the exporters that each signal
// with several sources came from.
func groupParts(c *Catalog, a Request, found map[string]*reading, w *memberships, instants []time.Time) ([]Group,
	[]string,
) {
	points := len(instants)
	groups := map[string]*Group{}
	sources := make([]string, len(a.Signals))
	for i, s := range a.Signals {
		sums := map[string]*sum{}
		devices := map[[2]string]*part{} // by group and device
		taken := map[string]string{}     // the exporter of each workload
		var titles []string
		for _, p := range c.pairs(s, found, points) {
			for _, m := range w.of(p.part) {
				labels, ok := a.labels(m, p.pod.Name)
				if !ok {
					continue
				}
				if len(s.Sources) > 0 {
					who := strings.Join([]string{m.cluster, m.namespace, cmp.Or(m.Name, p.pod.Name)}, "\xff")
					if taken[who] = cmp.Or(taken[who], p.from); taken[who] != p.from {
						continue
					}
					if !slices.Contains(titles, p.from) {
						titles = append(titles, p.from)
					}
				}
				key := text(a.By, labels)
				if groups[key] == nil {
					groups[key] = &Group{Labels: labels, Values: make([][]float64, len(a.Signals))}
				}
				if sums[key] == nil {
					sums[key] = newSum(points)
				}
				from, to := indexesDuring(m.Ownership, instants)
				if p.grown != nil {
					p.points, from, to = []float64{p.grownIn(m.Ownership)}, 0, 1
				}
				if p.device == "" || p.over != nil { // the fullest of equal ones represents them
					sums[key].add(p.points, p.over, from, to)
					continue
				}
				shared := devices[[2]string{key, p.device}]
				if shared == nil {
					shared = &part{points: noValues(points)}
					devices[[2]string{key, p.device}] = shared
				}
				for k := from; k < to; k++ {
					if v := p.points[k]; !(v <= shared.points[k]) && !math.IsNaN(v) {
						shared.points[k] = v
					}
				}
			}
		}
		for key, d := range devices {
			sums[key[0]].add(d.points, nil, 0, points)
		}
		for key, sum := range sums {
			groups[key].Values[i] = sum.values(s.Parts)
		}
		sources[i] = strings.Join(titles, ", ")
	}
	out := make([]Group, 0, len(groups))
	for _, key := range sortedKeys(groups) {
		g := groups[key]
		for i := range g.Values {
			if g.Values[i] == nil {
				g.Values[i] = noValues(points)
			}
		}
		out = append(out, *g)
	}
	slices.SortStableFunc(out,
		func(x, y Group) int { return cmp.Compare(y.badValues(a.Signals), x.badValues(a.Signals)) })
	return out, sources
}

func (c *Catalog) pairs(s Signal, found map[string]*reading, points int) []pair {
	var out []pair
	for _, from := range s.sources() {
		one := s
		one.Value, one.Over = from.Value, from.Over
		if found[one.Value] == nil || s.Parts.pairs() && found[one.Over] == nil && found[one.Whole] == nil {
			continue
		}
		for _, p := range pairs(one, found, points) {
			p.from = c.From(from.Value).Title
			out = append(out, p)
		}
	}
	return out
}

// pair is a part, and the part of which it is a share.
type pair struct {
	part
	over []float64 // nil if the signal has no Over
	from string    // the title of its exporter
}

// pairs returns the parts of a signal. A pod with a request or limit as a whole is one part.
func pairs(s Signal, found map[string]*reading, points int) []pair {
	var out []pair
	if !s.Parts.pairs() {
		for _, p := range found[s.Value].parts {
			out = append(out, pair{part: p})
		}
		return out
	}
	of := map[string][]float64{}
	if f := found[s.Over]; f != nil {
		for _, p := range f.parts {
			of[p.key()] = p.points
		}
	}
	wholes := podsAsAWhole(s, found, points)
	for _, p := range found[s.Value].parts {
		over := of[p.key()]
		// the pod's request includes all of its containers
		if whole := wholes[p.pod]; whole != nil && s.Parts == Ratio && over != nil {
			over = slices.Clone(over)
			for i, v := range whole.over {
				if !math.IsNaN(v) {
					over[i] = math.NaN()
				}
			}
		}
		if over != nil {
			out = append(out, pair{part: p, over: over})
		}
	}
	if f := found[s.Whole]; f != nil {
		for _, p := range f.parts {
			out = append(out, *wholes[p.pod])
		}
	}
	return out
}

// podsAsAWhole returns the use and the limit of pods with a limit as a whole. The scheduler exports
// a limit for every pod: the sum of its containers' if it has no other. A limit up to this sum is
// not one of the whole pod.
func podsAsAWhole(s Signal, found map[string]*reading, points int) map[kubernetes.Pod]*pair {
	f := found[s.Whole]
	if f == nil {
		return nil
	}
	out := map[kubernetes.Pod]*pair{}
	for _, p := range f.parts {
		out[p.pod] = &pair{part: part{pod: p.pod, points: noValues(points)}, over: slices.Clone(p.points)}
	}
	for _, p := range found[s.Value].parts {
		if whole := out[p.pod]; whole != nil {
			for i, v := range p.points {
				if math.IsNaN(whole.points[i]) {
					whole.points[i] = v
				} else if !math.IsNaN(v) {
					whole.points[i] += v
				}
			}
		}
	}
	sums := map[kubernetes.Pod][]float64{}
	if over := found[s.Over]; over != nil {
		for _, p := range over.parts {
			if out[p.pod] == nil {
				continue
			}
			if sums[p.pod] == nil {
				sums[p.pod] = make([]float64, points)
			}
			for i, v := range p.points {
				if !math.IsNaN(v) {
					sums[p.pod][i] += v
				}
			}
		}
	}
	for pod, sum := range sums {
		for i, v := range sum {
			if out[pod].over[i] <= v*(1+sameShare) {
				out[pod].over[i] = math.NaN()
			}
		}
	}
	return out
}

// sameShare is the tolerance of equal sums: CPU limits are rounded to the period.
const sameShare = 0.001

// labels returns the group labels of a member; false if a filter excludes it. A workload itself has no pod.
func (a Request) labels(m member, pod string) (map[string]string, bool) {
	all := map[string]string{
		labelCluster: m.cluster, labelNamespace: m.namespace, labelWorkload: m.Name,
		labelType: m.Type, labelPod: pod,
	}
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

// indexesDuring returns the indexes [i, j) of the instants in a stay. A value at the first instant
// belongs to the time before.
func indexesDuring(s kubernetes.Ownership, instants []time.Time) (i, j int) {
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

// grownIn returns the increase of a part in a stay; NaN if it has none.
func (p part) grownIn(s kubernetes.Ownership) float64 {
	sum := math.NaN()
	for _, v := range p.grown {
		if at := v.Timestamp.Time(); at.After(s.From) && (s.To.IsZero() || !at.After(s.To)) {
			if math.IsNaN(sum) {
				sum = 0
			}
			sum += float64(v.Value)
		}
	}
	return sum
}

// badValues returns how many of the group's last values are out of bounds.
func (g Group) badValues(signals []Signal) int {
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

// sum combines parts.
type sum struct{ value, over, fullest, n []float64 }

func newSum(points int) *sum {
	lowest := make([]float64, points)
	for i := range lowest {
		lowest[i] = math.Inf(-1)
	}
	return &sum{make([]float64, points), make([]float64, points), lowest, make([]float64, points)}
}

// add adds a part at the instants at which it, and its Over, have values.
func (s *sum) add(value, over []float64, from, to int) {
	for i := from; i < to; i++ {
		if math.IsNaN(value[i]) || over != nil && math.IsNaN(over[i]) {
			continue
		}
		s.n[i]++
		s.value[i] += value[i]
		if over == nil {
			s.fullest[i] = max(s.fullest[i], value[i])
		} else {
			s.over[i] += over[i]
			if over[i] > 0 {
				s.fullest[i] = max(s.fullest[i], value[i]/over[i])
			}
		}
	}
}

// values returns the combined values, dividing last. There is no value without parts, and no ratio
// of nothing.
func (s *sum) values(parts Parts) []float64 {
	out := noValues(len(s.n))
	for i, n := range s.n {
		if n == 0 {
			continue
		}
		switch parts {
		case Sum:
			out[i] = s.value[i]
		case Mean:
			out[i] = s.value[i] / n
		case Count:
			out[i] = n
		case Ratio:
			if s.over[i] > 0 {
				out[i] = s.value[i] / s.over[i]
			}
		case MaxRatio, Max:
			if !math.IsInf(s.fullest[i], -1) {
				out[i] = s.fullest[i]
			}
		case Shortfall:
			out[i] = max(s.value[i]-s.over[i], 0)
		}
	}
	return out
}
