package isolation

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// In twelve hours, 720,000/10 requests of ann's workload fail, and 720,000/100 of ben's.
func twoOwners(t *testing.T, header, ann, ben string) *shared {
	return share(t, header, map[string]http.Handler{ann: owner(t, "of-ann", 10), ben: owner(t, "of-ben", 100)})
}

func TestViewersSeeTheirOwn(t *testing.T) {
	server := twoOwners(t, "Authorization", "Bearer ann", "Bearer ben")
	s := source(t, "viewers", server.URL, `{"oauthPassThru":true}`, nil)
	ann, ben := map[string]string{"Authorization": "Bearer ann"}, map[string]string{"Authorization": "Bearer ben"}
	for range 2 { // the second time from the cache
		seesOnly(t, ask(t, s, ann, summary), "of-ann", 72_000)
		seesOnly(t, ask(t, s, ben, summary), "of-ben", 7200)
	}
	var wg sync.WaitGroup
	answers := make([]backend.DataResponse, 40)
	for i := range answers {
		wg.Go(func() { answers[i] = ask(t, s, []map[string]string{ann, ben}[i%2], summary) })
	}
	wg.Wait()
	for i, answer := range answers {
		if i%2 == 0 {
			seesOnly(t, answer, "of-ann", 72_000)
		} else {
			seesOnly(t, answer, "of-ben", 7200)
		}
	}

	t.Run("nobody and strangers see nothing", func(t *testing.T) {
		for _, headers := range []map[string]string{
			nil,
			{"Authorization": "Bearer eve"},
			{"Authorization": "Bearer ann", "Cookie": "as=eve"},
		} {
			answer := ask(t, s, headers, summary)
			// ann with a cookie is another identity to the cache, and the same user to the server
			if headers["Cookie"] != "" {
				seesOnly(t, answer, "of-ann", 72_000)
				continue
			}
			require.Error(t, answer.Error)
			require.Equal(t, backend.StatusUnauthorized, answer.Status)
			require.Empty(t, answer.Frames)
		}
	})
	t.Run("who may no longer see is told by the server", func(t *testing.T) {
		server.forget("Bearer ben")
		other := `{"queryType":"summary","inline":{"name":"new","objective":99,"window":"12h","by":["workload"],
			"sli":{"events":{"total":"requests_total","good":"requests_total{code=\"200\"}"}}}}`
		require.Error(t, ask(t, s, ben, other).Error)
		seesOnly(t, ask(t, s, ann, summary), "of-ann", 72_000)
	})
}

func TestTenantsSeeTheirOwn(t *testing.T) {
	server := twoOwners(t, "X-Scope-OrgID", "ann", "ben")
	ann := source(t, "tenant-ann", server.URL, `{"tenant":"ann"}`, nil)
	ben := source(t, "tenant-ben", server.URL, `{"tenant":"ben"}`, nil)
	none := source(t, "tenant-none", server.URL, `{}`, nil)
	for range 2 {
		seesOnly(t, ask(t, ann, nil, summary), "of-ann", 72_000)
		seesOnly(t, ask(t, ben, nil, summary), "of-ben", 7200)
		require.ErrorContains(t, ask(t, none, nil, summary).Error, "no org id")
	}
	t.Run("a change of the tenant forgets what the other had", func(t *testing.T) {
		ann.Save(server.URL, []byte(`{"tenant":"ben"}`), nil)
		seesOnly(t, ask(t, ann, nil, summary), "of-ben", 7200)
	})
	t.Run("a viewer cannot choose it", func(t *testing.T) {
		for _, headers := range []map[string]string{{"X-Scope-OrgID": "ann"}, {"http_X-Scope-OrgID": "ann"}} {
			seesOnly(t, ask(t, ben, headers, summary), "of-ben", 7200)
			require.Error(t, ask(t, none, headers, summary).Error)
		}
		forwarding := source(t, "tenant-forwarding", server.URL, `{"tenant":"ben","oauthPassThru":true}`, nil)
		seesOnly(t, ask(t, forwarding, map[string]string{"http_X-Scope-OrgID": "ann"}, summary), "of-ben", 7200)
	})
	t.Run("several tenants are asked together", func(t *testing.T) {
		server.owners["ann|ben"] = owner(t, "of-both", 1000)
		both := source(t, "tenant-both", server.URL, `{"tenant":"ann|ben"}`, nil)
		seesOnly(t, ask(t, both, nil, summary), "of-both", 720)
	})
}

func TestAnIgnoredTenantIsAProblem(t *testing.T) {
	prometheus := share(t, "X-Any", map[string]http.Handler{
		"": promtest.New(t, recording("of-all", 10)).Handler(`{"version":"3.16.0","goVersion":"go1.26.8"}`),
	})
	ignored := source(t, "tenant-ignored", prometheus.URL, `{"tenant":"ann"}`, nil)
	const problem = "Prometheus 3.16.0 shows data to a tenant that does not exist"
	res, err := host.CheckHealth(t.Context(), ignored.Context())
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, res.Status)
	require.Contains(t, res.Message, problem)
	answer := ask(t, ignored, nil, summary)
	require.ErrorContains(t, answer.Error, problem)
	require.Equal(t, backend.StatusBadRequest, answer.Status)
	require.Empty(t, answer.Frames)
	prometheus.strict = true // as behind a proxy that selects data by tenant
	seesOnly(t, ask(t, source(t, "tenant-of-a-proxy", prometheus.URL, `{"tenant":"ann"}`, nil), nil, summary), "of-all",
		72000)
}

func TestNothingOfTheViewerIsForwardedUnlessConfigured(t *testing.T) {
	server := share(t, "X-Any", map[string]http.Handler{"": owner(t, "of-all", 10)})
	viewer := map[string]string{
		"Authorization": "Bearer of-the-viewer", "Cookie": "session=of-the-viewer", "X-ID-Token": "of-the-viewer",
		"X-Grafana-Id":  "of-the-viewer",
		"http_X-Custom": "of-the-viewer",
	}
	seesOnly(t, ask(t, source(t, "no-forwarding", server.URL, `{}`, nil), viewer, summary), "of-all", 72_000)
	require.NotEmpty(t, server.seen())
	for _, h := range server.seen() {
		require.NotContains(t, fmt.Sprint(h), "of-the-viewer")
	}
}
