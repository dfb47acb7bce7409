package counting

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// Slow or irregular scrapes, or a single missed scrape, do not lower the coverage.
func TestCoverageFollowsTheScrapeInterval(t *testing.T) {
	for _, every := range []int64{5, 15, 60, 300, 600, 1800, 3600} {
		t.Run(fmt.Sprint(every), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(every), 1))
			rec := promtest.Recording{}
			name := `requests_total{workload="a",code="200",job="j",instance="i"}`
			for at, v := origin.UnixMilli()+r.Int64N(every*1000),
				0.0; at < origin.Add(20*time.Hour).UnixMilli(); at += every * 1000 {
				if v++; int(v)%17 > 0 || every == 3600 {
					rec[name] = append(rec[name], promtest.Sample{Ms: at + r.Int64N(every*10), V: v})
				}
			}
			from, to := origin.Add(8*time.Hour), origin.Add(18*time.Hour+10*time.Minute)
			counts, err := cacheAt(promtest.New(t, rec), origin.Add(20*time.Hour), Samples).Read(t.Context(),
				requests(t), []time.Time{from, to})
			require.NoError(t, err)
			require.InDelta(t, 1, counts.Coverage(&counts.Groups[0], from, to), 1e-6)
		})
	}
}
