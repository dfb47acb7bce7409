package measure

import (
	"context"
	"fmt"
	"slices"
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

// lookUpOwners looks up the owners of the pods of a reading. Without kube-state-metrics there are
// no owners, and a notice.
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
