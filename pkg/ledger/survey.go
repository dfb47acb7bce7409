package ledger

import (
	"context"

	"golang.org/x/sync/semaphore"

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
	// briefSamples bounds the samples that such runs hold, 16 bytes each.
	briefSamples = 1_500_000
)

// briefRoom is shared by all reads of the process.
var briefRoom = semaphore.NewWeighted(briefSamples)

// survey looks at the counters of a long run at some instants and decides how to
// ask for it: crowded or not, and by its samples where it is brief.
func (f *fetcher) survey(ctx context.Context) error {
	const looks = 32
	r := f.out.run
	every := max(int64(r.cells())/looks, 1)
	for every > 1 && (every%2 == 0 || every%3 == 0) {
		every-- // until they lie at all times of the day
	}
	n := int64(r.cells()) / every
	var seen reply
	if err := f.askWhole(ctx, &seen, selector(f.q.Matchers).String(), r.to-(n-1)*every*r.step(), r.to, every*r.step()); err != nil {
		return err
	}
	f.note(seen)
	values := 0
	for _, s := range seen.matrix {
		values += len(s.Values)
	}
	f.crowded = len(seen.matrix)*r.cells() > crowd
	there := float64(values) / float64(n)
	samples := int64(there * float64(r.to-r.from) / (60 / scrapesPerMinute))
	if there*generations <= float64(len(seen.matrix)) && samples > 0 && samples <= briefSamples {
		f.brief = samples
	}
	return nil
}

// fetchBrief reads a run by its samples, in pieces side by side, and meanwhile
// lists what was there before.
func (f *fetcher) fetchBrief(ctx context.Context) error {
	if err := briefRoom.Acquire(ctx, f.brief); err != nil {
		return err
	}
	defer briefRoom.Release(f.brief)
	r := f.out.run
	tracks := map[string]*track{}
	g, gctx := fault.WithContext(ctx)
	g.Go(func() error { return f.readSamples(gctx, tracks, f.q.Matchers, r.from-lookback, r.to) })
	g.Go(func() (err error) {
		f.before, err = f.series(gctx, f.q.Matchers, r.from-memory, r.from)
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return f.countSamples(ctx, tracks)
}

// ends are the ends of about equal pieces of (from, to] in which no more than
// rawSamples samples are to be expected. A run of minutes is read as one.
func (f *fetcher) ends(from, to int64) []int64 {
	r := f.out.run
	samples := f.brief * (to - from) / (r.to - r.from)
	n := (samples + rawSamples - 1) / rawSamples
	var out []int64
	for i := int64(1); i < n; i++ {
		out = append(out, floor(from+i*(to-from)/n, 60))
	}
	return append(out, to)
}
