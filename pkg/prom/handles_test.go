package prom

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// With 120 waiting viewers and 1,000 waiting calls of editors, a request of an alert rule is sent
// at once.
func TestAlertsDoNotWaitForDashboards(t *testing.T) {
	const viewers, editors, rules = 120, 1000, alertConcurrency
	release := make(chan struct{})
	var dashboards, alerts, most atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("query") == "alert" {
			alerts.Add(1)
			_, _ = fmt.Fprint(w, one)
			return
		}
		most.Store(max(most.Load(), dashboards.Add(1)))
		<-release
		dashboards.Add(-1)
		_, _ = fmt.Fprint(w, one)
	}))
	defer srv.Close()
	c := knownProduct(t, srv, plain)
	c.http.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range viewers + editors {
		of := c
		if i%2 == 0 {
			of = c.ForViewer() // identities share slots
			of.detector.learn(plain)
		}
		wg.Go(func() {
			if i < viewers {
				_, _, _ = of.QueryRange(ctx, "dashboard", hour)
			} else {
				_, _ = of.Names(ctx, "__name__", "x", time.Unix(0, 0), time.Unix(1, 0), 1)
			}
		})
	}
	require.Eventually(t, func() bool { return dashboards.Load() == DefaultConcurrency }, time.Minute, time.Millisecond)
	require.True(t, c.large.TryAcquire(1), "a dashboard's large answer is being read")
	for _, handle := range []*Client{c.ForAlerts(), c.ForAlerts().ForViewer(), c.ForViewer().ForAlerts()} {
		handle.detector.learn(plain)
		for range rules {
			m, _, err := handle.Query(t.Context(), "alert", time.Unix(0, 0))
			require.NoError(t, err)
			require.Len(t, m, 1)
		}
		require.True(t, handle.large.TryAcquire(1), "its turn for large answers is another")
		handle.large.Release(1)
	}
	require.EqualValues(t, 3*rules, alerts.Load())
	require.EqualValues(t, DefaultConcurrency, dashboards.Load(), "none of them was answered meanwhile")
	cancel()
	close(release)
	wg.Wait()
	require.EqualValues(t, DefaultConcurrency, most.Load())
}

// Requests of alert rules have their own limit.
func TestRequestsOfAlertsAreBounded(t *testing.T) {
	release := make(chan struct{})
	var now, most atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		<-release
		now.Add(-1)
		_, _ = fmt.Fprint(w, one)
	}))
	defer srv.Close()
	c := knownProduct(t, srv, plain).ForAlerts()
	var wg sync.WaitGroup
	for range 10 * alertConcurrency {
		wg.Go(func() {
			if _, _, err := c.Query(t.Context(), "up", time.Unix(0, 0)); err != nil {
				t.Error(err)
			}
		})
	}
	require.Eventually(t, func() bool { return now.Load() == alertConcurrency }, time.Minute, time.Millisecond)
	close(release)
	wg.Wait()
	require.EqualValues(t, alertConcurrency, most.Load())
}

type whoKey struct{}

// as sets the header that identifies the user.
type as struct{ next http.RoundTripper }

func (a as) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", fmt.Sprint(r.Context().Value(whoKey{})))
	return a.next.RoundTrip(r)
}

// gateway serves fixed responses, and calls refuse for the paths that it hides from an identity.
type gateway struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]string // responses by path
	refuse  func(w http.ResponseWriter)
	hidden  map[string][]string // parts of paths by identity
	queries map[string]int
}

func behindGateway(t *testing.T, product string, hidden map[string][]string,
	refuse func(http.ResponseWriter),
) *gateway {
	g := &gateway{answers: servers[product], hidden: hidden, refuse: refuse, queries: map[string]int{}}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		who := r.Header.Get("Authorization")
		for _, part := range g.hidden[who] {
			if strings.Contains(r.URL.Path, part) {
				g.refuse(w)
				return
			}
		}
		_ = r.ParseForm()
		g.queries[who+": "+r.Form.Get("query")]++
		if body, ok := g.answers[r.URL.Path]; ok {
			_, _ = fmt.Fprint(w, body)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code); _, _ = fmt.Fprint(w, "no") }
}

// If a gateway hides the product from one identity, queries of all identities are still correct, in
// any order.
func TestARefusalToOneChangesNoDetection(t *testing.T) {
	const resets = `resets(x[1h])`
	both := "((resets(x[1h]) > 0) or (increase(x[1h]) > (delta(x[1h]) * 1.000001)))"
	for name, refuse := range map[string]func(http.ResponseWriter){
		"401": status(401), "403": status(403), "404": status(404), "405": status(405), "501": status(501),
		"400":    status(400),
		"a page": func(w http.ResponseWriter) { _, _ = fmt.Fprint(w, "<html>sign in</html>") },
		"JSON":   func(w http.ResponseWriter) { _, _ = fmt.Fprint(w, `{"status":"success","data":null}`) },
		"object": func(w http.ResponseWriter) { _, _ = fmt.Fprint(w, `{"status":"success","data":{}}`) },
		"error": func(w http.ResponseWriter) {
			_,
				_ = fmt.Fprint(w, `{"status":"error","errorType":"x","error":"no"}`)
		},
	} {
		for product, rewritten := range map[string]string{
			"Thanos 0.42.4":     "(increase(x[1h]) > (delta(x[1h]) * 1.000001))",
			"Prometheus 3.16.0": resets, "VictoriaMetrics": resets, "Mimir 3.0.5": resets,
		} {
			for _, first := range []string{"high", "low"} {
				t.Run(name+"/"+product+"/"+first, func(t *testing.T) {
					g := behindGateway(t, product, map[string][]string{"low": {"status", "stores"}}, refuse)
					c, err := NewWith(g.URL, &http.Client{Transport: as{http.DefaultTransport}}, Options{})
					require.NoError(t, err)
					c.retries.attempts = 1
					viewers := map[string]*Client{"high": c.ForViewer(), "low": c.ForViewer()}
					second := map[string]string{"high": "low", "low": "high"}[first]
					for _, who := range []string{first, second, first, second} {
						ctx := context.WithValue(t.Context(), whoKey{}, who)
						_, _, err := viewers[who].Query(ctx, resets+" > 0", time.Unix(0, 0))
						require.NoError(t, err)
					}
					require.Equal(t, 2, g.queries["high: "+rewritten+" > 0"], "%v", g.queries)
					require.Equal(t, 2, g.queries["low: "+both+" > 0"], "%v", g.queries)
					for who, want := range map[string]string{"high": product, "low": "Prometheus-compatible server"} {
						d, err := viewers[who].Dialect(context.WithValue(t.Context(), whoKey{}, who))
						require.NoError(t, err)
						require.Equal(t, want, d.String())
						require.Equal(t, who == "low", d.Warning() != "")
					}
				})
			}
		}
	}
}

// A gateway that shows the build information and hides /api/v1/stores does not make a Thanos a
// Prometheus.
func TestOnlyAVersionOfPrometheusIsPrometheus(t *testing.T) {
	for version, want := range map[string]dialect.Product{
		"0.42.4": dialect.Unknown, "0.0.92": dialect.Unknown, "1.18.1": dialect.Unknown, "": dialect.Unknown,
		"v3.1": dialect.Unknown, "<b>": dialect.Unknown,
		"2.42.0+ds": dialect.Prometheus, "3.16.0": dialect.Prometheus, "3.0.0-rc.1": dialect.Prometheus,
		"10.0": dialect.Prometheus,
	} {
		g := behindGateway(t, "Prometheus 3.16.0", map[string][]string{"": {"stores"}}, status(403))
		g.answers = map[string]string{
			"/api/v1/query": one,
			"/api/v1/status/buildinfo": fmt.Sprintf(`{"status":"success","data":{"version":%q,"goVersion":"go1.26"}}`,
				version),
		}
		c, err := NewWith(g.URL, g.Client(), Options{})
		require.NoError(t, err)
		d, err := c.Dialect(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, d.Product, version)
	}
}

// A change of the product increases the generation. A refused request, or the same product again,
// does not.
func TestTheGenerationGrowsWithAnotherProduct(t *testing.T) {
	g := behindGateway(t, "Prometheus 3.16.0", map[string][]string{}, status(403))
	c, err := NewWith(g.URL, g.Client(), Options{})
	require.NoError(t, err)
	look := func(product string, hidden bool) (string, uint64) {
		g.mu.Lock()
		g.answers = servers[product]
		g.hidden = map[string][]string{}
		if hidden {
			g.hidden[""] = []string{"status"}
		}
		g.mu.Unlock()
		c.detector.until = time.Time{} // as after ten minutes
		d, err := c.Dialect(t.Context())
		require.NoError(t, err)
		return d.Product.String(), c.Generation()
	}
	for i, step := range []struct {
		product, seen string
		hidden        bool
		generation    uint64
	}{
		{"Prometheus 3.16.0", "Prometheus-compatible server", true, 0},
		{"Prometheus 3.16.0", "Prometheus", false, 0},
		{"Prometheus 3.16.0", "Prometheus", false, 0},
		{"Thanos 0.42.4", "Prometheus-compatible server", true, 0},
		{"Thanos 0.42.4", "Thanos", false, 1},
		{"Thanos 0.42.4", "Prometheus-compatible server", true, 1},
		{"Thanos 0.42.4", "Thanos", false, 1},
		{"Prometheus 2.42.0+ds", "Prometheus", false, 2},
		{"Prometheus 3.16.0", "Prometheus", false, 3},
		{"Mimir 3.0.5", "Mimir", false, 4},
	} {
		seen, generation := look(step.product, step.hidden)
		require.Equal(t, step.seen, seen, i)
		require.Equal(t, step.generation, generation, i)
	}
	require.Zero(t, c.ForViewer().Generation())
	require.EqualValues(t, 4, c.ForAlerts().Generation())
}

// A refused remote read, or a slow server, of one identity does not affect the others.
func TestWhatIsLearnedStaysWithTheIdentity(t *testing.T) {
	c, err := NewWith("http://localhost", http.DefaultClient, Options{})
	require.NoError(t, err)
	low, high := c.ForViewer(), c.ForViewer()
	low.remote.set(external{}, productTTL)
	low.liveness.silent = time.Now()
	low.tenancy.until = time.Now().Add(time.Hour)
	require.True(t, high.remote.until.IsZero())
	require.True(t, high.liveness.silent.IsZero())
	require.True(t, high.tenancy.until.IsZero())
	require.Same(t, low.viewer, low.ForAlerts().viewer)
}

// A server that is down is an error. A panic in the shared detection would end the process.
func TestAServerThatIsDownIsAnErrorForEveryProduct(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	for _, p := range []dialect.Product{
		dialect.Unknown, dialect.Prometheus, dialect.Thanos, dialect.Mimir,
		dialect.VictoriaMetrics,
	} {
		c, err := NewWith(srv.URL, http.DefaultClient, Options{Product: p, Dialect: dialect.Options{Tenant: "a"}})
		require.NoError(t, err)
		_, _, err = c.Query(t.Context(), "up", time.Unix(0, 0))
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Unreachable, e.Reason)
	}
}

func TestAPanicForMoreThanOneIsAnErrorOfEach(t *testing.T) {
	var group singleflight.Group
	_, err := loadOnce(t.Context(), &group, func(context.Context) (int, error) { panic("a mistake") })
	require.ErrorContains(t, err, "Burnline")
}

func TestTheServersClock(t *testing.T) {
	var offset time.Duration
	date, age := true, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(offset).UTC().Format(http.TimeFormat))
		if !date {
			w.Header().Set("Date", "today")
		}
		w.Header().Set("Age", age)
		_, _ = fmt.Fprint(w, one)
	}))
	defer srv.Close()
	c := knownProduct(t, srv, plain)
	look := func() time.Duration {
		_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
		require.NoError(t, err)
		return c.ServerTimeOffset()
	}
	require.Zero(t, c.ServerTimeOffset())
	for _, o := range []time.Duration{0, 20 * time.Second, -20 * time.Second} {
		offset = o
		require.Zero(t, look())
	}
	for _, o := range []time.Duration{14 * time.Minute, -14 * time.Minute, -time.Hour} {
		offset = o
		require.InDelta(t, o.Seconds(), look().Seconds(), 20)
	}
	offset, date = 0, false
	require.InDelta(t, -3600, look().Seconds(), 20, "no time is shown")
	date, age = true, "7"
	require.InDelta(t, -3600, look().Seconds(), 20, "it comes from a cache")
	age = ""
	require.Zero(t, look())
}
