//go:build suite

package bench

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// eightWindows are the usual windows of one SLO: the seven burn windows of the usual policies, and
// the budget's.
var eightWindows = []string{"5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"}

// catalogOf defines an SLO for each workload. Its policy uses the eight windows.
func catalogOf(workloads ...string) string {
	text := `apiVersion: burnline.dev/v1
policies:
  eight-windows:
    - {severity: page, percent: 1, long: 1h, short: 5m}
    - {severity: slack, percent: 5, long: 6h, short: 30m}
    - {severity: ticket, percent: 7, long: 1d, short: 2h}
    - {severity: report, percent: 10, long: 3d, short: 6h}
slos:
`
	for _, w := range workloads {
		text += fmt.Sprintf(`  - name: %s
    objective: 99.9
    window: 30d
    policy: eight-windows
    by: [workload]
    sli: {events: {total: '%s', bad: '%s'}}
`, w, totalOf(w), badOf(w))
	}
	return text
}

// byHand returns the sixteen usual instant queries for the eight windows.
func byHand(workload string) []string {
	var out []string
	for _, w := range eightWindows {
		for _, selector := range []string{totalOf(workload), badOf(workload)} {
			out = append(out, fmt.Sprintf("sum by (workload) (increase(%s[%s]))", selector, w))
		}
	}
	return out
}

// historyByHand returns the usual query of the remaining budget, for a panel over time.
func historyByHand(workload string) string {
	return fmt.Sprintf("1 - sum by (workload) (increase(%s[30d])) / sum by (workload) (increase(%s[30d])) / 0.001",
		badOf(workload), totalOf(workload))
}

// handConcurrency is the number of concurrent queries of a panel, the same as the plugin's.
const handConcurrency = 8

// instants sends queries at one instant, with limited concurrency.
func (p prometheus) instants(ctx context.Context, exprs []string, at time.Time, concurrency int) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(concurrency)
	for _, expr := range exprs {
		g.Go(func() error {
			_, _, err := p.Query(gctx, expr, at)
			return err
		})
	}
	return g.Wait()
}

// rule is a recording rule and its evaluation interval.
type rule struct {
	expr  string
	every time.Duration
}

// pyrraRules are Pyrra's rules for a ratio SLO over 30 days: window increases of errors and total
// every 150 s, and the burn rates of seven windows (those of four weeks, scaled) every 30 s.
// pyrra-dev/pyrra slo/rules.go.
func pyrraRules(workload string) []rule {
	var out []rule
	for _, s := range []string{totalOf(workload), badOf(workload)} {
		out = append(out, rule{fmt.Sprintf("sum by (code) (increase(%s[30d]))", s), pyrraInterval})
	}
	for _, w := range []string{"5m", "32m", "64m", "129m", "386m", "1543m", "6171m"} {
		out = append(out,
			rule{
				fmt.Sprintf("sum(rate(%s[%s])) / sum(rate(%s[%s]))", badOf(workload), w, totalOf(workload), w),
				30 * time.Second,
			})
	}
	return out
}

// slothRules are Sloth's rules: seven ratios from the raw series, evaluated at Prometheus's default
// interval, 30 s in kube-prometheus-stack. slok/sloth sli_rules_v1. Its 30-day ratio reads the
// recorded series of the first one.
func slothRules(workload string) []rule {
	var out []rule
	for _, w := range []string{"5m", "30m", "1h", "2h", "6h", "1d", "3d"} {
		out = append(out,
			rule{
				fmt.Sprintf("(sum(rate(%s[%s]))) / (sum(rate(%s[%s])))", badOf(workload), w, totalOf(workload), w),
				30 * time.Second,
			})
	}
	return out
}

// slothRecordedPerHour is the number of samples that the 30-day ratio reads in an hour:
// sum_over_time and count_over_time of a series with a sample every 30 s, every 30 s. It is
// computed, because the series would have to be recorded for 30 days.
const slothRecordedPerHour = 2 * (30 * 24 * 3600 / 30) * (3600 / 30)

// samplesPerHour runs every rule once and scales the samples by its interval.
func (p prometheus) samplesPerHour(ctx context.Context, c *counter, rules []rule, at time.Time) (float64, error) {
	sum := 0.0
	for _, r := range rules {
		before := c.reads()
		if _, _, err := p.Query(ctx, r.expr, at); err != nil {
			return 0, err
		}
		sum += float64(c.reads().minus(before).Samples) * float64(time.Hour/r.every)
	}
	return sum, nil
}
