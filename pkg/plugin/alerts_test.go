package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const (
	eventsSLO  = `{name: events, objective: 90, window: 1d, by: [w], sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`
	latencySLO = `{name: latency, objective: 50, window: 1d, by: [w], sli: {latency: {histogram: h_seconds, threshold: 300ms}}}`
	podsSLO    = `{name: pods, objective: 90, window: 1d, identity: kubernetes, by: [namespace, workload], sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`
)

// Alert rules are evaluated while all requests of dashboards and editors are blocked by the server.
// They share no queues, slots or reads with dashboards, even for the same SLO.
func TestDashboardsDelayNoAlert(t *testing.T) {
	for name, slo := range map[string]string{"events": eventsSLO, "latency": latencySLO, "pods": podsSLO} {
		for _, forwarding := range []bool{false, true} {
			t.Run(fmt.Sprint(name, forwarding), func(t *testing.T) {
				prometheus := promtest.Load(t, load).Handler(prometheus3)
				var alerting atomic.Bool
				hanging, over := make(chan struct{}, 1000), make(chan struct{})
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !alerting.Load() {
						hanging <- struct{}{}
						<-over
						return
					}
					prometheus.ServeHTTP(w, r)
				}))
				t.Cleanup(srv.Close)
				settings, err := json.Marshal(map[string]any{
					"catalog":       "slos: [" + slo + "]",
					"oauthPassThru": forwarding, "timeout": 60,
				})
				require.NoError(t, err)
				instance, err := NewDatasource(t.Context(),
					backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: settings})
				require.NoError(t, err)
				ds := instance.(*Datasource)
				t.Cleanup(ds.Dispose)
				alerting.Store(true)
				health, err := ds.CheckHealth(t.Context(), &backend.CheckHealthRequest{}) // detects the product
				require.NoError(t, err)
				require.Equal(t, backend.HealthStatusOk, health.Status, health.Message)
				alerting.Store(false)
				ctx, leave := context.WithCancel(t.Context())
				var viewers sync.WaitGroup
				defer viewers.Wait()
				defer leave()
				defer close(over)
				for n := range 140 {
					viewers.Go(func() {
						_, _ = ds.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{
							{
								RefID:     "A",
								JSON:      fmt.Appendf(nil, `{"filters":[{"label":"x","op":"!=","value":"%d"}]}`, n%70),
								TimeRange: backend.TimeRange{From: end, To: end},
							},
							{RefID: "B", JSON: []byte(`{}`), TimeRange: backend.TimeRange{From: end, To: end}},
							{
								RefID: "C", JSON: []byte(`{"queryType":"resources"}`),
								TimeRange: backend.TimeRange{From: end.Add(-time.Hour), To: end},
							},
						}})
					})
					viewers.Go(func() {
						_ = ds.CallResource(ctx,
							&backend.CallResourceRequest{
								Method: http.MethodPost, Path: "keys", URL: "keys",
								Body: []byte(`{"query":{}}`),
							},
							backend.CallResourceResponseSenderFunc(func(*backend.CallResourceResponse) error { return nil }))
					})
				}
				for range 6 { // uses all slots of dashboards
					<-hanging
				}
				alerting.Store(true)
				answer := ask(t, ds, alert, `{"queryType":"alerts"}`)
				require.NoError(t, answer.Error)
				require.NotEmpty(t, answer.Frames)
				require.NoError(t, ask(t, ds, alert, `{"queryType":"resources"}`).Error)
			})
		}
	}
}
