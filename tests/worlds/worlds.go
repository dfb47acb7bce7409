// Package worlds generates small recordings with one problem of counters each, and their true
// counts: a brute force over the samples by the rules of docs/counting.md, which shares no code
// with the product. Start at World; All lists them; rules.go is the brute force.
package worlds

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/tests/recording"
)

// Every world begins at Begin and is Days long. Its SLO has the window Window, so that windows end
// in the last days.
const (
	Days   = 14
	Window = 10 * 24 * time.Hour
)

// Begin is midnight UTC.
var Begin = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// End is the end of the recordings.
var End = Begin.AddDate(0, 0, Days)

// World is a recording, an SLO of it, and its true counts.
type World struct {
	Name, About string
	SLI         map[string]any // as in a catalog; it has one group
	Series      []recording.Series
	Whole       bool // without scrape gaps: coverage of a window is 1
	lines       []line
	moments     []time.Time          // times of events in the world
	shown       map[rules][][]sample // the increase of each sample of each line

	dice *rand.Rand
}

// Inline returns the SLO for a query, with a policy. Each policy has other windows.
func (w *World) Inline(policy string) map[string]any {
	out := map[string]any{"name": w.Name, "objective": 90, "window": "10d", "sli": w.SLI}
	if policy != "" {
		out["policy"] = policy
	}
	return out
}

// Truth returns the counts in (at - window, at]. It is not safe for concurrent use.
func (w *World) Truth(at time.Time, window time.Duration) (events, bad float64) {
	return w.truth(at, window, usualRules)
}

func (w *World) truth(at time.Time, window time.Duration, r rules) (events, bad float64) {
	if w.shown[r] == nil {
		if w.shown == nil {
			w.shown = map[rules][][]sample{}
		}
		for _, l := range w.lines {
			w.shown[r] = append(w.shown[r], l.shown(r))
		}
	}
	from, to := at.Add(-window).UnixMilli(), at.UnixMilli()
	for i, l := range w.lines {
		n := sum(w.shown[r][i], from, to)
		events, bad = events+l.total*n, bad+l.bad*n
	}
	return events, bad
}

// Instants returns n whole minutes to query, on and between hour borders, some of them near
// moments.
func (w *World) Instants(n int) []time.Time {
	first := Begin.Add(Window)
	seen := map[time.Time]bool{}
	add := func(at time.Time) {
		if at = at.Truncate(time.Minute); !at.Before(first) && at.Before(End) {
			seen[at] = true
		}
	}
	offsets := []time.Duration{
		0, time.Minute, 2 * time.Minute, 5 * time.Minute, 59 * time.Minute,
		3*time.Hour + 20*time.Minute,
	}
	for i, moment := range w.moments {
		for j, offset := range offsets {
			if len(seen) < n/2 && (i+j)%2 == 0 || i == 0 {
				add(moment.Add(offset))
				add(moment.Add(offset + Window)) // the window begins there
			}
		}
	}
	add(first.Add(time.Hour))
	add(End.Add(-5 * time.Hour))
	dice := rand.New(rand.NewPCG(1, uint64(len(w.Name)))) // #nosec G404 - the same every time
	for len(seen) < n {
		at := first.Add(time.Duration(dice.IntN(int(End.Sub(first).Minutes()))) * time.Minute)
		switch dice.IntN(3) {
		case 0:
			at = at.Truncate(time.Hour)
		case 1:
			at = at.Truncate(5 * time.Minute)
		}
		add(at)
	}
	return slices.SortedFunc(maps.Keys(seen), time.Time.Compare)[:n]
}

// all are the makers of worlds, in the order of their kinds.
var all = slices.Concat(restarts, stepsBack, relabelled, histograms, slow, linear)

type maker struct {
	name, about string
	build       func(w *World)
}

// All returns every world. Another seed gives other times and counts.
func All(seed uint64) []*World {
	var out []*World
	for _, m := range all {
		out = append(out, m.world(seed))
	}
	return out
}

func (m maker) world(seed uint64) *World {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.name))
	// #nosec G404 - reproducible on purpose
	w := &World{Name: m.name, About: m.about, Whole: true, dice: rand.New(rand.NewPCG(seed, h.Sum64()))}
	m.build(w)
	return w
}

// scrapes returns the times of a target's scrapes in [from, to), some seconds after each multiple
// of an interval, with a jitter of a few milliseconds.
func (w *World) scrapes(from, to time.Time, every time.Duration) []int64 {
	phase := time.Duration(w.dice.Int64N(int64(every)))
	var out []int64
	for at := from.Truncate(every).Add(phase); at.Before(to); at = at.Add(every) {
		if ms := at.UnixMilli() + w.dice.Int64N(9) - 4; ms >= from.UnixMilli() && ms < to.UnixMilli() {
			out = append(out, ms)
		}
	}
	return out
}

// counts returns the values of a counter that begins with a value and counts about perSecond events
// a second.
func (w *World) counts(times []int64, begins, perSecond float64) []sample {
	out := make([]sample, len(times))
	v := begins
	for i, ms := range times {
		if i > 0 {
			v += float64(int64(perSecond*float64(ms-times[i-1])/1000*(0.8+0.4*w.dice.Float64()) + w.dice.Float64()))
		}
		out[i] = sample{ms, v}
	}
	return out
}

// minute returns a random minute in a day of the world.
func (w *World) minute(day int) time.Time {
	return Begin.Add(time.Duration(day)*24*time.Hour + time.Duration(w.dice.IntN(24*60))*time.Minute)
}

// happens adds a moment. Instants near it are queried.
func (w *World) happens(at time.Time) time.Time {
	w.moments = append(w.moments, at)
	return at
}

// metric returns the labels of a series. Every series of a world has a label with its name.
func (w *World) metric(name string, pairs ...string) labels.Labels {
	return labels.FromStrings(append([]string{model.MetricNameLabel, name, "world", w.Name}, pairs...)...)
}

// selector returns a PromQL selector of a metric in this world.
func (w *World) selector(name, matchers string) string {
	if matchers != "" {
		matchers = "," + matchers
	}
	return fmt.Sprintf("%s{world=%q%s}", name, w.Name, matchers)
}

// store adds samples to the recording under the scraper's labels.
func (w *World) store(l labels.Labels, samples []sample) {
	s := recording.Series{Labels: l, Samples: make([]recording.Sample, len(samples))}
	for i, one := range samples {
		s.Samples[i] = recording.Sample{Ms: one.ms, V: one.v}
	}
	if len(samples) > 0 {
		w.Series = append(w.Series, s)
	}
}

// storeStarted is store with the start timestamp of each sample.
func (w *World) storeStarted(l labels.Labels, samples []sample, starts []int64) {
	w.store(l, samples)
	stored := w.Series[len(w.Series)-1].Samples
	for i := range stored {
		stored[i].Start = starts[i]
	}
}

// storeHistograms adds native histograms to the recording.
func (w *World) storeHistograms(l labels.Labels, times []int64, of func(i int) *histogram.FloatHistogram) {
	s := recording.Series{Labels: l}
	for i, ms := range times {
		s.Samples = append(s.Samples, recording.Sample{Ms: ms, H: of(i)})
	}
	if len(times) > 0 {
		w.Series = append(w.Series, s)
	}
}

// counted adds samples to the true counts: as events, as bad ones, or with a weight in either.
func (w *World) counted(l line) { w.lines = append(w.lines, l) }

// requests stores the counters of good and bad requests of a target under one name, and adds them
// to the true counts.
func (w *World) requests(good, bad []sample, pairs ...string) {
	w.store(w.metric("requests_total", append([]string{"code", "200"}, pairs...)...), good)
	w.store(w.metric("requests_total", append([]string{"code", "500"}, pairs...)...), bad)
	w.counted(line{samples: good, total: 1, baseline: true})
	w.counted(line{samples: bad, total: 1, bad: 1, baseline: true})
}

// ofRequests sets the SLI of requests.
func (w *World) ofRequests() {
	w.SLI = map[string]any{"events": map[string]any{
		"total": w.selector("requests_total", ""),
		"bad":   w.selector("requests_total", `code="500"`),
	}}
}

// split splits samples at a time.
func split(samples []sample, at time.Time) (before, after []sample) {
	i, _ := slices.BinarySearchFunc(samples, at.UnixMilli(),
		func(s sample, ms int64) int { return cmp.Compare(s.ms, ms) })
	return samples[:i], samples[i:]
}

// join merges samples with the same labels at different times into one series.
func (w *World) join() {
	var out []recording.Series
	for _, s := range w.Series {
		out = recording.Joined(out, []recording.Series{s})
	}
	w.Series = out
}
