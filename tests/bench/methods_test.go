//go:build suite

package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/prom"
)

// Other methods of counting bad events over 30 days. Formulas: pyrra-dev/pyrra slo/rules.go and
// slo/promql.go, slok/sloth internal/plugin/slo/core/sli_rules_v1.
const (
	methodExact     = "exact"           // this plugin
	methodIncrease  = "increase"        // increase(bad[30d]), the usual query
	methodPyrra     = "pyrra"           // the same as a rule: at its last evaluation, every 150 s
	methodPyrraFast = "sumOfIncrease5m" // Pyrra's performance mode: increase[5m] recorded, summed every 5 minutes
	methodSloth     = "sloth"           // mean of the 5m error ratios, times all events
)

const (
	window        = 30 * 24 * time.Hour
	pyrraInterval = 150 * time.Second
	gridStep      = 5 * time.Minute
)

func totalOf(workload string) string {
	return fmt.Sprintf(`http_requests_total{workload="%s"}`, workload)
}

func badOf(workload string) string {
	return fmt.Sprintf(`http_requests_total{workload="%s",code=~"5.."}`, workload)
}

// prometheus queries a server directly.
type prometheus struct{ *prom.Client }

func newPrometheus(url string) (prometheus, error) {
	c, err := prom.NewWith(url, &http.Client{Timeout: 10 * time.Minute}, prom.Options{})
	return prometheus{c}, err
}

// scalar returns the single value of an instant query, or 0.
func (p prometheus) scalar(ctx context.Context, expr string, at time.Time) (float64, error) {
	m, _, err := p.Query(ctx, expr, at)
	if err != nil || len(m) == 0 {
		return 0, err
	}
	return float64(m[0].Values[0].Value), nil
}

// grid evaluates expr every 5 minutes in (at - window, at].
func (p prometheus) grid(ctx context.Context, expr string, at time.Time) ([]model.SamplePair, error) {
	m, _, err := p.QueryRange(ctx, expr, prom.Range{Start: at.Add(-window + gridStep), End: at, Step: gridStep})
	if err != nil || len(m) == 0 {
		return nil, err
	}
	return m[0].Values, nil
}

// others counts the bad events of a workload in the 30 days before at, by method. events is the
// true count of all events.
func (p prometheus) others(ctx context.Context, workload string, at time.Time, events float64) (map[string]float64,
	error,
) {
	out := map[string]float64{}
	var err error
	increase := fmt.Sprintf("sum(increase(%s[30d]))", badOf(workload))
	if out[methodIncrease], err = p.scalar(ctx, increase, at); err != nil {
		return nil, err
	}
	if out[methodPyrra], err = p.scalar(ctx, increase, at.Truncate(pyrraInterval)); err != nil {
		return nil, err
	}
	fives, err := p.grid(ctx, fmt.Sprintf("sum(increase(%s[5m]))", badOf(workload)), at)
	if err != nil {
		return nil, err
	}
	for _, s := range fives {
		out[methodPyrraFast] += float64(s.Value)
	}
	ratios, err := p.grid(ctx, fmt.Sprintf("sum(rate(%s[5m])) / sum(rate(%s[5m]))", badOf(workload), totalOf(workload)),
		at)
	if err != nil {
		return nil, err
	}
	sum, n := 0.0, 0.0
	for _, s := range ratios {
		// Sloth keeps NaN, and then has no value for 30 days; it is dropped here in Sloth's favor
		if v := float64(s.Value); v == v {
			sum, n = sum+v, n+1
		}
	}
	if n > 0 {
		out[methodSloth] = sum / n * events
	}
	return out, nil
}
