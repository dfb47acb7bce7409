package counting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// The estimator by borders. A cell between two borders at which a counter has a
// value holds the difference of the values, unless the server saw it fall in
// between. In all other cells, at the birth and the end of a counter, around gaps
// and after falls, all samples are read and counted by the rules. Differences
// telescope, so both give what the samples show.

// borderCells is how many cells are asked for at once: five days of hours, which
// servers read side by side. Prometheus answers at most 11,000 points a series.
const borderCells = 120

// mostDoubts is the share of all cells from which on it costs less to read all
// samples than those of the cells in doubt, each with its context.
const mostDoubts = 1.0 / 8

func (f *fetch) borderPieces(runs []cells.Run) (out [][]cells.Run) {
	n := int64(min(borderCells, max(pieceValues/max(f.request.Width, 1), 1)))
	for _, r := range runs {
		for from := r.From; from < r.To; from += n * r.Step() {
			out = append(out, []cells.Run{{Level: r.Level, From: from, To: min(from+n*r.Step(), r.To)}})
		}
	}
	return out
}

// grid is the answer of a range query.
type grid = model.Matrix

// grid evaluates an expression at from, from+step and so on up to to, in Unix
// seconds.
func (r *Reader) grid(ctx context.Context, expr parser.Expr, from, to, step int64, stats *traffic) (grid, error) {
	text := expr.String()
	m, warnings, err := r.source.QueryRange(ctx, text, prom.Range{
		Start: time.Unix(from, 0), End: time.Unix(to, 0), Step: time.Duration(step) * time.Second,
	})
	if err != nil {
		return nil, err
	}
	n := 0
	for _, s := range m {
		n += len(s.Values)
	}
	stats.note(text, warnings, n)
	return m, nil
}

// bordered is a counter by its values at the borders of a run.
type bordered struct {
	labels   labels.Labels
	key      uint64
	selector int
	weights  []float64
	values   []float64 // per border; NaN where there is none
	inDoubt  []bool    // per cell
}

// borderTries is how often a run is read whose answers contradict each other, before
// it is refused: of 180 reads of such a pair none was (TestAPairThatAnswersByChance).
const borderTries = 4

// countBorders counts a run by the values at the borders of its cells.
func (r *Reader) countBorders(ctx context.Context, q Counters, run cells.Run, request cells.Request) (got *cells.Fetched, err error) {
	var servers *ServersError
	for try := 0; try == 0 || try < borderTries && errors.As(err, &servers); try++ {
		got, err = r.tryBorders(ctx, q, run, request)
	}
	return got, err
}

func (r *Reader) tryBorders(ctx context.Context, q Counters, run cells.Run, request cells.Request) (*cells.Fetched, error) {
	b := &borders{reader: r, q: q, run: run, request: request, stats: &traffic{}, byKey: map[uint64]*bordered{}, shares: map[string][]float64{}}
	if err := b.read(ctx); err != nil {
		return nil, err
	}
	if err := b.locate(ctx); err != nil {
		return nil, err
	}
	if err := b.present(ctx); err != nil {
		return nil, err
	}
	if b.doubts() > int(mostDoubts*float64(len(b.all)*run.Cells())) {
		got, err := r.countSamples(ctx, q, []cells.Run{run}, request)
		if err == nil {
			got.Queries, got.Samples = got.Queries+b.stats.requests, got.Samples+b.stats.samples
			got.Warnings, got.Sent = union(got.Warnings, b.stats.warnings), union(got.Sent, b.stats.sent)
		}
		return got, err
	}
	var ev evidence
	for {
		b.pass = newPass(q, []cells.Run{run}, ev)
		b.pass.borders = b
		b.addDifferences()
		if err := b.countDoubts(ctx); err != nil {
			return nil, err
		}
		more, err := r.readFallEvidence(ctx, b.pass, &ev, b.stats)
		switch {
		case err != nil:
			return nil, err
		case more, b.doubtCorrected():
			continue
		}
		if err := r.resolve(ctx, b.pass, false, b.stats); err != nil {
			return nil, err
		}
		for key, shares := range b.shares {
			if of := b.groups[key]; len(of) > 0 {
				b.pass.tally.group(of[0].labels).atLeast = shares
			}
		}
		out := b.pass.fetched(request, b.stats)
		out.Width = len(b.all)
		return out, nil
	}
}

type borders struct {
	reader  *Reader
	q       Counters
	run     cells.Run
	request cells.Request
	stats   *traffic
	pass    *pass
	all     []*bordered
	byKey   map[uint64]*bordered
	groups  map[string][]*bordered // counters that are a group's data
	shares  map[string][]float64   // by group, per cell: the share with data, as far as queries show it
	batch   map[doubt]bool         // what the samples that are streamed count for
}

// read requests the values at the borders, and where a counter falls, for all
// series of the run: in one query, so that they are of one server where several
// answer at an address.
func (b *borders) read(ctx context.Context) error {
	r := b.run
	var exprs []parser.Expr
	listed := make([][]model.LabelSet, len(b.q.Selectors))
	var values grid
	g, gctx := fault.WithContext(ctx)
	for i, s := range b.q.Selectors {
		// The range reaches one lookback behind the cell: a fall between the value at
		// its start and its first sample must show.
		falls := promexpr.Binary(parser.GTR, promexpr.Call("resets", rangeOf(s.Matchers, r.Step()*1000+lookback)), promexpr.Number(0))
		exprs = append(exprs, promexpr.Selector(s.Matchers), falls)
		g.Go(func() error {
			sets, warnings, err := b.reader.source.Series(gctx, promexpr.Selector(s.Matchers).String(), time.UnixMilli(r.From*1000+1), time.Unix(r.To, 0))
			listed[i] = sets
			b.stats.note("", warnings, 0)
			return err
		})
	}
	g.Go(func() (err error) {
		values, err = b.reader.grid(gctx, promexpr.Union(exprs...), r.From+(1-b.correctionCells())*r.Step(), r.To, r.Step(), b.stats)
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	for i, sets := range listed {
		for _, set := range sets {
			b.counter(i, asLabels(model.Metric(set)))
		}
	}
	for _, s := range values {
		part := promexpr.Part(s.Metric)
		selector, own := part/2, labels.NewBuilder(asLabels(s.Metric)).Del(promexpr.PartLabel).Labels()
		if part%2 == 1 { // resets drops the name
			own = labels.NewBuilder(own).Set(model.MetricNameLabel, promexpr.Metric(b.q.Selectors[selector].Matchers)).Labels()
		} else if len(s.Histograms) > 0 {
			return &NativeError{own}
		}
		c := b.counter(selector, own)
		if c == nil {
			continue
		}
		for _, v := range s.Values {
			at := int((int64(v.Timestamp)/1000 - r.From) / r.Step())
			switch {
			case part%2 == 1: // of a fall before the run, the context of its first cell shows the effect
				c.doubt(max(at-1, 0), 1)
			case int64(v.Timestamp)/1000 >= r.From && isFinite(float64(v.Value)):
				// Of a counter that is stored under two spellings, the younger.
				c.values[at] = latest(c.values[at], float64(v.Value))
			}
		}
	}
	for _, c := range b.all {
		for i := range c.inDoubt {
			from, to := c.values[i], c.values[i+1]
			if !(to >= from) { // also where one is not known
				c.doubt(i, 1)
			}
		}
	}
	return nil
}

// correctionCells is how many cells behind that of a correction it matters in.
func (b *borders) correctionCells() int64 {
	return (correctionMemory/1000 + b.run.Step() - 1) / b.run.Step()
}

// doubtCorrected puts the cells in doubt in which counters that were corrected are
// held to their old maximum, and reports whether there are more than before.
func (b *borders) doubtCorrected() (more bool) {
	for _, d := range b.pass.shallowFalls {
		c := b.byKey[seriesKey(d.series)]
		if !d.corrected || c == nil {
			continue
		}
		first := (d.to/1000 - b.run.From) / b.run.Step()
		for i := max(first, 0); i <= first+b.correctionCells() && int(i) < len(c.inDoubt); i++ {
			more = more || !c.inDoubt[i]
			c.inDoubt[i] = true
		}
	}
	return more
}

func latest(a, b float64) float64 {
	if math.IsNaN(a) {
		return b
	}
	return max(a, b)
}

// counter is that of a series; nil where no part counts it. One that several selectors select is read by the first of them.
func (b *borders) counter(selector int, series labels.Labels) *bordered {
	key := seriesKey(series)
	if c := b.byKey[key]; c != nil {
		return c
	}
	c := &bordered{labels: series, key: key, selector: selector, weights: b.q.weightsOfAll(series), inDoubt: make([]bool, b.run.Cells())}
	if c.weights == nil {
		return nil
	}
	c.values = slices.Repeat([]float64{math.NaN()}, b.run.Cells()+1)
	b.byKey[key] = c
	b.all = append(b.all, c)
	return c
}

func (c *bordered) doubt(from, n int) {
	for i := max(from, 0); i < from+n && i < len(c.inDoubt); i++ {
		c.inDoubt[i] = true
	}
}

// locate finds the cells without a value at both borders in which a counter has
// samples all the same. In the others it was away: there is nothing to doubt.
func (b *borders) locate(ctx context.Context) error {
	away := make([][]labels.Labels, len(b.q.Selectors))
	for _, c := range b.all {
		if slices.ContainsFunc(c.cells(), c.isAway) {
			away[c.selector] = append(away[c.selector], c.labels)
		}
	}
	var exprs []parser.Expr
	var selectors []int
	for i, series := range away {
		if len(series) > 0 {
			exprs = append(exprs, promexpr.Call("count_over_time", rangeOf(narrow(b.q.Selectors[i].Matchers, series), b.run.Step()*1000)))
			selectors = append(selectors, i)
		}
	}
	if len(exprs) == 0 {
		return nil
	}
	answer, err := b.reader.grid(ctx, promexpr.Union(exprs...), b.run.From+b.run.Step(), b.run.To, b.run.Step(), b.stats)
	if err != nil {
		return err
	}
	has := map[doubt]bool{}
	for _, series := range answer {
		metric := promexpr.Metric(b.q.Selectors[selectors[promexpr.Part(series.Metric)]].Matchers)
		c := b.byKey[seriesKey(labels.NewBuilder(asLabels(series.Metric)).Del(promexpr.PartLabel).Set(model.MetricNameLabel, metric).Labels())]
		for _, v := range series.Values {
			has[doubt{int((int64(v.Timestamp)/1000-b.run.From)/b.run.Step()) - 1, c}] = true
		}
	}
	for _, c := range b.all {
		for cell := range c.inDoubt {
			if c.isAway(cell) {
				c.inDoubt[cell] = has[doubt{cell, c}]
			}
		}
	}
	return nil
}

// cells are the places of all cells.
func (c *bordered) cells() []int {
	out := make([]int, len(c.inDoubt))
	for i := range out {
		out[i] = i
	}
	return out
}

// isAway reports whether the counter shows nothing at both borders of a cell.
func (c *bordered) isAway(i int) bool { return math.IsNaN(c.values[i]) && math.IsNaN(c.values[i+1]) }

// doubts is the number of cells in doubt, over all counters.
func (b *borders) doubts() (n int) {
	for _, c := range b.all {
		for _, doubt := range c.inDoubt {
			if doubt {
				n++
			}
		}
	}
	return n
}

// addDifferences counts the cells that are not in doubt.
func (b *borders) addDifferences() {
	for _, c := range b.all {
		var g *groupTally
		for i, doubt := range c.inDoubt {
			if doubt || c.isAway(i) || c.values[i+1] == c.values[i] {
				continue
			}
			if g == nil {
				g = b.pass.tally.group(c.labels)
			}
			for part, w := range c.weights {
				if w != 0 {
					g.Counts[part][i] += w * (c.values[i+1] - c.values[i])
				}
			}
		}
	}
}

// doubt is a cell of a counter whose samples must be read.
type doubt struct {
	cell int
	c    *bordered
}

// batch is a stretch of cells some of which are in doubt, for some counters.
type batch struct {
	from, to int // cells
	doubts   map[doubt]bool
	series   map[int][]labels.Labels // by selector
}

// countDoubts reads the samples of the cells in doubt, with their context, and
// counts them by the rules.
func (b *borders) countDoubts(ctx context.Context) error {
	for _, c := range b.all {
		if s := b.spanOf(c); s != nil {
			b.pass.spans = append(b.pass.spans, s)
		}
	}
	for _, batch := range b.batches() {
		from := time.Unix(b.run.From+int64(batch.from)*b.run.Step(), 0).Add(-fullContext)
		until := min((b.run.From+int64(batch.to)*b.run.Step())*1000+horizon, b.request.Now*1000)
		b.pass.readFrom, b.pass.readTo, b.pass.hasEnded = from.UnixMilli(), until, until == b.request.Now*1000
		var selections []prom.Selection
		b.pass.sources = nil
		series := slices.Concat(slices.Collect(maps.Values(batch.series))...)
		for i, s := range b.q.Selectors {
			if len(batch.series[i]) > 0 {
				selections = append(selections, prom.Selection{Matchers: narrowToProcesses(s.Matchers, series), From: from, To: time.UnixMilli(until)})
				b.pass.sources = append(b.pass.sources, source{selector: i})
			}
		}
		b.batch = batch.doubts
		sink := &borderCheck{b, map[doubt]model.SamplePair{}}
		if err := b.reader.query(ctx, selections, sink, b.stats); err != nil {
			return err
		}
		if err := sink.err(); err != nil {
			return err
		}
	}
	b.pass.readFrom = b.pass.from
	return nil
}

// borderCheck hands samples to the pass, and notes the last one up to the end of
// each cell in doubt.
type borderCheck struct {
	*borders
	last map[doubt]model.SamplePair
}

// Reset implements prom.SampleSink.
func (s *borderCheck) Reset() {
	clear(s.last)
	s.pass.Reset()
}

// Series implements prom.SampleSink.
func (s *borderCheck) Series(selection int, metric labels.Labels, samples prom.SampleIterator) error {
	if q, c := samples.(*queriedSeries), s.byKey[seriesKey(metric)]; c != nil {
		values := q.series.Values
		for cell := range c.inDoubt {
			d := doubt{cell, c}
			n, _ := slices.BinarySearchFunc(values, s.border(cell+1), func(v model.SamplePair, border int64) int {
				return cmp.Compare(int64(v.Timestamp), border+1)
			})
			if s.batch[d] && n > 0 && values[n-1].Timestamp > s.last[d].Timestamp {
				s.last[d] = values[n-1]
			}
		}
	}
	return s.pass.Series(selection, metric, samples)
}

// err is a ServersError where a counter has a value at a border of which its
// samples show nothing within a lookback. The newest of them may be older where
// the server has a longer lookback, but then it has the value.
func (s *borderCheck) err() error {
	for d := range s.batch {
		value, last, at := d.c.values[d.cell+1], s.last[d], s.border(d.cell+1)
		if !math.IsNaN(value) && int64(last.Timestamp) <= at-lookback && float64(last.Value) != value {
			return &ServersError{d.c.labels.String(), time.UnixMilli(at)}
		}
	}
	return nil
}

// ServersError reports that two answers contradict each other.
type ServersError struct {
	Series string
	At     time.Time
}

func (e *ServersError) Error() string {
	return fmt.Sprintf("the answers contradict each other: %s has a value at %s UTC, but no sample of it in the five minutes before. "+
		"Servers with different samples answer at this address: query them through Thanos, which merges them",
		e.Series, e.At.UTC().Format("2006-01-02 15:04"))
}

// border is when the i-th border of the run is, Unix milliseconds.
func (b *borders) border(i int) int64 { return (b.run.From + int64(i)*b.run.Step()) * 1000 }

// counts reports whether the samples of a series are to be counted in a cell.
func (b *borders) counts(series uint64, cell int) bool {
	return b == nil || b.batch[doubt{cell, b.byKey[series]}]
}

// before is the value of a series at the last border up to a cell; nil where none
// is known.
func (b *borders) before(series uint64, cell int) *Sample {
	if b == nil || b.byKey[series] == nil {
		return nil
	}
	for i := cell; i >= 0; i-- {
		if v := b.byKey[series].values[i]; !math.IsNaN(v) {
			return &Sample{T: b.border(i), V: v}
		}
	}
	return nil
}

// spanOf is what the borders show of a counter: evidence for the first samples of
// others. nil where they show nothing.
func (b *borders) spanOf(c *bordered) *span {
	s, seen := &span{key: c.key, selector: c.selector, labels: c.labels}, false
	if target := targetOf(c.labels); !target.IsEmpty() {
		s.target = target.Hash()
	}
	for i, v := range c.values {
		if math.IsNaN(v) {
			continue
		}
		at := Sample{T: b.border(i), V: v}
		if !seen {
			s.first, seen = at, true
		}
		s.last = at
	}
	if !seen {
		return nil
	}
	return s
}

// batches are the cells in doubt, those near in time together, each for as few
// counters as one selector can name and few enough samples.
func (b *borders) batches() (out []batch) {
	var doubts []doubt
	for _, c := range b.all {
		for i, in := range c.inDoubt {
			if in {
				doubts = append(doubts, doubt{i, c})
			}
		}
	}
	slices.SortFunc(doubts, func(a, b doubt) int { return cmp.Compare(a.cell, b.cell) })
	interval := cmp.Or(b.request.Interval, scrapeSeconds)
	context := int64(fullContext / time.Second)
	near := int(context/b.run.Step()) + 1
	for len(doubts) > 0 {
		next := batch{from: doubts[0].cell, doubts: map[doubt]bool{}, series: map[int][]labels.Labels{}}
		own := map[*bordered]bool{}
		for _, d := range doubts {
			size := len(own)
			if !own[d.c] {
				size++
			}
			samples := (int64(d.cell+1-next.from)*b.run.Step() + context) / interval * int64(size)
			if len(next.doubts) > 0 && (d.cell > next.to+near || size > maxAlternatives || samples > queriedSamples) {
				break
			}
			if !own[d.c] {
				own[d.c] = true
				next.series[d.c.selector] = append(next.series[d.c.selector], d.c.labels)
			}
			next.to, next.doubts[d] = d.cell+1, true
		}
		out, doubts = append(out, next), doubts[len(next.doubts):]
	}
	return out
}

// present measures coverage: the share of each cell in which some counter of the
// group was there, every five minutes (every minute in cells of five). One
// counter that was there throughout proves it for its group; all of a group are
// asked where it was not.
func (b *borders) present(ctx context.Context) error {
	b.groups = map[string][]*bordered{}
	for _, c := range b.all {
		if c.weights[0] != 0 {
			_, key := groupOf(c.labels, b.q.By)
			b.groups[key] = append(b.groups[key], c)
		}
	}
	var chosen, rest []*bordered
	for _, of := range b.groups {
		if i := slices.IndexFunc(of, func(c *bordered) bool { return !slices.ContainsFunc(c.values, math.IsNaN) }); i >= 0 {
			chosen = append(chosen, of[i])
		}
	}
	if err := b.askPresence(ctx, chosen); err != nil {
		return err
	}
	for key, of := range b.groups {
		if shares := b.shares[key]; shares == nil || slices.ContainsFunc(shares, func(share float64) bool { return share < 1 }) {
			rest = append(rest, of...)
		}
	}
	if err := b.askPresence(ctx, rest); err != nil {
		return err
	}
	for key, shares := range b.shares {
		for cell, share := range shares {
			if share < 1 || !slices.ContainsFunc(b.groups[key], func(c *bordered) bool { return c.isKnown(cell) }) {
				b.doubtPresence(b.groups[key], shares, cell)
			}
		}
	}
	return nil
}

// isKnown reports whether the borders alone show the increase in a cell, and so
// that the counter was there.
func (c *bordered) isKnown(i int) bool {
	return !c.inDoubt[i] && !c.isAway(i)
}

// doubtPresence lets the samples alone show how much of a cell has data: they may
// be further apart than the instants that were looked at, and the instants may be
// of another server than the values.
func (b *borders) doubtPresence(of []*bordered, shares []float64, cell int) {
	for _, c := range of {
		c.inDoubt[cell] = c.inDoubt[cell] || !c.isAway(cell)
	}
	shares[cell] = 0
}

// presenceSeconds is the grain of coverage per cell size.
var presenceSeconds = map[cells.Level]int64{cells.Hour: 300, cells.FiveMinutes: 60}

func (b *borders) askPresence(ctx context.Context, counters []*bordered) error {
	if len(counters) == 0 {
		return nil
	}
	step, every := b.run.Step(), presenceSeconds[b.run.Level]
	series := map[int][]labels.Labels{}
	for _, c := range counters {
		series[c.selector] = append(series[c.selector], c.labels)
	}
	var present parser.Expr
	for i, s := range b.q.Selectors {
		if len(series[i]) == 0 {
			continue
		}
		var count parser.Expr = &parser.AggregateExpr{Op: parser.COUNT, Expr: promexpr.Selector(narrow(s.Matchers, series[i])), Grouping: slices.Clone(b.q.By)}
		if present != nil {
			count = promexpr.Binary(parser.LOR, present, count)
		}
		present = count
	}
	// A second short, so that the cell's left end is outside on every server:
	// Prometheus 2 takes it in.
	counted := promexpr.Call("count_over_time", promexpr.Subquery(present, time.Duration(step-1)*time.Second, time.Duration(every)*time.Second))
	seen, err := b.reader.grid(ctx, counted, b.run.From+step, b.run.To, step, b.stats)
	if err != nil {
		return err
	}
	for _, s := range seen {
		_, key := groupOf(asLabels(s.Metric), b.q.By)
		if b.shares[key] == nil {
			b.shares[key] = make([]float64, b.run.Cells())
		}
		for _, p := range s.Values {
			cell := int((int64(p.Timestamp)/1000-b.run.From)/step) - 1
			share := min(float64(p.Value)*float64(every)/float64(step), 1)
			b.shares[key][cell] = max(b.shares[key][cell], share)
		}
	}
	return nil
}
