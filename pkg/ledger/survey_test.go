package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

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
		together, err := q.fetchBrief(t.Context(), source, runs, run{hourCells, at(3), at(70)}, 5*rawSamples-1)
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

// Pods that follow one another are read by their samples, those that stay by their borders.
func TestTheSurveyTellsWhatFollowsFromWhatStays(t *testing.T) {
	const days = 10
	following, staying := promtest.Recording{}, promtest.Recording{}
	for hour := range int64(days * 24) {
		for m := range int64(60) {
			at := origin.UnixMilli() + (hour*60+m)*60_000 + 1_000
			name := fmt.Sprintf(`requests_total{workload="a",code="200",pod="%d"}`, hour)
			following[name] = append(following[name], promtest.Sample{Ms: at, V: float64(m)})
			for pod := range 30 {
				name = fmt.Sprintf(`requests_total{workload="a",code="200",pod="%d"}`, pod)
				staying[name] = append(staying[name], promtest.Sample{Ms: at, V: float64(hour*60 + m)})
			}
		}
	}
	from, to := origin.Add(time.Hour), origin.Add(days*24*time.Hour-time.Hour)
	for _, c := range []struct {
		rec       promtest.Recording
		byBorders bool
	}{{following, false}, {staying, true}} {
		counts, err := ledgerAt(promtest.New(t, c.rec), to.Add(time.Hour)).Read(t.Context(), requests(t), []time.Time{from, to})
		require.NoError(t, err)
		checkWindow(t, c.rec, counts, from, to)
		require.InDelta(t, 1, counts.Coverage(&counts.Groups[0], from, to), 0.01)
		require.Equal(t, c.byBorders, strings.Contains(strings.Join(counts.Sent, "\n"), "resets("), counts.Sent)
	}
}
