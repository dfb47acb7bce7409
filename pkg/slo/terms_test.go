package slo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheBudgetOfAPeriodThatIsNotOver(t *testing.T) {
	terms := Terms{Objective: 0.99, Period: 30 * 24 * time.Hour, Elapsed: 0.25}
	b, ok := terms.Budget(Counts{Total: 1000, Bad: 10}) // a constant burn rate of 1
	require.True(t, ok)
	assert.InDelta(t, 0.75, b.Left, 1e-12)
	assert.InDelta(t, 30, b.Events, 1e-9)
	assert.InDelta(t, 324, b.Minutes, 1e-9)
	assert.InDelta(t, 0.75, terms.EvenBudget(), 1e-12)

	terms.Length = 15 * 24 * time.Hour // half of it is excluded
	b, _ = terms.Budget(Counts{Total: 1000, Bad: 10})
	assert.InDelta(t, 162, b.Minutes, 1e-9)

	terms.Elapsed = 1
	b, _ = terms.Budget(Counts{Total: 1000, Bad: 10})
	assert.Equal(t, 0.0, b.Left)
	_, ok = terms.Budget(Counts{})
	assert.False(t, ok)
	b, _ = terms.Budget(Counts{Total: 10, Bad: 11})
	assert.InDelta(t, -99, b.Left, 1e-9, "more bad events than events are held at all of them")
}

func TestLowTrafficHoldsAnAlertBack(t *testing.T) {
	p := Policy{Alerts: []Alert{{Severity: "page", Percent: 2, Long: time.Hour, Short: 5 * time.Minute}}}
	terms := Terms{Objective: 0.999, Period: 30 * 24 * time.Hour, Elapsed: 1}
	three := Measured{Counts{Total: 3, Bad: 1}, 1}
	evaluate := func(low LowTraffic) AlertEvaluation {
		terms.LowTraffic = low
		return p.EvaluateTerms(terms, Measured{Counts{1e6, 1}, 1},
			func(time.Duration) Measured { return three }).Alerts[0]
	}
	assert.Equal(t, Firing, evaluate(LowTraffic{}).State)
	assert.Equal(t, Firing, evaluate(LowTraffic{MinEvents: 3, MinBad: 1}).State)
	for _, low := range []LowTraffic{{MinEvents: 4}, {MinBad: 2}, {MinEvents: 3, MinBad: 2}} {
		a := evaluate(low)
		assert.Equal(t, Rising, a.State)
		assert.True(t, a.HeldBack)
	}
}

func TestExhaustedRollingWithoutForecast(t *testing.T) {
	idle := func(time.Duration) Counts { return Counts{} }
	_, ok := ExhaustedRolling(0.99, Counts{}, time.Hour, []time.Duration{time.Hour}, idle)
	assert.False(t, ok)
	busy := func(time.Duration) Counts { return Counts{Total: 1000} }
	_, ok = ExhaustedRolling(0.99, Counts{Total: 10}, time.Hour, []time.Duration{time.Hour}, busy)
	assert.False(t, ok, "nothing burns")
	_, ok = ExhaustedRolling(1, Counts{Total: 10, Bad: 1}, time.Hour, []time.Duration{time.Hour}, busy)
	assert.False(t, ok, "no budget to spend")
	in, ok := ExhaustedRolling(0.99, Counts{Total: 10, Bad: 1}, time.Hour, []time.Duration{time.Hour},
		func(time.Duration) Counts { return Counts{1000, 20} })
	assert.True(t, ok)
	assert.Zero(t, in, "spent already")
}

func TestExhaustedThisPeriod(t *testing.T) {
	terms := Terms{Objective: 0.99, Period: 30 * 24 * time.Hour, Elapsed: 0.5}
	in, ok := terms.ExhaustedThisPeriod(Budget{Left: 0.1}, 2)
	assert.True(t, ok)
	assert.Equal(t, 36*time.Hour, in)
	_, ok = terms.ExhaustedThisPeriod(Budget{Left: 0.6}, 1)
	assert.False(t, ok, "the month ends before")
}
