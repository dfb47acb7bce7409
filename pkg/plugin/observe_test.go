package plugin

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/query"
)

func TestAnAnswerIsTracedWithoutItsSecrets(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	before := tracing.DefaultTracer()
	tracing.InitDefaultTracer(provider.Tracer("test"))
	t.Cleanup(func() { tracing.InitDefaultTracer(before) })

	now := time.Now().Truncate(time.Minute).Add(-time.Minute)
	rec := promtest.Recording{}
	for minute := range 100 {
		rec[`requests_total{code="200"}`] = append(rec[`requests_total{code="200"}`],
			promtest.Sample{Ms: now.Add(time.Duration(minute-99) * time.Minute).UnixMilli(), V: float64(minute)})
	}
	srv := httptest.NewServer(promtest.New(t, rec).Handler(`{"version":"3.16.0","goVersion":"go1.26.8"}`))
	defer srv.Close()
	instance, err := NewDatasource(t.Context(), backend.DataSourceInstanceSettings{
		UID: "burnline", Type: ID, Name: "Burnline",
		URL:      strings.Replace(srv.URL, "://", "://someone:secret-address@", 1),
		JSONData: []byte(`{"httpHeaderName1":"X-Api-Key","basicAuth":true}`),
		DecryptedSecureJSONData: map[string]string{
			"httpHeaderValue1":  "secret-header",
			"basicAuthPassword": "secret-basic",
		},
	})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	res, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
		RefID: "A", QueryType: "summary", TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
		JSON: []byte(`{"inline":{"name":"a","objective":99,"window":"12h","sli":{"events":{"total":"requests_total","bad":"requests_total{code=\"500\"}"}}}}`),
	}}})
	require.NoError(t, err)
	require.NoError(t, res.Responses["A"].Error)

	parents := map[string]string{}
	names := map[string]string{}
	for _, s := range spans.Ended() {
		names[s.SpanContext().SpanID().String()] = s.Name()
	}
	for _, s := range spans.Ended() {
		parents[s.Name()] = names[s.Parent().SpanID().String()]
		text := fmt.Sprint(s.Name(), s.Attributes(), s.Events(), s.Status())
		require.NotContains(t, text, "secret", s.Name())
		require.NotContains(t, text, "someone", s.Name())
	}
	require.Equal(t, "answer", parents["derive"])
	require.Equal(t, "answer", parents["frame"])
	require.Equal(t, "derive", parents["fetch"])
	require.Equal(t, "fetch", parents["HTTP Outgoing Request"])
}

func TestEveryQueryTypeIsCountedByItsName(t *testing.T) {
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	counted := map[string]bool{}
	for _, f := range families {
		if f.GetName() != "burnline_queries_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "query_type" {
					counted[l.GetValue()] = true
				}
			}
		}
	}
	want := map[string]bool{"other": true}
	for _, name := range query.Types() {
		want[string(name)] = true
	}
	require.True(t, want["resources"])
	require.Equal(t, want, counted)
}
