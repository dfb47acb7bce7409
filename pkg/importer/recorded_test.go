package importer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

func at(value float64, name string, labels ...string) Series {
	s := Series{Labels: map[string]string{"__name__": name}, Value: value}
	for i := 0; i < len(labels); i += 2 {
		s.Labels[labels[i]] = labels[i+1]
	}
	return s
}

func TestRecordedRulesBecomeACatalog(t *testing.T) {
	r, err := Recorded([]Series{
		at(0.001, "slo:sli_error:ratio_rate5m", "sloth_id", "shop-orders", "sloth_service", "shop", "sloth_window",
			"5m"),
		at(0.995, "slo:objective:ratio", "sloth_id", "shop-orders"),
		at(28, "slo:time_period:days", "sloth_id", "shop-orders"),
		at(0.002, "http_requests:burnrate2h", "slo", "api-errors"),
		at(0.001, "http_requests:burnrate5m", "slo", "api-errors", "handler", "/a"),
		at(0.001, "http_requests:burnrate5m", "slo", "api-errors", "handler", "/b"),
		at(0.99, "pyrra_objective", "slo", "api-errors"),
		at(1209600, "pyrra_window", "slo", "api-errors"),
		at(12, "pyrra_requests:rate5m", "slo", "api-errors"),
		at(0.1, "up:burnrate3m", "slo", "bare"),
	})
	require.NoError(t, err)
	assert.Equal(t, "rules of Sloth, rules of Pyrra", r.Format)
	c, problems := catalog.Parse([]byte(r.Catalog))
	require.NoError(t, problems.Err(), r.Catalog)
	require.Len(t, c.SLOs, 3)

	orders, errors, bare := c.SLOs[0], c.SLOs[1], c.SLOs[2]
	assert.Equal(t, `slo:sli_error:ratio_rate5m{sloth_id="shop-orders"}`, orders.SLI.(*sli.Recorded).Ratio)
	assert.InDelta(t, 99.5, orders.Objective.Percent(), 1e-9)
	assert.Equal(t, "28d", orders.WindowText())
	assert.Equal(t, map[string]string{"service": "shop"}, orders.Labels)
	assert.Equal(t, "sloth", orders.Policy.Name)

	assert.Equal(t, `http_requests:burnrate5m{slo="api-errors"}`, errors.SLI.(*sli.Recorded).Ratio)
	assert.Equal(t, `pyrra_requests:rate5m{slo="api-errors"}`, errors.SLI.(*sli.Recorded).Total)
	assert.Equal(t, "14d", errors.WindowText())
	assert.InDelta(t, 99, errors.Objective.Percent(), 1e-9)
	assert.Len(t, errors.Policy.Alerts, 4)

	assert.Empty(t, bare.SLI.(*sli.Recorded).Total)
	var notices []string
	for _, w := range r.Notes {
		notices = append(notices, w.Path)
	}
	assert.Equal(t, []string{"shop-orders", "bare", "bare", "bare"}, notices)
}

func TestNothingRecorded(t *testing.T) {
	r, err := Recorded([]Series{at(1, "up")})
	require.NoError(t, err)
	assert.Empty(t, r.Catalog)
	assert.Empty(t, r.Format)
}
