package resources

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/ledger"
)

// part is what one row of a reading says: a container, an interface, a GPU of a pod, or a workload by itself.
type part struct {
	pod      kubernetes.Pod      // its cluster and namespace also where the workload is known
	workload kubernetes.Workload // "" of a pod's
	each     string              // what tells it from the pod's other parts
	points   []float64           // by instant; NaN where there is none
}

// key is the same for the same part in two readings.
func (p part) key() string {
	return strings.Join([]string{p.pod.Cluster, p.pod.Namespace, p.pod.Name, p.workload.Type, p.workload.Name, p.each}, "\xff")
}

// reading is the answer to a read.
type reading struct {
	read  Read
	parts []part
	own   int // rows that were the exporter's own
	taken
}

// fill asks the server.
func (r *Reader) fill(ctx context.Context, into *reading, a Ask, there stock, instants []time.Time) error {
	read := into.read
	switch {
	case read.Gauge != "":
		return r.gauge(ctx, into, a, there, read.Gauge, "", instants)
	case read.Growth != "":
		return r.growth(ctx, into, a, there, instants)
	case read.Events != "":
		return r.events(ctx, into, a, there, instants)
	}
	for _, kind := range sortedKeys(read.Of) {
		text := read.Of[kind]
		if vs := selectors(text); !there.there[vs[0].Name] {
			continue
		}
		if err := r.gauge(ctx, into, a, there, text, kind, instants); err != nil {
			return err
		}
	}
	return nil
}

// gauge reads a value at each instant: of pods, or of workloads of a kind.
func (r *Reader) gauge(ctx context.Context, into *reading, a Ask, there stock, text, kind string, instants []time.Time) error {
	p := there.places(text)
	by, called := into.read.podLabels(), map[string]string{labelCluster: labelCluster, labelNamespace: labelNamespace, labelPod: labelPod}
	if kind != "" {
		by = []string{labelCluster, labelNamespace, kind}
		delete(called, labelPod)
		called[labelWorkload] = kind
	}
	p.narrow(a.Filters, called)
	expr := p.expression(text, by, a.Step).String()
	m, took, err := r.evaluate(ctx, expr, a, instants)
	into.add(took)
	if err != nil {
		return err
	}
	for _, s := range m {
		one := into.read.part(p, s.Metric, kind)
		one.points = placed(s.Values, instants, a.Step)
		into.append(one)
	}
	return nil
}

func (r *Reader) evaluate(ctx context.Context, expr string, a Ask, instants []time.Time) (model.Matrix, taken, error) {
	if a.Step > 0 {
		if len(instants) == 0 {
			return nil, taken{}, nil
		}
		return r.grids.read(ctx, expr, instants[0], instants[len(instants)-1], a.Step)
	}
	return r.moments.read(ctx, expr, a.To)
}

// podLabels are the labels of a pod's rows.
func (r Read) podLabels() []string {
	return append([]string{labelCluster, labelNamespace, labelPod}, r.Each...)
}

// part reads labels, as they are called on a metric.
func (r Read) part(p places, m model.Metric, kind string) part {
	get := func(label string) string { return string(m[model.LabelName(p.name(label))]) }
	out := part{pod: kubernetes.Pod{Cluster: get(labelCluster), Namespace: get(labelNamespace)}}
	if kind != "" {
		out.workload = kubernetes.Workload{Name: get(kind), Type: kind}
		return out
	}
	out.pod.Name = get(labelPod)
	each := make([]string, len(r.Each))
	for i, label := range r.Each {
		each[i] = get(label)
	}
	out.each = strings.Join(each, "\xff")
	return out
}

// append takes a part in, unless it is of no pod and no workload.
func (f *reading) append(p part) {
	switch {
	case p.pod.Name == "" && p.workload.Name == "":
	case f.read.Not != "" && anchored(f.read.Not).MatchString(p.pod.Name):
		f.own++
	default:
		f.parts = append(f.parts, p)
	}
}

// leaveOut takes away the pods that another reading names.
func (f *reading) leaveOut(all map[string]*reading) {
	others := all[f.read.Unless]
	if others == nil {
		return
	}
	out := map[kubernetes.Pod]bool{}
	for _, p := range others.parts {
		out[p.pod] = true
	}
	f.parts = slices.DeleteFunc(f.parts, func(p part) bool { return out[p.pod] })
}

// placed are points by instant.
func placed(values []model.SamplePair, instants []time.Time, step time.Duration) []float64 {
	out := nothing(len(instants))
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

// nothing is n times no number.
func nothing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// events counts those of workloads between instants, or in the whole time. A workload that was seen and has none has 0.
func (r *Reader) events(ctx context.Context, into *reading, a Ask, there stock, instants []time.Time) error {
	read := into.read
	p := there.places(read.Seen)
	p.narrow(a.Filters, map[string]string{labelCluster: labelCluster, labelNamespace: read.Namespace, labelWorkload: read.Workload})
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
	seen, err := r.ledger.Read(ctx, ledger.Counters{Matchers: p.matchers(read.Seen), By: by, Parts: []ledger.Part{{Name: "seen"}}}, borders)
	if err != nil {
		return err
	}
	into.add(takenBy(seen))
	parts := map[string]*part{}
	for i := range seen.Groups {
		g := &seen.Groups[i]
		one := read.counted(g.Labels, len(instants))
		for k := range instants {
			if seen.Coverage(g, starts[k], instants[k]) > 0 {
				one.points[k] = 0
			}
		}
		parts[one.key()] = &one
	}
	if there.there[selectors(read.Events)[0].Name] {
		counts, err := r.ledger.Read(ctx, ledger.Counters{
			Matchers: p.matchers(read.Events), By: by, Parts: []ledger.Part{{Name: "events"}}, Beside: p.matchers(read.Seen),
		}, borders)
		if err != nil {
			return err
		}
		into.add(takenBy(counts))
		for i := range counts.Groups {
			g := &counts.Groups[i]
			one := read.counted(g.Labels, len(instants))
			known := parts[one.key()]
			if known == nil {
				known = &one
				parts[one.key()] = known
			}
			for k := range instants {
				if n := counts.Window(g, 0, starts[k], instants[k]); n > 0 || !math.IsNaN(known.points[k]) {
					known.points[k] = n
				}
			}
		}
	}
	for _, key := range sortedKeys(parts) {
		into.append(*parts[key])
	}
	return nil
}

func takenBy(c *ledger.Counts) taken {
	return taken{warnings: c.Warnings, sent: c.Sent, cells: c.Cost}
}

func (r Read) counted(of map[string]string, points int) part {
	return part{
		pod:      kubernetes.Pod{Cluster: of[labelCluster], Namespace: of[r.Namespace]},
		workload: kubernetes.Workload{Name: of[r.Workload]},
		points:   nothing(points),
	}
}
