package resources

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/common/model"
)

const (
	memory     = time.Hour // before the time asked about: who was seen in it is not new
	fineStep   = 5 * time.Minute
	coarseStep = time.Hour
	fineUpTo   = 48 * time.Hour
)

// growth counts how often something happened to objects, by a gauge that only grows: how often a container was restarted ever.
// An object that is seen for the first time while others were seen before is new, and what happened to it happened since. The
// exporter may come and go meanwhile: its own labels are no part of an object.
func (r *Reader) growth(ctx context.Context, into *reading, a Ask, there stock, instants []time.Time) error {
	if len(instants) == 0 {
		return nil
	}
	step, from := a.Step, instants[0].Add(-a.Step)
	if step == 0 {
		step = fineStep
		if a.To.Sub(a.From) > fineUpTo {
			step = coarseStep
		}
		from = a.From.Truncate(step)
	}
	p := there.places(into.read.Growth)
	p.narrow(a.Filters, map[string]string{labelCluster: labelCluster, labelNamespace: labelNamespace, labelPod: labelPod})
	expr := p.ever(into.read.Growth, into.read.podLabels(), step).String()
	m, took, err := r.grids.read(ctx, expr, from.Add(-memory), a.To, step)
	into.add(took)
	if err != nil {
		return err
	}
	if last := a.To.Truncate(step); a.Step == 0 && last.Before(a.To) { // since the last whole step
		now, took, err := r.moments.read(ctx, expr, a.To)
		into.add(took)
		if err != nil {
			return err
		}
		m = joined(m, now)
	}
	began := earliest(m)
	for _, s := range m {
		one := into.read.part(p, s.Metric, "")
		one.points = nothing(len(instants))
		grow(s.Values, model.TimeFromUnixNano(from.UnixNano()), began, func(at model.Time, n float64) {
			i := 0
			if a.Step > 0 {
				i = int(at.Time().Sub(instants[0]) / a.Step)
			}
			if i < 0 || i >= len(one.points) {
				return
			}
			if math.IsNaN(one.points[i]) { // it was there
				one.points[i] = 0
			}
			one.points[i] += n
		})
		if !math.IsNaN(last(one.points)) { // else it was gone before the time asked about
			into.append(one)
		}
	}
	return nil
}

// grow tells how much a value grew up to each of its points after an instant. began is when anything was first seen at all.
func grow(values []model.SamplePair, from, began model.Time, tell func(at model.Time, n float64)) {
	for i, v := range values {
		n := 0.0
		switch {
		case i > 0:
			n = max(float64(v.Value-values[i-1].Value), 0) // a kubelet that forgets dead containers is no event
		case v.Timestamp > began:
			n = float64(v.Value)
		}
		if v.Timestamp > from {
			tell(v.Timestamp, n)
		}
	}
}

func earliest(m model.Matrix) model.Time {
	out := model.Latest
	for _, s := range m {
		if len(s.Values) > 0 && s.Values[0].Timestamp < out {
			out = s.Values[0].Timestamp
		}
	}
	return out
}

// joined adds points that come later.
func joined(m, later model.Matrix) model.Matrix {
	at := make(map[model.Fingerprint]int, len(m))
	for i, s := range m {
		at[s.Metric.Fingerprint()] = i
	}
	for _, s := range later {
		if i, ok := at[s.Metric.Fingerprint()]; ok {
			m[i].Values = append(m[i].Values, s.Values...)
		} else {
			m = append(m, s)
		}
	}
	return m
}
