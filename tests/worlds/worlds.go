// Package worlds makes up small recordings in which one thing goes wrong with counters, and holds
// what was counted in them: a brute force over the samples by the rules of docs/counting.md, which
// shares no code with the product. Start at World; All lists them; rules.go is the brute force.
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

// Every world is Days long and begins at Begin. An SLO looks back over Window, so that windows end
// in the last days.
const (
	Days   = 14
	Window = 10 * 24 * time.Hour
)

// Begin is a midnight.
var Begin = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// End is when the recordings end.
var End = Begin.AddDate(0, 0, Days)

// World is a recording, an SLO over it, and what was counted.
type World struct {
	Name, About string
	SLI         map[string]any // as in a catalog; it has one group
	Series      []recording.Series
	Whole       bool // it is scraped throughout: coverage of a window is 1
	lines       []line
	moments     []time.Time          // at which something happens
	shown       map[rules][][]sample // what each sample of each line adds

	dice *rand.Rand
}

// Inline is the SLO as a query has it, with a policy that looks back over other windows than other
// policies do.
func (w *World) Inline(policy string) map[string]any {
	out := map[string]any{"name": w.Name, "objective": 90, "window": "10d", "sli": w.SLI}
	if policy != "" {
		out["policy"] = policy
	}
	return out
}

// Truth is what was counted in (at - window, at]. It may not be called by several at a time.
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

// Instants are n whole minutes to ask at, on and between the borders of hours, some of them around
// what happens.
func (w *World) Instants(n int) []time.Time {
	first := Begin.Add(Window)
	seen := map[time.Time]bool{}
	add := func(at time.Time) {
		if at = at.Truncate(time.Minute); !at.Before(first) && at.Before(End) {
			seen[at] = true
		}
	}
	offsets := []time.Duration{0, time.Minute, 2 * time.Minute, 5 * time.Minute, 59 * time.Minute, 3*time.Hour + 20*time.Minute}
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

// All makes every world; another seed makes other times and counts.
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
	w := &World{Name: m.name, About: m.about, Whole: true, dice: rand.New(rand.NewPCG(seed, h.Sum64()))} // #nosec G404 - made up on purpose
	m.build(w)
	return w
}

// scrapes are the times of a target's scrapes in [from, to), some seconds after each multiple of an
// interval, and a few milliseconds early or late as real ones are.
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

// counts are the values of a counter that begins with a value and counts so many events a second,
// more or less.
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

// minute is a time in a day of the world, at a random minute of it.
func (w *World) minute(day int) time.Time {
	return Begin.Add(time.Duration(day)*24*time.Hour + time.Duration(w.dice.IntN(24*60))*time.Minute)
}

// happens notes a moment to ask around.
func (w *World) happens(at time.Time) time.Time {
	w.moments = append(w.moments, at)
	return at
}

// metric is a series' labels; every series of a world has a label of its name.
func (w *World) metric(name string, pairs ...string) labels.Labels {
	return labels.FromStrings(append([]string{model.MetricNameLabel, name, "world", w.Name}, pairs...)...)
}

// selector is a metric of this world in PromQL.
func (w *World) selector(name, matchers string) string {
	if matchers != "" {
		matchers = "," + matchers
	}
	return fmt.Sprintf("%s{world=%q%s}", name, w.Name, matchers)
}

// store puts samples into the recording under a name that the scraper gave them.
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

// storeHistograms puts native histograms into the recording.
func (w *World) storeHistograms(l labels.Labels, times []int64, of func(i int) *histogram.FloatHistogram) {
	s := recording.Series{Labels: l}
	for i, ms := range times {
		s.Samples = append(s.Samples, recording.Sample{Ms: ms, H: of(i)})
	}
	if len(times) > 0 {
		w.Series = append(w.Series, s)
	}
}

// counted makes samples count as events, as bad ones, or with a weight in either.
func (w *World) counted(l line) { w.lines = append(w.lines, l) }

// requests stores the counters of good and bad requests of a target under one name and makes them
// count.
func (w *World) requests(good, bad []sample, pairs ...string) {
	w.store(w.metric("requests_total", append([]string{"code", "200"}, pairs...)...), good)
	w.store(w.metric("requests_total", append([]string{"code", "500"}, pairs...)...), bad)
	w.counted(line{samples: good, total: 1, baseline: true})
	w.counted(line{samples: bad, total: 1, bad: 1, baseline: true})
}

// ofRequests is the SLI over requests.
func (w *World) ofRequests() {
	w.SLI = map[string]any{"events": map[string]any{"total": w.selector("requests_total", ""), "bad": w.selector("requests_total", `code="500"`)}}
}

// split cuts samples at a time.
func split(samples []sample, at time.Time) (before, after []sample) {
	i, _ := slices.BinarySearchFunc(samples, at.UnixMilli(), func(s sample, ms int64) int { return cmp.Compare(s.ms, ms) })
	return samples[:i], samples[i:]
}

// join makes one series of those that bear the same name at different times.
func (w *World) join() {
	var out []recording.Series
	for _, s := range w.Series {
		out = recording.Joined(out, []recording.Series{s})
	}
	w.Series = out
}
