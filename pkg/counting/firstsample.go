package counting

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

const (
	// lookback, in milliseconds, is how long Prometheus shows a value after its
	// sample. What ended within it before another began may be the same counter.
	lookback = int64(5 * 60 * 1000)
	// startup, in milliseconds, is how long a process may run before its first
	// scrape and still count from 0.
	startup = int64(60 * 60 * 1000)
	// openingLimit and arriveWorth, in milliseconds, are how much of its own fastest
	// growth a target may show first and still be taken for one that has just
	// started, where nothing shows when it started: at the beginning of all data,
	// where every target was probably running, and later.
	openingLimit = float64(5 * 60 * 1000)
	arrivalLimit = float64(24 * 60 * 60 * 1000)
)

// firstSample is a sample without an earlier one of its series in what was read,
// and what else is known about its counter.
type firstSample struct {
	sample Sample
	// previous is the newest earlier sample of the counter: its own within
	// `forgotten`, or that of its predecessor under other labels.
	previous *Sample
	// targetSeen: other series of the target had samples within `forgotten`.
	targetSeen bool
	// started is when the process or the counter began, Unix milliseconds; 0 unknown.
	started int64
	// isFirstOfAll: nothing that is counted had a sample within `forgotten`, up to a
	// lookback before this one.
	isFirstOfAll bool
	// isUnscraped: likewise since the process started. It may have been scraped first
	// at the end of an outage.
	isUnscraped bool
	// firstValues and growth are what all counters of the target show first, and their
	// fastest growth within the lookback after that, in events a millisecond.
	firstValues, growth float64
}

// increase is how many events the sample adds. A new counter counts from 0; of
// one that was there before, the first sample is only where counting begins.
func (f firstSample) increase() float64 {
	v := f.sample.V
	switch {
	case f.previous != nil:
		return increaseFrom(*f.previous, f.sample)
	case f.targetSeen:
		return v
	case f.started != 0:
		return fromZero(v, f.started >= f.sample.T-startup || f.isUnscraped && !f.isFirstOfAll)
	case f.isFirstOfAll:
		return fromZero(v, f.firstValues <= openingLimit*f.growth)
	}
	return fromZero(v, f.growth == 0 || f.firstValues <= arrivalLimit*f.growth)
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
	case isRestarted(prev, s):
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

// ending is a sample after which a series paused, or ended.
type ending struct {
	span    *span
	last    Sample
	allowed int64 // milliseconds; the pause is longer
}

// allowance is how long, in milliseconds, a series may be away after a sample
// without having ended, where the gap before that sample was so long; 0: it is the
// first.
func allowance(gap int64) int64 {
	if gap == 0 {
		return horizon
	}
	return min(max(5*gap/2, lookback), horizon) // one scrape may have been missed
}

// mayPrecede reports whether b, which appears with a sample, may go on with the
// counter of a, which ended: the same metric of the same process, under labels that
// only the scraper changed. Whether the values fit is not looked at.
func (a ending) mayPrecede(b *span, s Sample) bool {
	between := s.T - a.last.T // negative where both had samples for a while
	if a.span.selector != b.selector || between > a.allowed || -between > lookback || a.span.first.T >= s.T {
		return false
	}
	was, is := a.span.labels, b.labels
	sameProcess, changed := false, false
	for _, name := range []string{model.InstanceLabel, "pod"} {
		one, other := was.Get(name), is.Get(name)
		sameProcess = sameProcess || one != "" && one == other
		changed = changed || one != "" && other != "" && one != other
	}
	if changed && !sameProcess {
		return false
	}
	differs, replaced := false, false
	is.Range(func(l labels.Label) {
		old := was.Get(l.Name)
		if old == l.Value || l.Name == model.BucketLabel && canonicalBound(old) == canonicalBound(l.Value) {
			return
		}
		differs = true
		if old != "" {
			replaced = replaced || !scrapeLabels[l.Name]
			changed = true
		}
	})
	was.Range(func(l labels.Label) { differs = differs || is.Get(l.Name) == "" })
	// Without a label that names the process, only added labels keep the counter.
	return differs && !replaced && (sameProcess || !changed)
}

// neighbors index the series of a read by what decides about first samples.
type neighbors struct {
	byKey   map[uint64][]Sample // samples after which a series ended, or was not read any more
	targets map[uint64][]*span
	ended   map[string][]*ending // by process, ascending
	unnamed unnamed              // of series whose labels show no process
	spans   []*span
}

// unnamed are ended series whose labels show no process. Another one goes on with
// such a series only if it has the same values of all labels that both have.
type unnamed struct {
	byNames map[string][]*ending               // by the names of the labels
	shared  map[[2]string]map[uint64][]*ending // by these names and shared ones, by a hash of the shared labels
}

// like are the ended series that have the same values as s of all labels that
// both have, ascending by their last sample within each set of names.
func (u *unnamed) like(s *span) (out []*ending) {
	for names, of := range u.byNames {
		var common []string
		s.labels.Range(func(l labels.Label) {
			if strings.Contains(names, "\xff"+l.Name+"\xff") {
				common = append(common, l.Name)
			}
		})
		key := [2]string{names, strings.Join(common, "\xff")}
		if u.shared[key] == nil {
			u.shared[key] = map[uint64][]*ending{}
			for _, e := range of {
				hash := hashLabels(e.span.labels, func(name string) bool { return !slices.Contains(common, name) })
				u.shared[key][hash] = append(u.shared[key][hash], e)
			}
		}
		out = append(out, u.shared[key][hashLabels(s.labels, func(name string) bool { return !slices.Contains(common, name) })]...)
	}
	return out
}

// namesOf are the names of the labels, each between separators.
func namesOf(l labels.Labels) string {
	b := strings.Builder{}
	b.WriteByte(0xff)
	l.Range(func(l labels.Label) {
		b.WriteString(l.Name)
		b.WriteByte(0xff)
	})
	return b.String()
}

func newNeighbors(spans []*span, endings []*ending) *neighbors {
	n := &neighbors{byKey: map[uint64][]Sample{}, targets: map[uint64][]*span{}, ended: map[string][]*ending{}, spans: spans}
	n.unnamed = unnamed{map[string][]*ending{}, map[[2]string]map[uint64][]*ending{}}
	for _, s := range spans {
		n.byKey[s.key] = append(n.byKey[s.key], s.last)
		if s.target != 0 {
			n.targets[s.target] = append(n.targets[s.target], s)
		}
	}
	for _, e := range endings {
		n.byKey[e.span.key] = append(n.byKey[e.span.key], e.last)
		processes := e.span.processes()
		for _, process := range processes {
			n.ended[process] = append(n.ended[process], e)
		}
		if len(processes) == 0 {
			names := namesOf(e.span.labels)
			n.unnamed.byNames[names] = append(n.unnamed.byNames[names], e)
		}
	}
	for _, of := range n.ended {
		slices.SortStableFunc(of, func(a, b *ending) int { return cmp.Compare(a.last.T, b.last.T) })
	}
	return n
}

// processes are what the labels call the process that a series is of; none where
// they do not show it.
func (s *span) processes() (out []string) {
	for _, name := range []string{model.InstanceLabel, "pod"} {
		if v := s.labels.Get(name); v != "" {
			out = append(out, name+"\xff"+v)
		}
	}
	return out
}

// previous is the newest sample before t of the counter, whose bucket may have
// been spelled in another way.
func (n *neighbors) previous(key uint64, t int64) *Sample {
	var found *Sample
	for _, s := range n.byKey[key] {
		if s.T < t && t-s.T <= maxAbsence && (found == nil || s.T > found.T) {
			found = &s
		}
	}
	return found
}

// isTargetSeen reports whether another series of the target had samples within
// `forgotten` before t.
func (n *neighbors) isTargetSeen(target uint64, t int64) bool {
	return slices.ContainsFunc(n.targets[target], func(s *span) bool { return s.first.T < t && s.last.T > t-maxAbsence })
}

// isSeen reports whether the read shows a sample of any series in (after, upTo].
// Where it does not, there may be one all the same.
func (n *neighbors) isSeen(after, upTo int64) bool {
	return slices.ContainsFunc(n.spans, func(s *span) bool {
		return s.first.T > after && s.first.T <= upTo || s.last.T > after && s.last.T <= upTo ||
			s.first.T <= after && s.last.T > upTo && upTo-after >= maxAbsence-lookback // a span has no longer gap
	})
}

// matchPredecessors finds, for each first sample, the ended series that it goes on
// with. Each series has one successor. started is when the process of a first
// sample began; 0 unknown.
func (n *neighbors) matchPredecessors(firsts []*appearance, started func(*appearance) int64) map[*appearance]*ending {
	type atTarget struct {
		target uint64
		at     int64
	}
	candidates := map[*appearance][]*ending{}
	restarted := map[atTarget]bool{} // a counter of the target fell: none of them goes on
	for _, f := range firsts {
		of := n.candidates(f)
		if len(of) == 0 {
			continue
		}
		fits := func(e *ending) bool {
			if e.last.Start != 0 && f.sample.Start != 0 {
				return e.last.Start == f.sample.Start
			}
			isFall := e.last.V > f.sample.V && isDeepFall(e.last, f.sample) // a failover may show a little less
			return !isFall && started(f) <= e.last.T
		}
		if !slices.ContainsFunc(of, fits) && f.span.target != 0 {
			restarted[atTarget{f.span.target, f.sample.T}] = true
		}
		candidates[f] = slices.DeleteFunc(of, func(e *ending) bool { return !fits(e) })
	}
	out, taken := map[*appearance]*ending{}, map[*ending]bool{}
	for _, f := range firsts {
		if restarted[atTarget{f.span.target, f.sample.T}] {
			continue
		}
		for _, e := range slices.Backward(candidates[f]) {
			best := out[f]
			if !taken[e] && (best == nil || e.last.T == best.last.T && e.last.V > best.last.V) {
				out[f] = e
			}
		}
		if e := out[f]; e != nil {
			taken[e] = true
		}
	}
	return out
}

// candidates are the series that may have become that of a first sample, and are
// younger than its own previous sample, ascending by their last sample.
func (n *neighbors) candidates(f *appearance) (out []*ending) {
	after := f.sample.T - horizon - 1
	if own := f.before(n); own != nil {
		after = max(after, own.T)
	}
	add := func(e *ending) {
		if e.last.T > after && e.last.T <= f.sample.T+lookback && e.span.key != f.span.key && !slices.Contains(out, e) && e.mayPrecede(f.span, f.sample) {
			out = append(out, e)
		}
	}
	processes := f.span.processes()
	if len(processes) == 0 {
		for _, e := range n.unnamed.like(f.span) {
			add(e)
		}
	}
	for _, process := range processes {
		of := n.ended[process]
		i, _ := slices.BinarySearchFunc(of, after+1, func(e *ending, t int64) int { return cmp.Compare(e.last.T, t) })
		for _, e := range of[i:] {
			if e.last.T > f.sample.T+lookback {
				break
			}
			add(e)
		}
	}
	slices.SortStableFunc(out, func(a, b *ending) int { return cmp.Compare(a.last.T, b.last.T) })
	return out
}
