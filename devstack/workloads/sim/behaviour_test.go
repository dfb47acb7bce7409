package sim

import (
	"math"
	"strings"
	"testing"
	"time"
)

// anchors at different times of day and week: a Monday evening, a Sunday night, a Thursday noon.
var anchors = []string{"2026-11-23T20:53:00Z", "2026-03-01T02:00:00Z", "2027-01-14T12:30:00Z"}

func TestBudgetLeftIsTheFleets(t *testing.T) {
	for _, anchor := range anchors {
		anchorMS := parse(t, anchor)
		for _, w := range Fleet() {
			b, err := Behave(w, 1, anchorMS)
			if err != nil {
				t.Fatal(err)
			}
			window := budgetWindow
			if w.BornBefore > 0 {
				window = w.BornBefore
			}
			left := 1 - expectedBurn(b, anchorMS-window.Milliseconds(), anchorMS)
			if math.Abs(left-w.Errors.BudgetLeft) > 0.005 {
				t.Errorf("%s at %s: budget left %.4f, asked for %.4f", w.FullName(), anchor, left, w.Errors.BudgetLeft)
			}
		}
	}
}

func TestBurnRatesFireAsInTheScenario(t *testing.T) {
	const pageFactor, slackFactor = 7.2, 6.0 // 1% in 1 h and 5% in 6 h of 30 days
	for _, anchor := range anchors {
		anchorMS := parse(t, anchor)
		for _, w := range Fleet() {
			b, err := Behave(w, 1, anchorMS)
			if err != nil {
				t.Fatal(err)
			}
			burn := func(window time.Duration) float64 {
				return expectedBurn(b, anchorMS-window.Milliseconds(),
					anchorMS)
			}
			pages := burn(time.Hour) > pageFactor && burn(5*time.Minute) > pageFactor
			slacks := burn(6*time.Hour) > slackFactor && burn(30*time.Minute) > slackFactor
			if want := w.Scenario == "fast burn"; pages != want {
				t.Errorf("%s at %s: pages %v, want %v (1h %.2f, 5m %.2f)", w.FullName(), anchor, pages, want,
					burn(time.Hour), burn(5*time.Minute))
			}
			if want := w.Scenario == "slow burn"; slacks != want {
				t.Errorf("%s at %s: slacks %v, want %v (6h %.2f, 30m %.2f)", w.FullName(), anchor, slacks, want,
					burn(6*time.Hour), burn(30*time.Minute))
			}
		}
	}
}

func TestNoTrafficAtNight(t *testing.T) {
	b := behave(t, "invoices")
	for hour, want := range map[string]bool{
		"19:59": true, "20:00": false, "23:30": false, "04:59": false,
		"05:00": true, "12:00": true,
	} {
		if got := b.Rate(parse(t, "2026-11-18T"+hour+":00Z")) > 0; got != want {
			t.Errorf("traffic at %s: %v, want %v", hour, got, want)
		}
	}
}

func TestOngoingTroubleMustFitTheBudget(t *testing.T) {
	w := &Workload{
		Namespace: "shop", Name: "broken", Replicas: 1, Traffic: Traffic{MeanRate: 10},
		Latency: Latency{P95: time.Second, Sigma: 0.5},
		Errors:  Errors{BudgetLeft: 0.9, Ongoing: Ongoing{Before: 10 * 24 * time.Hour, Share: 0.003}},
	}
	_, err := Behave(w, 1, parse(t, anchors[0]))
	const want = "workload shop/broken: budget left 0.90 asked for, but its ongoing trouble alone leaves "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s...", err, want)
	}
}

func TestP95IsTheFleets(t *testing.T) {
	b := behave(t, "auth")
	from := parse(t, "2026-11-18T00:00:00Z")
	for hour := range int64(24) {
		logMedian := b.LogMedianLatency(from + hour*time.Hour.Milliseconds())
		if got := LognormalShare(math.Log(0.06), logMedian, b.Latency.Sigma); got < 0.938 || got > 0.962 {
			t.Errorf("at %d h a share of %.4f takes no longer than the p95 of 60 ms, want 0.95 give or take the drift",
				hour, got)
		}
	}
}

// expectedBurn sums rates and error shares in other steps than calibrate and divides by the budget.
func expectedBurn(b *Behaviour, fromMS, toMS int64) float64 {
	step := int64(1000)
	if toMS-fromMS > day.Milliseconds() {
		step = 19_000
	}
	var events, bad float64
	for t := fromMS; t < toMS; t += step {
		events += b.Rate(t)
		bad += b.Rate(t) * b.ErrorShare(t)
	}
	if events == 0 {
		return 0
	}
	return bad / events / errorBudget
}

func behave(t *testing.T, name string) *Behaviour {
	t.Helper()
	for _, w := range Fleet() {
		if w.Name == name {
			b, err := Behave(w, 1, parse(t, anchors[0]))
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
	}
	t.Fatalf("no workload %s", name)
	return nil
}

func parse(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}
