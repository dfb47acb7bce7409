package counting

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

const (
	// lookback, in milliseconds, is how long Prometheus shows a value after its
	// sample. What ended within it before another began may be the same counter.
	lookback = int64(5 * 60 * 1000)
	// startup, in milliseconds, is how long a process may run before its first
	// scrape and still count from 0.
	startup = horizon
	// beginWorth and arriveWorth, in milliseconds, are how much of its own fastest
	// growth a target may show first and still be taken for one that has just
	// started, where nothing tells when it started: at the beginning of all data,
	// where every target was probably running, and later.
	beginWorth  = float64(5 * 60 * 1000)
	arriveWorth = float64(24 * 60 * 60 * 1000)
)

// firstSample is a sample without an earlier one of its series in what was read,
// and what else is known about its counter.
type firstSample struct {
	sample Sample
	// previous is the series' own last sample within `forgotten`, and since what
	// the sample adds to it; nil where that is not known.
	previous *Sample
	since    *float64
	// predecessor is a newer last sample of the same counter under other labels.
	predecessor *Sample
	// targetSeen: other series of the target had samples before.
	targetSeen bool
	// started is when the process or the counter began, Unix milliseconds; 0 unknown.
	started int64
	// lastSeen is the newest earlier sample of anything that is counted, Unix
	// milliseconds; 0 where the data begin with this sample.
	lastSeen int64
	// begun and growth are what all counters of the target show first, and their
	// fastest growth within the lookback after that, in events a millisecond.
	begun, growth float64
}

// increase is how many events the sample adds. A new counter counts from 0; of
// one that was there before, the first sample is only where counting begins.
func (f firstSample) increase() float64 {
	v := f.sample.V
	switch {
	case f.predecessor != nil:
		return max(v-f.predecessor.V, 0)
	case f.since != nil:
		return *f.since
	case f.previous != nil:
		return increaseFrom(*f.previous, f.sample)
	case f.targetSeen:
		return v
	case f.started != 0 && f.lastSeen != 0:
		return fromZero(v, f.started >= f.lastSeen-startup)
	case f.started != 0:
		return fromZero(v, f.started >= f.sample.T-startup)
	case f.lastSeen == 0:
		return fromZero(v, f.begun <= beginWorth*f.growth)
	}
	return fromZero(v, f.growth == 0 || f.begun <= arriveWorth*f.growth)
}

func fromZero(v float64, isNew bool) float64 {
	if isNew {
		return v
	}
	return 0
}

// increaseFrom is the increase after a pause, of which no samples are known.
func increaseFrom(prev, s Sample) float64 {
	switch {
	case s.Start > prev.T:
		return s.V
	case s.V >= prev.V:
		return s.V - prev.V
	case s.T-prev.T <= horizon && !isDeepFall(prev, s):
		return 0
	}
	return s.V
}

// span is a series in what was read.
type span struct {
	key, target uint64 // target 0: the labels do not show it
	selector    int
	labels      labels.Labels
	first, last Sample
	growth      float64 // fastest within the lookback after the first sample, events a millisecond
	interval    int64   // usual time between samples, milliseconds; 0 unknown
}

// scrapeLabels are labels that the scraper sets, of which a change does not end a
// counter. Others may only be added or taken away: an application does not add
// a label to a counter while it runs.
var scrapeLabels = map[string]bool{
	model.JobLabel: true, model.InstanceLabel: true, "cluster": true, "shard": true, "replica": true, "prometheus": true, "prometheus_replica": true,
	"__replica__": true, "region": true, "zone": true, "env": true, "environment": true, "datacenter": true, "dc": true, "service": true,
	"endpoint": true, "container": true, "team": true, "tenant": true, "monitor": true, "node": true,
}

// precedes reports whether b goes on with the counter of a, which ended: the same
// metric of the same process, under labels that only the scraper changed.
func (a *span) precedes(b *span) bool {
	between := b.first.T - a.last.T // negative where both had samples for a while
	if a.selector != b.selector || a.first.T >= b.first.T || max(between, -between) > lookback {
		return false
	}
	if between > 0 && a.last.V > b.first.V || a.first.V > b.first.V {
		return false
	}
	if a.last.Start != 0 && b.first.Start != 0 {
		return a.last.Start == b.first.Start
	}
	sameProcess, changed := false, false
	for _, name := range []string{model.InstanceLabel, "pod"} {
		was, is := a.labels.Get(name), b.labels.Get(name)
		sameProcess = sameProcess || was != "" && was == is
		changed = changed || was != "" && is != "" && was != is
	}
	if changed && !sameProcess {
		return false
	}
	differs, replaced := false, false
	b.labels.Range(func(l labels.Label) {
		was := a.labels.Get(l.Name)
		if was == l.Value || l.Name == model.BucketLabel && canonicalBound(was) == canonicalBound(l.Value) {
			return
		}
		differs = true
		if was != "" {
			replaced = replaced || !scrapeLabels[l.Name]
			sameProcess = sameProcess && scrapeLabels[l.Name]
			changed = true
		}
	})
	a.labels.Range(func(l labels.Label) { differs = differs || b.labels.Get(l.Name) == "" })
	// Without a label that names the process, only added labels keep the counter.
	return differs && !replaced && (sameProcess || !changed)
}

// neighbors index the series of a read by what decides about first samples.
type neighbors struct {
	byKey      map[uint64][]*span // by first sample
	seen       map[uint64]int64   // by target: its earliest sample
	begin      int64              // earliest sample of all
	hasOlder   bool               // there is older data than was read
	starts     []int64            // first samples, ascending
	lastUpTo   []int64            // newest sample of all series that begin at or before each
	ended      map[string][]*span // series that end before the others, by process and selector
	takenEnded map[*span]bool
}

func newNeighbors(spans []*span) *neighbors {
	n := &neighbors{byKey: map[uint64][]*span{}, seen: map[uint64]int64{}, ended: map[string][]*span{}, takenEnded: map[*span]bool{}}
	byFirst := slices.Clone(spans)
	slices.SortFunc(byFirst, func(a, b *span) int { return int(a.first.T - b.first.T) })
	var newest, last int64
	for _, s := range byFirst {
		newest = max(newest, s.last.T)
	}
	for _, s := range byFirst {
		n.byKey[s.key] = append(n.byKey[s.key], s)
		if at, ok := n.seen[s.target]; s.target != 0 && (!ok || s.first.T < at) {
			n.seen[s.target] = s.first.T
		}
		last = max(last, s.last.T)
		n.starts, n.lastUpTo = append(n.starts, s.first.T), append(n.lastUpTo, last)
		for _, process := range s.processes() {
			n.ended[process] = append(n.ended[process], s)
		}
	}
	if len(byFirst) > 0 {
		n.begin = byFirst[0].first.T
	}
	return n
}

// processes are what the labels call the process that a series is of.
func (s *span) processes() (out []string) {
	for _, name := range []string{model.InstanceLabel, "pod"} {
		if v := s.labels.Get(name); v != "" {
			out = append(out, name+"\xff"+v)
		}
	}
	if len(out) == 0 {
		out = append(out, "")
	}
	return out
}

// previous is the last sample before t of series with the same key: of the same
// counter whose bucket is spelled in another way.
func (n *neighbors) previous(s *span, t int64) *Sample {
	var found *Sample
	for _, o := range n.byKey[s.key] {
		if o != s && o.last.T < t && t-o.last.T <= forgotten && (found == nil || o.last.T > found.T) {
			found = &o.last
		}
	}
	return found
}

// predecessor is the last sample, after an own one (nil: at any time), of the
// series that s goes on with. Each series has one successor.
func (n *neighbors) predecessor(s *span, own *Sample) *Sample {
	var best *span
	for _, process := range s.processes() {
		for _, o := range n.ended[process] {
			if o == s || n.takenEnded[o] || own != nil && o.last.T <= own.T || !o.precedes(s) || best != nil && (o.last.T < best.last.T || o.last.T == best.last.T && o.last.V <= best.last.V) {
				continue
			}
			best = o
		}
	}
	if best == nil {
		return nil
	}
	n.takenEnded[best] = true
	return &best.last
}

// lastSeen is the newest sample before t of any series; 0 where the data begin
// within a lookback before t.
func (n *neighbors) lastSeen(t int64) int64 {
	if !n.hasOlder && t <= n.begin+lookback {
		return 0
	}
	i, _ := slices.BinarySearch(n.starts, t)
	if i == 0 {
		return t - forgotten
	}
	return min(n.lastUpTo[i-1], t)
}
