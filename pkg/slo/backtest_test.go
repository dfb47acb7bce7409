package slo_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/slo"
)

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// sum adds up n cells one by one; cell i is the last. Cells before the first one have no coverage.
func sum(cells []Measured, i, n int) Measured {
	var m Measured
	for j := max(i+1-n, 0); j <= i; j++ {
		m.Total += cells[j].Total
		m.Bad += cells[j].Bad
		m.Coverage += cells[j].Coverage
	}
	m.Coverage /= float64(n)
	return m
}

func history(cells []Measured, step, period time.Duration, first int) History {
	h := History{Start: midnight, Step: step, Cells: cells, First: first, Period: make([]Measured, len(cells))}
	n := int(period / step)
	for i := range cells {
		if i == 0 {
			h.Period[0] = sum(cells, 0, n)
			continue
		}
		p := h.Period[i-1]
		p.Total, p.Bad = p.Total+cells[i].Total, p.Bad+cells[i].Bad
		if i >= n {
			p.Total, p.Bad = p.Total-cells[i-n].Total, p.Bad-cells[i-n].Bad
		}
		p.Coverage = min(p.Coverage+cells[i].Coverage/float64(n), 1)
		h.Period[i] = p
	}
	return h
}

// minutes is 36 h with 100 good events a minute. The first twelve hours of the second day are
// evaluated.
func minutes() []Measured {
	cells := make([]Measured, 36*60)
	for i := range cells {
		cells[i] = Measured{Counts{100, 0}, 1}
	}
	return cells
}

func at(hour, minute int) time.Time {
	return midnight.Add(24*time.Hour + time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// factor 0.05 x 24 h / 1 h = 1.2
var pager = Policy{Name: "pager", Alerts: []Alert{{"page", 5, time.Hour, 5 * time.Minute}}}

// 99% over 1d with 144,000 events: 1,440 may be bad.
//
// From 01:00 to 01:30, 20 a minute are bad: burn rate 20, 600 in all, 41.7% of the budget. After k
// minutes the burn rate of the hour is k/3: over 1.2 at the fourth. The last five minutes have none
// at 01:35.
//
// From 05:00 to 05:10, 3 a minute are bad: burn rate 3, 30 in all, 2.1%. The hour reaches 0.5: no
// page.
//
// At 08:00, 9 are bad in one minute: 0.6%, too little for an incident.
func TestBacktestOfTwoIncidents(t *testing.T) {
	cells := minutes()
	for i := range 30 {
		cells[25*60+i].Bad = 20
	}
	for i := range 10 {
		cells[29*60+i].Bad = 3
	}
	cells[32*60].Bad = 9
	b := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60))

	incidents := b.Incidents(5 * time.Minute)
	require.Len(t, incidents, 2)
	for i, want := range []struct {
		from, to   time.Time
		bad, spent float64
	}{{at(1, 0), at(1, 30), 600, 600.0 / 1440}, {at(5, 0), at(5, 10), 30, 30.0 / 1440}} {
		assert.Equal(t, want.from, incidents[i].From)
		assert.Equal(t, want.to, incidents[i].To)
		assert.Equal(t, want.bad, incidents[i].Bad)
		assert.InDelta(t, want.spent, incidents[i].Spent, 1e-12)
	}

	out, err := b.Outcome(pager, incidents)
	require.NoError(t, err)
	require.Equal(t,
		[]Alarm{{Severity: "page", From: at(1, 4), To: at(1, 35), PeakBurn: out.Replay.Alarms[0].PeakBurn}},
		out.Replay.Alarms)
	assert.InDelta(t, 10, out.Replay.Alarms[0].PeakBurn, 1e-9, "600 of 6,000 in the hour up to 01:30")
	assert.Equal(t, 31*time.Minute, out.Replay.Alarms[0].Duration())
	first, second := out.Detections[0], out.Detections[1]
	assert.Equal(t, Detection{true, "page", 4 * time.Minute, first.Spent, 4 * time.Minute}, first)
	assert.InDelta(t, 80.0/1440, first.Spent, 1e-12)
	assert.Equal(t, Detection{Silence: 10 * time.Minute}, second)

	require.Len(t, out.Replay.Alerts, 12*60)
	states := out.Replay.Alerts
	assert.Equal(t, []State{Ok, Rising, Rising, Rising, Firing}, states[59:64],
		"up to 01:00, and the four minutes after")
	assert.Equal(t, []State{Firing, Recovering}, states[93:95], "up to 01:34 and 01:35")
	assert.Equal(t, []State{Recovering, Ok}, states[145:147], "the hour up to 02:26 holds 4 bad minutes, the next 3")

	s := ScoreOf(12*time.Hour, out)
	require.NotNil(t, s.MedianAfter)
	assert.Equal(t, Score{
		Groups: 1, Pages: 1, Alarms: 1, PagesPerWeek: 14, Incidents: 2, Detected: 1,
		MedianAfter: s.MedianAfter, MedianSpent: s.MedianSpent, Silence: s.Silence,
	}, s)
	assert.Equal(t, 4*time.Minute, *s.MedianAfter)
	assert.InDelta(t, 80.0/1440, *s.MedianSpent, 1e-12)
	assert.Equal(t, 10*time.Minute, *s.Silence)

	twice := ScoreOf(12*time.Hour, out, out)
	assert.Equal(t, 28.0, twice.PagesPerWeek, "groups add up: one team gets all the pages")
	assert.Equal(t, 2, twice.Groups)
}

func TestAnIncidentSurvivesAShortPause(t *testing.T) {
	cells := minutes()
	for _, i := range []int{0, 1, 30, 31, 92, 93} { // 28 and 60 minutes apart
		cells[26*60+i].Bad = 20
	}
	incidents := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60)).Incidents(5 * time.Minute)
	require.Len(t, incidents, 2)
	assert.Equal(t, []time.Time{at(2, 0), at(2, 32), at(3, 32), at(3, 34)},
		[]time.Time{incidents[0].From, incidents[0].To, incidents[1].From, incidents[1].To})
	assert.Equal(t, []float64{80, 40}, []float64{incidents[0].Bad, incidents[1].Bad})
}

// In a gap in the middle of an incident, the alert keeps firing, although the minutes without data
// are unmeasured.
func TestAGapResolvesNothing(t *testing.T) {
	cells := minutes()
	for i := range 120 {
		cells[30*60+i].Bad = 50
		if i >= 40 && i < 80 {
			cells[30*60+i] = Measured{}
		}
	}
	r, err := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60)).Replay(pager)
	require.NoError(t, err)
	require.Len(t, r.Alarms, 1)
	assert.Equal(t, at(6, 2), r.Alarms[0].From, "50 x 2/60 is over 1.2")
	assert.Equal(t, at(8, 5), r.Alarms[0].To)
	assert.Contains(t, r.Alerts[6*60+40:6*60+80], Unmeasured)
}

func TestAnAlarmAtTheEndIsOpen(t *testing.T) {
	cells := minutes()
	for i := range 30 {
		cells[len(cells)-1-i].Bad = 100
	}
	b := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60))
	incidents := b.Incidents(5 * time.Minute)
	require.Len(t, incidents, 1)
	out, err := b.Outcome(pager, incidents)
	require.NoError(t, err)
	assert.True(t, out.Replay.Alarms[0].Open)
	assert.Equal(t, at(12, 0), out.Replay.Alarms[0].To)
	assert.Equal(t, at(11, 31), out.Replay.Alarms[0].From, "burn 100/60 after one minute")
	assert.Equal(t, Exhausted, out.Replay.States[len(out.Replay.States)-1], "3,000 of 1,440 are bad")
	assert.Equal(t, Firing, out.Replay.Alerts[len(out.Replay.Alerts)-1])
	assert.Equal(t, time.Minute, out.Detections[0].Silence)
}

func TestAPageWithoutAnIncidentIsNeedless(t *testing.T) {
	cells := minutes()
	cells[30*60].Bad = 9 // 0.6% of the budget
	nervous := Policy{
		Name:   "nervous",
		Alerts: []Alert{{"page", 0.5, time.Hour, time.Minute}, {"slack", 50, 6 * time.Hour, 30 * time.Minute}},
	}
	b := NewBacktest(0.99, day, history(cells, time.Minute, day, 24*60))
	out, err := b.Outcome(nervous, b.Incidents(time.Minute))
	require.NoError(t, err)
	s := ScoreOf(12*time.Hour, out)
	assert.Equal(t, Score{Groups: 1, Pages: 1, Alarms: 1, Needless: 1, PagesPerWeek: 14}, s)
}

func TestBacktestNeedsWholeSteps(t *testing.T) {
	b := NewBacktest(0.99, day, history(minutes()[:100], 5*time.Minute, day, 0))
	_, err := b.Replay(Policy{Name: "odd", Alerts: []Alert{{"page", 2, 72 * time.Minute, 6 * time.Minute}}})
	assert.EqualError(t, err, "window 6m of policy odd is not a whole number of steps of 5m")
}

func TestBacktestOfNothing(t *testing.T) {
	b := NewBacktest(0.99, day, History{Start: midnight, Step: time.Minute})
	out, err := b.Outcome(pager, b.Incidents(5*time.Minute))
	require.NoError(t, err)
	assert.Empty(t, out.Replay.States)
	assert.Equal(t, Score{Groups: 1}, ScoreOf(0, out))
}

// For 200 random histories with incidents, idle times and gaps, the state at every step equals
// Policy.Evaluate of the sums of the cells.
func TestReplayEqualsBruteForce(t *testing.T) {
	met := map[State]int{}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		step, o := time.Minute, []Objective{0.999, 0.99, 0.9, 1}[r.IntN(4)]
		if seed%2 == 0 {
			step = 5 * time.Minute
		}
		cells := randomCells(r, int(30*time.Hour/step))
		h := history(cells, step, day, int(26*time.Hour/step))
		p := Policy{Name: "p", Alerts: []Alert{
			{"page", 1 + float64(r.IntN(5)), time.Hour, 5 * time.Minute},
			{"slack", 10, 6 * time.Hour, 30 * time.Minute},
		}}
		replay, err := NewBacktest(o, day, h).Replay(p)
		require.NoError(t, err)
		require.Len(t, replay.States, len(cells)-h.First)
		for k := range replay.States {
			i := h.First + k
			e := p.Evaluate(o, day, func(w time.Duration) Measured { return sum(cells, i, int(w/step)) })
			worst := Unmeasured
			for _, a := range e.Alerts {
				worst = max(worst, a.State)
			}
			where := fmt.Sprintf("seed %d, step %d", seed, k)
			require.Equal(t, e.State, replay.States[k], where)
			require.Equal(t, worst, replay.Alerts[k], where)
			met[worst]++
			if e.State == Exhausted {
				met[Exhausted]++
			}
		}
	}
	for state := Unmeasured; state <= Exhausted; state++ {
		assert.Greater(t, met[state], 100, "the histories hardly meet %s", state)
	}
}

// randomCells returns cells with low and high traffic, incidents of any length and severity, nights
// without events, and gaps.
func randomCells(r *rand.Rand, n int) []Measured {
	cells := make([]Measured, n)
	traffic, share, coverage, left := 100, 0.0, 1.0, 0
	for i := range cells {
		if left--; left < 0 {
			left = r.IntN(n / 8)
			traffic, share, coverage = r.IntN(300), 0, 1
			switch r.IntN(5) {
			case 0:
				share = r.Float64()
			case 1:
				share = 0.02 * r.Float64()
			case 2:
				traffic = 0
			case 3:
				traffic, coverage, left = 0, float64(r.IntN(3))/2, r.IntN(n/20)
			}
		}
		total := float64(r.IntN(traffic + 1))
		cells[i] = Measured{Counts{total, float64(int(total*share + r.Float64()))}, coverage}
		cells[i].Bad = min(cells[i].Bad, total)
	}
	return cells
}

// 30 days at 1 m for 12 groups and the two named policies. One op is all of it.
func BenchmarkBacktest(b *testing.B) {
	cells := randomCells(rand.New(rand.NewPCG(1, 1)), 33*24*60)
	h := history(cells, time.Minute, 30*day, 3*24*60)
	for b.Loop() {
		for range 12 {
			test := NewBacktest(0.999, 30*day, h)
			incidents := test.Incidents(5 * time.Minute)
			for _, p := range Policies() {
				if _, err := test.Outcome(p, incidents); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
