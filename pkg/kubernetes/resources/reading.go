package resources

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/promexpr"
)

// part contains the values of one object: a container, an interface, a GPU of a pod, or a workload itself.
type part struct {
	pod      kubernetes.Pod      // with cluster and namespace also if the workload is known
	workload kubernetes.Workload // "" for parts of a pod
	each     string              // distinguishes it from other parts of the pod
	device   string              // "" unless pods share it
	points   []float64           // by instant; NaN without a value
	grown    []model.SamplePair  // of a growth over a whole time range: the increase up to each instant
	rank     int                 // of its gauge: lower takes precedence
}

// key is the same for the same part in two readings.
func (p part) key() string {
	return strings.Join([]string{
		p.pod.Cluster, p.pod.Namespace, p.pod.Name, p.pod.UID, p.workload.Type,
		p.workload.Name, p.each,
	}, "\xff")
}

// reading contains the parts of a read.
type reading struct {
	read     Read
	parts    []part
	own      int       // rows of the exporter itself
	disputes []dispute // objects with different values from two exporters
	whole    []string  // clusters in which it is of pods as a whole
	cost
}

// dispute is an object for which two exporters had different values at an instant or more.
type dispute struct {
	part
	low, high float64
}

func (r *Reader) fill(ctx context.Context, into *reading, a Request, there inventory, instants []time.Time) error {
	read := into.read
	switch {
	case read.Growth != "":
		return r.growth(ctx, into, a, there, instants)
	case read.Events != "":
		return r.events(ctx, into, a, instants)
	}
	if err := r.gauges(ctx, into, a, there, instants); err != nil {
		return err
	}
	if len(into.disputes) == 0 || a.Step > 0 {
		return nil
	}
	// Exporters that are scraped one after the other differ for a moment. A lasting difference
	// existed before.
	before := a
	before.To = a.To.Add(-disputedFor)
	earlier := &reading{read: read}
	if err := r.gauges(ctx, earlier, before, there, []time.Time{before.To}); err != nil {
		return err
	}
	into.add(earlier.cost)
	into.disputes = slices.DeleteFunc(into.disputes, func(d dispute) bool {
		return !slices.ContainsFunc(earlier.disputes, func(e dispute) bool { return e.key() == d.key() })
	})
	return nil
}

// disputedFor is how long the values of two exporters must differ for a warning.
const disputedFor = 5 * time.Minute

func (r *Reader) gauges(ctx context.Context, into *reading, a Request, there inventory, instants []time.Time) error {
	read := into.read
	gauge := func(text, kind string, rank int) error {
		if !isReadable(text, there.there) {
			return nil
		}
		return r.gauge(ctx, into, a, there.scope(text), text, kind, rank, instants)
	}
	for _, kind := range sortedKeys(read.Of) {
		if err := gauge(read.Of[kind], kind, 0); err != nil {
			return err
		}
	}
	for rank, text := range read.Gauge {
		if err := gauge(text, "", rank); err != nil {
			return err
		}
	}
	if read.Whole != "" && isReadable(read.Whole, there.there) && (there.whole == nil || len(*there.whole) > 0) {
		if err := r.wholePods(ctx, into, a, there, instants); err != nil {
			return err
		}
	}
	into.merge()
	return nil
}

// wholePods reads pods as a whole in clusters without rows of containers.
func (r *Reader) wholePods(ctx context.Context, into *reading, a Request, there inventory, instants []time.Time) error {
	s := there.scope(into.read.Whole)
	into.whole = []string{""}
	if there.whole != nil {
		into.whole = *there.whole
		s.narrowed = append(s.narrowed, promexpr.OneOf(labelCluster, into.whole...))
	}
	pods := into.read
	pods.Each, pods.Lives = nil, nil // the pod's own row includes all of its containers
	of := &reading{read: pods}
	if err := r.gauge(ctx, of, a, s, into.read.Whole, "", len(into.read.Gauge), instants); err != nil {
		return err
	}
	into.add(of.cost)
	into.parts = append(into.parts, of.parts...)
	return nil
}

// gauge reads a value at each instant: of pods, or of workloads of a kind.
func (r *Reader) gauge(ctx context.Context, into *reading, a Request, s scope, text, kind string, rank int,
	instants []time.Time,
) error {
	called, by := map[string]string{labelCluster: labelCluster, labelNamespace: labelNamespace}, into.read.podLabels()
	switch read := into.read; {
	case read.Workload != "":
		called = map[string]string{
			labelCluster: labelCluster, labelNamespace: read.Namespace,
			labelWorkload: read.Workload,
		}
		by = []string{labelCluster, read.Namespace, read.Workload}
	case kind != "":
		by = append(bothSpellings([]string{labelCluster, labelNamespace}), kind)
	}
	s.only = into.read.Narrow
	s.narrow(a.Filters, called)
	if into.read.Doubles != "" {
		by = append(by, targets...)
	}
	expr := s.gauge(text, by, into.read.Lives)
	if short, _ := into.read.peak(); short > 0 && a.Step > short { // checked when the catalog was read
		if isSelector(text) {
			expr = s.ever(text, by, a.Step, "max_over_time") // each sample, at a lower cost
		} else {
			expr = promexpr.Call("max_over_time", promexpr.Subquery(expr, a.Step, short))
		}
	}
	m, took, err := r.evaluate(ctx, expr.String(), a, instants)
	into.add(took)
	if err != nil {
		return err
	}
	into.take(m, kind, rank, instants, a.Step)
	return nil
}

func (r *Reader) evaluate(ctx context.Context, expr string, a Request, instants []time.Time) (model.Matrix, cost,
	error,
) {
	if a.Step > 0 {
		if len(instants) == 0 {
			return nil, cost{}, nil
		}
		return r.grid(ctx, expr, instants[0], instants[len(instants)-1], a.Step)
	}
	return r.instant(ctx, expr, a.To)
}

func (r Read) podLabels() []string {
	pod := []string{labelCluster, labelNamespace, labelPod}
	return bothSpellings(slices.Concat(pod, r.Each, r.Device, r.DeviceElse))
}

// labelOf returns the exporter's value of a label, in the row's own spelling.
func labelOf(m model.Metric, name string) string {
	if slices.Contains(renamable, name) {
		if v := m[model.LabelName(exportedPrefix+name)]; v != "" {
			return string(v)
		}
	}
	return string(m[model.LabelName(name)])
}

func podOf(m model.Metric) kubernetes.Pod {
	return kubernetes.Pod{
		Cluster: labelOf(m, labelCluster), Namespace: labelOf(m, labelNamespace),
		Name: labelOf(m, labelPod),
	}
}

// targetOf returns the scraped pod of a row in which the exporter names another one.
func targetOf(m model.Metric) kubernetes.Pod {
	return kubernetes.Pod{
		Cluster: string(m[labelCluster]), Namespace: string(m[labelNamespace]),
		Name: string(m[labelPod]),
	}
}

// take converts rows to parts. A row that names the scraped pod, while other rows of that target
// name others, belongs to the exporter itself.
func (f *reading) take(rows model.Matrix, kind string, rank int, instants []time.Time, step time.Duration) {
	scraped := map[kubernetes.Pod]bool{}
	for _, s := range rows {
		if s.Metric[exportedPrefix+labelPod] != "" {
			scraped[targetOf(s.Metric)] = true
		}
	}
	for _, s := range rows {
		p := f.read.part(s.Metric, kind)
		p.rank = rank
		switch {
		case p.pod.Name == "" && p.workload.Name == "":
		case s.Metric[exportedPrefix+labelPod] == "" && kind == "" && scraped[p.pod], f.read.not != nil &&
			f.read.not.Matches(p.pod.Name):
			f.own++
		case slices.Contains(f.read.Each, labelContainer) &&
			(labelOf(s.Metric, labelContainer) == "" || labelOf(s.Metric, labelContainer) == "POD"):
		default:
			p.points = pointsAt(s.Values, instants, step)
			f.parts = append(f.parts, p)
		}
	}
}

func (r Read) part(m model.Metric, kind string) part {
	get := func(names []string) string {
		values := make([]string, len(names))
		for i, label := range names {
			values[i] = labelOf(m, label)
		}
		return strings.Join(values, "\xff")
	}
	if r.Workload != "" {
		return r.named(func(label string) string { return string(m[model.LabelName(label)]) })
	}
	out := part{pod: podOf(m)}
	if kind != "" {
		out.pod.Name = ""
		out.workload = kubernetes.Workload{Name: string(m[model.LabelName(kind)]), Type: kind}
		return out
	}
	if out.each = get(r.Each); len(r.Device) > 0 {
		if out.device = get(r.Device); labelOf(m, r.Device[0]) == "" {
			out.device = strings.Join([]string{out.pod.Cluster, get(r.DeviceElse), out.device}, "\xff")
		}
		out.each = out.device
	}
	return out
}

func (f *reading) merge() {
	at := make(map[string]int, len(f.parts))
	var out []part
	counts := map[string]int{}
	differ := map[string]dispute{}
	for _, p := range f.parts {
		key := p.key()
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, p)
			continue
		}
		known := &out[i]
		first, then := known.points, p.points
		if p.rank < known.rank {
			first, then = then, first
		}
		joint := slices.Clone(first)
		for k, v := range then {
			switch w := joint[k]; {
			case math.IsNaN(w):
				joint[k], known.grown = v, p.grown
			case math.IsNaN(v) || v == w || p.rank != known.rank:
			default:
				counts[key]++
				differ[key] = dispute{p, min(v, w), max(v, w)}
				if f.read.Doubles == Smallest {
					joint[k] = min(v, w)
				} else {
					joint[k] = max(v, w)
				}
				if joint[k] == p.points[k] {
					known.grown = p.grown
				}
			}
		}
		known.points, known.rank = joint, min(known.rank, p.rank)
	}
	f.parts = out
	if f.read.Doubles == "" {
		return
	}
	for _, key := range sortedKeys(differ) {
		if d := differ[key]; len(d.points) == 1 || counts[key] > 1 {
			f.disputes = append(f.disputes, d)
		}
	}
}

func (f *reading) removePods(pods []kubernetes.Pod) {
	if len(pods) == 0 {
		return
	}
	clusters := map[[2]string][]string{}
	for _, p := range pods {
		key := [2]string{p.Namespace, p.Name}
		clusters[key] = append(clusters[key], p.Cluster)
	}
	f.parts = slices.DeleteFunc(f.parts, func(p part) bool {
		return slices.ContainsFunc(clusters[[2]string{p.pod.Namespace, p.pod.Name}],
			func(c string) bool { return c == p.pod.Cluster || c == "" || p.pod.Cluster == "" })
	})
}

func pointsAt(values []model.SamplePair, instants []time.Time, step time.Duration) []float64 {
	out := noValues(len(instants))
	for _, v := range values {
		i := 0
		if step > 0 {
			i = int(v.Timestamp.Time().Sub(instants[0]) / step)
		}
		if f := float64(v.Value); i >= 0 && i < len(out) && !math.IsInf(f, 0) {
			out[i] = f
		}
	}
	return out
}

func noValues(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// events counts the events of workloads between instants, or in the whole range. A workload that
// existed without events has 0.
func (r *Reader) events(ctx context.Context, into *reading, a Request, instants []time.Time) error {
	read := into.read
	var p scope
	p.narrow(a.Filters,
		map[string]string{labelCluster: labelCluster, labelNamespace: read.Namespace, labelWorkload: read.Workload})
	by := []string{labelCluster, read.Namespace, read.Workload}
	starts := make([]time.Time, len(instants))
	for i, t := range instants {
		if starts[i] = t.Add(-a.Step); a.Step == 0 {
			starts[i] = a.From
		}
	}
	borders := append(slices.Clone(starts), instants...)
	if len(instants) == 0 {
		return nil
	}
	query := counting.Counters{
		Selectors: []counting.Selector{{Matchers: p.matchers(read.Seen)}, {Matchers: p.matchers(read.Events)}},
		By:        by,
		Parts: []counting.Part{
			{Terms: []counting.Term{{Weight: 1}}},
			{Terms: []counting.Term{{Weight: 1, Selector: 1}}},
		},
	}
	counts, err := r.counts.Read(ctx, query, borders)
	if err != nil {
		return err
	}
	into.add(cost{counts.Cost, counts.Warnings, counts.Sent})
	parts := map[string]*part{}
	for i := range counts.Groups {
		g := &counts.Groups[i]
		one := read.named(func(label string) string { return g.Labels[label] })
		one.points = noValues(len(instants))
		for k := range instants {
			n := counts.Window(g, 1, starts[k], instants[k])
			if n > 0 || counts.Coverage(g, starts[k], instants[k]) > 0 {
				one.points[k] = n
			}
		}
		parts[one.key()] = &one
	}
	for _, key := range sortedKeys(parts) {
		if one := *parts[key]; one.workload.Name != "" {
			into.parts = append(into.parts, one)
		}
	}
	return nil
}

func (r Read) named(of func(label string) string) part {
	return part{
		pod:      kubernetes.Pod{Cluster: of(labelCluster), Namespace: of(r.Namespace)},
		workload: kubernetes.Workload{Name: of(r.Workload)},
	}
}
