package prom_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
)

// requests are all methods of a client that send requests.
var requests = map[string]func(ctx context.Context, c *prom.Client) error{
	"QueryRange": func(ctx context.Context, c *prom.Client) error {
		_, _, err := c.QueryRange(ctx, "a_total",
			prom.Range{Start: epoch, End: epoch.Add(time.Hour), Step: time.Minute})
		return err
	},
	"Query": func(ctx context.Context, c *prom.Client) error {
		_, _, err := c.Query(ctx, "a_total", epoch.Add(time.Hour))
		return err
	},
	"StreamSamples": func(ctx context.Context, c *prom.Client) error {
		_, err := streamSamples(ctx, c, []prom.Selection{{
			Matchers: []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "a_total")}, From: epoch,
			To: epoch.Add(time.Hour),
		}}, &collector{})
		if errors.Is(err, prom.ErrNoSampleStream) {
			return nil
		}
		return err
	},
	"Series": func(ctx context.Context, c *prom.Client) error {
		_, _, err := c.Series(ctx, "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"LabelValues": func(ctx context.Context, c *prom.Client) error {
		_, _, err := c.LabelValues(ctx, "pod", "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"LabelNames": func(ctx context.Context, c *prom.Client) error {
		_, err := c.LabelNames(ctx, "a_total", epoch, epoch.Add(time.Hour))
		return err
	},
	"Names": func(ctx context.Context, c *prom.Client) error {
		_, err := c.Names(ctx, "__name__", "a_total", epoch, epoch.Add(time.Hour), 10)
		return err
	},
	"MetricTypes": func(ctx context.Context, c *prom.Client) error {
		_, err := c.MetricTypes(ctx)
		return err
	},
	"Dialect": func(ctx context.Context, c *prom.Client) error {
		_, err := c.Dialect(ctx)
		return err
	},
	"Downsampled": func(ctx context.Context, c *prom.Client) error {
		return c.Downsampled(ctx, "a_total", epoch, epoch.Add(time.Hour))
	},
}

var epoch = time.Unix(0, 0)

// buildInfos are the build information of each product.
var buildInfos = map[string]string{
	"Prometheus": prometheus3, "Thanos": `{"version":"0.42.4","goVersion":"go1.26.8"}`,
	"Mimir": `{"application":"Grafana Mimir","version":"3.0.5"}`, "VictoriaMetrics": `{"version":"2.24.0"}`,
	"unknown": "",
}

// serverOf returns a server that is detected as the product.
func serverOf(t *testing.T, product string) http.Handler {
	s := promtest.Load(t, counters)
	api := s.Remote(s.Handler(buildInfos[product]), "global: {}\n", nil)
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("/api/v1/metadata", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"success","data":{}}`))
	})
	if product == "Thanos" {
		mux.HandleFunc("/api/v1/stores", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"status":"success","data":{"sidecar":[]}}`))
		})
	}
	return mux
}

// byTenant serves data to its own tenant only.
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
				others := map[string]int{} // requests with another tenant than the configured one, by path
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Scope-OrgID") != "team-a" || r.Header.Get("THANOS-TENANT") != "team-a" {
						mu.Lock()
						others[r.URL.Path+" "+r.Header.Get("X-Scope-OrgID")]++
						mu.Unlock()
					}
					own.ServeHTTP(w, r)
				}))
				defer srv.Close()
				c, err := prom.NewWith(srv.URL, srv.Client(), prom.Options{Dialect: dialect.Options{Tenant: "team-a"}})
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

// labelsFor serves labels of an hour ago if shows accepts the tenant, and everything else to all.
func labelsFor(t *testing.T, product string, shows func(tenant string) (status int, body string)) (*prom.Client,
	*atomic.Int64,
) {
	api := serverOf(t, product)
	checks := new(atomic.Int64)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/labels" && r.FormValue("match[]") == "" {
			checks.Add(1)
			status, body := shows(r.Header.Get("X-Scope-OrgID"))
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	c, err := prom.NewWith(srv.URL, srv.Client(), prom.Options{Dialect: dialect.Options{Tenant: "team-a"}})
	require.NoError(t, err)
	c.FastRetries(1)
	return c, checks
}

const (
	some    = `{"status":"success","data":["__name__"]}`
	nothing = `{"status":"success","data":[]}`
)

func TestATenantThatTheServerDoesNotHonourIsAnErrorOfEveryRequest(t *testing.T) {
	own := func(tenant, mine, others string) string {
		if tenant == "team-a" {
			return mine
		}
		return others
	}
	for name, tt := range map[string]struct {
		shows    func(tenant string) (int, string)
		honoured map[string]bool // by product; nil: by all
		none     bool            // by none
	}{
		"others see nothing": {shows: func(tenant string) (int, string) { return 200, own(tenant, some, nothing) }},
		"others are refused": {shows: func(tenant string) (int, string) {
			if tenant != "team-a" {
				return 401, "no org id"
			}
			return 200, some
		}},
		"others do not exist": {shows: func(tenant string) (int, string) {
			if tenant != "team-a" {
				return 404, "no such tenant"
			}
			return 200, some
		}},
		"others make a proxy fail": {shows: func(tenant string) (int, string) {
			if tenant != "team-a" {
				return 500, "no upstream"
			}
			return 200, some
		}},
		"all see all": {shows: func(string) (int, string) { return 200, some }, none: true},
		"a proxy that has a default": {shows: func(tenant string) (int, string) {
			return 200,
				own(tenant, nothing, some)
		}, none: true},
		"nothing is there": {shows: func(string) (int, string) { return 200, nothing }},
		"labels are kept from all": {
			shows:    func(string) (int, string) { return 403, "" },
			honoured: map[string]bool{"Mimir": true, "Thanos": true},
		},
		"there is no such method": {
			shows:    func(string) (int, string) { return 404, "" },
			honoured: map[string]bool{"Mimir": true, "Thanos": true},
		},
		"labels are a page": {
			shows:    func(string) (int, string) { return 200, "<html>" },
			honoured: map[string]bool{"Mimir": true, "Thanos": true},
		},
		"others are a page, and not it": {shows: func(tenant string) (int, string) {
			return 200,
				own(tenant, some, "<html>")
		}},
	} {
		for product := range buildInfos {
			t.Run(name+"/"+product, func(t *testing.T) {
				c, checks := labelsFor(t, product, tt.shows)
				for method, send := range requests {
					if method == "Dialect" || method == "Downsampled" {
						continue // one sends no query, the other returns an error
					}
					err := send(t.Context(), c)
					var refused *prom.TenantError
					if tt.none || tt.honoured != nil && !tt.honoured[product] {
						require.ErrorAs(t, err, &refused, method)
						require.True(t, refused.UserMistake())
						require.ErrorContains(t, err,
							"Leave tenant empty, or use a server or proxy that refuses unknown tenants", method)
						require.NotContains(t, err.Error(), "team-a")
						continue
					}
					require.NoError(t, err, method)
				}
				require.LessOrEqual(t, checks.Load(), int64(2), "one check does for all")
			})
		}
	}
}

func TestATenantIsCheckedAgain(t *testing.T) {
	status, body := 503, ""
	c, checks := labelsFor(t, "Mimir", func(string) (int, string) { return status, body })
	send := requests["Query"]
	var failed *prom.Error
	require.ErrorAs(t, send(t.Context(), c), &failed, "a server that is overloaded shows nothing about its tenants")
	require.Equal(t, prom.Busy, failed.Reason)
	status, body = 200, nothing
	require.NoError(t, send(t.Context(), c), "it has no data yet")
	seen := checks.Load()
	require.NoError(t, send(t.Context(), c))
	require.Equal(t, seen, checks.Load())
	body = some
	c.Elapse(2 * time.Minute)
	var refused *prom.TenantError
	require.ErrorAs(t, send(t.Context(), c), &refused, "the data of all")
	require.ErrorAs(t, send(t.Context(), c.ForAlerts()), &refused)
	require.ErrorAs(t, send(t.Context(), c.ForViewer()), &refused)
	none, err := prom.NewWith("http://127.0.0.1:1", http.DefaultClient, prom.Options{})
	require.NoError(t, err)
	none.FastRetries(1)
	require.NotErrorAs(t, send(t.Context(), none), &refused, "without a tenant nothing is checked")
}
