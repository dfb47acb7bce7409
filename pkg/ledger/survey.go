package ledger

import "context"

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
)

// survey is what a look at the counters of a long run at some instants tells.
type survey struct {
	crowded bool    // many counters over a long time, so that few may be there at any time
	brief   bool    // counters that follow one another
	there   float64 // about how many are there at any time
}

// survey asks with f, whose account it goes to.
func (f *fetcher) survey(ctx context.Context) (s survey, err error) {
	const looks = 32
	r := f.out.run
	every := max(int64(r.cells())/looks, 1)
	for every > 1 && (every%2 == 0 || every%3 == 0) {
		every-- // until they lie at all times of the day
	}
	n := int64(r.cells()) / every
	var seen reply
	if err := f.askWhole(ctx, &seen, selector(f.q.Matchers).String(), r.to-(n-1)*every*r.step(), r.to, every*r.step()); err != nil {
		return s, err
	}
	f.note(seen)
	counters := len(seen.matrix)
	s.there = float64(f.out.samples) / float64(n)
	s.crowded = counters*r.cells() > crowd
	s.brief = counters > 0 && s.there*generations <= float64(counters)
	return s, nil
}
