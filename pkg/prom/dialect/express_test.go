package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThanosGetsNoQueryOfResets(t *testing.T) {
	const requested = `sum by (w) (increase(x[1h]) and resets(x[1h]) > 0 or last_over_time(x[1h]))`
	require.Equal(t,
		`sum by (w) (increase(x[1h]) and (increase(x[1h]) > (delta(x[1h]) * 1.000001)) > 0 or last_over_time(x[1h]))`,
		For(Thanos, "", false, Options{}).Translate(requested))
	require.Equal(t,
		`sum by (w) (increase(x[1h]) and ((resets(x[1h]) > 0) or (increase(x[1h]) > (delta(x[1h]) * 1.000001))) > 0 or last_over_time(x[1h]))`,
		For(Unknown, "", false, Options{}).Translate(requested), "it may be a Thanos, and it may not")
	require.Equal(t, requested, For(Prometheus, "", false, Options{}).Translate(requested))
	for _, same := range []string{`x`, `not promql (`, `histogram_count(increase(x[1h])) and resets(x[1h]) > 0`} {
		require.Equal(t, same, For(Thanos, "", false, Options{}).Translate(same))
	}
}

func TestNativeHistogramsOfPrometheus2(t *testing.T) {
	require.False(t, For(Prometheus, "2.42.0", true, Options{}).NativeHistograms())
	require.False(t, For(Unknown, "", true, Options{}).NativeHistograms())
	require.True(t, For(Prometheus, "3.16.0", false, Options{}).NativeHistograms())
	require.True(t, For(Mimir, "3.0.5", false, Options{}).NativeHistograms())
}

func TestRatesOfVictoriaMetricsAreOverTheirRange(t *testing.T) {
	d := For(VictoriaMetrics, "1.151.0", false, Options{})
	require.Equal(t, `sum by (pod) ((increase(a_total{b="rate("}[10m]) / 600)) + irate(c[5m])`,
		d.Translate(`sum by (pod) (rate(a_total{b="rate("}[10m])) + irate(c[5m])`))
	require.Equal(t, "rate(x", d.Translate("rate(x"))
	require.Equal(t, "up", d.Translate("up"))
}
