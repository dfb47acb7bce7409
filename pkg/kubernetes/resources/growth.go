package resources

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/promexpr"
)

const (
	lookback   = time.Hour // before the range: an object with rows in it is not new
	fineStep   = 5 * time.Minute
	coarseStep = time.Hour
	fineUpTo   = 48 * time.Hour

	// restartsUnseen: a new container may have been restarted before its first sample: at once,
	// after 10 s and after 20 s. With more restarts it existed before, and its exporter did not.
	restartsUnseen  = 3
	maxNewInMatcher = 200 // in a matcher
)

// growth counts events of objects by a gauge that only grows, such as the restarts of a container.
// Each object begins on its own. Events before the first sample of an object count only if the
// object is new. A decrease counts 0.
func (r *Reader) growth(ctx context.Context, into *reading, a Request, there inventory, instants []time.Time) error {
	if len(instants) == 0 {
		return nil
	}
	g := &growthRead{
		Reader: r, into: into, ask: a, scope: there.scope(into.read.Growth), step: a.Step,
		from: instants[0].Add(-a.Step),
	}
	if a.Step == 0 {
		if g.step = fineStep; a.To.Sub(a.From) > fineUpTo {
			g.step = coarseStep
		}
		g.from = a.From
	}
	g.scope.narrow(a.Filters, map[string]string{labelCluster: labelCluster, labelNamespace: labelNamespace})
	m, err := g.read(ctx, "last_over_time", g.scope, g.from.Add(-lookback))
	if err != nil {
		return err
	}
	tracks := tracksOf(into.read, m)
	if err := g.judge(ctx, tracks, there); err != nil {
		return err
	}
	for _, t := range tracks {
		one := part{pod: t.pod, each: t.each, points: noValues(len(instants))}
		t.grow(model.TimeFromUnixNano(g.from.UnixNano()), func(at model.Time, n float64) {
			i := 0
			if a.Step > 0 {
				i = int(at.Time().Sub(instants[0]) / a.Step)
			}
			if i < 0 || i >= len(one.points) {
				return
			}
			if math.IsNaN(one.points[i]) { // the object existed
				one.points[i] = 0
			}
			if one.points[i] += n; a.Step == 0 {
				one.grown = append(one.grown, model.SamplePair{Timestamp: at, Value: model.SampleValue(n)})
			}
		})
		if !math.IsNaN(last(one.points)) { // otherwise it ended before the range
			into.parts = append(into.parts, one)
		}
	}
	return nil
}

// growthRead is the state of one read of a growth.
type growthRead struct {
	*Reader
	into  *reading
	ask   Request
	scope scope
	step  time.Duration
	from  time.Time
}

// read evaluates a function over each step since an instant, and at both ends of the range.
func (g *growthRead) read(ctx context.Context, function string, s scope, since time.Time) (model.Matrix, error) {
	by := append(append(g.into.read.podLabels(), "uid"), targets...)
	expr := s.ever(g.into.read.Growth, by, g.step, function).String()
	m, took, err := g.grid(ctx, expr, since, g.ask.To, g.step)
	g.into.add(took)
	if err != nil || g.ask.Step > 0 {
		return m, err
	}
	for _, at := range []time.Time{g.from, g.ask.To} {
		if at.Equal(at.Truncate(g.step)) || at.Before(since) {
			continue
		}
		now, took, err := g.instant(ctx, expr, at)
		g.into.add(took)
		if err != nil {
			return nil, err
		}
		m = joinSeries(m, now)
	}
	return m, nil
}

// track contains the values of one object over time, from all of its exporters.
type track struct {
	pod     kubernetes.Pod
	each    string
	values  []model.SamplePair
	isNew   bool    // it began after its exporter
	counted float64 // events before its first sample that count
}

// segment is a series of one exporter for an object.
type segment struct {
	pod    kubernetes.Pod // including its UID
	each   string
	target string
	values []model.SamplePair
}

// tracksOf joins the series of one object. A label of only one of them (uid, cluster) was added or removed.
func tracksOf(read Read, m model.Matrix) []*track {
	objects := map[string][]segment{}
	began := map[string]model.Time{} // by target
	for _, s := range m {
		p := read.part(s.Metric, "")
		if p.pod.Name == "" || len(s.Values) == 0 {
			continue
		}
		p.pod.UID = string(s.Metric["uid"])
		seg := segment{pod: p.pod, each: p.each, values: s.Values}
		for _, name := range append([]string{labelCluster}, targets...) {
			seg.target += string(s.Metric[model.LabelName(name)]) + "\xff"
		}
		first := s.Values[0].Timestamp
		if b, ok := began[seg.target]; !ok || first < b {
			began[seg.target] = first
		}
		key := p.pod.Namespace + "\xff" + p.pod.Name + "\xff" + p.each
		objects[key] = append(objects[key], seg)
	}
	var out []*track
	for _, key := range sortedKeys(objects) {
		all := objects[key]
		completeLabel(all, func(s *segment) *string { return &s.pod.Cluster }, func(segment) string { return "" })
		completeLabel(all, func(s *segment) *string { return &s.pod.UID },
			func(s segment) string { return s.pod.Cluster })
		byID := map[[2]string]*track{}
		for _, s := range all {
			id := [2]string{s.pod.Cluster, s.pod.UID}
			t := byID[id]
			if t == nil {
				t = &track{pod: s.pod, each: s.each + "\xff" + s.pod.UID}
				t.pod.UID = ""
				byID[id] = t
				out = append(out, t)
			}
			t.values = maxOfSeries(t.values, s.values)
		}
		for id, t := range byID {
			for _, s := range all {
				if first := s.values[0].Timestamp; [2]string{s.pod.Cluster, s.pod.UID} == id &&
					first == t.values[0].Timestamp && began[s.target] < first {
					t.isNew = true
				}
			}
		}
	}
	return out
}

// completeLabel sets a missing label of segments from the segment that is nearest in time. Segments
// at the same time are different objects: their times may overlap in one step only.
func completeLabel(all []segment, label func(*segment) *string, within func(segment) string) {
	for i := range all {
		s := &all[i]
		if *label(s) != "" {
			continue
		}
		best, distance := "", int64(math.MaxInt64)
		for k := range all {
			o := &all[k]
			value := *label(o)
			if value == "" || within(*o) != within(*s) ||
				len(s.values)+len(o.values)-len(maxOfSeries(s.values, o.values)) > 1 {
				continue
			}
			gap := max(int64(o.values[0].Timestamp-s.values[len(s.values)-1].Timestamp),
				int64(s.values[0].Timestamp-o.values[len(o.values)-1].Timestamp))
			if gap < distance {
				best, distance = value, gap
			}
		}
		if best != "" {
			defer func() { *label(s) = best }() // after all segments are compared
		}
	}
}

// maxOfSeries joins two series, with the larger value where both have one.
func maxOfSeries(a, b []model.SamplePair) []model.SamplePair {
	out := slices.Concat(a, b)
	slices.SortFunc(out, func(x, y model.SamplePair) int {
		return cmp.Or(cmp.Compare(x.Timestamp, y.Timestamp), cmp.Compare(y.Value, x.Value))
	})
	return slices.CompactFunc(out, func(x, y model.SamplePair) bool { return x.Timestamp == y.Timestamp })
}

// grow calls add with the increase of a value at each of its points after an instant.
func (t *track) grow(from model.Time, add func(at model.Time, n float64)) {
	for i, v := range t.values {
		n := t.counted
		if i > 0 {
			n = max(float64(v.Value-t.values[i-1].Value), 0) // a kubelet that forgets dead containers is no event
		}
		if v.Timestamp > from {
			add(v.Timestamp, n)
		}
	}
}

// judge decides which first values count of objects that began after their exporter. The lowest
// value in the first step may have happened before; the rest of the first value counts.
func (g *growthRead) judge(ctx context.Context, tracks []*track, there inventory) error {
	names := map[string]bool{}
	for _, t := range tracks {
		if t.isNew && t.values[0].Value > 0 && t.values[0].Timestamp.Time().After(g.from) {
			names[t.pod.Name] = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	created, lowest := map[kubernetes.Pod]time.Time{}, map[string][]model.SamplePair{}
	for pods := range slices.Chunk(slices.Sorted(maps.Keys(names)), maxNewInMatcher) {
		if err := g.readNewObjects(ctx, pods, there, created, lowest); err != nil {
			return err
		}
	}
	for _, t := range tracks {
		first := t.values[0]
		if !t.isNew || first.Value == 0 || !first.Timestamp.Time().After(g.from) {
			continue
		}
		sample := float64(first.Value)
		if all := lowest[keyOf(t.pod, t.each)]; len(all) > 0 {
			if i, ok := slices.BinarySearchFunc(all, first.Timestamp,
				func(p model.SamplePair, at model.Time) int { return cmp.Compare(p.Timestamp, at) }); ok {
				sample = min(sample, float64(all[i].Value))
			}
		}
		t.counted = float64(first.Value) - sample
		born, isKnown := created[kubernetes.Pod{Namespace: t.pod.Namespace, Name: t.pod.Name}]
		if isKnown && born.After(g.from) || !isKnown && sample <= restartsUnseen {
			t.counted += sample
		}
	}
	return nil
}

// keyOf returns a key of an object without its cluster and UID.
func keyOf(p kubernetes.Pod, each string) string {
	container, _, _ := strings.Cut(each, "\xff")
	return p.Namespace + "\xff" + p.Name + "\xff" + container
}

// readInventory reads the lowest values of new objects in each step, and the creation times of their pods.
func (g *growthRead) readNewObjects(ctx context.Context, pods []string, there inventory,
	created map[kubernetes.Pod]time.Time, lowest map[string][]model.SamplePair,
) error {
	only := func(label string) scope {
		s := g.scope
		s.narrowed = append(slices.Clone(s.narrowed), promexpr.OneOf(label, pods...))
		return s
	}
	spellings := []string{labelPod}
	if g.scope.isRenamed {
		spellings = append(spellings, exportedPrefix+labelPod)
	}
	for _, label := range spellings {
		m, err := g.read(ctx, "min_over_time", only(label), g.from.Add(-lookback))
		if err != nil {
			return err
		}
		for _, s := range m {
			p := g.into.read.part(s.Metric, "")
			key := keyOf(p.pod, p.each)
			if known := lowest[key]; len(known) == 0 || s.Values[0].Timestamp < known[0].Timestamp {
				lowest[key] = s.Values
			}
		}
		born := g.into.read.Born
		if !there.there[born] {
			continue
		}
		expr := promexpr.Aggregate(parser.MAX, bothSpellings([]string{labelCluster, labelNamespace, labelPod}),
			promexpr.Over("last_over_time",
				promexpr.Series(born, promexpr.OneOf(label, pods...)),
				min(max(g.ask.To.Sub(g.from).Round(time.Minute), time.Hour), 24*time.Hour))).String()
		m, took, err := g.instant(ctx, expr, g.ask.To)
		g.into.add(took)
		if err != nil {
			return err
		}
		for _, s := range m {
			p := podOf(s.Metric)
			at := time.Unix(int64(s.Values[len(s.Values)-1].Value), 0)
			if key := (kubernetes.Pod{Namespace: p.Namespace, Name: p.Name}); created[key].Before(at) {
				created[key] = at
			}
		}
	}
	return nil
}

func joinSeries(m, more model.Matrix) model.Matrix {
	at := make(map[model.Fingerprint]int, len(m))
	for i, s := range m {
		at[s.Metric.Fingerprint()] = i
	}
	for _, s := range more {
		i, ok := at[s.Metric.Fingerprint()]
		if !ok {
			m = append(m, &model.SampleStream{Metric: s.Metric, Values: slices.Clone(s.Values)})
			continue
		}
		m[i].Values = maxOfSeries(m[i].Values, s.Values)
	}
	return m
}
