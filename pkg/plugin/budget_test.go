package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/memory"
)

// cluster serves ten workloads with memory and restarts over three hours, and counts queries.
func cluster(t *testing.T, requests *atomic.Int64) string {
	rec := promtest.Recording{}
	now := time.Now().Truncate(time.Minute)
	for i := range 10 {
		pod := fmt.Sprintf(`namespace="shop",pod="w%02d-0"`, i)
		series := map[string]float64{
			`container_memory_working_set_bytes{` + pod +
				`,container="app"}`: 1e6,
			`kube_pod_container_status_restarts_total{` + pod +
				`,container="app"}`: 1,
			`kube_pod_owner{` + pod + `,owner_kind="StatefulSet",owner_name="` + fmt.Sprintf("w%02d", i) +
				`",owner_is_controller="true"}`: 1,
			`r_total{w="` + fmt.Sprintf("w%02d", i) +
				`",code="200"}`: 1,
			`r_total{w="` + fmt.Sprintf("w%02d", i) +
				`",code="500"}`: 0,
			`h_seconds_bucket{w="` + fmt.Sprintf("w%02d", i) +
				`",le="0.3"}`: 1,
			`h_seconds_bucket{w="` + fmt.Sprintf("w%02d", i) +
				`",le="+Inf"}`: 1,
			`kube_pod_container_resource_limits{` + pod + `,container="app",resource="memory",unit="byte",uid="` +
				fmt.Sprintf("%036d", i) + `"}`: 2e6,
			`kube_statefulset_replicas{namespace="shop",statefulset="` + fmt.Sprintf("w%02d", i) +
				`"}`: 1,
			`kube_statefulset_status_replicas_ready{namespace="shop",statefulset="` + fmt.Sprintf("w%02d", i) +
				`"}`: 1,
		}
		for name, v := range series {
			for m := 200; m >= 0; m-- {
				rec[name] = append(rec[name],
					promtest.Sample{Ms: now.Add(-time.Duration(m) * time.Minute).UnixMilli(), V: v})
			}
		}
	}
	answers := promtest.New(t, rec).Handler(prometheus3)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		answers.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// The caches of 32 identities, of counts and of resources, together stay within the limit of one
// data source. The metrics include all of them.
func TestAllCachesOfAllIdentitiesShareOneBound(t *testing.T) {
	var requests atomic.Int64
	settings, err := json.Marshal(map[string]any{"oauthPassThru": true, "catalog": source})
	require.NoError(t, err)
	instance, err := NewDatasource(t.Context(),
		backend.DataSourceInstanceSettings{URL: cluster(t, &requests), JSONData: settings})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	now := time.Now()
	read := func(who int) int64 {
		before := requests.Load()
		for _, text := range []string{
			`{"queryType":"resources","resources":{"signals":["memory","restarts","replicas"],"format":"timeseries"}}`,
			`{"queryType":"resources","resources":{"signals":["memory","restarts","replicas"]}}`,
			`{"slos":["availability","latency"]}`,
		} {
			res, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{
				Headers: map[string]string{"Authorization": fmt.Sprint("Bearer ", who)},
				Queries: []backend.DataQuery{{
					RefID: "A", JSON: []byte(text), Interval: time.Minute,
					TimeRange: backend.TimeRange{From: now.Add(-3 * time.Hour), To: now},
				}},
			})
			require.NoError(t, err)
			require.NoError(t, res.Responses["A"].Error)
			require.NotEmpty(t, res.Responses["A"].Frames)
		}
		return requests.Load() - before
	}
	cold := read(0)
	require.Less(t, 2*read(0), cold)
	one, limit := ds.engines.store.Bytes()
	require.EqualValues(t, 256<<20, limit)
	byCache, _ := ds.engines.store.CacheBytes()
	for _, name := range []string{"counts", "layouts", "owners", "stocks", "grids", "moments"} {
		require.Positive(t, byCache[name], name)
	}
	require.Greater(t, byCache["grids"], int64(2*10*120*16),
		"memory and its limit, of ten pods, in 120 settled minutes at least")

	ds.engines.store.Close()
	ds.engines.store = memory.NewStore(4 * one)
	ds.engines.recent.Purge()
	for who := range 32 {
		require.Greater(t, 2*read(who), cold, "nothing of another identity is used")
		held, limit := ds.engines.store.Bytes()
		require.LessOrEqual(t, held, limit)
	}
	held, _ := ds.engines.store.Bytes()
	require.Greater(t, held, 2*one, "what fits is held")
	require.Less(t, 2*read(31), cold, "what the last identity read is held; minutes that ended since are read")
	sum := int64(0)
	byCache, _ = ds.engines.store.CacheBytes()
	for _, bytes := range byCache {
		sum += bytes
	}
	held, _ = ds.engines.store.Bytes()
	require.Equal(t, held, sum)
	ds.Dispose()
	held, _ = ds.engines.store.Bytes()
	require.Zero(t, held)
}
