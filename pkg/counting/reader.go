package counting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Source is a server: *prom.Client in production, a PromQL engine over hand-written samples in tests.
type Source interface {
	QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error)
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
	Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error)
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string,
		err error)
	ListSeries(ctx context.Context, selections []prom.Selection) (*prom.SeriesList, error)
	StreamSamples(ctx context.Context, list *prom.SeriesList, selections []prom.Selection,
		sink prom.SampleSink) (prom.StreamStats, error)
	CanStreamSamples(ctx context.Context) (bool, error)
}

// Estimator is the way in which counters are read.
type Estimator int

const (
	// Auto selects Samples if the server can stream samples, else Borders.
	Auto Estimator = iota
	// Samples reads every sample.
	Samples
	// Borders reads values at the borders of cells, and the samples of ambiguous cells.
	Borders
)

// ParseEstimator parses a setting; "" is auto.
func ParseEstimator(text string) (Estimator, error) {
	for e, name := range estimatorNames {
		if text == name || text == "" {
			return Estimator(e), nil
		}
	}
	return Auto, fmt.Errorf("estimator %q does not exist. Use auto, samples or borders", text)
}

var estimatorNames = []string{"auto", "samples", "borders"}

func (e Estimator) String() string { return estimatorNames[e] }

// Reader fills cells from one server, with one estimator. It is safe for concurrent use.
type Reader struct {
	source    Source
	estimator Estimator
	sizes     *memory.Cache[string, size]
	lists     *memory.Cache[string, listedSeries]
}

// NewReader returns a reader of a server, with caches in a scope.
func NewReader(source Source, e Estimator, s memory.Scope) *Reader {
	return &Reader{
		source, e, memory.NewCache(s, "sizes", func(key string, _ size) int { return len(key) }),
		memory.NewCache(s, "series", func(key string, l listedSeries) int { return len(key) + seriesBytes*l.Len() }),
	}
}

// Estimator returns the one in use: never Auto.
func (r *Reader) Estimator(ctx context.Context) (Estimator, error) {
	if r.estimator != Auto {
		return r.estimator, nil
	}
	streams, err := r.source.CanStreamSamples(ctx)
	switch {
	case err != nil:
		return Auto, err
	case streams:
		return Samples, nil
	}
	return Borders, nil
}

// Fetch implements cells.Fetcher.
func (r *Reader) Fetch(ctx context.Context, q cells.Query, request cells.Request, store func(*cells.Fetched)) error {
	f := &fetch{reader: r, request: request, store: store}
	switch q := q.(type) {
	case Counters:
		return f.counters(ctx, q)
	case Sums:
		return f.sums(ctx, q)
	}
	return fmt.Errorf("counting: %T cannot be counted", q)
}

// fetch is the state of one Fetch.
type fetch struct {
	reader  *Reader
	request cells.Request
	mu      sync.Mutex
	store   func(*cells.Fetched)
}

// scrapeSeconds is the assumed scrape interval while it is unknown.
const scrapeSeconds = 15

// Bounds of one piece of a read.
const (
	// pieceSamples keeps a response of remote read, of about 2.3 bytes a sample, below the default
	// bound of 128 MiB.
	pieceSamples = 32_000_000
	// pieceParallel is the number of samples from which a read is divided into two concurrent
	// pieces. For fewer, a second request costs more than it saves.
	pieceParallel = 2_000_000
	// queriedSamples bounds the samples of one read by range selectors: each takes 16 bytes here
	// and about 25 in the response.
	queriedSamples = 1_000_000
	// queryCells is the number of cells of one query: five days of hours, which servers process
	// concurrently. Prometheus returns at most 11,000 points per series.
	queryCells = 120
	// pieceValues bounds the cells of a piece, over all groups and parts.
	pieceValues = 1_000_000
)

func (f *fetch) counters(ctx context.Context, q Counters) error {
	estimator, err := f.reader.Estimator(ctx)
	if err != nil {
		return err
	}
	if f.request.Width == 0 {
		if f.request.Width, err = f.width(ctx, q); err != nil {
			return err
		}
	}
	if estimator == Samples { // all pieces share one list
		selections := q.selections(f.request.Runs[0].From*1000-int64(fullContext/time.Millisecond),
			f.readUntil(f.request.Runs))
		_, err := f.reader.list(ctx, q.Key(), selections, false, &readStats{})
		if err != nil && !errors.Is(err, prom.ErrNoSampleStream) && !isTooMuch(ctx, err) {
			return err
		}
	}
	samples, borders := f.request.Runs, []cells.Run(nil)
	if estimator == Borders && !q.isHistogram() {
		isMinutes := func(r cells.Run) bool { return r.Level == cells.Minute }
		samples = slices.DeleteFunc(slices.Clone(f.request.Runs), func(r cells.Run) bool { return !isMinutes(r) })
		borders = slices.DeleteFunc(slices.Clone(f.request.Runs), isMinutes)
	}
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(2)
	read := func(pieces [][]cells.Run, count count) {
		for _, piece := range pieces {
			g.Go(func() error { return f.split(gctx, q, piece, count) })
		}
	}
	read(f.samplePieces(samples, estimator == Samples), f.countSamples)
	read(f.borderPieces(borders), f.countBorders)
	return g.Wait()
}

func (f *fetch) width(ctx context.Context, q Counters) (n int, err error) {
	end := f.request.Runs[len(f.request.Runs)-1].To * 1000
	for _, s := range q.Selectors {
		m, err := f.reader.instant(ctx, promexpr.Aggregate(parser.COUNT, nil, promexpr.Selector(s.Matchers)), end,
			&readStats{})
		switch {
		case isTooMuch(ctx, err):
			return maxSeriesToList, nil
		case err != nil:
			return 0, err
		case len(m) > 0 && len(m[0].Values) > 0:
			n += int(m[0].Values[0].Value)
		}
	}
	return max(n, 1), nil
}

// maxSeriesToList is the width from which the number of series is not queried again.
const maxSeriesToList = 10_000

func (f *fetch) samplePieces(runs []cells.Run, streamed bool) (out [][]cells.Run) {
	for _, near := range groupNearby(runs) {
		out = append(out, f.pieces(near, streamed)...)
	}
	return out
}

// groupNearby groups runs with gaps up to the context of a read.
func groupNearby(runs []cells.Run) (out [][]cells.Run) {
	for i, r := range runs {
		if i == 0 || r.From-runs[i-1].To > int64(fullContext/time.Second) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}

func (f *fetch) pieces(runs []cells.Run, streamed bool) [][]cells.Run {
	perSecond := float64(f.request.Width) / float64(cmp.Or(f.request.Interval, scrapeSeconds))
	most := float64(pieceSamples)
	if !streamed {
		most = queriedSamples
	}
	seconds := secondsOf(runs)
	total := perSecond * float64(seconds)
	pieces := max(total/most, float64(cells.TotalCells(runs))*float64(f.request.Width)/pieceValues, 1)
	if total > pieceParallel {
		pieces = max(pieces, 2)
	}
	return cutRuns(runs, int64(float64(seconds)/pieces)+1)
}

func cutRun(r cells.Run, n int) (out []cells.Run) {
	for from := r.From; from < r.To; from += int64(n) * r.Step() {
		out = append(out, cells.Run{Level: r.Level, From: from, To: min(from+int64(n)*r.Step(), r.To)})
	}
	return out
}

// cutRuns divides runs into pieces of about a number of seconds, at borders of hours if possible.
func cutRuns(runs []cells.Run, seconds int64) (out [][]cells.Run) {
	var piece []cells.Run
	left := seconds
	for _, r := range runs {
		for r.To-r.From > left {
			at := r.From + cells.Floor(left, max(r.Step(), 60))
			if at == r.From {
				if len(piece) > 0 {
					out, piece, left = append(out, piece), nil, seconds
					continue
				}
				at = r.From + r.Step()
			}
			out = append(out, append(piece, cells.Run{Level: r.Level, From: r.From, To: at}))
			piece, left, r.From = nil, seconds, at
		}
		if r.From < r.To {
			piece = append(piece, r)
			left -= r.To - r.From
		}
	}
	if len(piece) > 0 {
		out = append(out, piece)
	}
	return out
}

// errMoreContext means that a short context does not decide.
var errMoreContext = errors.New("the full context is needed")

const fullContext = cells.ReadContext

// readUntil returns the end of the read for runs, Unix milliseconds: samples within the horizon
// after the runs decide about predecessors.
func (f *fetch) readUntil(runs []cells.Run) int64 {
	return min(runs[len(runs)-1].To*1000+horizon, f.request.Now*1000)
}

func (f *fetch) countSamples(ctx context.Context, q Counters, runs []cells.Run) (*cells.Fetched, error) {
	r, request, stats := f.reader, f.request, &readStats{}
	context, isShort := int64(fullContext/time.Millisecond), false
	// later runs may follow a correction in an earlier one
	if request.Uncorrected && runs[0].From == request.Runs[0].From {
		context, isShort = max(2*lookback, usualGaps*request.Interval*1000), true
	}
	until := f.readUntil(runs)
	var ev evidence
	for {
		p := newPass(q, runs, ev)
		p.hasEnded = until == request.Now*1000
		err := r.stream(ctx, q.Key(), p.selections(context, until), p, stats)
		if err == nil && p.merged != nil {
			err = p.merged.count(p)
		}
		if err == nil && isShort && (p.tally.hasCorrection || p.restarts > 1) {
			err = errMoreContext
		}
		if err == nil {
			if more, evErr := r.readFallEvidence(ctx, p, &ev, stats); evErr != nil {
				return nil, evErr
			} else if more {
				continue
			}
			err = r.resolve(ctx, p, isShort, stats)
		}
		switch {
		case errors.Is(err, errBothForms):
			ev.merge = true
			continue
		case errors.Is(err, errMoreContext):
			context, isShort = int64(fullContext/time.Millisecond), false
			continue
		case err != nil:
			return nil, err
		}
		return p.result(request, stats), nil
	}
}

// readFallEvidence reads the start times of processes with a small decrease of a counter. It
// reports whether that changes the meaning of a decrease.
func (r *Reader) readFallEvidence(ctx context.Context, p *pass, ev *evidence, stats *readStats) (bool, error) {
	if len(p.shallowFalls) == 0 || ev.starts != nil {
		return false, nil
	}
	var targets []labels.Labels
	from, to := p.shallowFalls[0].from, p.shallowFalls[0].to
	seen := map[uint64]bool{}
	for _, d := range p.shallowFalls {
		from, to = min(from, d.from), max(to, d.to)
		if d.target != 0 && !seen[d.target] {
			seen[d.target] = true
			targets = append(targets, targetOf(d.series))
		}
	}
	starts, err := r.startTimes(ctx, targets, from-lookback, to, stats)
	if err != nil {
		return false, err
	}
	ev.starts = starts
	for _, d := range p.shallowFalls {
		if restarted := ev.restarts(d.target); restarted != nil {
			if replaced, known := restarted(d.from, d.to); known && replaced == d.corrected {
				return true, nil
			}
		}
	}
	return false, nil
}

// seriesRecency is how close, in seconds, to now runs must end for their series to be the present ones.
const seriesRecency = 120

func (p *pass) result(request cells.Request, stats *readStats) *cells.Fetched {
	out := p.tally.result()
	out.Width = len(p.spans)
	out.Queries, out.Samples, out.Streamed = stats.requests, stats.samples, stats.streamed
	out.Warnings, out.Sent = stats.warnings, stats.sent
	for _, s := range p.spans {
		if s.interval <= longestGrace/2 {
			out.Interval = max(out.Interval, s.interval/1000)
		}
	}
	// This long after its end, a series has certainly ended, and may be a predecessor.
	if after := allowance(max(out.Interval, 1) * 1000); after > lookback {
		out.Lookahead = (after + lookback) / 1000
	}
	if request.Now-p.to/1000 <= seriesRecency {
		out.Series = make(map[uint64]cells.SampleTimes, len(p.spans))
		for _, s := range p.spans {
			seen, ok := out.Series[s.key]
			if !ok {
				seen = cells.SampleTimes{First: s.first.T, Last: s.last.T}
			}
			out.Series[s.key] = cells.SampleTimes{First: min(seen.First, s.first.T), Last: max(seen.Last, s.last.T)}
		}
	}
	return out
}

// readStats is the cost of reads.
type readStats struct {
	mu       sync.Mutex
	requests int
	samples  int
	streamed int // samples by remote read
	warnings []string
	sent     []string
}

func (t *readStats) note(expr string, warnings []string, samples int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	t.samples += samples
	t.warnings = cells.AppendNew(t.warnings, warnings)
	if expr != "" {
		t.sent = cells.AppendNew(t.sent, []string{expr})
	}
}

// noteMatrix counts a response, unless the query failed with err. It returns err.
func (t *readStats) noteMatrix(expr string, m model.Matrix, warnings []string, err error) error {
	if err != nil {
		return err
	}
	n := 0
	for _, s := range m {
		n += len(s.Values) + len(s.Histograms)
	}
	t.note(expr, warnings, n)
	return nil
}

// instant evaluates an expression at a time in Unix milliseconds.
func (r *Reader) instant(ctx context.Context, expr parser.Expr, at int64, stats *readStats) (model.Matrix, error) {
	text := expr.String()
	m, warnings, err := r.source.Query(ctx, text, time.UnixMilli(at))
	return m, stats.noteMatrix(text, m, warnings, err)
}

// grid evaluates an expression at from, from+step, ... up to to, in Unix seconds.
func (r *Reader) grid(ctx context.Context, expr parser.Expr, from, to, step int64, stats *readStats) (model.Matrix,
	error,
) {
	text := expr.String()
	m, warnings, err := r.source.QueryRange(ctx, text, prom.Range{
		Start: time.Unix(from, 0), End: time.Unix(to, 0), Step: time.Duration(step) * time.Second,
	})
	return m, stats.noteMatrix(text, m, warnings, err)
}
