package cluster

import (
	"fmt"

	"github.com/burnline/burnline/devstack/workloads/sim"
)

// World is the cluster from a start on. Its units can be advanced independently, also concurrently.
type World struct {
	seed             uint64
	anchorMS, fromMS int64
	workloads        []*workload
	units            []*unit
	truths           []*group
	measures         []measure
}

// unit is a part of the exporters. It shares only pods with the others.
type unit struct {
	atMS    int64 // everything before is generated
	streams map[string]*stream
	saved   map[string][]float64 // saved marks of streams
	run     func(u *unit, fromMS, untilMS int64, sink Sink)
}

// New creates a cluster of the workloads of package sim and its own ones. The recorded time starts
// at fromMS, a whole minute.
func New(fleet []*sim.Behaviour, seed uint64, anchorMS, fromMS int64) (*World, error) {
	w := &World{seed: seed, anchorMS: anchorMS, fromMS: fromMS}
	for _, b := range fleet {
		s, ok := adoptedSpecs()[b.FullName()]
		if !ok {
			return nil, fmt.Errorf("cluster: nothing is known of the workload %s", b.FullName())
		}
		s.namespace, s.name, s.kind, s.replicas = b.Namespace, b.Name, b.Kind, b.Replicas
		w.workloads = append(w.workloads, adopt(b, s, seed, fromMS, anchorMS))
	}
	for _, s := range specs() {
		w.workloads = append(w.workloads, newWorkload(s, newSpecDemand(s, seed, anchorMS), seed, anchorMS, fromMS))
	}
	w.Generate(fromMS + 1)
	for _, wl := range w.workloads {
		w.unit(func(u *unit, fromMS, untilMS int64, sink Sink) { wl.emitState(fromMS, untilMS, sink) })
		wl.usage = w.unit(func(u *unit, fromMS, untilMS int64, sink Sink) { wl.emitUsage(u, fromMS, untilMS, sink) })
	}
	w.unit(func(u *unit, fromMS, untilMS int64, sink Sink) { w.emitNodes(fromMS, untilMS, sink) })
	for _, wl := range w.workloads {
		w.instruments(wl)
		w.hubble(wl)
		w.replicas(wl)
		w.podSignals(wl)
	}
	w.dcgm()
	w.infiniband()
	w.nodeExporters()
	w.autoscalers()
	w.blackbox()
	w.east()
	return w, nil
}

// recorded is true for a time in the record.
func (w *World) recorded(atMS int64) bool { return atMS >= w.fromMS }

// unit adds a unit.
func (w *World) unit(run func(u *unit, fromMS, untilMS int64, sink Sink)) *unit {
	u := &unit{atMS: w.fromMS, streams: map[string]*stream{}, saved: map[string][]float64{}, run: run}
	w.units = append(w.units, u)
	return u
}

// stream returns the unit's stream of a name, created on first use.
func (u *unit) stream(key string, width int, first int64, grow func(tick int64, totals []float64)) *stream {
	s := u.streams[key]
	if s == nil {
		s = newStream(width, first, u.saved[key], grow)
		delete(u.saved, key)
		u.streams[key] = s
	}
	return s
}

// Generate generates the pods that start before a time. It must be called before units are advanced to
// this time, and not concurrently with them.
func (w *World) Generate(untilMS int64) {
	for _, wl := range w.workloads {
		wl.generate(untilMS)
	}
}

// Units is the number of units.
func (w *World) Units() int { return len(w.units) }

// Advance generates all samples of a unit up to a time.
func (w *World) Advance(unit int, untilMS int64, sink Sink) {
	u := w.units[unit]
	if untilMS <= u.atMS {
		return
	}
	u.run(u, u.atMS, untilMS, sink)
	u.atMS = untilMS
}

// Totals are the running totals of streams by name, required to continue.
type Totals map[string][]float64

// Totals returns the totals to save. They share memory with the world.
func (w *World) Totals() []Totals {
	out := make([]Totals, len(w.units))
	for i, u := range w.units {
		out[i] = Totals{}
		for key, s := range u.streams {
			out[i][key] = s.marks
		}
		for key, marks := range u.saved {
			out[i][key] = marks
		}
	}
	return out
}

// Resume continues at a time with the totals that were saved at this time.
func (w *World) Resume(atMS int64, saved []Totals) error {
	if len(saved) != len(w.units) {
		return fmt.Errorf("cluster: totals of %d units were saved, there are %d", len(saved), len(w.units))
	}
	w.Generate(atMS)
	for i, u := range w.units {
		u.atMS = atMS
		for key, marks := range saved[i] {
			if s := u.streams[key]; s != nil {
				// in place: instruments and truths have a pointer to it
				*s = *newStream(s.width, s.first, marks, s.grow)
			} else {
				u.saved[key] = marks
			}
		}
	}
	return nil
}
