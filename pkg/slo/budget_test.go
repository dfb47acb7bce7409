package slo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	. "github.com/burnline/burnline/pkg/slo"
)

const day = 24 * time.Hour

func TestErrorBudgetIsTheDecimalThatWasMeant(t *testing.T) {
	for _, c := range []struct {
		percent   float64
		objective Objective
		budget    float64
	}{
		{99.9, 0.999, 0.001},
		{99.99, 0.9999, 0.0001},
		{99.999, 0.99999, 0.00001},
		{99.5, 0.995, 0.005},
		{95, 0.95, 0.05},
		{93.05, 0.9305, 0.0695},
		{50, 0.5, 0.5},
		{100, 1, 0},
	} {
		o := ObjectiveFromPercent(c.percent)
		assert.Equal(t, c.objective, o, "%v %%", c.percent)
		assert.Equal(t, c.budget, o.ErrorBudget(), "%v %%", c.percent)
		assert.Equal(t, c.percent, o.Percent(), "%v %%", c.percent)
	}
}

// 30d are 43,200 minutes: at 99.9% the budget is 43.2 of them, at 99.5% 216.
func TestBudgetLeft(t *testing.T) {
	for _, c := range []struct {
		name      string
		objective Objective
		total     float64
		bad       float64
		want      Budget
	}{
		{"untouched", 0.999, 1_000_000, 0, Budget{Left: 1, Events: 1000, Minutes: 43.2}},
		{"a quarter spent", 0.999, 1_000_000, 250, Budget{Left: 0.75, Events: 750, Minutes: 32.4}},
		{"spent to the last event", 0.999, 1_000_000, 1000, Budget{}},
		{"spent by the one event that 1,000 may have", 0.999, 1000, 1, Budget{}},
		{"spent twice", 0.999, 1_000_000, 2000, Budget{Left: -1, Events: -1000, Minutes: -43.2}},
		{"total outage", 0.995, 10_000, 10_000, Budget{Left: -199, Events: -9950, Minutes: -42984}},
		{"half an event left", 0.999, 2500, 2, Budget{Left: 0.2, Events: 0.5, Minutes: 8.64}},
		{"objective 100 %, nothing broken", 1, 5000, 0, Budget{Left: 1}},
		{"objective 100 %, three broke it", 1, 5000, 3, Budget{Left: 0, Events: -3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := BudgetLeft(c.objective, 30*day, Counts{Total: c.total, Bad: c.bad})
			assert.True(t, ok)
			assert.InDelta(t, c.want.Left, got.Left, 1e-9)
			assert.InDelta(t, c.want.Events, got.Events, 1e-6)
			assert.InDelta(t, c.want.Minutes, got.Minutes, 1e-6)
			assert.Equal(t, c.want.Left <= 0, got.Exhausted())
		})
	}
}

// 16,630,693 requests with 15,022 errors leave 9.7% of the budget of 99.9%.
func TestBudgetOfTheMeasuredMonth(t *testing.T) {
	got, ok := BudgetLeft(0.999, 30*day, Counts{Total: 16_630_693, Bad: 15_022})
	assert.True(t, ok)
	assert.InDelta(t, 0.0967, got.Left, 0.00005)
}

// 0/0 is NaN and x/0 is Inf. Either would spread to every sum.
func TestWithoutEventsThereIsNoNumber(t *testing.T) {
	for _, none := range []Counts{{}, {Bad: 3}, {Total: -1}} {
		_, ok := none.ErrorRatio()
		assert.False(t, ok, "%+v", none)
		_, ok = SLI(none)
		assert.False(t, ok, "%+v", none)
		_, ok = BurnRate(0.999, none)
		assert.False(t, ok, "%+v", none)
		got, ok := BudgetLeft(0.999, 30*day, none)
		assert.False(t, ok, "%+v", none)
		assert.Equal(t, Budget{}, got)
	}
}

func TestCountsThatWereReadApartStayWithinTheirTotal(t *testing.T) {
	ratio, ok := Counts{Total: 100, Bad: 101}.ErrorRatio()
	assert.True(t, ok)
	assert.Equal(t, 1.0, ratio)
	ratio, ok = Counts{Total: 100, Bad: -1}.ErrorRatio()
	assert.True(t, ok)
	assert.Equal(t, 0.0, ratio)
	share, ok := SLI(Counts{Total: 2000, Bad: 3})
	assert.True(t, ok)
	assert.InDelta(t, 0.9985, share, 1e-12)
}

// An objective of 100% has no burn rate. One error in three requests burns at 333.
func TestBurnRate(t *testing.T) {
	for _, c := range []struct {
		objective  Objective
		total, bad float64
		want       float64
		ok         bool
	}{
		{0.999, 1000, 0, 0, true},
		{0.999, 1000, 1, 1, true},
		{0.999, 10_000, 144, 14.4, true},
		{0.999, 3, 1, 333.333333, true},
		{0.999, 50, 50, 1000, true},
		{0.95, 200, 200, 20, true},
		{1, 1000, 1, 0, false},
		{1, 1000, 0, 0, false},
	} {
		got, ok := BurnRate(c.objective, Counts{Total: c.total, Bad: c.bad})
		assert.Equal(t, c.ok, ok, "%+v", c)
		assert.InDelta(t, c.want, got, 1e-6, "%+v", c)
	}
}

// With little traffic, the remaining events show the uncertainty: of 3 requests, 0.003 may be bad.
func TestLowTrafficShowsInTheEventsLeft(t *testing.T) {
	got, ok := BudgetLeft(0.999, 30*day, Counts{Total: 3, Bad: 1})
	assert.True(t, ok)
	assert.InDelta(t, -0.997, got.Events, 1e-9)
	assert.InDelta(t, -332.333333, got.Left, 1e-6)
}

func TestExhaustedIn(t *testing.T) {
	for _, c := range []struct {
		name string
		left float64
		burn float64
		want time.Duration
		ok   bool
	}{
		{"all of it at 1: one period", 1, 1, 30 * day, true},
		{"half of it at 10: a twentieth of the period", 0.5, 10, 36 * time.Hour, true},
		{"a tenth of it at 14.4", 0.1, 14.4, 5 * time.Hour, true},
		{"spent", 0, 3, 0, true},
		{"overspent, and nothing burns", -2, 0, 0, true},
		{"nothing burns", 1, 0, 0, false},
		{"outlasts the period", 1, 0.99, 0, false},
		{"slower than a Duration can say", 1, 1e-300, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := ExhaustedIn(Budget{Left: c.left}, 30*day, c.burn)
			assert.Equal(t, c.ok, ok)
			assert.InDelta(t, c.want.Seconds(), got.Seconds(), 0.001)
		})
	}
}
