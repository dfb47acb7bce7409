package ledger

import (
	"context"

	"golang.org/x/sync/semaphore"
)

const (
	// longCells is how many cells make a run long: its counters are listed first,
	// and say how to ask.
	longCells = 72
	// crowd is how many values, if all counters were there all the time, make a
	// run crowded.
	crowd = 100_000
	// generations is how often the counters of a run must have replaced one
	// another for their samples to cost less than what else would tell their ends
	// and resets: borders, last values and resets() go through the samples too.
	generations = 4
	// briefSamples bounds the samples that such runs hold, 16 bytes each.
	briefSamples = 1_500_000
)

// briefRoom is shared by all reads of the process.
var briefRoom = semaphore.NewWeighted(briefSamples)

// survey lists the counters of a long run and decides how to ask for it: crowded
// or not, by its borders or, where it is brief, by its samples.
func (f *fetcher) survey(ctx context.Context) (err error) {
	r := f.out.run
	if f.all, err = f.series(ctx, f.q.Matchers, r.from, r.to); err != nil {
		return err
	}
	if f.crowded = len(f.all)*r.cells() > crowd; !f.crowded {
		return nil
	}
	there, err := f.usuallyThere(ctx)
	if err != nil {
		return err
	}
	samples := int64(there * float64(r.to-r.from) / (60 / scrapesPerMinute))
	if there*generations < float64(len(f.all)) && samples <= briefSamples {
		f.brief = max(samples, 1)
	}
	return nil
}

// usuallyThere is about how many counters are there at the same time, as some
// instants show that lie at all times of the day.
func (f *fetcher) usuallyThere(ctx context.Context) (float64, error) {
	const looks = 32
	r := f.out.run
	every := max(int64(r.cells())/looks, 1)
	for every > 1 && (every%2 == 0 || every%3 == 0) {
		every--
	}
	n := int64(r.cells()) / every
	var counted reply
	if err := f.askWhole(ctx, &counted, countExpr(f.q.Matchers), r.to-(n-1)*every*r.step(), r.to, every*r.step()); err != nil {
		return 0, err
	}
	f.note(counted)
	var sum float64
	for _, s := range counted.matrix {
		for _, p := range s.Values {
			sum += float64(p.Value)
		}
	}
	return sum / float64(n), nil
}

// fetchBrief reads a run of hours by its samples, in pieces side by side.
func (f *fetcher) fetchBrief(ctx context.Context) error {
	if err := briefRoom.Acquire(ctx, f.brief); err != nil {
		return err
	}
	defer briefRoom.Release(f.brief)
	return f.fetchSamples(ctx)
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
