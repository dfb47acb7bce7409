package counting

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/telemetry"
)

// Sums is a query that the server evaluates: for probes, slices of time and recorded ratios, which
// are not counters, and for expressions that are not linear.
type Sums struct {
	ID       string   // identifies the query, except By
	By       []string // labels of the results
	Parts    []CellExpr
	Coverage CellExpr // time with data per time of the cell; above 1 if it contains the end of a longer unit
	// Each, instead of Coverage, is the time with data for each event of the first part.
	Each time.Duration
	// Both, in addition to Parts, is the first part plus BothBase times the second part as one
	// number, so that a common expression is evaluated once. It requires Each.
	Both CellExpr
}

// BothBase is greater than the first part of any cell.
const BothBase = 4096

// CellExpr returns the expression that, evaluated at the end of a cell of a length, is its value by
// group. The cell excludes its left end.
type CellExpr func(cell time.Duration) parser.Expr

// Key identifies the counts.
func (q Sums) Key() string { return "sums\n" + q.ID + "\n" + strings.Join(q.By, ",") }

// GroupBy are the labels of a group.
func (q Sums) GroupBy() []string { return q.By }

// PartCount is the number of parts.
func (q Sums) PartCount() int { return len(q.Parts) }

func (f *fetch) sums(ctx context.Context, q Sums) error {
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(prom.DefaultConcurrency)
	for _, r := range f.request.Runs {
		for _, piece := range cutRun(r, queryCells) {
			g.Go(func() error { return f.splitSums(gctx, q, piece) })
		}
	}
	return g.Wait()
}

// splitSums evaluates a piece, in halves if it exceeds a limit.
func (f *fetch) splitSums(ctx context.Context, q Sums, r cells.Run) error {
	got, err := f.reader.sum(ctx, q, r)
	switch {
	case err == nil:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.store(got)
		return nil
	case !isTooMuch(ctx, err) || r.Cells() < 2:
		return rangeError(ctx, []cells.Run{r}, err)
	}
	telemetry.SplitByTime()
	middle := r.From + int64(r.Cells()/2)*r.Step()
	if err := f.splitSums(ctx, q, cells.Run{Level: r.Level, From: r.From, To: middle}); err != nil {
		return err
	}
	return f.splitSums(ctx, q, cells.Run{Level: r.Level, From: middle, To: r.To})
}

func (r *Reader) sum(ctx context.Context, q Sums, run cells.Run) (*cells.Fetched, error) {
	exprs := q.Parts
	switch {
	case q.Both != nil:
		exprs = []CellExpr{q.Both}
	case q.Each == 0:
		exprs = append([]CellExpr{q.Coverage}, q.Parts...)
	}
	parts := make([]parser.Expr, len(exprs))
	for i, expr := range exprs {
		parts[i] = expr(time.Duration(run.Step()) * time.Second)
	}
	stats := &readStats{}
	// One query for coverage and counts, so that one server answers it, even if several have the
	// same address.
	answer, err := r.grid(ctx, promexpr.Union(parts...), run.From+run.Step(), run.To, run.Step(), stats)
	if err != nil {
		return nil, err
	}
	tally := newTally([]cells.Run{run}, q.By, len(q.Parts))
	covers := func(n float64) float64 { return max(n, 0) * q.Each.Seconds() / float64(run.Step()) }
	for _, s := range answer {
		i := promexpr.Part(s.Metric)
		group := tally.group(asLabels(s.Metric))
		for _, p := range s.Values {
			v := float64(p.Value)
			if !isFinite(v) {
				continue // NaN
			}
			cell := int((int64(p.Timestamp)/1000-run.From)/run.Step()) - 1
			switch {
			case q.Both != nil:
				first, second := math.Mod(v, BothBase), math.Floor(v/BothBase)
				group.Counts[0][cell], group.Counts[1][cell] = first, second
				group.Coverage[cell] = covers(first)
			case q.Each > 0:
				group.Counts[i][cell] = v
				if i == 0 {
					group.Coverage[cell] = covers(v)
				}
			case i == 0:
				group.Coverage[cell] = max(v, 0)
			default:
				group.Counts[i-1][cell] = v
			}
		}
	}
	out := &cells.Fetched{Runs: []cells.Run{run}, Width: queryCells}
	for _, g := range tally.order {
		out.Groups = append(out.Groups, g.GroupCells)
	}
	out.Queries, out.Samples, out.Warnings, out.Sent = stats.requests, stats.samples, stats.warnings, stats.sent
	return out, nil
}
