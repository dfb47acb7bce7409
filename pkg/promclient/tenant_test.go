package promclient_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/dialect"
	"github.com/burnline/burnline/pkg/promclient"
)

// requests are all methods of a client that send something.
var requests = map[string]func(ctx context.Context, c *promclient.Client) error{
	"QueryRange": func(ctx context.Context, c *promclient.Client) error {
		_, _, err := c.QueryRange(ctx, "a_total", promclient.Range{Start: epoch, End: epoch.Add(time.Hour), Step: time.Minute})
		return err
	},
	"Query": func(ctx context.Context, c *promclient.Client) error {
		_, _, err := c.Query(ctx, "a_total", epoch.Add(time.Hour))
		return err
	},
	"Query of a long range": func(ctx context.Context, c *promclient.Client) error {
		_, _, err := c.Query(ctx, "a_total[7h]", epoch.Add(8*time.Hour))
		return err
	},
	"Series": func(ctx context.Context, c *promclient.Client) error {
		_, _, err := c.Series(ctx, "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"LabelValues": func(ctx context.Context, c *promclient.Client) error {
		_, _, err := c.LabelValues(ctx, "pod", "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"LabelNames": func(ctx context.Context, c *promclient.Client) error {
		_, err := c.LabelNames(ctx, "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"Names": func(ctx context.Context, c *promclient.Client) error {
		_, err := c.Names(ctx, "__name__", "a_total", epoch, epoch.Add(time.Hour), 10)
		return err
	},
	"Dialect": func(ctx context.Context, c *promclient.Client) error {
		_, err := c.Dialect(ctx)
		return err
	},
	"Downsampled": func(ctx context.Context, c *promclient.Client) error {
		return c.Downsampled(ctx, "a_total", epoch, epoch.Add(time.Hour))
	},
}

var epoch = time.Unix(0, 0)

// buildInfos are what products answer about themselves.
var buildInfos = map[string]string{
	"Prometheus": prometheus3, "Thanos": `{"version":"0.42.4","goVersion":"go1.26.8"}`,
	"Mimir": `{"application":"Grafana Mimir","version":"3.0.5"}`, "VictoriaMetrics": `{"version":"2.24.0"}`, "unknown": "",
}

// serverOf is a server that passes for a product.
func serverOf(t *testing.T, product string) http.Handler {
	s := promtest.Load(t, counters)
	api := s.Remote(s.Handler(buildInfos[product]), "global: {}\n", nil)
	mux := http.NewServeMux()
	mux.Handle("/", api)
	if product == "Thanos" {
		mux.HandleFunc("/api/v1/stores", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"status":"success","data":{"sidecar":[]}}`))
		})
	}
	return mux
}

// byTenant serves a tenant what is its own, and nothing to others.
func byTenant(own http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Scope-OrgID") != "team-a" {
			http.Error(w, "no org id", http.StatusUnauthorized)
			return
		}
		own.ServeHTTP(w, r)
	})
}

func TestEveryRequestNamesTheTenant(t *testing.T) {
	for product := range buildInfos {
		for name, send := range requests {
			t.Run(product+"/"+name, func(t *testing.T) {
				own := byTenant(serverOf(t, product))
				var mu sync.Mutex
				others := map[string]int{} // requests that name another tenant than the setting's, by path
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Scope-OrgID") != "team-a" || r.Header.Get("THANOS-TENANT") != "team-a" {
						mu.Lock()
						others[r.URL.Path+" "+r.Header.Get("X-Scope-OrgID")]++
						mu.Unlock()
					}
					own.ServeHTTP(w, r)
				}))
				defer srv.Close()
				c, err := promclient.NewWith(srv.URL, srv.Client(), promclient.Options{Dialect: dialect.Options{Tenant: "team-a"}})
				require.NoError(t, err)
				if err := send(t.Context(), c); name != "Downsampled" {
					require.NoError(t, err)
				}
				delete(others, "/api/v1/labels burnline-tenant-check")
				require.Empty(t, others)
			})
		}
	}
}
