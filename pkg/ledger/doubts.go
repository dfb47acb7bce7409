package ledger

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/fault"
)

// settle reads the samples of the cells in doubt and counts them. Cells that
// are near in time share a request.
func (f *fetcher) settle(ctx context.Context, doubts []doubt) error {
	slices.SortFunc(doubts, func(a, b doubt) int { return cmp.Compare(a.cell, b.cell) })
	batches := batch(doubts, f.out.run.step())
	replies := make([]reply, len(batches))
	g, gctx := fault.WithContext(ctx)
	for i, b := range batches {
		g.Go(func() (err error) {
			replies[i], err = f.samples(gctx, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	samples := make([]map[string][]model.SamplePair, len(batches))
	for i, b := range batches {
		f.note(replies[i])
		samples[i] = make(map[string][]model.SamplePair, len(replies[i].matrix))
		for _, s := range replies[i].matrix {
			key := seriesKey(s.Metric)
			samples[i][key] = merge(samples[i][key], s.Values)
		}
		for _, d := range b {
			if d.track.opening.covers(d.cell) && math.IsNaN(d.last) {
				d.track.opening.sees(d.within(samples[i][d.track.key]))
			}
		}
	}
	for i, b := range batches {
		for _, d := range b {
			d.track.counts[d.cell] = d.countSamples(d.within(samples[i][d.track.key]))
		}
	}
	return nil
}

// batch cuts doubts, sorted by cell, into groups for one request each: near in
// time, and at most rawSamples samples if all were scraped every 15 s.
func batch(doubts []doubt, step int64) [][]doubt {
	var out [][]doubt
	for len(doubts) > 0 {
		n := 1
		tracks := map[*track]bool{doubts[0].track: true}
		for ; n < len(doubts); n++ {
			d := doubts[n]
			tracks[d.track] = true
			cells := int64(d.cell - doubts[0].cell + 1)
			if d.cell > doubts[n-1].cell+rawGap || len(tracks) > maxAlternatives || cells*step/15*int64(len(tracks)) > rawSamples {
				break
			}
		}
		out = append(out, doubts[:n])
		doubts = doubts[n:]
	}
	return out
}

func (f *fetcher) samples(ctx context.Context, b []doubt) (reply, error) {
	r := f.out.run
	from := r.from + int64(b[0].cell)*r.step()
	to := r.from + int64(b[len(b)-1].cell+1)*r.step()
	metrics := make([]model.Metric, len(b))
	for i, d := range b {
		metrics[i] = d.track.metric
	}
	expr := rangeOf(narrow(f.q.Matchers, metrics), to-from).String()
	m, warnings, err := f.source.Query(ctx, expr, time.Unix(to, 0))
	return reply{expr: expr, matrix: m, warnings: warnings}, err
}
