package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/slo"
)

// Two pages and a ticket. Burn rates are per window: 1h and 5m of the first page, 6h and 30m of the
// second, 3d and 6h of the ticket.
func TestSeverityStates(t *testing.T) {
	workbook, _ := FindPolicy("sre-workbook") // over 30d at 99.9%: thresholds 14.4, 6 and 1
	measured := func(bad float64) Measured { return Measured{Counts{100000, bad}, 1} }
	gap := Measured{Counts{100, 0}, 0.5}
	counts := map[time.Duration]Measured{
		time.Hour: measured(2000), 5 * time.Minute: gap, // burn rate 20, but the short window has a gap
		6 * time.Hour: measured(500), 30 * time.Minute: measured(700), // burn rates 5 and 7: below 6 in the long one
		72 * time.Hour: measured(50),
	}
	e := workbook.Evaluate(0.999, 30*day, func(w time.Duration) Measured { return counts[w] })
	require.Equal(t, []State{Unmeasured, Rising, Rising},
		[]State{e.Alerts[0].State, e.Alerts[1].State, e.Alerts[2].State})

	fired := SeverityStates(e.Alerts, func(alert int) State {
		assert.Equal(t, 0, alert, "only the one that cannot be judged is asked about")
		return Firing
	})
	require.Len(t, fired, 2)
	assert.Equal(t, "page", fired[0].Severity)
	assert.Equal(t, Firing, fired[0].State, "its last state is kept, though the other page could be judged")
	assert.True(t, fired[0].Kept)
	assert.Equal(t, 6*time.Hour, fired[0].Alert.Alert.Long, "5 of 6 is nearer than 0 of 14.4 in the short window")
	assert.Equal(t, SeverityState{Severity: "ticket", State: Rising, Alert: e.Alerts[2]}, fired[1])

	never := SeverityStates(e.Alerts[:1], func(int) State { return Unmeasured })
	assert.Equal(t, Unmeasured, never[0].State)
	assert.True(t, never[0].Kept)
}

// Fifty minutes with 2 bad of 100 burn at 2. After 36 minutes the hour is over 1.2. The last three
// minutes have no data. Then the 5 m window is unmeasured: 0.4 of it burnt at 2. The 30 m window is
// measured, and its alert is below 2.4. The page of the first alert keeps firing.
func TestAGapInOneAlertOfASeverityResolvesNothing(t *testing.T) {
	p := Policy{
		Name:   "two",
		Alerts: []Alert{{"page", 5, time.Hour, 5 * time.Minute}, {"page", 60, 6 * time.Hour, 30 * time.Minute}},
	}
	cells := minutes()
	for i := range 50 {
		cells[30*60+i].Bad = 2
	}
	for i := 47; i < 50; i++ {
		cells[30*60+i] = Measured{}
	}
	r, err := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60)).Replay(p)
	require.NoError(t, err)
	assert.Equal(t, []State{Firing, Firing, Firing, Ok}, r.Alerts[6*60+46:6*60+50],
		"the second page is judged in the gap, and changes nothing")
	require.Len(t, r.Alarms, 1, "not one that resolves in the gap and comes again")
	assert.Equal(t, at(6, 36), r.Alarms[0].From)
	assert.Equal(t, at(6, 55), r.Alarms[0].To, "the 5 m window is measured again, at 0")
}
