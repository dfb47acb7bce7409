package measure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/kubernetes"
)

// Workloads that are found by their pods (identity: kubernetes): cells count by pod, and keep the
// counts of pods that are gone. The owners of pods are looked up for the requested time. Workloads
// are summed from their pods here, above the cells.

func groupByPod(s catalog.SLO) catalog.SLO {
	if !s.IsCountedByPods() {
		return s
	}
	by := slices.Clone(kubernetes.Labels)
	for _, name := range s.By {
		if !catalog.IsOwnerLabel(name) && !slices.Contains(by, name) {
			by = append(by, name)
		}
	}
	s.By = by
	return s
}

// ownedPod is the counts of a pod while it belonged to a workload.
type ownedPod struct {
	kubernetes.Ownership
	pod Group
}

// podOwners finds the workloads of an SLO's pods.
type podOwners struct {
	owners   *kubernetes.Owners
	by       []string
	chosen   []*catalog.Filter
	versions bool // owners have the versions of pods
}

// lookUpOwners looks up the owners of a reading's pods: none, and a notice, without kube-state-metrics.
func (r *Reader) lookUpOwners(ctx context.Context, s catalog.SLO, counts *cells.Counts, from, to time.Time,
	stats *Stats,
) (*podOwners, error) {
	seen := map[kubernetes.Place]bool{}
	var places []kubernetes.Place
	nameless := false
	for _, g := range counts.Groups {
		if p := placeOf(g.Labels); !seen[p] {
			seen[p] = true
			places = append(places, p)
			nameless = nameless || p.Pod == "" && p.ExportedPod == ""
		}
	}
	if len(places) == 0 {
		return &podOwners{by: s.By, chosen: s.GroupFilters}, nil
	}
	read := r.identities.Owners
	if s.HasRevisions() {
		read = r.identities.OwnersAndVersions
	}
	owners, cost, err := read(ctx, places, from, to)
	stats.Add(cells.Cost{Queries: cost.Queries}, cost.Warnings, cost.Sent)
	if err != nil {
		return nil, fmt.Errorf("the workloads of pods: %w", err)
	}
	for _, gap := range owners.Gaps(places) {
		stats.Warn(fmt.Sprintf("SLO %s: %s", s.Name, gap))
	}
	if s.HasRevisions() {
		for _, gap := range owners.VersionGaps(places) {
			stats.Warn(fmt.Sprintf("SLO %s: %s", s.Name, gap))
		}
	}
	if nameless {
		stats.Warn(fmt.Sprintf("SLO %s: some series of %s have no label pod. They count as workload \"\"", s.Name,
			s.Source()))
	}
	return &podOwners{owners, s.By, s.GroupFilters, s.HasRevisions()}, nil
}

// ownerChanges returns the instants at which pods changed their owners, where cells have no border yet.
func (w *podOwners) ownerChanges(counts *cells.Counts) []time.Time {
	var out []time.Time
	for _, g := range counts.Groups {
		for _, s := range w.ownersOf(w.owners.Pod(placeOf(g.Labels))) {
			if !s.From.IsZero() && !s.From.Equal(s.From.Truncate(time.Hour)) {
				out = append(out, s.From)
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

func placeOf(labels map[string]string) kubernetes.Place {
	return kubernetes.PlaceOf(func(name string) string { return labels[name] })
}

// ownersOf returns the ownership intervals of a pod; one without a workload if its owner is unknown.
func (w *podOwners) ownersOf(p kubernetes.Pod) []kubernetes.Ownership {
	all := w.owners.Of
	if w.versions {
		all = w.owners.Versions
	}
	if all := all(p); len(all) > 0 {
		return all
	}
	return []kubernetes.Ownership{{}}
}

// workloadLabels returns the labels of the workloads that a pod's group belonged to, with the times.
func (w *podOwners) workloadLabels(labels map[string]string) []ownedLabels {
	pod := w.owners.Pod(placeOf(labels))
	var out []ownedLabels
	for _, known := range w.ownersOf(pod) {
		if !w.isChosen(known, pod, labels) {
			continue
		}
		own := make(map[string]string, len(w.by))
		for _, name := range w.by {
			switch name {
			case catalog.LabelWorkload:
				own[name] = known.Name
			case catalog.LabelWorkloadType:
				own[name] = known.Type
			case catalog.LabelRevision:
				own[name] = known.Revision
			case "namespace":
				own[name] = pod.Namespace
			case "pod":
				own[name] = pod.Name
			default:
				own[name] = labels[name]
			}
		}
		out = append(out, ownedLabels{known, own})
	}
	return out
}

// isChosen reports whether a workload matches the filters of the query.
func (w *podOwners) isChosen(s kubernetes.Ownership, pod kubernetes.Pod, labels map[string]string) bool {
	return !slices.ContainsFunc(w.chosen, func(f *catalog.Filter) bool {
		switch f.Name {
		case catalog.LabelWorkload:
			return !f.Matches(s.Name)
		case catalog.LabelWorkloadType:
			return !f.Matches(s.Type)
		case catalog.LabelRevision:
			return !f.Matches(s.Revision)
		case "namespace":
			return !f.Matches(pod.Namespace)
		}
		return !f.Matches(labels[f.Name])
	})
}

// ownedLabels are labels of a workload, with the time in which they apply to a pod.
type ownedLabels struct {
	kubernetes.Ownership
	labels map[string]string
}

func (ev *Reading) workloadGroups(pods []Group) []Group {
	var out []Group
	at := map[string]int{}
	for _, pod := range pods {
		for _, w := range ev.owners.workloadLabels(pod.Labels()) {
			key := LabelKey(w.labels)
			i, ok := at[key]
			if !ok {
				i = len(out)
				at[key] = i
				out = append(out, Group{reading: ev, pods: &podCounts{borders: ev.borders}})
			}
			g := &out[i]
			g.pods.pods = append(g.pods.pods, ownedPod{w.Ownership, pod})
			if own := (&cells.Group{Labels: w.labels}); pod.total != nil {
				g.total = own
			} else if g.part == nil {
				g.part = own
			}
		}
	}
	return out
}

// Images returns the distinct images of the group's pods, sorted. They are known for an SLO that
// HasRevisions.
func (g Group) Images() []string {
	if g.pods == nil {
		return nil
	}
	var out []string
	for _, p := range g.pods.pods {
		if p.Image != "" && !slices.Contains(out, p.Image) {
			out = append(out, p.Image)
		}
	}
	slices.Sort(out)
	return out
}

// podCounts are the joint counts of a workload's pods. They are summed up to borders of cells, on demand.
type podCounts struct {
	borders []time.Time // ascending
	pods    []ownedPod

	mu      sync.Mutex
	sums    []eventPair // events up to each border
	known   []bool      // by border
	seconds []float64   // seconds up to each border in which any pod was measured; nil until needed
}

// eventPair is all events, and the good or bad ones of them.
type eventPair struct{ total, part float64 }

// totalAndPart returns the events in (from, to]. Both ends are rounded down to a border.
func (t *podCounts) totalAndPart(from, to time.Time) (total, part float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.sumUpTo(t.borderIndex(from)), t.sumUpTo(t.borderIndex(to))
	return b.total - a.total, b.part - a.part
}

// coverage is the share of (from, to] in which any pod was measured. Usually one pod covers all of it.
func (t *podCounts) coverage(from, to time.Time) float64 {
	i, j := t.borderIndex(from), t.borderIndex(to)
	if i >= j {
		return 0
	}
	size := t.borders[j].Sub(t.borders[i]).Seconds()
	for _, s := range t.pods {
		if seconds := s.measuredSeconds(t.borders[i], t.borders[j]); seconds > size-roundingSeconds ||
			len(t.pods) == 1 {
			return min(max(seconds/size, 0), 1)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seconds == nil {
		t.mergeCoverage()
	}
	return min(max((t.seconds[j]-t.seconds[i])/size, 0), 1)
}

func (t *podCounts) borderIndex(when time.Time) int {
	return max(sort.Search(len(t.borders), func(i int) bool { return t.borders[i].After(when) })-1, 0)
}

func (t *podCounts) sumUpTo(mark int) eventPair {
	if t.known == nil {
		t.known, t.sums = make([]bool, len(t.borders)), make([]eventPair, len(t.borders))
	}
	if !t.known[mark] {
		t.known[mark] = true
		for _, s := range t.pods {
			if begin, end := s.Clip(t.borders[0], t.borders[mark]); begin.Before(end) {
				total, part := s.pod.TotalAndPart(begin, end)
				t.sums[mark].total += total
				t.sums[mark].part += part
			}
		}
	}
	return t.sums[mark]
}

// mergeCoverage computes when any of the pods was measured.
func (t *podCounts) mergeCoverage() {
	t.seconds = make([]float64, len(t.borders))
	t.fillCoverage(0, len(t.borders)-1, t.pods)
	for i := 1; i < len(t.seconds); i++ {
		t.seconds[i] += t.seconds[i-1]
	}
}

// fillCoverage fills in the measured seconds between each two borders from i to j. A range that one
// pod covers completely needs no further check.
func (t *podCounts) fillCoverage(i, j int, pods []ownedPod) {
	if i >= j {
		return
	}
	size := t.borders[j].Sub(t.borders[i]).Seconds()
	var some []ownedPod
	for _, s := range pods {
		switch seconds := s.measuredSeconds(t.borders[i], t.borders[j]); {
		case seconds > size-roundingSeconds:
			for k := i + 1; k <= j; k++ {
				t.seconds[k] = t.borders[k].Sub(t.borders[k-1]).Seconds()
			}
			return
		case seconds > roundingSeconds:
			some = append(some, s)
		}
	}
	switch {
	case len(some) == 0:
	case j == i+1:
		parts := make([]secondsRange, len(some))
		for n, s := range some {
			parts[n] = s.measuredRange(t.borders[0], t.borders[i], t.borders[j], t.borders[len(t.borders)-1])
		}
		t.seconds[j] = unionLength(parts)
	default:
		middle := (i + j) / 2
		t.fillCoverage(i, middle, some)
		t.fillCoverage(middle, j, some)
	}
}

// secondsRange is a part, in seconds, of the time between two borders.
type secondsRange struct{ from, to float64 }

func unionLength(all []secondsRange) float64 {
	slices.SortFunc(all, func(a, b secondsRange) int { return cmp.Compare(a.from, b.from) })
	covered, end := 0.0, 0.0
	for _, s := range all {
		if s.to > end {
			covered += s.to - max(s.from, end)
			end = s.to
		}
	}
	return covered
}

// roundingSeconds is the rounding error of sums of coverage, which has single precision.
const roundingSeconds = 0.5

// measuredSeconds is the number of seconds of (from, to] in which the pod was measured.
func (s ownedPod) measuredSeconds(from, to time.Time) float64 {
	begin, end := s.Clip(from, to)
	if !begin.Before(end) {
		return 0
	}
	return s.pod.coverage(begin, end) * end.Sub(begin).Seconds()
}

// measuredRange estimates where in (from, to] the pod was measured, of which only the share is known. A pod
// that is absent from the first border on began in the range. A pod that is absent up to the last border
// ended in it. The place of other gaps is unknown, so gaps of several pods count as the same one.
func (s ownedPod) measuredRange(first, from, to, last time.Time) secondsRange {
	seconds, size := s.measuredSeconds(from, to), to.Sub(from).Seconds()
	if s.measuredSeconds(first, from) < roundingSeconds && s.measuredSeconds(to, last) > roundingSeconds {
		return secondsRange{size - seconds, size}
	}
	return secondsRange{0, seconds}
}

// withWholeHours adds all full hours between the borders: cells have a border at each.
func withWholeHours(borders []time.Time) []time.Time {
	from, to := Span(borders)
	out := slices.Clone(borders)
	for t := from.Truncate(time.Hour).Add(time.Hour); t.Before(to); t = t.Add(time.Hour) {
		out = append(out, t)
	}
	for i := range out {
		out[i] = out[i].Truncate(time.Minute)
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}
