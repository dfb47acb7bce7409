package cluster

import (
	"cmp"
	"fmt"
	"math"
)

// instance is an instrument in the pods of a workload: a stream of requests for each slot. The next
// pod of a slot continues its stream.
type instance struct {
	*workload
	in          *instrument
	name        string
	streams     []*stream // by slot
	isSecondary bool      // another instrument of the same target emits the target's own series
}

// instruments adds the exporters in a workload's own pods.
func (w *World) instruments(wl *workload) {
	for i := range wl.exporters {
		in := &instance{workload: wl, in: &wl.exporters[i], name: fmt.Sprintf("%s/%d", wl.fullName(), i)}
		in.isSecondary = i > 0 && wl.exporters[i].job == wl.exporters[i-1].job
		u := w.unit(func(_ *unit, fromMS, untilMS int64, sink Sink) { in.emit(fromMS, untilMS, sink) })
		for slot := range wl.bySlot {
			key := fmt.Sprintf("%s/%d", in.name, slot)
			r := newRequests(in.in, wl, in.grid(), key, func(atMS int64) float64 {
				share := wl.share(slot, atMS)
				if share == 0 {
					return 0
				}
				if in.in.share > 0 {
					share *= in.in.share
				}
				return wl.Rate(atMS-minuteMS/2) * share
			})
			r.own = func(atMS int64) float64 { return wl.ownErrors(slot, atMS) }
			s := u.stream(key, in.in.width(), in.grid().first(w.fromMS), r.grow)
			in.streams = append(in.streams, s)
			w.addSignals(wl, in.in, in.grid(), s, func(upToMS int64, show func(startMS, endMS int64, base []float64)) {
				for _, p := range in.between(upToMS-shortRateMS, upToMS) {
					if p.Slot == slot && p.ReadyMS < upToMS {
						show(max(p.ReadyMS, w.fromMS), p.DoneMS, s.after(in.grid().first(p.ReadyMS)-1))
					}
				}
			})
		}
		for _, g := range in.in.gauges {
			if signal := signalOf[g.name]; signal != "" {
				w.measure(wl, signal, func(_, upToMS int64) (float64, float64) {
					sum, at := math.NaN(), in.grid().at(in.grid().last(upToMS))
					for _, p := range in.between(at, at+1) {
						if at >= max(p.ReadyMS, w.fromMS) && (p.DoneMS == 0 || at < p.DoneMS) {
							sum = combine(signal, sum, g.value(wl, p, at))
						}
					}
					return sum, math.NaN()
				})
			}
		}
		for _, p := range in.in.presetSLOs {
			if p.slices != nil {
				in.addSlices(w, p)
				continue
			}
			if len(wl.versions) > 0 && p.bound == 0 {
				in.addVersions(w, p)
				continue
			}
			if wl.kind != "daemonset" {
				w.addTruth(p, in.in, in.grid(), in.streams, in.groupLabels(p))
				continue
			}
			for slot, s := range in.streams {
				labels := in.groupLabels(p)
				labels[cmp.Or(in.in.node, "node")] = wl.nodes[slot]
				w.addTruth(p, in.in, in.grid(), []*stream{s}, labels)
			}
		}
	}
}

// addSlices adds the truth about slices of a minute, of one pod or of each of a daemon set. The
// pods last as long as the record.
func (in *instance) addSlices(w *World, p presetSLO) {
	for slot := range in.bySlot {
		labels := in.groupLabels(p)
		if in.kind == "daemonset" || in.kind == "staticpod" {
			labels["instance"] = in.bySlot[slot][0].IP + ":8080"
		}
		w.truths = append(w.truths, &group{p.slo, Slices, labels, func(afterMS, upToMS int64) (float64, float64) {
			return minutes(in.grid(), w.recorded, afterMS, upToMS,
				func(atMS int64) bool { return p.slices(in.workload, atMS) })
		}})
		if in.kind != "daemonset" { // each of its pods is a group, pods of others are equal
			break
		}
	}
}

func (in *instance) grid() grid { return grid(in.phaseMS) }

func (in *instance) job() string {
	if in.in.job != "" {
		return in.in.job
	}
	return in.fullName()
}

// groupLabels are all labels that may distinguish a group of an SLO.
func (in *instance) groupLabels(p presetSLO) map[string]string {
	out := map[string]string{}
	if !in.in.bare {
		out["namespace"], out["workload"] = in.namespace, in.workload.name
	}
	out["job"] = in.job()
	if in.kind == "staticpod" {
		out["instance"] = in.bySlot[0][0].IP + ":8080"
	}
	for _, pairs := range [][]string{in.in.labels, p.labels} {
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

func (in *instance) emit(fromMS, untilMS int64, sink Sink) {
	for _, p := range in.between(fromMS, untilMS) {
		t := &target{grid: in.grid(), startMS: p.ReadyMS, endMS: p.DoneMS}
		if t.live(fromMS, untilMS) {
			in.emitPod(t, p, fromMS, untilMS, sink)
		}
	}
}

func (in *instance) emitPod(t *target, p *Pod, fromMS, untilMS int64, sink Sink) {
	labelsOf := in.targetLabels(p)
	var constant []float64
	if !in.in.pushed && !in.isSecondary {
		t.series, constant = append(t.series, named("up", labelsOf)), append(constant, 1)
	}
	if in.in.started && !in.isSecondary {
		t.series, constant = append(t.series, named("process_start_time_seconds", labelsOf)),
			append(constant, float64(p.StartMS+2_000)/1000)
	}
	readings := in.in.series(func(name string,
		own []string,
	) {
		t.series = append(t.series, named(name, labelsOf, own...))
	})
	firstGauge := len(t.series)
	for _, g := range in.in.gauges {
		t.series = append(t.series, named(g.name, labelsOf, g.labels...))
	}
	s := in.streams[p.Slot]
	first, end := t.ticks(fromMS, untilMS)
	life, base := int64(0), []float64(nil)
	s.walk(first, end, func(tick int64, totals []float64) {
		at := t.grid.at(tick)
		if start := in.lifeOf(p, at); start != life {
			life, base = start, s.after(t.grid.first(start)-1)
		}
		for i, v := range constant {
			sink(t.series, i, at, v)
		}
		for i, r := range readings {
			sink(t.series, len(constant)+i, at, r.value(totals)-r.value(base))
		}
		for i, g := range in.in.gauges {
			sink(t.series, firstGauge+i, at, g.value(in.workload, p, at))
		}
	})
	t.gone(fromMS, untilMS, sink)
}

func (in *instance) targetLabels(p *Pod) []string {
	out := []string{"job", in.job(), "instance", p.IP + ":8080"}
	if !in.in.bare {
		out = append(out, "namespace", in.namespace, "pod", p.Name, "container", in.container())
	}
	if in.kind == "daemonset" {
		out = append(out, cmp.Or(in.in.node, "node"), p.Node)
	}
	if in.in.version != "" {
		out = append(out, in.in.version, tag(p.generation))
	}
	return append(out, in.in.labels...)
}
