package isolation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
)

// Secrets that must not appear in any output.
var secrets = map[string]string{
	"basic auth":           "secret-basic-6f1c",
	"a header":             "secret-header-9a2d",
	"the address":          "secret-address-4e7b",
	"the address, encoded": base64.StdEncoding.EncodeToString([]byte("someone:secret-address-4e7b")),
	"an AWS key":           "secret-aws-key-77aa",
	"a tenant's name":      "secret-tenant-01", // not in metrics or logs: the names of tenants are private
	"the viewer's token":   "secret-viewer-c0de",
	"the viewer's session": "secret-cookie-beef",
}

// everything runs all requests that Grafana can send to a data source, and returns all responses.
func everything(t *testing.T, s *pluginhost.DataSource) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	viewer := map[string]string{
		"Authorization": "Bearer " + secrets["the viewer's token"],
		"Cookie":        "s=" + secrets["the viewer's session"],
	}
	var out strings.Builder
	add := func(answer any, err error) {
		text, jsonErr := json.Marshal(answer)
		require.NoError(t, jsonErr)
		_, _ = fmt.Fprintln(&out, string(text), err)
	}
	for _, q := range []string{
		summary, strings.Replace(summary, "summary", "timeseries", 1),
		strings.Replace(summary, "requests_total", "up{", 1), `{`,
	} {
		answer := ask(t, s, viewer, q)
		add(answer.Frames, answer.Error)
		for _, f := range answer.Frames {
			add(f.Meta, nil)
		}
	}
	health, err := host.CheckHealth(ctx, s.Context())
	add(health, err)
	for _, r := range []struct{ method, path, body string }{
		{"GET", "slos", ""},
		{"GET", "policies", ""},
		{"GET", "labels?slo=none", ""},
		{"POST", "catalog/validate", `{"catalog":"slos: ["}`},
		{
			"POST", "labels",
			`{"slo":{"name":"a","objective":99,"window":"12h","sli":{"events":{"total":"requests_total","bad":"requests_total{code=\"500\"}"}}}}`,
		},
	} {
		path, _, _ := strings.Cut(r.path, "?")
		answer, err := host.CallResource(ctx, &backend.CallResourceRequest{
			PluginContext: s.Context(), Method: r.method, Path: path, URL: r.path, Body: []byte(r.body),
			Headers: map[string][]string{"Authorization": {viewer["Authorization"]}, "Cookie": {viewer["Cookie"]}},
		})
		require.NoError(t, err)
		_, _ = fmt.Fprintln(&out, answer.Status, answer.Headers, string(answer.Body))
	}
	return out.String()
}

// withSecrets returns a data source full of secrets at an address.
func withSecrets(t *testing.T, uid, url, jsonData string) *pluginhost.DataSource {
	t.Helper()
	if !strings.Contains(jsonData, "oauthPassThru") { // otherwise it would replace the viewer's
		url = strings.Replace(url, "://", "://someone:"+secrets["the address"]+"@", 1)
	}
	s := source(t, uid, url,
		strings.Replace(jsonData, "{", `{"httpHeaderName1":"X-Api-Key","tenant":"`+secrets["a tenant's name"]+`",`, 1),
		map[string]string{
			"httpHeaderValue1": secrets["a header"], "basicAuthPassword": secrets["basic auth"],
			"sigV4AccessKey": "AKID", "sigV4SecretKey": secrets["an AWS key"],
		})
	return s
}

// Responses, errors, logs and metrics contain no secrets, with working servers and with all kinds
// of failures.
func TestSecretsStayInside(t *testing.T) {
	requested := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requested = true }))
	t.Cleanup(elsewhere.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	works := share(t, "X-Any", map[string]http.Handler{"": owner(t, "of-all", 10)})
	works.strict = true
	servers := map[string]string{"works": works.URL, "gone": gone.URL}
	for name, handler := range map[string]http.HandlerFunc{
		"refuses": func(w http.ResponseWriter,
			_ *http.Request,
		) {
			http.Error(w, "who are you?", http.StatusUnauthorized)
		},
		"redirects": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		},
		"is a page": func(w http.ResponseWriter, _ *http.Request) {
			_,
				_ = fmt.Fprint(w, "<html>please log in</html>")
		},
		"breaks": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			_, _ = fmt.Fprint(w, `{"status`)
		},
		"fails": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"echoes": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			user, password, _ := r.BasicAuth()
			_, _ = fmt.Fprintf(w, "%s %s %v", user, password, r.Header)
		},
		"echoes in JSON": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_ = json.NewEncoder(w).Encode(map[string]string{
				"status": "error", "errorType": "execution",
				"error": fmt.Sprintf("%q", r.Header),
			})
		},
		"limits": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = fmt.Fprint(w,
				`{"status":"error","errorType":"execution","error":"the query exceeded the maximum number of series (err-mimir-max-series-per-query)"}`)
		},
	} {
		srv := httptest.NewServer(handler)
		t.Cleanup(srv.Close)
		servers[name] = srv.URL
	}
	var all strings.Builder
	for name, url := range servers {
		for kind, jsonData := range map[string]string{
			"plain":      `{"timeout":5}`,
			"forwarding": `{"oauthPassThru":true,"keepCookies":["s"],"timeout":5}`,
			"signed":     `{"sigV4Auth":true,"sigV4AuthType":"keys","sigV4Region":"eu-central-1","timeout":5}`,
		} {
			if kind != "plain" && name != "works" && name != "refuses" && name != "echoes" {
				continue
			}
			text := everything(t, withSecrets(t, "secrets-"+strings.ReplaceAll(name, " ", "-")+"-"+kind, url, jsonData))
			require.NotContains(t, text, "someone", "the user of the address")
			if name == "works" && kind == "plain" {
				require.Contains(t, text, "of-all", "the answer")
			}
			all.WriteString(text)
		}
	}
	require.False(t, requested, "the other host was asked")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	metrics, err := host.CollectMetrics(ctx)
	require.NoError(t, err)
	require.Contains(t, string(metrics), `burnline_queries_total{outcome="upstream_error",query_type="summary"}`)
	require.Contains(t, logs.String(), "Query not answered")
	for what, secret := range secrets {
		require.NotContains(t, all.String(), secret, "%s in an answer", what)
		require.NotContains(t, string(metrics), secret, "%s in /metrics", what)
		require.NotContains(t, logs.String(), secret, "%s in the log", what)
	}
	// The working server received all secrets that it should.
	sent := fmt.Sprint(works.seen())
	require.Contains(t, sent, secrets["a header"])
	require.Contains(t, sent, secrets["a tenant's name"])
	require.Contains(t, sent, secrets["the viewer's token"])
}

func TestResourcesTakeWhatTheyExpectOnly(t *testing.T) {
	s := source(t, "resources", "http://127.0.0.1:1", `{}`, nil)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "slos", "", 200},
		{"POST", "slos", "{}", 405},
		{"DELETE", "slos", "", 405},
		{"GET", "catalog/validate", "", 405},
		{"PUT", "labels", "{}", 405},
		{"GET", "etc/passwd", "", 404},
		{"GET", "metrics", "", 404},
		{"GET", "debug/pprof/", "", 404},
		{"POST", "catalog/validate", "no JSON", 400},
		{"POST", "catalog/validate", `{"catalog":["a list"]}`, 400},
		{"POST", "catalog/validate", `{"catalog":"` + strings.Repeat("x", 4<<20) + `"}`, 413},
		{"POST", "slo/validate", strings.Repeat("[", 1<<20), 400},
		{
			"POST", "labels",
			`{"slo":{"name":"a","objective":99,"window":"12h","sli":{"events":{"total":"x} or vector(1) or {a=\"","bad":"y"}}}}`, 400,
		},
		{"GET", "labels", "", 404},
	} {
		answer, err := host.CallResource(ctx, &backend.CallResourceRequest{
			PluginContext: s.Context(), Method: tt.method, Path: tt.path, URL: tt.path, Body: []byte(tt.body),
		})
		require.NoError(t, err, tt.path)
		require.Equal(t, tt.status, answer.Status, "%s %s %.60s: %.200s", tt.method, tt.path, tt.body, answer.Body)
	}
}
