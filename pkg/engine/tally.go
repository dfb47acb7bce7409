package engine

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"time"
)

// tally is what the pods of a workload counted together, as running sums at marks: borders of the ledger's cells, so that
// every window between borders is told at once, however many pods came and went.
type tally struct {
	marks  []time.Time // ascending
	stints []stint

	once sync.Once
	sums []running
}

// running is all that was counted up to a mark.
type running struct {
	total, part float64 // events, and the good or bad ones of them
	seconds     float64 // in which any of the pods was measured
}

// events are all events in (from, to], and the good or bad ones. Ends are cut down to a mark.
func (t *tally) events(from, to time.Time) (total, part float64) {
	a, b := t.at(from), t.at(to)
	return b.total - a.total, b.part - a.part
}

// coverage is the share of (from, to] in which any of the pods was measured, 0 to 1.
func (t *tally) coverage(from, to time.Time) float64 {
	i, j := t.mark(from), t.mark(to)
	if i >= j {
		return 0
	}
	return min(max((t.at(to).seconds-t.at(from).seconds)/t.marks[j].Sub(t.marks[i]).Seconds(), 0), 1)
}

func (t *tally) at(when time.Time) running {
	t.once.Do(t.run)
	return t.sums[t.mark(when)]
}

func (t *tally) mark(when time.Time) int {
	return max(sort.Search(len(t.marks), func(i int) bool { return t.marks[i].After(when) })-1, 0)
}

func (t *tally) run() {
	n := len(t.marks)
	t.sums = make([]running, n)
	pieces := make([][]stretch, n)
	for _, s := range t.stints {
		s.run(t.marks, func(i int, more running, where stretch) {
			t.sums[i].total += more.total
			t.sums[i].part += more.part
			if where.to > where.from {
				pieces[i] = append(pieces[i], where)
			}
		})
	}
	for i := 1; i < n; i++ {
		t.sums[i].total += t.sums[i-1].total
		t.sums[i].part += t.sums[i-1].part
		t.sums[i].seconds = t.sums[i-1].seconds + length(pieces[i])
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

// traces are what running sums of floats may leave of nothing.
const (
	traceSeconds = 0.5 // coverage is kept in single precision
	traceEvents  = 1e-9
)

// run tells what the pod counted between each mark and the one before, and where in that time it was measured. Of a pod's
// coverage only the share is known: one that began between two marks was there at the end, one that ended at the beginning; of
// another gap the place is not known, so that the gaps of several pods are taken for the same one.
func (s stint) run(marks []time.Time, add func(i int, more running, where stretch)) {
	n := len(marks)
	first, last := s.during(marks[0], marks[n-1])
	if !first.Before(last) {
		return
	}
	upTo := func(i int) running {
		_, end := s.during(first, marks[i])
		if !first.Before(end) {
			return running{}
		}
		total, part := s.pod.pair(first, end)
		return running{total, part, s.pod.coverage(first, end) * end.Sub(first).Seconds()}
	}
	whole := upTo(n - 1)
	begin := sort.Search(n-1, func(i int) bool { return upTo(i).beyond(running{}) })
	end := sort.Search(n-1, func(i int) bool { return !whole.beyond(upTo(i)) })
	before := running{}
	for i := max(begin, 1); i <= end; i++ {
		now, size := upTo(i), marks[i].Sub(marks[i-1]).Seconds()
		more := running{now.total - before.total, now.part - before.part, now.seconds - before.seconds}
		add(i, more, more.where(size, i == begin && i < end))
		before = now
	}
}

// beyond tells whether there is more in r than in the sums of an earlier mark.
func (r running) beyond(o running) bool {
	return r.total > o.total+traceEvents || r.part > o.part+traceEvents || r.seconds > o.seconds+traceSeconds
}

// where is the time that was measured of size seconds.
func (r running) where(size float64, began bool) stretch {
	switch {
	case r.seconds < traceSeconds:
		return stretch{}
	case r.seconds > size-traceSeconds:
		return stretch{0, size}
	case began:
		return stretch{size - r.seconds, size}
	}
	return stretch{0, r.seconds}
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
