package cluster

import (
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
)

// Sink receives the samples of a target. All samples of one slice of labels are consecutive. Times
// of one series increase.
type Sink func(series []labels.Labels, index int, atMS int64, v float64)

// staleMarker ends a series until its next sample.
var staleMarker = math.Float64frombits(value.StaleNaN)

// grid is the scrapes of a target: one in each minute, at its phase. They are numbered from the
// first of 1970 on.
type grid int64

func (g grid) at(tick int64) int64 { return tick*minuteMS + int64(g) }

// first is the first tick at or after a time.
func (g grid) first(atMS int64) int64 { return ceilDiv(atMS-int64(g), minuteMS) }

// last is the last tick at or before a time.
func (g grid) last(atMS int64) int64 { return ceilDiv(atMS-int64(g)+1, minuteMS) - 1 }

func ceilDiv(a, b int64) int64 {
	if a > 0 {
		return (a + b - 1) / b
	}
	return a / b
}

// target is a scraped program. At its end, its series are marked as stale. An end of 0 is none.
type target struct {
	grid           grid
	startMS, endMS int64
	series         []labels.Labels
	restart        *restart // nil for none
}

// restart is a time without a target. After it, its series have another instance, unless it is "".
type restart struct {
	startMS, endMS int64
	instance       string
}

// ticks returns the scrapes of a target in [fromMS, untilMS): [first, end).
func (t *target) ticks(fromMS, untilMS int64) (first, end int64) {
	if t.endMS > 0 {
		untilMS = min(untilMS, t.endMS)
	}
	return t.grid.first(max(fromMS, t.startMS)), t.grid.first(untilMS)
}

// gone marks the series as stale if the target's end is just before a scrape in [fromMS, untilMS).
func (t *target) gone(fromMS, untilMS int64, sink Sink) {
	if t.endMS == 0 || t.grid.first(t.startMS) >= t.grid.first(t.endMS) {
		return
	}
	if at := t.grid.at(t.grid.first(t.endMS)); at >= fromMS && at < untilMS {
		for i := range t.series {
			sink(t.series, i, at, staleMarker)
		}
	}
}

// gauges scrapes a target in [fromMS, untilMS). values sets one number for each series.
func (t *target) gauges(fromMS, untilMS int64, sink Sink, values func(atMS int64, out []float64)) {
	if r := t.restart; r != nil {
		before, after := *t, *t
		before.restart, after.restart = nil, nil
		if t.endMS == 0 || t.endMS > r.startMS {
			before.endMS = r.startMS
		}
		before.gauges(fromMS, untilMS, sink, values)
		if after.startMS = max(t.startMS, r.endMS); after.startMS >= untilMS {
			return
		}
		if r.instance != "" {
			after.series = nil
			for _, l := range t.series {
				after.series = append(after.series, labels.NewBuilder(l).Set("instance", r.instance).Labels())
			}
		}
		after.gauges(fromMS, untilMS, sink, values)
		return
	}
	out := make([]float64, len(t.series))
	first, end := t.ticks(fromMS, untilMS)
	for tick := first; tick < end; tick++ {
		at := t.grid.at(tick)
		values(at, out)
		for i, v := range out {
			sink(t.series, i, at, v)
		}
	}
	t.gone(fromMS, untilMS, sink)
}

// live reports whether the target has a scrape, or its end, in [fromMS, untilMS).
func (t *target) live(fromMS, untilMS int64) bool {
	first, end := t.ticks(fromMS, untilMS)
	if first < end {
		return true
	}
	if t.endMS == 0 {
		return false
	}
	at := t.grid.at(t.grid.first(t.endMS))
	return at >= fromMS && at < untilMS
}

// named returns the labels of a series. Its own labels, in pairs, override those of its target, as
// with honorLabels. Empty ones are left out.
func named(name string, target []string, own ...string) labels.Labels {
	all := make(map[string]string, (len(target)+len(own))/2+1)
	for _, pairs := range [][]string{target, own} {
		for i := 0; i < len(pairs); i += 2 {
			all[pairs[i]] = pairs[i+1]
		}
	}
	all[model.MetricNameLabel] = name
	for l, v := range all {
		if v == "" {
			delete(all, l)
		}
	}
	return labels.FromMap(all)
}
