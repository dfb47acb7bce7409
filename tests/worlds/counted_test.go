package worlds

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/engine"
)

const policies = `policies:
  odd-windows:
    - {severity: page, percent: 1, long: 3h7m, short: 13m}
    - {severity: slack, percent: 5, long: 19h41m, short: 2h2m}
`

// Both estimators count every world exactly: alone, next to windows at odd minutes, and after a
// history in steps of five minutes.
func TestWorldsAreCountedExactly(t *testing.T) {
	for seed, estimator := range map[uint64]counting.Estimator{1: counting.Samples, 3: counting.Borders} {
		t.Run(fmt.Sprintf("seed %d, %s", seed, estimator), func(t *testing.T) { countWorlds(t, seed, estimator) })
	}
}

func countWorlds(t *testing.T, seed uint64, estimator counting.Estimator) {
	c, problems := catalog.Parse([]byte(policies + "slos: []\n"))
	require.NoError(t, problems.Err())
	for _, w := range All(seed) {
		t.Run(w.Name, func(t *testing.T) {
			rec := promtest.Recording{}
			for _, s := range w.Series {
				rec[s.Labels.String()] = s.Samples
			}
			server := promtest.New(t, rec)
			define := func(policy string) catalog.SLO {
				text, err := json.Marshal(w.Inline(policy))
				require.NoError(t, err)
				def, problems := c.ParseSLO(text)
				require.NoError(t, problems.Err())
				return def
			}
			fresh := func() *engine.Engine {
				return engine.New(server,
					engine.Options{Estimator: estimator, Now: func() time.Time { return End.Add(time.Hour) }})
			}
			check := func(e *engine.Engine, def catalog.SLO, at time.Time, company string) {
				r, err := e.Summary(t.Context(), []catalog.SLO{def}, at)
				require.NoError(t, err)
				require.Len(t, r.Rows, 1)
				events, bad := w.Truth(at, Window)
				got := r.Rows[0].Window
				if math.Abs(got.Total-events) > 1e-6 || math.Abs(got.Bad-bad) > 1e-6 {
					t.Errorf("%s at %s: %v events, %v bad; true are %v and %v", company, at.Format("2 Jan 15:04"),
						got.Total, got.Bad, events, bad)
				}
				if w.Whole && got.Coverage < 0.99 {
					t.Errorf("%s at %s: coverage %.4f", company, at.Format("2 Jan 15:04"), got.Coverage)
				}
			}
			odd, watched := fresh(), fresh()
			for _, at := range w.Instants(6) {
				check(fresh(), define(""), at, "alone")
				check(odd, define("odd-windows"), at, "beside odd windows")
				_, err := watched.TimeSeries(t.Context(), []catalog.SLO{define("")}, []engine.Metric{engine.MetricBad},
					at.Add(-8*time.Hour), at, 5*time.Minute)
				require.NoError(t, err)
				check(watched, define(""), at, "after a history")
			}
		})
	}
}
