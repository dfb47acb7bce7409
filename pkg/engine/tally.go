package engine

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"time"
)

// tally is what the pods of a workload counted together. It is summed up at marks, borders of the ledger's cells, where it is
// asked for.
type tally struct {
	marks  []time.Time // ascending
	stints []stint

	mu      sync.Mutex
	sums    []pair    // events up to each mark
	known   []bool    // by mark
	seconds []float64 // up to each mark in which any of the pods was measured; nil until it is needed
}

// pair is all events, and the good or bad ones of them.
type pair struct{ total, part float64 }

// events are those in (from, to]. Ends are cut down to a mark.
func (t *tally) events(from, to time.Time) (total, part float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, b := t.upTo(t.mark(from)), t.upTo(t.mark(to))
	return b.total - a.total, b.part - a.part
}

// coverage is the share of (from, to] in which any of the pods was measured, 0 to 1. Mostly one of them tells.
func (t *tally) coverage(from, to time.Time) float64 {
	i, j := t.mark(from), t.mark(to)
	if i >= j {
		return 0
	}
	size := t.marks[j].Sub(t.marks[i]).Seconds()
	for _, s := range t.stints {
		if seconds := s.measured(t.marks[i], t.marks[j]); seconds > size-traceSeconds || len(t.stints) == 1 {
			return min(max(seconds/size, 0), 1)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seconds == nil {
		t.unite()
	}
	return min(max((t.seconds[j]-t.seconds[i])/size, 0), 1)
}

func (t *tally) mark(when time.Time) int {
	return max(sort.Search(len(t.marks), func(i int) bool { return t.marks[i].After(when) })-1, 0)
}

func (t *tally) upTo(mark int) pair {
	if t.known == nil {
		t.known, t.sums = make([]bool, len(t.marks)), make([]pair, len(t.marks))
	}
	if !t.known[mark] {
		t.known[mark] = true
		for _, s := range t.stints {
			if begin, end := s.during(t.marks[0], t.marks[mark]); begin.Before(end) {
				total, part := s.pod.pair(begin, end)
				t.sums[mark].total += total
				t.sums[mark].part += part
			}
		}
	}
	return t.sums[mark]
}

// unite finds when any of the pods was measured.
func (t *tally) unite() {
	t.seconds = make([]float64, len(t.marks))
	t.between(0, len(t.marks)-1, t.stints)
	for i := 1; i < len(t.seconds); i++ {
		t.seconds[i] += t.seconds[i-1]
	}
}

// between fills in the measured seconds of each stretch between two marks, by pods that were measured within. A time that one
// of them was there throughout is looked at no closer.
func (t *tally) between(i, j int, pods []stint) {
	if i >= j {
		return
	}
	size := t.marks[j].Sub(t.marks[i]).Seconds()
	var some []stint
	for _, s := range pods {
		switch seconds := s.measured(t.marks[i], t.marks[j]); {
		case seconds > size-traceSeconds:
			for k := i + 1; k <= j; k++ {
				t.seconds[k] = t.marks[k].Sub(t.marks[k-1]).Seconds()
			}
			return
		case seconds > traceSeconds:
			some = append(some, s)
		}
	}
	switch {
	case len(some) == 0:
	case j == i+1:
		parts := make([]stretch, len(some))
		for n, s := range some {
			parts[n] = s.within(t.marks[0], t.marks[i], t.marks[j], t.marks[len(t.marks)-1])
		}
		t.seconds[j] = length(parts)
	default:
		middle := (i + j) / 2
		t.between(i, middle, some)
		t.between(middle, j, some)
	}
}

// stretch is a part, in seconds, of the time between two marks.
type stretch struct{ from, to float64 }

// length is what the stretches cover together.
func length(all []stretch) float64 {
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	covered, end := 0.0, 0.0
	for _, s := range all {
		if s.to > end {
			covered += s.to - max(s.from, end)
			end = s.to
		}
	}
	return covered
}

// traceSeconds is what sums of coverage, which is kept in single precision, may leave of nothing.
const traceSeconds = 0.5

// measured is for how many seconds of (from, to] the pod was measured.
func (s stint) measured(from, to time.Time) float64 {
	begin, end := s.during(from, to)
	if !begin.Before(end) {
		return 0
	}
	return s.pod.coverage(begin, end) * end.Sub(begin).Seconds()
}

// within tells where in (from, to] the pod was measured, of which only the share is known: one that was not there since the
// first mark began in it, and was there at the end; one that is not there up to the last ended in it. Of another gap the place
// is not known, so that the gaps of several pods are taken for the same one.
func (s stint) within(first, from, to, last time.Time) stretch {
	seconds, size := s.measured(from, to), to.Sub(from).Seconds()
	if s.measured(first, from) < traceSeconds && s.measured(to, last) > traceSeconds {
		return stretch{size - seconds, size}
	}
	return stretch{0, seconds}
}

// marked are the borders, with all whole hours between them: the ledger has a border at each.
func marked(borders []time.Time) []time.Time {
	from, to := span(borders)
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
