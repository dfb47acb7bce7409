package ledger

import (
	"context"

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
	// looks is at how many instants the counters of a run are counted: at all times
	// of the day where it has many days.
	looks = 8
)

// survey is what a look at the counters of a long run tells.
type survey struct {
	crowded bool    // many counters over a long time, so that few may be there at any time
	brief   bool    // counters that follow one another
	there   float64 // about how many are there at any time
}

// survey asks with f, whose account it goes to: how many counters there were, and
// how many at single instants, each by a request of its own. A grid over the run
// would make the server go through all of its samples, and one request for all of
// the instants through the index of all of its time, for each of them.
func (f *fetcher) survey(ctx context.Context) (s survey, err error) {
	r := f.out.run
	var counters int
	var there [looks]reply
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error {
		listed, err := f.series(gctx, f.q.Matchers, r.from, r.to)
		counters = len(listed)
		return err
	})
	for i := range int64(looks) {
		g.Go(func() error {
			return f.askAt(gctx, &there[i], countExpr(f.q.Matchers), floor(r.from+(2*i+1)*(r.to-r.from)/(2*looks), 60))
		})
	}
	if err := g.Wait(); err != nil {
		return s, err
	}
	f.note(there[:]...)
	for _, look := range there {
		for _, v := range look.matrix {
			for _, p := range v.Values {
				s.there += float64(p.Value) / looks
			}
		}
	}
	s.crowded = counters*r.cells() > crowd
	s.brief = counters > 0 && s.there*generations <= float64(counters)
	return s, nil
}
