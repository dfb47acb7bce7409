package slo_test

import (
	"math"
	"testing"
	"time"

	. "github.com/burnline/burnline/pkg/slo"
)

// FuzzNeverNaN: for any numbers, results are within their documented range, without NaN and
// infinity.
func FuzzNeverNaN(f *testing.F) {
	f.Add(0.999, 1000.0, 1.0, 1.0, 2.0, int64(30*day), int64(time.Hour), int64(5*time.Minute))
	f.Add(1.0, 1.0, 0.0, 0.0, 100.0, int64(time.Hour), int64(time.Hour), int64(0))
	f.Add(math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), int64(0), int64(-1), int64(math.MinInt64))
	f.Add(math.Nextafter(1, 0), 5e-324, math.MaxFloat64, math.Inf(1), math.MaxFloat64, int64(math.MaxInt64), int64(1),
		int64(1))
	f.Add(5e-324, math.MaxFloat64, math.MaxFloat64, 0.5, 5e-324, int64(1), int64(math.MaxInt64), int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, objective, total, bad, coverage, percent float64, period, long, short int64) {
		o, c := Objective(objective), Counts{Total: total, Bad: bad}
		finite := func(what string, xs ...float64) {
			for _, x := range xs {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Errorf("%s is %v", what, x)
				}
			}
		}
		within := func(what string, x, least, most float64) {
			if !(x >= least && x <= most) {
				t.Errorf("%s is %v, not within %v..%v", what, x, least, most)
			}
		}
		within("error budget", o.ErrorBudget(), 0, 1)
		ratio, _ := c.ErrorRatio()
		within("error ratio", ratio, 0, 1)
		share, _ := SLI(c)
		within("SLI", share, 0, 1)
		burn, _ := BurnRate(o, c)
		finite("burn rate", burn)
		within("burn rate", burn, 0, math.MaxFloat64)

		b, _ := BudgetLeft(o, time.Duration(period), c)
		finite("budget", b.Left, b.Events, b.Minutes)
		within("budget left", b.Left, -math.MaxFloat64, 1)
		left, ok := ExhaustedIn(b, time.Duration(period), burn)
		if ok && (left < 0 || left > max(time.Duration(period), 0)) {
			t.Errorf("exhausted in %v of a period of %v", left, time.Duration(period))
		}

		p := Policy{Name: "p", Alerts: []Alert{{"page", percent, time.Duration(long), time.Duration(short)}}}
		_ = p.Validate(time.Duration(period), o)
		e := p.Evaluate(o, time.Duration(period), func(time.Duration) Measured { return Measured{c, coverage} })
		if e.State < Unmeasured || e.State > Exhausted {
			t.Errorf("state is %v", e.State)
		}
		a := e.Alerts[0]
		finite("alert", a.Factor, a.Long.Rate, a.Short.Rate)
		within("factor", a.Factor, 0, math.MaxFloat64)
		within("coverage", a.Long.Coverage, 0, 1)
		if d, err := ParseDuration(FormatDuration(time.Duration(long))); long >= 0 && long < int64(200*365*day) &&
			(err != nil || d != time.Duration(long).Round(time.Millisecond)) {
			t.Errorf("%v does not survive its text: %v, %v", time.Duration(long), d, err)
		}
	})
}
