package counting

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

const (
	// lookback is how long, in milliseconds, Prometheus returns a value after its sample. A series
	// that ended within a lookback before another began may be the same counter.
	lookback = int64(5 * 60 * 1000)
	// maxStartup is how long, in milliseconds, a process may run before its first scrape and still
	// count from 0.
	maxStartup = int64(60 * 60 * 1000)
	// openingLimit and arrivalLimit bound, in milliseconds of the fastest growth, the first
	// values of a target that counts as just started, if its start time is unknown: at the
	// beginning of all data, when every target was probably running already, and later.
	openingLimit = float64(5 * 60 * 1000)
	arrivalLimit = float64(24 * 60 * 60 * 1000)
)

// firstSample is a sample without an earlier one of its series in the read, with evidence about its
// counter.
type firstSample struct {
	sample Sample
	// previous is the newest earlier sample of the counter: its own within maxAbsence, or that of
	// its predecessor under other labels.
	previous *Sample
	// targetSeen reports whether other series of the target had samples within maxAbsence.
	targetSeen bool
	// started is the start time of the process or counter, Unix milliseconds; 0 unknown.
	started int64
	// isFirstOfAll reports whether no counter of the query had a sample within maxAbsence, up to a
	// lookback before this one.
	isFirstOfAll bool
	// isUnscraped reports whether no counter of the query had a sample since the process started.
	// It may have been scraped first at the end of an outage.
	isUnscraped bool
	// firstValues is the sum of the first values of all counters of the target, and growth the sum
	// of their fastest growth within the lookback after that, in events per millisecond.
	firstValues, growth float64
}

// increase returns the events that the sample adds. A new counter counts from 0. The first sample
// of a counter that existed before is a baseline and adds nothing.
func (f firstSample) increase() float64 {
	v := f.sample.V
	switch {
	case f.previous != nil:
		return increaseFrom(*f.previous, f.sample)
	case f.targetSeen:
		return v
	case f.started != 0:
		return fromZero(v, f.started >= f.sample.T-maxStartup || f.isUnscraped && !f.isFirstOfAll)
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

// increaseFrom returns the increase over a gap without samples.
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

// span is a series in the read.
type span struct {
	key, target uint64 // target 0: unknown from the labels
	selector    int
	labels      labels.Labels
	first, last Sample
	growth      float64 // fastest within the lookback after the first sample, in events per millisecond
	interval    int64   // usual interval of samples, milliseconds; 0 unknown
}

func newSpan(selector int, series labels.Labels) *span {
	s := &span{key: seriesKey(series), selector: selector, labels: series}
	if target := targetOf(series); !target.IsEmpty() {
		s.target = target.Hash()
	}
	return s
}

// scrapeLabels are labels of the scraper. A change of them does not end a counter. Other labels may
// only be added or removed as a whole: an application adds no label to a running counter.
var scrapeLabels = map[string]bool{
	model.JobLabel: true, model.InstanceLabel: true, "cluster": true, "shard": true, "replica": true,
	"prometheus": true, "prometheus_replica": true,
	"__replica__": true, "region": true, "zone": true, "env": true, "environment": true, "datacenter": true, "dc": true,
	"service":  true,
	"endpoint": true, "container": true, "team": true, "tenant": true, "monitor": true, "node": true,
}

// ending is the last sample of a series before a pause, or before its end.
type ending struct {
	span    *span
	last    Sample
	allowed int64 // milliseconds; the pause is longer
}

// allowance returns how long, in milliseconds, a series may pause after a sample without having
// ended. gap is the gap before that sample; 0: it is the first.
func allowance(gap int64) int64 {
	if gap == 0 {
		return horizon
	}
	return min(max(5*gap/2, lookback), horizon) // one scrape may have been missed
}

// mayPrecede reports whether b, which begins with a sample, may continue the counter of a, which ended: the
// same metric of the same process, with changed labels of the scraper only. The caller compares the values.
func (a ending) mayPrecede(b *span, s Sample) bool {
	between := s.T - a.last.T // negative if both had samples at the same time
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
	// Without a label that identifies the process, only added or removed labels keep the counter.
	return differs && !replaced && (sameProcess || !changed)
}

// neighbors indexes the series of a read for the decision about first samples.
type neighbors struct {
	byKey   map[uint64][]Sample // last samples of series before a pause or the end of the read
	targets map[uint64][]*span
	ended   map[string][]*ending // by process, ascending
	unnamed unnamedSeries        // series with labels that identify no process
	spans   []*span
}

// unnamedSeries are ended series with labels that identify no process. Another series continues one
// of them only if all labels that both have are equal.
type unnamedSeries struct {
	byNames map[string][]*ending               // by the names of the labels
	shared  map[[2]string]map[uint64][]*ending // by these names and the shared ones, by a hash of the shared labels
}

// matchLabels returns the ended series with the same values as s in all common labels, ascending by
// last sample within each set of names.
func (u *unnamedSeries) matchLabels(s *span) (out []*ending) {
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
		out = append(out,
			u.shared[key][hashLabels(s.labels, func(name string) bool { return !slices.Contains(common, name) })]...)
	}
	return out
}

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
	n := &neighbors{
		byKey: map[uint64][]Sample{}, targets: map[uint64][]*span{}, ended: map[string][]*ending{},
		spans: spans,
	}
	n.unnamed = unnamedSeries{map[string][]*ending{}, map[[2]string]map[uint64][]*ending{}}
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

// processes returns keys of the process of a series; none if its labels identify no process.
func (s *span) processes() (out []string) {
	for _, name := range []string{model.InstanceLabel, "pod"} {
		if v := s.labels.Get(name); v != "" {
			out = append(out, name+"\xff"+v)
		}
	}
	return out
}

// previous returns the newest sample before t of the counter. Its bucket may have another spelling.
func (n *neighbors) previous(key uint64, t int64) *Sample {
	var found *Sample
	for _, s := range n.byKey[key] {
		if s.T < t && t-s.T <= maxAbsence && (found == nil || s.T > found.T) {
			found = &s
		}
	}
	return found
}

// isTargetSeen reports whether another series of the target had samples within maxAbsence before t.
func (n *neighbors) isTargetSeen(target uint64, t int64) bool {
	return slices.ContainsFunc(n.targets[target],
		func(s *span) bool { return s.first.T < t && s.last.T > t-maxAbsence })
}

// isSeen reports whether the read has a sample of any series in (after, upTo]. false is not conclusive.
func (n *neighbors) isSeen(after, upTo int64) bool {
	return slices.ContainsFunc(n.spans, func(s *span) bool {
		return s.first.T > after && s.first.T <= upTo || s.last.T > after && s.last.T <= upTo ||
			s.first.T <= after && s.last.T > upTo && upTo-after >= maxAbsence-lookback // no span has a longer gap
	})
}

// matchPredecessors finds, for each first sample, the ended series that it continues. Each series
// has at most one successor. started returns the start time of a first sample's process; 0 unknown.
func (n *neighbors) matchPredecessors(firsts []*appearance, started func(*appearance) int64) map[*appearance]*ending {
	type atTarget struct {
		target uint64
		at     int64
	}
	candidates := map[*appearance][]*ending{}
	restarted := map[atTarget]bool{} // a counter of the target decreased: none continues
	for _, f := range firsts {
		of := n.candidates(f)
		if len(of) == 0 {
			continue
		}
		fits := func(e *ending) bool {
			if e.last.Start != 0 && f.sample.Start != 0 {
				return e.last.Start == f.sample.Start
			}
			// after a failover the value may be slightly lower
			isFall := e.last.V > f.sample.V && isDeepFall(e.last, f.sample)
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

// candidates returns the series that a first sample may continue, if they are newer than its own
// previous sample, ascending by last sample.
func (n *neighbors) candidates(f *appearance) (out []*ending) {
	after := f.sample.T - horizon - 1
	if own := f.before(n); own != nil {
		after = max(after, own.T)
	}
	add := func(e *ending) {
		if e.last.T > after && e.last.T <= f.sample.T+lookback && e.span.key != f.span.key &&
			!slices.Contains(out, e) && e.mayPrecede(f.span, f.sample) {
			out = append(out, e)
		}
	}
	processes := f.span.processes()
	if len(processes) == 0 {
		for _, e := range n.unnamed.matchLabels(f.span) {
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
