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

// Cells of any size that are read by their samples hold what the borders tell, and as much coverage as their minutes.
func TestABriefRunEqualsBordersAndMinutes(t *testing.T) {
	for seed := range uint64(4) {
		rec := randomRecording(rand.New(rand.NewPCG(seed, 9)), 3, 12)
		source, q := promtest.New(t, rec), requests(t)
		r := run{[]level{hourCells, fiveCells}[seed%2], origin.Add(9 * time.Hour).Unix(), origin.Add(70 * time.Hour).Unix()}
		brief, borders, minutes := newFetcher(source, q, r), newFetcher(source, q, r), newFetcher(source, q, run{minuteCells, r.from, r.to})
		brief.brief = 5*rawSamples - 1
		require.NoError(t, brief.fetchBrief(t.Context()))
		require.NoError(t, borders.fetchBorders(t.Context()))
		require.NoError(t, minutes.fetchSamples(t.Context()))
		require.Len(t, brief.out.groups, 2)
		n := int(r.step() / 60)
		for key, g := range brief.cells.byKey {
			require.Equal(t, borders.cells.byKey[key].counts, g.counts, "seed %d, %q", seed, key)
			for cell := range r.cells() {
				var covered float64
				for _, c := range minutes.cells.byKey[key].coverage[cell*n : (cell+1)*n] {
					covered += c
				}
				require.InDelta(t, covered/float64(n), g.coverage[cell], 1e-9, "seed %d, %q, cell %d", seed, key, cell)
			}
		}
	}
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
