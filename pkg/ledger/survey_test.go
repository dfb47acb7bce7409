package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// Runs that are read at once, by their samples, hold what each of them holds by itself, and as much coverage as their minutes.
func TestRunsThatAreReadAtOnceEqualThoseThatAreNot(t *testing.T) {
	at := func(hours int) int64 { return origin.Add(time.Duration(hours) * time.Hour).Unix() }
	runs := []run{{minuteCells, at(3), at(4)}, {hourCells, at(4), at(40)}, {minuteCells, at(40), at(41)}, {fiveCells, at(41), at(60)}, {hourCells, at(55), at(70)}}
	for seed := range uint64(4) {
		rec := randomRecording(rand.New(rand.NewPCG(seed, 9)), 3, 12)
		source, q := promtest.New(t, rec), requests(t)
		together, err := q.fetchBrief(t.Context(), source, runs, run{hourCells, at(3), at(70)}, 3*briefPiece-1)
		require.NoError(t, err)
		for i, r := range runs {
			alone, err := q.fetch(t.Context(), source, r)
			require.NoError(t, err)
			minutes, err := q.fetch(t.Context(), source, run{minuteCells, r.from, r.to})
			require.NoError(t, err)
			got, want, small := byWorkload(together[i]), byWorkload(alone), byWorkload(minutes)
			require.Len(t, got, 2)
			n := int(r.step() / 60)
			for w, g := range got {
				require.Equal(t, want[w].counts, g.counts, "seed %d, %v, %q", seed, r, w)
				for cell := range r.cells() {
					var covered float64
					for _, c := range small[w].coverage[cell*n : (cell+1)*n] {
						covered += c
					}
					require.InDelta(t, covered/float64(n), g.coverage[cell], 1e-9, "seed %d, %v, %q, cell %d", seed, r, w, cell)
				}
			}
		}
	}
}

func byWorkload(f *fetched) map[string]*groupCells {
	out := map[string]*groupCells{}
	for _, g := range f.groups {
		out[g.labels["workload"]] = g
	}
	return out
}

// turns is a pod an hour for eleven days, of which each ends as the next begins.
func turns() promtest.Recording {
	following := promtest.Recording{}
	for hour := range int64(11 * 24) {
		name := fmt.Sprintf(`requests_total{workload="a",code="200",pod="%d"}`, hour)
		for m := range int64(60) {
			following[name] = append(following[name], promtest.Sample{Ms: origin.UnixMilli() + (hour*60+m)*60_000 + 1_000, V: float64(m)})
		}
	}
	return following
}

// stays is so many pods that stay.
func stays(pods int) promtest.Recording {
	staying := promtest.Recording{}
	for pod := range pods {
		name := fmt.Sprintf(`requests_total{workload="a",code="200",pod="%d"}`, pod)
		for i := range int64(11 * 24 * 15) {
			staying[name] = append(staying[name], promtest.Sample{Ms: origin.UnixMilli() + i*240_000 + 1_000, V: float64(i)})
		}
	}
	return staying
}

// Pods that follow one another are read by their samples, those that stay by their borders, and few are not looked at first.
func TestTheSurveyTellsWhatFollowsFromWhatStays(t *testing.T) {
	from, to := origin.Add(time.Hour), origin.Add(263*time.Hour)
	for _, c := range []struct {
		rec               promtest.Recording
		looked, byBorders bool
	}{{turns(), true, false}, {stays(240), true, true}, {stays(3), false, true}} {
		source := &listening{Source: promtest.New(t, c.rec)}
		counts, err := ledgerAt(source, to.Add(time.Hour)).Read(t.Context(), requests(t), []time.Time{from, to})
		require.NoError(t, err)
		checkWindow(t, c.rec, counts, from, to)
		require.InDelta(t, 1, counts.Coverage(&counts.Groups[0], from, to), 0.01)
		require.Equal(t, c.looked, source.looked.Load() >= looks)
		require.Equal(t, c.byBorders, strings.Contains(strings.Join(counts.Sent, "\n"), "count_over_time("), counts.Sent)
	}
}

// listening hears how often counters are counted.
type listening struct {
	Source
	looked atomic.Int32
}

func (l *listening) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if strings.HasPrefix(expr, "count(") {
		l.looked.Add(1)
	}
	return l.Source.Query(ctx, expr, at)
}

// partly says of the first read of samples that it may not be whole.
type partly struct {
	Source
	said bool
}

func (p *partly) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	m, warnings, err := p.Source.Query(ctx, expr, at)
	if strings.HasSuffix(expr, "]") && !p.said {
		p.said, warnings = true, []string{"a part is missing"}
	}
	return m, warnings, err
}

func TestWhatWasReadAtOnceMayAllBePartial(t *testing.T) {
	following := turns()
	from, to := origin.Add(90*time.Minute), origin.Add(259*time.Hour+20*time.Minute)
	l := ledgerAt(&partly{Source: promtest.New(t, following)}, to.Add(time.Hour))
	first, err := l.Read(t.Context(), requests(t), []time.Time{from, to})
	require.NoError(t, err)
	require.Equal(t, []string{"a part is missing"}, first.Warnings)
	require.Less(t, first.Cost.Queries, 7+looks, "the minutes at both ends come with the hours")
	again, err := l.Read(t.Context(), requests(t), []time.Time{from, to})
	require.NoError(t, err)
	require.Equal(t, first.Cost.CellsMissed, again.Cost.CellsMissed)
	require.Empty(t, again.Warnings)
	third, err := l.Read(t.Context(), requests(t), []time.Time{from, to})
	require.NoError(t, err)
	require.Zero(t, third.Cost.CellsMissed)
	checkWindow(t, following, third, from, to)
}
