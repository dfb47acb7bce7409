package ledger

import (
	"context"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/fault"
)

const (
	// longCells is how many cells make a run long enough for a look at its counters
	// first, which says how to ask.
	longCells = 72
	// crowd is how many values, if all counters were there all the time, make a
	// run crowded.
	crowd = 100_000
	// generations is how often the counters of a run must have replaced one
	// another for their samples to cost less than what else would tell their ends
	// and resets: borders, last values and resets() go through the samples too.
	generations = 8
	// mostLooks is at how many instants the counters of a run are counted, which are
	// at all times of the day where it has many days; fewer where the expression
	// would be longer than lookText bytes: VictoriaMetrics takes 16 KiB.
	mostLooks = 16
	lookText  = 8 << 10
)

// survey is what a look at the counters of a long run tells.
type survey struct {
	crowded bool    // many counters over a long time, so that few may be there at any time
	brief   bool    // counters that follow one another
	there   float64 // about how many are there at any time
}

// survey asks with f, whose account it goes to: how many counters there were, and
// how many at single instants. A grid over the run would make the server go
// through all of its samples.
func (f *fetcher) survey(ctx context.Context) (s survey, err error) {
	r := f.out.run
	var counters int
	var there reply
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error {
		listed, err := f.series(gctx, f.q.Matchers, r.from, r.to)
		counters = len(listed)
		return err
	})
	looks := f.q.looks()
	g.Go(func() error { return f.askAt(gctx, &there, f.q.thereExpr(r, looks), r.to) })
	if err := g.Wait(); err != nil {
		return s, err
	}
	f.note(there)
	for _, v := range there.matrix {
		for _, p := range v.Values {
			s.there += float64(p.Value) / float64(looks)
		}
	}
	s.crowded = counters*r.cells() > crowd
	s.brief = counters > 0 && s.there*generations <= float64(counters)
	return s, nil
}

func (q Counters) looks() int64 {
	return int64(min(mostLooks, max(1, lookText/len(q.thereExpr(run{}, 1)))))
}

// thereExpr is how many counters stand at so many instants, all together.
func (q Counters) thereExpr(r run, looks int64) string {
	var sum parser.Expr
	for i := range looks {
		at := (r.from + (2*i+1)*(r.to-r.from)/(2*looks)) * 1000
		there := selector(q.Matchers)
		there.Timestamp = &at
		one := &parser.ParenExpr{Expr: &parser.BinaryExpr{
			Op: parser.LOR, LHS: &parser.AggregateExpr{Op: parser.COUNT, Expr: there}, RHS: call("vector", &parser.NumberLiteral{}),
			VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany},
		}}
		if sum == nil {
			sum = one
			continue
		}
		sum = &parser.BinaryExpr{Op: parser.ADD, LHS: sum, RHS: one, VectorMatching: &parser.VectorMatching{Card: parser.CardOneToOne}}
	}
	return sum.String()
}
