package counting

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
)

// pass counts the samples of series, one series after the other, into the cells of runs. It is the
// sink of a stream of samples.
type pass struct {
	q        Counters
	runs     []cells.Run
	from, to int64 // the counted range (from, to], Unix milliseconds
	evidence evidence
	sources  []form // by selection

	tally   *tally
	spans   []*span
	firsts  []*appearance
	endings []*ending
	// The range of the read: (readFrom, readTo], Unix milliseconds. hasEnded: no later data exists.
	readFrom, readTo int64
	hasEnded         bool
	shallowFalls     []shallowFall // decreases that process start times could show to be restarts
	restarts         int           // the largest number of resets of one series
	spare            *counter      // for reuse
	samples          int
	err              error
	classic          map[uint64]bool  // classic histograms in the read, by their labels
	merged           *mergedHistogram // both forms of histograms that have both
	borders          *borders         // counts all cells that are not ambiguous; nil if all samples are counted
}

// evidence is additional data that an earlier pass over the same runs requested.
type evidence struct {
	starts map[uint64][]processStart // by target
	merge  bool                      // a histogram has both forms
}

// appearance is a first sample; resolve decides its increase.
type appearance struct {
	span     *span
	sample   Sample
	previous *Sample // of its series in the read; nil if unknown
	// ownIncrease is the increase in its own samples, if isReturn: the series paused, and may have
	// had another name in between.
	ownIncrease float64
	isReturn    bool
	add         func(events float64) // nil before the counted range: other series may continue it
}

// shallowFall is a small decrease of a counter.
type shallowFall struct {
	series    labels.Labels
	target    uint64
	from, to  int64 // time of the previous sample, and of this one
	corrected bool
}

func newPass(q Counters, runs []cells.Run, ev evidence) *pass {
	p := &pass{q: q, runs: runs, from: runs[0].From * 1000, to: runs[len(runs)-1].To * 1000, evidence: ev}
	p.Reset()
	return p
}

// selections returns what to read, from `context` before the runs until `until`.
func (p *pass) selections(context, until int64) []prom.Selection {
	p.readFrom, p.readTo, p.sources = p.from-context, until, p.q.forms()
	return p.q.selections(p.readFrom, until)
}

// selections returns the selections of all forms in (from, to], Unix milliseconds.
func (q Counters) selections(from, to int64) (out []prom.Selection) {
	for _, f := range q.forms() {
		out = append(out, prom.Selection{Matchers: f.ms, From: time.UnixMilli(from), To: time.UnixMilli(to)})
	}
	return out
}

func (p *pass) Reset() {
	p.tally = newTally(p.runs, p.q.By, len(p.q.Parts))
	p.spans, p.firsts, p.endings, p.shallowFalls, p.samples, p.restarts, p.err = nil, nil, nil, nil, 0, 0, nil
	p.classic, p.merged = map[uint64]bool{}, nil
	if p.evidence.merge {
		p.merged = &mergedHistogram{series: map[uint64]*bucketSamples{}}
	}
}

func (p *pass) Series(selection int, metric labels.Labels, samples prom.SampleIterator) error {
	from := p.sources[selection]
	switch {
	case from.bounds != nil:
		return p.nativeSeries(from.selector, metric, samples)
	case p.q.Selectors[from.selector].Native != nil:
		p.classic[histogramKey(metric)] = true
	}
	var bucket *bucketSamples
	var f *seriesCounter
	if p.merged != nil && p.q.Selectors[from.selector].Native != nil {
		bucket = p.merged.bucket(from.selector, metric)
	} else if f = p.newSeriesCounter(from.selector, metric); f == nil {
		return nil
	}
	for {
		switch samples.Next() {
		case chunkenc.ValNone:
			if f != nil {
				f.end()
			}
			if err := samples.Err(); err != nil {
				return err
			}
			return p.err
		case chunkenc.ValFloat:
			floats := samples.Floats()
			p.samples += len(floats)
			if f != nil {
				f.addAll(floats)
			} else {
				bucket.classic = append(bucket.classic, floats...)
			}
		default:
			return &NativeError{metric}
		}
	}
}

// seriesCounter counts one series.
type seriesCounter struct {
	p       *pass
	span    *span
	c       *counter
	cursor  cursor
	group   *groupTally
	weights []float64 // by part
	present bool      // its samples define the coverage of its groups
	begun   int64     // start of the present range with data
	resets  int
}

// newSeriesCounter begins a series; nil if no part counts it.
func (p *pass) newSeriesCounter(selector int, metric labels.Labels) *seriesCounter {
	f := &seriesCounter{p: p, cursor: cursor{t: p.tally, from: math.MaxInt64}, weights: p.q.weights(selector, metric)}
	if p.borders != nil {
		if c := p.borders.byKey[seriesKey(metric)]; c != nil && c.selector != selector {
			return nil
		}
		f.weights = p.q.weightsOfAll(metric)
	}
	if f.weights == nil {
		return nil
	}
	f.present = f.weights[0] != 0
	f.span = newSpan(selector, metric)
	if f.c = p.spare; f.c == nil {
		f.c = &counter{recent: make([]Sample, 0, 1024)}
	}
	p.spare = nil
	f.c.begin()
	f.c.restarted = p.evidence.restarts(f.span.target)
	return f
}

func (f *seriesCounter) addAll(samples []Sample) {
	for len(samples) > 0 {
		if n := f.addSteady(samples); n > 0 {
			samples = samples[n:]
			continue
		}
		if isFinite(samples[0].V) {
			f.sample(samples[0])
		}
		samples = samples[1:]
	}
}

// addSteady counts samples up to the first one that is not a plain increase within the usual
// interval, and returns their number. It is equivalent to `sample`, in a tenth of the time
// (BenchmarkPass), and counts nearly all samples.
func (f *seriesCounter) addSteady(samples []Sample) (n int) {
	prev, known := f.c.last()
	if !known || f.p.borders != nil || len(f.c.peaks) > 0 || prev.T < max(f.c.correctedUntil, f.span.first.T+lookback) {
		return 0
	}
	cell, sum := -1, 0.0
	usual := leastGap(f.c.recent)
	for ; n < len(samples); n++ {
		s := &samples[n]
		gap := s.T - prev.T
		if usual > 0 && gap < usual {
			usual = gap
		}
		if gap <= 0 || gap > leastGrace && (gap > 2*usual || gap > lookback) ||
			!(s.V >= prev.V && s.V <= math.MaxFloat64) || s.Start >= prev.T && s.Start != 0 {
			break
		}
		if s.T > f.cursor.to || cell < 0 {
			if sum != 0 {
				f.add(cell, sum)
			}
			cell, sum = f.cursor.at(s.T), 0
		}
		if cell >= 0 {
			sum += s.V - prev.V
		}
		prev = *s
	}
	if sum != 0 {
		f.add(cell, sum)
	}
	if n > 0 {
		f.c.remember(samples[:n]...)
		f.span.last = prev
	}
	return n
}

func (f *seriesCounter) sample(s Sample) {
	prev, known := f.c.last()
	returns := known && s.T-prev.T > leastGrace && f.notePause(prev, s.T)
	increase, what := f.c.add(s)
	switch what {
	case duplicate:
		return
	case first:
		f.addFirst(s, known)
		return
	case corrected, reset:
		f.noteFall(prev, s, what)
	case rise:
		if s.T <= f.span.first.T+lookback {
			f.span.growth = max(f.span.growth, increase/float64(s.T-prev.T))
		}
	}
	f.span.last = s
	switch {
	case returns:
		before := prev // allocated here, not for each sample
		f.addAppearance(&appearance{span: f.span, sample: s, previous: &before, ownIncrease: increase, isReturn: true})
	case increase != 0:
		if cell := f.cursor.at(s.T); cell >= 0 && f.p.borders.counts(f.span.key, cell) {
			f.add(cell, increase)
		}
	}
}

// notePause handles a gap after prev until the next sample. It reports whether the gap is so long
// that the series may have ended.
func (f *seriesCounter) notePause(prev Sample, next int64) bool {
	if stays := grace(usualInterval(f.c.recent)); next-prev.T > stays {
		f.markPresent(prev.T + stays)
		f.begun = next
	}
	allowed := f.allowance()
	if next-prev.T <= allowed {
		return false
	}
	f.p.endings = append(f.p.endings, &ending{f.span, prev, allowed})
	return true
}

func (f *seriesCounter) allowance() int64 {
	gap, n := int64(0), len(f.c.recent)
	if n > 1 {
		gap = f.c.recent[n-1].T - f.c.recent[n-2].T
	}
	return allowance(gap)
}

// addAppearance registers a sample for resolve.
func (f *seriesCounter) addAppearance(seen *appearance) {
	cell := f.cursor.at(seen.sample.T)
	if cell >= 0 && !seen.isReturn {
		seen.previous = f.p.borders.before(f.span.key, cell)
	}
	switch {
	case cell >= 0 && f.p.borders.counts(f.span.key, cell):
		seen.add = func(events float64) { f.add(cell, events) }
	case seen.sample.T <= f.p.from-horizon || seen.sample.T <= f.p.readFrom+horizon || seen.sample.T > f.p.to:
		return // no other sample in the counted range depends on it
	}
	f.p.firsts = append(f.p.firsts, seen)
}

func (f *seriesCounter) add(cell int, events float64) {
	if f.group == nil {
		f.group = f.p.tally.group(f.span.labels)
	}
	for i, w := range f.weights {
		if w != 0 {
			f.group.Counts[i][cell] += w * events
		}
	}
}

// addFirst handles a sample without a previous one. again: the counter was absent so long that it is new.
func (f *seriesCounter) addFirst(s Sample, again bool) {
	if again {
		f.p.spans = append(f.p.spans, f.span)
		next := *f.span
		f.span = &next
		f.span.growth = 0
	}
	f.span.first, f.span.last, f.begun = s, s, s.T
	f.addAppearance(&appearance{span: f.span, sample: s})
}

func (f *seriesCounter) noteFall(prev, s Sample, what change) {
	if prev.V-s.V > 0 && !isDeepFall(prev, s) {
		f.p.shallowFalls = append(f.p.shallowFalls,
			shallowFall{f.span.labels, f.span.target, prev.T, s.T, what == corrected})
		f.p.tally.hasCorrection = true
		if cell := f.cursor.at(s.T); cell >= 0 {
			f.p.tally.correctedCells[cell] = true
		}
	}
	if what == reset {
		f.resets++
		f.p.restarts = max(f.p.restarts, f.resets)
	}
	if what == reset && s.Start == 0 && s.T > f.p.from && s.T <= f.p.to && f.p.err == nil {
		if f.c.hasTwoWriters() {
			f.p.err = &TwoWritersError{f.span.labels.String(), time.UnixMilli(s.T)}
		}
	}
}

func (f *seriesCounter) end() {
	if last, known := f.c.last(); known {
		interval := usualInterval(f.c.recent)
		f.markPresent(last.T + grace(interval))
		f.span.interval = interval
		f.p.spans = append(f.p.spans, f.span)
		if allowed := f.allowance(); f.p.hasEnded || last.T+allowed <= f.p.readTo {
			f.p.endings = append(f.p.endings, &ending{f.span, last, allowed})
		}
	}
	f.p.spare = f.c
}

// markPresent ends a range with data.
func (f *seriesCounter) markPresent(until int64) {
	if !f.present || until <= f.p.from || f.begun > f.p.to {
		return
	}
	if f.group == nil {
		f.group = f.p.tally.group(f.span.labels)
	}
	if f.p.borders == nil {
		f.p.tally.markPresent(f.group, f.begun, until)
		return
	}
	for cell := range f.p.borders.run.Cells() { // other counters have their coverage from queries
		if f.p.borders.counts(f.span.key, cell) {
			f.p.tally.markPresent(f.group, max(f.begun, f.p.borders.border(cell)+1),
				min(until, f.p.borders.border(cell+1)+1))
		}
	}
}
