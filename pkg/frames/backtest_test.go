package frames

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// Errors from 48:00 to the end at 50:00: 20 of 120 events a minute.
func TestBacktest(t *testing.T) {
	e, slos := load(t)
	mine := slo.Policy{
		Name:   "mine",
		Alerts: []slo.Alert{{Severity: "page", Percent: 2, Long: time.Hour, Short: 5 * time.Minute}},
	}
	b, err := e.Backtest(t.Context(), slos[:1], []slo.Policy{slo.Policies()[0], mine}, at.Add(-4*time.Hour), at,
		5*time.Minute)
	require.NoError(t, err)
	b.Cost = cells.Cost{Queries: 1, Samples: 2, CellsHit: 3, CellsMissed: 4}
	golden(t, "backtest", Backtest(b)...)

	empty := Backtest(&engine.Backtest{Report: engine.Report{Instant: at}})
	require.Len(t, empty, 4)
	for _, f := range empty {
		require.Zero(t, f.Rows())
	}
}
