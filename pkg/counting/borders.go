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

// The estimator by borders. If a counter has a value at both borders of a cell and the server shows no
// decrease in between, the cell contains the difference of the values. All other cells are ambiguous: at
// the start and end of a counter, around gaps, and after a decrease. Their samples are read and counted by
// the rules. Differences telescope, so both ways return the increases in the samples.

// maxAmbiguousShare is the share of ambiguous cells from which reading all samples is cheaper than
// reading those of the ambiguous cells with their context.
const maxAmbiguousShare = 1.0 / 8

func (f *fetch) borderPieces(runs []cells.Run) (out [][]cells.Run) {
	for _, r := range runs {
		for _, piece := range cutRun(r, min(queryCells, max(pieceValues/max(f.request.Width, 1), 1))) {
			out = append(out, []cells.Run{piece})
		}
	}
	return out
}

// borderSeries contains the values of a counter at the borders of a run.
type borderSeries struct {
	labels    labels.Labels
	selector  int
	weights   []float64
	values    []float64 // per border; NaN if absent
	ambiguous []bool    // per cell
}

// borderTries is the number of reads of a run with responses that contradict each other, before an
// error: in a test of 180 reads of such a pair of servers, none succeeded by chance
// (TestAPairThatAnswersByChance).
const borderTries = 4

func (f *fetch) countBorders(ctx context.Context, q Counters, runs []cells.Run) (got *cells.Fetched, err error) {
	var servers *ServersError
	for try := 0; try == 0 || try < borderTries && errors.As(err, &servers); try++ {
		got, err = f.tryBorders(ctx, q, runs[0])
	}
	return got, err
}

func (f *fetch) tryBorders(ctx context.Context, q Counters, run cells.Run) (*cells.Fetched, error) {
	b := &borders{
		fetch: f, q: q, run: run, stats: &readStats{}, byKey: map[uint64]*borderSeries{},
		shares: map[string][]float64{},
	}
	for _, step := range []func(context.Context) error{b.read, b.locate, b.present} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if b.ambiguousCells() > int(maxAmbiguousShare*float64(len(b.all)*run.Cells())) {
		got, err := f.countSamples(ctx, q, []cells.Run{run})
		if err == nil {
			got.Queries, got.Samples = got.Queries+b.stats.requests, got.Samples+b.stats.samples
			got.Warnings, got.Sent = cells.AppendNew(got.Warnings, b.stats.warnings),
				cells.AppendNew(got.Sent, b.stats.sent)
		}
		return got, err
	}
	var ev evidence
	for {
		b.pass = newPass(q, []cells.Run{run}, ev)
		b.pass.borders = b
		b.addDifferences()
		if err := b.countAmbiguousCells(ctx); err != nil {
			return nil, err
		}
		more, err := f.reader.readFallEvidence(ctx, b.pass, &ev, b.stats)
		switch {
		case err != nil:
			return nil, err
		case more, b.markCorrected():
			continue
		}
		if err := f.reader.resolve(ctx, b.pass, false, b.stats); err != nil {
			return nil, err
		}
		for key, shares := range b.shares {
			if of := b.groups[key]; len(of) > 0 {
				b.pass.tally.group(of[0].labels).atLeast = shares
			}
		}
		out := b.pass.result(f.request, b.stats)
		out.Width = len(b.all)
		return out, nil
	}
}

type borders struct {
	*fetch
	q      Counters
	run    cells.Run
	stats  *readStats
	pass   *pass
	all    []*borderSeries
	byKey  map[uint64]*borderSeries
	groups map[string][]*borderSeries // counters that define the coverage of a group
	shares map[string][]float64       // by group, per cell: the share with data, as far as queries show it
	batch  map[ambiguousCell]bool     // the cells that the streamed samples count for
}

// read queries the values at the borders, and the decreases, of all series of the run: in one
// query, so that one server answers it, even if several have the same address.
func (b *borders) read(ctx context.Context) error {
	r := b.run
	var exprs []parser.Expr
	listed := make([][]model.LabelSet, len(b.q.Selectors))
	var values model.Matrix
	g, gctx := fault.WithContext(ctx)
	for i, s := range b.q.Selectors {
		// The range starts one lookback before the cell: a decrease between the value at its start
		// and its first sample must be found.
		falls := promexpr.Binary(parser.GTR, promexpr.Call("resets", rangeOf(s.Matchers, r.Step()*1000+lookback)),
			promexpr.Number(0))
		exprs = append(exprs, promexpr.Selector(s.Matchers), falls)
		g.Go(func() error {
			sets, warnings, err := b.reader.source.Series(gctx, promexpr.Selector(s.Matchers).String(),
				time.UnixMilli(r.From*1000+1), time.Unix(r.To, 0))
			listed[i] = sets
			b.stats.note("", warnings, 0)
			return err
		})
	}
	g.Go(func() (err error) {
		values, err = b.reader.grid(gctx, promexpr.Union(exprs...), r.From+(1-b.correctionCells())*r.Step(), r.To,
			r.Step(), b.stats)
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
		if part%2 == 1 { // resets() removes the name
			own = labels.NewBuilder(own).Set(model.MetricNameLabel,
				promexpr.Metric(b.q.Selectors[selector].Matchers)).Labels()
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
			case part%2 == 1: // a reset before the run appears in the context of its first cell
				c.ambiguous[max(at-1, 0)] = true
			case int64(v.Timestamp)/1000 >= r.From && isFinite(float64(v.Value)):
				// A counter that is stored under two spellings has the later value.
				c.values[at] = latest(c.values[at], float64(v.Value))
			}
		}
	}
	for _, c := range b.all {
		for i := range c.ambiguous {
			c.ambiguous[i] = c.ambiguous[i] || !(c.values[i+1] >= c.values[i]) // also if one is NaN
		}
	}
	return nil
}

// correctionCells is the number of cells after a correction that depend on it.
func (b *borders) correctionCells() int64 {
	return (correctionMemory/1000 + b.run.Step() - 1) / b.run.Step()
}

// markCorrected marks the cells as ambiguous in which corrected counters are below their old
// maximum. It reports whether there are more ambiguous cells than before.
func (b *borders) markCorrected() (more bool) {
	for _, d := range b.pass.shallowFalls {
		c := b.byKey[seriesKey(d.series)]
		if !d.corrected || c == nil {
			continue
		}
		first := (d.to/1000 - b.run.From) / b.run.Step()
		for i := max(first, 0); i <= first+b.correctionCells() && int(i) < len(c.ambiguous); i++ {
			more = more || !c.ambiguous[i]
			c.ambiguous[i] = true
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

// counter returns the counter of a series; nil if no part counts it. If several selectors select
// the series, the first one reads it.
func (b *borders) counter(selector int, series labels.Labels) *borderSeries {
	key := seriesKey(series)
	if c := b.byKey[key]; c != nil {
		return c
	}
	c := &borderSeries{
		labels: series, selector: selector, weights: b.q.weightsOfAll(series),
		ambiguous: make([]bool, b.run.Cells()),
	}
	if c.weights == nil {
		return nil
	}
	c.values = slices.Repeat([]float64{math.NaN()}, b.run.Cells()+1)
	b.byKey[key] = c
	b.all = append(b.all, c)
	return c
}

// locate finds the cells without a value at both borders in which a counter has samples
// nevertheless. In other such cells the counter was absent, so they are not ambiguous.
func (b *borders) locate(ctx context.Context) error {
	away := make([][]labels.Labels, len(b.q.Selectors))
	for _, c := range b.all {
		for cell := range c.ambiguous {
			if c.isAway(cell) {
				away[c.selector] = append(away[c.selector], c.labels)
				break
			}
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
	answer, err := b.reader.grid(ctx, promexpr.Union(exprs...), b.run.From+b.run.Step(), b.run.To, b.run.Step(),
		b.stats)
	if err != nil {
		return err
	}
	has := map[ambiguousCell]bool{}
	for _, series := range answer {
		metric := promexpr.Metric(b.q.Selectors[selectors[promexpr.Part(series.Metric)]].Matchers)
		own := labels.NewBuilder(asLabels(series.Metric)).Del(promexpr.PartLabel).Set(model.MetricNameLabel, metric)
		c := b.byKey[seriesKey(own.Labels())]
		for _, v := range series.Values {
			has[ambiguousCell{int((int64(v.Timestamp)/1000-b.run.From)/b.run.Step()) - 1, c}] = true
		}
	}
	for _, c := range b.all {
		for cell := range c.ambiguous {
			if c.isAway(cell) {
				c.ambiguous[cell] = has[ambiguousCell{cell, c}]
			}
		}
	}
	return nil
}

// isAway reports whether the counter has no value at both borders of a cell.
func (c *borderSeries) isAway(i int) bool {
	return math.IsNaN(c.values[i]) && math.IsNaN(c.values[i+1])
}

func (b *borders) ambiguousCells() (n int) {
	for _, c := range b.all {
		for _, isAmbiguous := range c.ambiguous {
			if isAmbiguous {
				n++
			}
		}
	}
	return n
}

func (b *borders) addDifferences() {
	for _, c := range b.all {
		var g *groupTally
		for i, isAmbiguous := range c.ambiguous {
			if isAmbiguous || c.isAway(i) || c.values[i+1] == c.values[i] {
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

// ambiguousCell is a cell of a counter with samples that must be read.
type ambiguousCell struct {
	cell int
	c    *borderSeries
}

// batch is a range of cells with the counters that are ambiguous in it.
type batch struct {
	from, to  int
	ambiguous map[ambiguousCell]bool
	series    map[int][]labels.Labels // by selector
}

// countAmbiguousCells reads the samples of the ambiguous cells, with their context, and counts them.
func (b *borders) countAmbiguousCells(ctx context.Context) error {
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
				selections = append(selections, prom.Selection{
					Matchers: narrowToProcesses(s.Matchers, series), From: from,
					To: time.UnixMilli(until),
				})
				b.pass.sources = append(b.pass.sources, form{selector: i})
			}
		}
		b.batch = batch.ambiguous
		sink := &borderCheck{b, map[ambiguousCell]model.SamplePair{}}
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

// borderCheck passes samples on to the pass, and stores the last one up to the end of each ambiguous cell.
type borderCheck struct {
	*borders
	last map[ambiguousCell]model.SamplePair
}

func (s *borderCheck) Reset() {
	clear(s.last)
	s.pass.Reset()
}

func (s *borderCheck) Series(selection int, metric labels.Labels, samples prom.SampleIterator) error {
	if q, c := samples.(*queriedSeries), s.byKey[seriesKey(metric)]; c != nil {
		values := q.series.Values
		for cell := range c.ambiguous {
			d := ambiguousCell{cell, c}
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

// err returns a ServersError if a counter has a value at a border, and no sample within a lookback before
// it. The newest sample may be older if the server has a longer lookback, but then it must have the value.
func (s *borderCheck) err() error {
	for d := range s.batch {
		value, last, at := d.c.values[d.cell+1], s.last[d], s.border(d.cell+1)
		if !math.IsNaN(value) && int64(last.Timestamp) <= at-lookback && float64(last.Value) != value {
			return &ServersError{d.c.labels.String(), time.UnixMilli(at)}
		}
	}
	return nil
}

// ServersError means that two responses contradict each other.
type ServersError struct {
	Series string
	At     time.Time
}

func (e *ServersError) Error() string {
	return fmt.Sprintf("the answers contradict each other: %s has a value at %s UTC, but no sample of it in the five minutes before. "+
		"Servers with different samples answer at this address: query them through Thanos, which merges them",
		e.Series, e.At.UTC().Format("2006-01-02 15:04"))
}

// border returns the time of the i-th border of the run, Unix milliseconds.
func (b *borders) border(i int) int64 { return (b.run.From + int64(i)*b.run.Step()) * 1000 }

func (b *borders) counts(series uint64, cell int) bool {
	return b == nil || b.batch[ambiguousCell{cell, b.byKey[series]}]
}

// before returns the value of a series at the last known border up to a cell, or nil.
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

// spanOf returns the presence of a counter according to the borders, as evidence for the first
// samples of others; nil without values.
func (b *borders) spanOf(c *borderSeries) *span {
	s, seen := newSpan(c.selector, c.labels), false
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

// batches groups the ambiguous cells by time. Each batch has so few counters that one selector can
// name them, and few enough samples.
func (b *borders) batches() (out []batch) {
	var ambiguous []ambiguousCell
	for _, c := range b.all {
		for i, in := range c.ambiguous {
			if in {
				ambiguous = append(ambiguous, ambiguousCell{i, c})
			}
		}
	}
	slices.SortFunc(ambiguous, func(a, b ambiguousCell) int { return cmp.Compare(a.cell, b.cell) })
	interval := cmp.Or(b.request.Interval, scrapeSeconds)
	context := int64(fullContext / time.Second)
	near := int(context/b.run.Step()) + 1
	for len(ambiguous) > 0 {
		next := batch{from: ambiguous[0].cell, ambiguous: map[ambiguousCell]bool{}, series: map[int][]labels.Labels{}}
		own := map[*borderSeries]bool{}
		for _, d := range ambiguous {
			size := len(own)
			if !own[d.c] {
				size++
			}
			samples := (int64(d.cell+1-next.from)*b.run.Step() + context) / interval * int64(size)
			if len(next.ambiguous) > 0 &&
				(d.cell > next.to+near || size > maxAlternatives || samples > queriedSamples) {
				break
			}
			if !own[d.c] {
				own[d.c] = true
				next.series[d.c.selector] = append(next.series[d.c.selector], d.c.labels)
			}
			next.to, next.ambiguous[d] = d.cell+1, true
		}
		out, ambiguous = append(out, next), ambiguous[len(next.ambiguous):]
	}
	return out
}

// present measures coverage: the share of each cell in which any counter of the group was present,
// in steps of five minutes (one minute in cells of five). A counter that was present throughout
// proves it for its group. Otherwise all counters of the group are queried.
func (b *borders) present(ctx context.Context) error {
	b.groups = map[string][]*borderSeries{}
	for _, c := range b.all {
		if c.weights[0] != 0 {
			_, key := groupOf(c.labels, b.q.By)
			b.groups[key] = append(b.groups[key], c)
		}
	}
	var chosen, rest []*borderSeries
	for _, of := range b.groups {
		if i := slices.IndexFunc(of,
			func(c *borderSeries) bool { return !slices.ContainsFunc(c.values, math.IsNaN) }); i >= 0 {
			chosen = append(chosen, of[i])
		}
	}
	if err := b.askPresence(ctx, chosen); err != nil {
		return err
	}
	for key, of := range b.groups {
		if shares := b.shares[key]; shares == nil ||
			slices.ContainsFunc(shares, func(share float64) bool { return share < 1 }) {
			rest = append(rest, of...)
		}
	}
	if err := b.askPresence(ctx, rest); err != nil {
		return err
	}
	for key, shares := range b.shares {
		for cell, share := range shares {
			if share < 1 || !slices.ContainsFunc(b.groups[key], func(c *borderSeries) bool { return c.isKnown(cell) }) {
				b.markPresence(b.groups[key], shares, cell)
			}
		}
	}
	return nil
}

// isKnown reports whether the borders alone show the increase of a cell: the counter was present.
func (c *borderSeries) isKnown(i int) bool {
	return !c.ambiguous[i] && !c.isAway(i)
}

// markPresence marks cells as ambiguous if only samples show their coverage: samples may be further
// apart than the instants of the query, and another server may have answered it.
func (b *borders) markPresence(of []*borderSeries, shares []float64, cell int) {
	for _, c := range of {
		c.ambiguous[cell] = c.ambiguous[cell] || !c.isAway(cell)
	}
	shares[cell] = 0
}

// presenceSeconds is the step of coverage queries by cell size.
var presenceSeconds = map[cells.Level]int64{cells.Hour: 300, cells.FiveMinutes: 60}

func (b *borders) askPresence(ctx context.Context, counters []*borderSeries) error {
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
		var count parser.Expr = &parser.AggregateExpr{
			Op:   parser.COUNT,
			Expr: promexpr.Selector(narrow(s.Matchers, series[i])), Grouping: slices.Clone(b.q.By),
		}
		if present != nil {
			count = promexpr.Binary(parser.LOR, present, count)
		}
		present = count
	}
	// A second short, so that the cell's left end is outside on every server: Prometheus 2 takes it in.
	counted := promexpr.Call("count_over_time",
		promexpr.Subquery(present, time.Duration(step-1)*time.Second, time.Duration(every)*time.Second))
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
