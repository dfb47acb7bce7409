package ledger

import (
	"context"

	"github.com/burnline/burnline/pkg/fault"
)

const (
	// longCells is how many cells make a run long enough for a look at its counters
	// first, which says how to ask.
	longCells = 72
	// few and crowd are how many values, if all counters were there all the time,
	// a run has that is read sooner than it is looked at, and a crowded one.
	few   = 60_000
	crowd = 1_000_000
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
// where they are more than a few, how many at single instants, each by a request
// of its own. A grid over the run would make the server go through all of its
// samples, and one request for all of the instants through the index of all of
// its time, for each of them.
func (f *fetcher) survey(ctx context.Context) (s survey, err error) {
	r := f.out.run
	listed, err := f.series(ctx, f.q.Matchers, r.from, r.to)
	if err != nil || len(listed)*r.cells() <= few {
		return s, err
	}
	var there [looks]reply
	g, gctx := fault.WithContext(ctx)
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
	s.crowded = len(listed)*r.cells() > crowd
	s.brief = s.there*generations <= float64(len(listed))
	return s, nil
}
