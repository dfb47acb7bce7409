package ledger

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/fault"
)

// Sums are counted by the server: for what is no counter (probes, slices of
// time, recorded ratios), and for counting with increase().
type Sums struct {
	ID       string   // identifies what is counted, By excepted
	By       []string // labels of the vectors that the expressions give
	Parts    []CellExpr
	Coverage CellExpr // measured time over the cell's; above 1 where it holds the end of something longer
	// Each, instead of Coverage, is the time that every one of the first part was measured for.
	Each time.Duration
	// Both, beside Parts, is the first part and BothBase times the second one in one number: what is counted from the same
	// expression is evaluated once. Each goes with it.
	Both CellExpr
}

// BothBase is more than a cell has of the first part.
const BothBase = 4096

// CellExpr is the expression that, evaluated at the end of a cell of the given
// length, is its value by group. The cell is open at its left end.
type CellExpr func(cell time.Duration) parser.Expr

func (q Sums) key() string       { return "sums\n" + q.ID + "\n" + Counters{By: q.By}.key() }
func (q Sums) groupBy() []string { return q.By }
func (q Sums) parts() int        { return len(q.Parts) }

// width is not how many series the answer has: the server sums, and pieces of
// moderate length keep it from summing for too long.
func (q Sums) width(context.Context, Source, int64) (series, requests int, err error) {
	return 100, 0, nil
}

func (q Sums) fetch(ctx context.Context, source Source, r run) (*fetched, error) {
	f := &fetcher{source: source, out: &fetched{run: r, width: 100}, cells: newCells(r, q.By, len(q.Parts))}
	exprs := q.Parts
	switch {
	case q.Both != nil:
		exprs = []CellExpr{q.Both}
	case q.Each == 0:
		exprs = append([]CellExpr{q.Coverage}, q.Parts...)
	}
	replies := make([]reply, len(exprs))
	g, gctx := fault.WithContext(ctx)
	for i, expr := range exprs {
		g.Go(func() error {
			text := expr(time.Duration(r.step()) * time.Second).String()
			return f.ask(gctx, &replies[i], text, r.from+r.step(), r.to, r.step())
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	f.note(replies...)
	for i, rep := range replies {
		for _, s := range rep.matrix {
			group := f.cells.group(s.Metric)
			for _, p := range s.Values {
				v := float64(p.Value)
				if math.IsNaN(v) || math.IsInf(v, 0) {
					continue // what cannot be said is not counted
				}
				cell := r.cell(p.Timestamp)
				switch {
				case q.Both != nil:
					first, second := math.Mod(v, BothBase), math.Floor(v/BothBase)
					group.counts[0][cell], group.counts[1][cell] = first, second
					group.coverage[cell] = q.covers(first, r)
				case q.Each > 0:
					group.counts[i][cell] = v
					if i == 0 {
						group.coverage[cell] = q.covers(v, r)
					}
				case i == 0:
					group.coverage[cell] = max(v, 0)
				default:
					group.counts[i-1][cell] = v
				}
			}
		}
	}
	f.out.groups = f.cells.groups
	return f.out, nil
}

// covers is the share of a cell that so many of the first part were measured for: above 1 where one ends in it that is longer.
func (q Sums) covers(n float64, r run) float64 {
	return max(n, 0) * q.Each.Seconds() / float64(r.step())
}
