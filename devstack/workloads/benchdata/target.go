package benchdata

import (
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
)

// staleMarker ends a series until its next sample.
var staleMarker = math.Float64frombits(value.StaleNaN)

// counter is one counter of a target.
type counter struct {
	labels labels.Labels
	bad    bool
	share  float64 // of the good, or of the bad, events
}

// life is one life of a target's process, [startMS, endMS). Its counters start at 0, unless it is
// older than the data.
type life struct {
	startMS, endMS int64
	before         []float64 // values at startMS by counter; nil is 0
	speed          float64   // factor on its traffic; 0 is 1
}

// span is a half-open time range.
type span struct{ fromMS, toMS int64 }

func (s span) holds(atMS int64) bool { return atMS >= s.fromMS && atMS < s.toMS }

// target is a process that Prometheus scrapes.
type target struct {
	counters  []counter
	startTime labels.Labels // labels of process_start_time_seconds; empty: not exported
	lazy      bool          // a counter of bad events is exported once it is not 0
	everyMS   int64
	phaseMS   int64  // of the scrapes, 0..everyMS
	seen      span   // time of its discovery by Prometheus
	outages   []span // time ranges in which every scrape fails
	lives     []life
	traffic   func(hour int64) load
	dice      dice
	truth     *truth // may be nil

	nextMS    int64
	countedMS int64
	lifeAt    int
	born      bool
	hour      int64
	load      load
	values    []float64
	scraped   []float64 // values at the last scrape of this life
	last      []float64 // of the series, over all lives; NaN without one
	exposed   []bool
	started   bool // start time is exported
}

// sink receives a sample of a counter. The index after the last counter is the start time.
type sink func(index int, atMS int64, v float64) error

func (t *target) init() {
	n := len(t.counters)
	t.values, t.scraped, t.last, t.exposed = make([]float64, n), make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range t.last {
		t.last[i] = math.NaN()
	}
	t.hour = math.MinInt64
	first := max(t.seen.fromMS, t.lives[0].startMS)
	t.nextMS = (first-t.phaseMS+t.everyMS-1)/t.everyMS*t.everyMS + t.phaseMS
	t.live()
}

// done reports whether the target has no further samples.
func (t *target) done() bool {
	return t.lifeAt == len(t.lives) && !t.anyExposed() || t.nextMS >= t.seen.toMS+t.everyMS
}

// advance runs all scrapes before untilMS.
func (t *target) advance(untilMS int64, to sink) error {
	if t.values == nil {
		t.init()
	}
	for ; t.nextMS < untilMS && !t.done(); t.nextMS += t.everyMS {
		if err := t.scrape(t.nextMS, to); err != nil {
			return err
		}
	}
	return nil
}

func (t *target) scrape(atMS int64, to sink) error {
	for t.lifeAt < len(t.lives) && atMS >= t.lives[t.lifeAt].endMS {
		t.die()
	}
	if t.lifeAt == len(t.lives) || atMS < t.lives[t.lifeAt].startMS || !t.seen.holds(atMS) || t.down(atMS) {
		return t.stale(atMS, to)
	}
	t.serve(atMS)
	for i, c := range t.counters {
		v := t.values[i]
		if t.lazy && c.bad && v == 0 {
			if t.exposed[i] {
				t.exposed[i] = false
				if err := to(i, atMS, staleMarker); err != nil {
					return err
				}
			}
			continue
		}
		t.exposed[i] = true
		if err := to(i, atMS, v); err != nil {
			return err
		}
		t.record(i, atMS, v)
	}
	t.born = true
	if t.startTime.IsEmpty() {
		return nil
	}
	t.started = true
	return to(len(t.counters), atMS, float64(t.lives[t.lifeAt].startMS)/1000)
}

// record adds the increase of a sample to the truth: the difference from the previous sample, or
// the whole value after a reset and of a new counter. The first scrape of a process that started
// long before adds nothing, because the times of its events are unknown.
func (t *target) record(i int, atMS int64, v float64) {
	rise, hidden := v, 0.0
	switch last := t.last[i]; {
	case !math.IsNaN(last) && v >= last:
		rise = v - last
		if t.scraped[i] == 0 { // a new process that exceeds the old value within one scrape interval
			hidden = last
		}
	case math.IsNaN(last) && !t.born && t.seen.fromMS-t.lives[t.lifeAt].startMS > 10*minuteMS:
		rise = 0
	}
	if t.truth != nil {
		t.truth.add(atMS, rise, t.counters[i].bad)
		t.truth.lose(atMS, hidden, t.counters[i].bad)
	}
	t.last[i], t.scraped[i] = v, v
}

// serve counts events up to a time.
func (t *target) serve(untilMS int64) {
	for t.countedMS < untilMS {
		hour := t.countedMS / hourMS
		if hour != t.hour {
			t.hour, t.load = hour, t.traffic(hour)
		}
		end := min(untilMS, (hour+1)*hourMS)
		seconds := float64(end-t.countedMS) / 1000 * t.lives[t.lifeAt].speed
		for i := range t.counters {
			c := &t.counters[i]
			perSecond := t.load.good
			if c.bad {
				perSecond = t.load.bad
			}
			t.values[i] += t.dice.count(uint64(end)*16+uint64(i), perSecond*c.share*seconds)
		}
		t.countedMS = end
	}
}

// die ends a life. Its events after its last scrape are lost.
func (t *target) die() {
	end := t.lives[t.lifeAt].endMS
	if t.seen.holds(end) {
		t.serve(end)
		for i, c := range t.counters {
			if t.truth != nil {
				t.truth.lose(end, t.values[i]-t.scraped[i], c.bad)
			}
		}
	}
	t.lifeAt++
	t.live()
}

// live starts the next life.
func (t *target) live() {
	if t.lifeAt == len(t.lives) {
		return
	}
	l := &t.lives[t.lifeAt]
	if l.speed == 0 {
		l.speed = 1
	}
	for i := range t.values {
		t.values[i], t.scraped[i] = 0, 0
	}
	copy(t.values, l.before)
	copy(t.scraped, l.before)
	t.countedMS = l.startMS
	if l.before != nil {
		t.countedMS = t.seen.fromMS
	}
}

func (t *target) down(atMS int64) bool {
	for _, o := range t.outages {
		if o.holds(atMS) {
			return true
		}
	}
	return false
}

func (t *target) anyExposed() bool {
	for _, e := range t.exposed {
		if e {
			return true
		}
	}
	return false
}

func (t *target) stale(atMS int64, to sink) error {
	for i, e := range t.exposed {
		if e {
			t.exposed[i] = false
			if err := to(i, atMS, staleMarker); err != nil {
				return err
			}
		}
	}
	if t.started {
		t.started = false
		return to(len(t.counters), atMS, staleMarker)
	}
	return nil
}
