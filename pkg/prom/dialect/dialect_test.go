package dialect

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCompleteExactResponsesAreRequested(t *testing.T) {
	o := Options{Replicas: []string{"replica", "prometheus_replica"}, Downsampled: 5 * time.Minute}
	for _, tt := range []struct {
		name string
		d    Dialect
		cell time.Duration
		want string
	}{
		{"Prometheus", For(Prometheus, "3.16.0", false, o), time.Hour, "lookback_delta=300s&stats=true"},
		// it rejects stats=all, and has no parameter for partial responses
		{"Mimir", For(Mimir, "3.0.5", false, o), time.Hour, ""},
		{
			"VictoriaMetrics", For(VictoriaMetrics, "", false, o), time.Hour,
			"deny_partial_response=1&lookback_delta=300s&max_lookback=300s&nocache=1",
		},
		{
			"Thanos, hours", For(Thanos, "0.42.4", false, o), time.Hour,
			"dedup=true&lookback_delta=300s&max_source_resolution=300s&partial_response=false&replicaLabels%5B%5D=replica&replicaLabels%5B%5D=prometheus_replica&stats=true",
		},
		{
			"Thanos, minutes", For(Thanos, "0.42.4", false, o), time.Minute,
			"dedup=true&lookback_delta=300s&max_source_resolution=0s&partial_response=false&replicaLabels%5B%5D=replica&replicaLabels%5B%5D=prometheus_replica&stats=true",
		},
		{
			"Thanos, an instant", For(Thanos, "0.42.4", false, Options{}), 0,
			"dedup=true&lookback_delta=300s&max_source_resolution=0s&partial_response=false&stats=true",
		},
		{
			"Thanos, hours, exact", For(Thanos, "0.42.4", false, Options{}), time.Hour,
			"dedup=true&lookback_delta=300s&max_source_resolution=0s&partial_response=false&stats=true",
		},
		{
			"who knows", For(Unknown, "", false, o), time.Hour,
			"dedup=true&deny_partial_response=1&lookback_delta=300s&max_lookback=300s&max_source_resolution=0s&nocache=1&partial_response=false",
		},
	} {
		require.Equal(t, tt.want, tt.d.Params(tt.cell).Encode(), tt.name)
	}
}

func TestRangesHoldTheSamplesOfTheirSpan(t *testing.T) {
	require.Equal(t, time.Hour, For(Prometheus, "3.16.0", false, Options{}).Range(time.Hour))
	require.Equal(t, time.Hour-time.Millisecond, For(Prometheus, "2.42.0", true, Options{}).Range(time.Hour))
}

func TestTenantsAreNamedToEveryServer(t *testing.T) {
	got := http.Header{}
	SetTenant(got, "")
	require.Empty(t, got)
	SetTenant(got, "a|b")
	require.Equal(t, http.Header{"X-Scope-Orgid": {"a|b"}, "Thanos-Tenant": {"a|b"}}, got)
}

func TestAServerThatIsNotRecognizedIsWarnedOf(t *testing.T) {
	for _, p := range []Product{Prometheus, Thanos, Mimir, VictoriaMetrics} {
		require.Empty(t, For(p, "", false, Options{}).Warning())
	}
	require.Contains(t, For(Unknown, "", false, Options{}).Warning(),
		"(dialect) to prometheus, thanos, mimir or victoriametrics")
}

func TestProductsAreReadAsWritten(t *testing.T) {
	for text, want := range map[string]Product{
		"": Unknown, "auto": Unknown, "prometheus": Prometheus, "thanos": Thanos,
		"mimir": Mimir, "victoriametrics": VictoriaMetrics,
	} {
		got, err := ParseProduct(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := ParseProduct("influx")
	require.EqualError(t, err, `"influx" is no kind of server. Give auto, prometheus, thanos, mimir or victoriametrics`)
}
