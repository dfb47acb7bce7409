package measure

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"time"
)

// podCounts are the joint counts of a workload's pods. They are summed up to borders of cells, on demand.
type podCounts struct {
	borders []time.Time // ascending
	pods    []ownedPod

	mu      sync.Mutex
	sums    []eventPair // events up to each border
	known   []bool      // by border
	seconds []float64   // seconds up to each border in which any pod was measured; nil until needed
}

// eventPair is all events, and the good or bad ones of them.
type eventPair struct{ total, part float64 }

// totalAndPart returns the events in (from, to]. Both ends are rounded down to a border.
func (t *podCounts) totalAndPart(from, to time.Time) (total, part float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.sumUpTo(t.borderIndex(from)), t.sumUpTo(t.borderIndex(to))
	return b.total - a.total, b.part - a.part
}

// coverage is the share of (from, to] in which any pod was measured, 0..1. Usually one pod covers
// all of it.
func (t *podCounts) coverage(from, to time.Time) float64 {
	i, j := t.borderIndex(from), t.borderIndex(to)
	if i >= j {
		return 0
	}
	size := t.borders[j].Sub(t.borders[i]).Seconds()
	for _, s := range t.pods {
		if seconds := s.measuredSeconds(t.borders[i], t.borders[j]); seconds > size-roundingSeconds ||
			len(t.pods) == 1 {
			return min(max(seconds/size, 0), 1)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seconds == nil {
		t.mergeCoverage()
	}
	return min(max((t.seconds[j]-t.seconds[i])/size, 0), 1)
}

func (t *podCounts) borderIndex(when time.Time) int {
	return max(sort.Search(len(t.borders), func(i int) bool { return t.borders[i].After(when) })-1, 0)
}

func (t *podCounts) sumUpTo(mark int) eventPair {
	if t.known == nil {
		t.known, t.sums = make([]bool, len(t.borders)), make([]eventPair, len(t.borders))
	}
	if !t.known[mark] {
		t.known[mark] = true
		for _, s := range t.pods {
			if begin, end := s.Clip(t.borders[0], t.borders[mark]); begin.Before(end) {
				total, part := s.pod.TotalAndPart(begin, end)
				t.sums[mark].total += total
				t.sums[mark].part += part
			}
		}
	}
	return t.sums[mark]
}

// mergeCoverage computes when any of the pods was measured.
func (t *podCounts) mergeCoverage() {
	t.seconds = make([]float64, len(t.borders))
	t.fillCoverage(0, len(t.borders)-1, t.pods)
	for i := 1; i < len(t.seconds); i++ {
		t.seconds[i] += t.seconds[i-1]
	}
}

// fillCoverage fills in the measured seconds between each two borders from i to j. A range that one
// pod covers completely needs no further check.
func (t *podCounts) fillCoverage(i, j int, pods []ownedPod) {
	if i >= j {
		return
	}
	size := t.borders[j].Sub(t.borders[i]).Seconds()
	var some []ownedPod
	for _, s := range pods {
		switch seconds := s.measuredSeconds(t.borders[i], t.borders[j]); {
		case seconds > size-roundingSeconds:
			for k := i + 1; k <= j; k++ {
				t.seconds[k] = t.borders[k].Sub(t.borders[k-1]).Seconds()
			}
			return
		case seconds > roundingSeconds:
			some = append(some, s)
		}
	}
	switch {
	case len(some) == 0:
	case j == i+1:
		parts := make([]secondsRange, len(some))
		for n, s := range some {
			parts[n] = s.measuredRange(t.borders[0], t.borders[i], t.borders[j], t.borders[len(t.borders)-1])
		}
		t.seconds[j] = unionLength(parts)
	default:
		middle := (i + j) / 2
		t.fillCoverage(i, middle, some)
		t.fillCoverage(middle, j, some)
	}
}

// secondsRange is a part, in seconds, of the time between two borders.
type secondsRange struct{ from, to float64 }

func unionLength(all []secondsRange) float64 {
	slices.SortFunc(all, func(a, b secondsRange) int { return cmp.Compare(a.from, b.from) })
	covered, end := 0.0, 0.0
	for _, s := range all {
		if s.to > end {
			covered += s.to - max(s.from, end)
			end = s.to
		}
	}
	return covered
}

// roundingSeconds is the rounding error of sums of coverage, which has single precision.
const roundingSeconds = 0.5

// measuredSeconds is the number of seconds of (from, to] in which the pod was measured.
func (s ownedPod) measuredSeconds(from, to time.Time) float64 {
	begin, end := s.Clip(from, to)
	if !begin.Before(end) {
		return 0
	}
	return s.pod.coverage(begin, end) * end.Sub(begin).Seconds()
}

// measuredRange estimates where in (from, to] the pod was measured, of which only the share is known. A pod
// that is absent from the first border on began in the range. A pod that is absent up to the last border
// ended in it. The place of other gaps is unknown, so gaps of several pods count as the same one.
func (s ownedPod) measuredRange(first, from, to, last time.Time) secondsRange {
	seconds, size := s.measuredSeconds(from, to), to.Sub(from).Seconds()
	if s.measuredSeconds(first, from) < roundingSeconds && s.measuredSeconds(to, last) > roundingSeconds {
		return secondsRange{size - seconds, size}
	}
	return secondsRange{0, seconds}
}

// withWholeHours adds all full hours between the borders: cells have a border at each.
func withWholeHours(borders []time.Time) []time.Time {
	from, to := Span(borders)
	out := slices.Clone(borders)
	for t := from.Truncate(time.Hour).Add(time.Hour); t.Before(to); t = t.Add(time.Hour) {
		out = append(out, t)
	}
	for i := range out {
		out[i] = out[i].Truncate(time.Minute)
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}
