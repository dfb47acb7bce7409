package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
	"github.com/burnline/burnline/tests/incidents"
)

// For 200 histories, the state of each severity at every minute equals a brute-force evaluation of
// the policy on the true counts. Instants with a burn rate within 1% of a threshold are left out.
func TestAlertsEqualBruteForceOnTruth(t *testing.T) {
	const minutes = 150
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	met, judged, skipped := map[slo.State]int{}, 0, 0
	histories, least := uint64(200), 1000
	if testing.Short() {
		histories, least = 24, 100
	}
	for seed := range histories {
		policy, length, scrape := slo.DefaultPolicy, 9*time.Hour, incidents.RandomScrape(seed, time.Minute)
		if seed%8 == 0 {
			policy, length, scrape.Interval = "sre-workbook", 75*time.Hour, time.Minute
		}
		c, problems := catalog.Parse(fmt.Appendf(nil, "slos: ["+incidents.SLO+"]", policy))
		require.NoError(t, problems.Err())
		s := c.SLOs[0]
		truth := incidents.Generate(seed, begin, length, scrape)
		e := New(promtest.New(t, truth.Recording),
			Options{Now: func() time.Time { return truth.End.Add(24 * time.Hour) }})
		for m := range minutes {
			at := truth.End.Add(-time.Duration(m) * time.Minute)
			answer, err := e.Alerts(t.Context(), c.SLOs, at)
			require.NoError(t, err)
			require.Len(t, answer.Severities, len(s.Policy.Severities()))
			for _, got := range answer.Severities {
				want, near := truth.Judge(s.Policy, s.Objective, s.Window, got.Severity, at, 0.01)
				judged++
				if near {
					skipped++
					continue
				}
				met[want]++
				require.Equal(t, want, got.State, "history %d, %s at %s: long %v short %v of %v", seed, got.Severity,
					at.Format("15:04"),
					got.Alert.Long, got.Alert.Short, got.Alert.Factor)
				require.False(t, got.Kept)
			}
		}
	}
	for state := slo.Ok; state <= slo.Firing; state++ {
		assert.Greater(t, met[state], least, "the histories hardly meet %s", state)
	}
	assert.Less(t, float64(skipped)/float64(judged), 0.02, "%d of %d instants are too near to a threshold", skipped,
		judged)
	t.Logf("%d states judged, %d too near to a threshold; met %v", judged, skipped, met)
}
