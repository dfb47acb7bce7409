package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// 1 event every 5 minutes from 1970-01-01 on, and one bad in each of January's last 12 samples.
// January has 8,928 samples (the first is the baseline) and February 8,064.
const twoMonths = `load 5m
  a_total{workload="a"} 0+1x17500
  bad_total{workload="a"} 0x8915 0+1x12 12x9000
`

func TestPeriodsMonthByMonth(t *testing.T) {
	s, problems := catalog.ParseSLO([]byte(`{name: a, objective: 99.9, window: 30d, by: [workload], sli: {events: {total: a_total, bad: bad_total}}}`))
	require.NoError(t, problems.Err())
	now := time.Date(1970, 2, 15, 0, 0, 0, 0, time.UTC)
	e := engine.New(promtest.Load(t, twoMonths), engine.Options{Now: func() time.Time { return now }})

	p, err := e.Periods(t.Context(), []catalog.SLO{s}, nil, time.Unix(0, 0), now)
	require.NoError(t, err)
	require.Len(t, p.Rows, 2)
	january, february := p.Rows[0], p.Rows[1]
	require.Equal(t, "1970-01", january.Name)
	require.True(t, january.Complete)
	require.Equal(t, 8928.0, january.Window.Total)
	require.Equal(t, 12.0, january.Window.Bad)
	require.InDelta(t, 1-12/8.928, january.Budget.Left, 1e-9)

	require.Equal(t, "1970-02", february.Name)
	require.False(t, february.Complete)
	require.Equal(t, 14*288.0, february.Window.Total)
	require.Equal(t, 1.0, february.Budget.Left)
	require.InDelta(t, 8.064, february.Budget.Events, 1e-9, "of the whole month, by what has happened")
	require.InDelta(t, 40.32, february.Budget.Minutes, 1e-9)

	// In Berlin (UTC+1) January ends an hour, 12 samples, earlier: those with the bad events.
	berlin, err := slo.LoadZone("Europe/Berlin")
	require.NoError(t, err)
	p, err = e.Periods(t.Context(), []catalog.SLO{s}, &slo.Calendar{Unit: slo.Month, Zone: berlin}, time.Unix(0, 0),
		now)
	require.NoError(t, err)
	require.Equal(t, 8916.0, p.Rows[0].Window.Total)
	require.Equal(t, 0.0, p.Rows[0].Window.Bad)
	require.Equal(t, 12.0, p.Rows[1].Window.Bad)

	_, err = e.Periods(t.Context(), []catalog.SLO{s}, &slo.Calendar{Unit: slo.Week}, now.AddDate(-3, 0, 0), now)
	require.ErrorContains(t, err,
		"timeRange: holds more than 120 periods (week). Make it shorter or the periods longer")
}
