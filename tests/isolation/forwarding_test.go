package isolation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
)

// viewersHeaders are headers that a browser, a proxy before Grafana, or a viewer with curl may
// send, in various spellings.
var viewersHeaders = []string{
	"Authorization", "X-ID-Token", "X-Grafana-Id", // of OAuth
	"X-Scope-OrgID", "x-scope-orgid", "X-SCOPE-ORGID", "THANOS-TENANT", "Thanos-Tenant", "X-Prom-Label-Policy",
	"X-Tenant", "AccountID", "ProjectID",
	"X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-For", "X-Forwarded-Host",
	"X-Forwarded-Proto", "Forwarded", "X-Real-IP",
	"X-Original-URL", "X-Rewrite-URL", "X-Webauth-User", "X-WEBAUTH-ROLE", "X-Auth-Request-User", "X-Remote-User",
	"X-Grafana-User", "X-Grafana-Org-Id",
	"X-Grafana-Device-Id", "X-DS-Authorization", "X-Api-Key", "Proxy-Authorization", "X-Amz-Security-Token",
	"X-Amz-Date", "X-Goog-Authenticated-User-Email",
	"X-Http-Method-Override", "X-HTTP-Method", "X-Method-Override", "Range", "If-Range", "If-None-Match",
	"If-Modified-Since", "If-Match", "Cache-Control", "Pragma",
	"Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Type", "Content-Length", "Host",
	"Origin", "Referer", "User-Agent", "Via",
	"Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
	"Max-Forwards", "Date", "From",
	"X-CSRF-Token", "Idempotency-Key", "X-Cache-Skip", "X-Dashboard-Uid", "X-Panel-Id", "Baggage", "B3", "X-B3-TraceId",
	"http_X-Scope-OrgID", "http_Authorization",
}

const mark = "of-the-viewer"

// sent returns a value that identifies its header.
func sent(name string) string { return mark + " " + strings.ToLower(name) }

const viewersCookies = "kept=" + mark + "; other=" + mark + "-other; grafana_session=" + mark + "-session; team_a=" +
	mark + "-team"

// paths sends a viewer's headers on every path of Grafana to the plugin.
func paths() map[string]func(ctx context.Context, t *testing.T, s *pluginhost.DataSource) {
	all := map[string]func(context.Context, *testing.T, *pluginhost.DataSource){}
	query := func(kind, prefix string) func(context.Context, *testing.T, *pluginhost.DataSource) {
		return func(ctx context.Context, t *testing.T, s *pluginhost.DataSource) {
			// Grafana prefixes this one
			headers := map[string]string{prefix + "Cookie": viewersCookies, "http_X-Grafana-Id": sent("X-Grafana-Id")}
			for _, name := range viewersHeaders {
				headers[prefix+name] = sent(name)
			}
			_, err := host.QueryData(ctx,
				&backend.QueryDataRequest{PluginContext: s.Context(), Headers: headers, Queries: []backend.DataQuery{{
					RefID: "A", JSON: []byte(strings.Replace(summary, `"summary"`, kind, 1)), Interval: time.Minute,
					MaxDataPoints: 100,
					TimeRange:     backend.TimeRange{From: now.Add(-time.Hour), To: now},
				}}})
			require.NoError(t, err)
		}
	}
	for _, kind := range []string{
		`"summary"`, `"timeseries"`, `"workloads"`, `"history"`, `"whatif","whatif":{"objectives":[99.5]}`,
		`"burners","burners":{"by":["code"]}`, `"backtest"`, `"alerts"`,
		`"annotations"`, `"resources"`,
	} {
		all["query "+kind] = query(kind, "")
		all["query http_ "+kind] = query(kind, "http_")
	}
	for path, body := range map[string]string{
		"labels": `{"slo":` + inlineSLO + `}`, "lookup/metrics": `{"search":"requests"}`,
		"lookup/labels":  `{"selector":"requests_total"}`,
		"lookup/values":  `{"selector":"requests_total","label":"workload"}`,
		"lookup/buckets": `{"selector":"requests_bucket"}`,
		"values":         `{"label":"workload","query":` + summary + `}`, "keys": `{"query":` + summary + `}`,
		"preview":  `{"query":` + latencyQuery + `}`,
		"discover": `{}`, "presets": "", "presets/traefik?suggest=1": "",
	} {
		all["resource "+path] = func(ctx context.Context, t *testing.T, s *pluginhost.DataSource) {
			method := http.MethodPost
			if body == "" {
				method = http.MethodGet
			}
			headers := map[string][]string{"Cookie": strings.Split(viewersCookies, "; ")}
			for _, name := range viewersHeaders {
				headers[name] = []string{sent(name), sent(name) + " again"}
			}
			bare, _, _ := strings.Cut(path, "?")
			_, err := host.CallResource(ctx, &backend.CallResourceRequest{
				PluginContext: s.Context(), Method: method, Path: bare, URL: path, Body: []byte(body), Headers: headers,
			})
			require.NoError(t, err)
		}
	}
	for _, prefix := range []string{"", "http_"} {
		all["health "+prefix] = func(ctx context.Context, t *testing.T, s *pluginhost.DataSource) {
			headers := map[string]string{prefix + "Cookie": viewersCookies, "http_X-Grafana-Id": sent("X-Grafana-Id")}
			for _, name := range viewersHeaders {
				headers[prefix+name] = sent(name)
			}
			_, err := host.CheckHealthWith(ctx, s.Context(), headers)
			require.NoError(t, err)
		}
	}
	return all
}

const inlineSLO = `{"name":"a","objective":99,"window":"12h","by":["workload"],"sli":{"events":{"total":"requests_total","bad":"requests_total{code=\"500\"}"}}}`

const latencyQuery = `{"queryType":"summary","inline":{"name":"a","objective":99,"window":"12h","sli":{"latency":{"histogram":"requests","threshold":"300ms"}}}}`

// Headers of a browser are not forwarded on any path, except those named in the settings.
func TestOnlyNamedHeadersOfAViewerAreForwarded(t *testing.T) {
	require.GreaterOrEqual(t, len(viewersHeaders), 40)
	server := share(t, "X-Any", map[string]http.Handler{"": owner(t, "of-all", 10)})
	server.strict = true
	for settings, allowed := range map[string]map[string]string{
		`{}`: {},
		`{"oauthPassThru":true}`: {
			"Authorization": sent("Authorization"), "X-Id-Token": sent("X-ID-Token"),
			"X-Grafana-Id": sent("X-Grafana-Id"),
		},
		`{"keepCookies":["kept","team_[]","grafana_session"]}`: {"Cookie": "kept=" + mark + "; team_a=" + mark +
			"-team"},
		`{"oauthPassThru":true,"keepCookies":["[]"],"tenant":"ben","dialect":"mimir","httpHeaderName1":"X-Api-Key"}`: {
			"Authorization": sent("Authorization"), "X-Id-Token": sent("X-ID-Token"),
			"X-Grafana-Id": sent("X-Grafana-Id"),
			"Cookie":       "kept=" + mark + "; other=" + mark + "-other; team_a=" + mark + "-team",
		},
	} {
		for name, ask := range paths() {
			uid := fmt.Sprintf("forwarding %s %s", settings, name)
			before := len(server.seen())
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			ask(ctx, t, source(t, uid, server.URL, settings, map[string]string{"httpHeaderValue1": "of-the-settings"}))
			cancel()
			reached := server.seen()[before:]
			require.NotEmpty(t, reached, uid)
			for _, headers := range reached {
				got := map[string]string{}
				for header, values := range headers {
					if strings.Contains(fmt.Sprint(values), mark) {
						got[header] = strings.Join(values, " and ")
					}
				}
				if got["Authorization"] == sent("http_Authorization") { // of two spellings, the SDK uses any
					got["Authorization"] = sent("Authorization")
				}
				require.Equal(t, allowed, got, uid)
			}
		}
	}
}

// The user is the one that Grafana has authenticated, never the one named in a token.
func TestATokenThatNamesAnotherUserShowsNothingOfHers(t *testing.T) {
	server := twoOwners(t, "Authorization", "Bearer ann", "Bearer ben")
	s := source(t, "forged", server.URL, `{"oauthPassThru":true}`, nil)
	as := func(user, authorization, idToken string) (backend.DataResponse, int) {
		in := s.Context()
		if user != "" {
			in.User = &backend.User{Login: user, Role: "Viewer"}
		}
		before := len(server.seen())
		res, err := host.QueryData(t.Context(), &backend.QueryDataRequest{
			PluginContext: in, Headers: map[string]string{"Authorization": authorization, "http_X-Grafana-Id": idToken},
			Queries: []backend.DataQuery{{
				RefID: "A", JSON: []byte(summary),
				TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
			}},
		})
		require.NoError(t, err)
		return res.Responses["A"], len(server.seen()) - before
	}
	claims := func(sub string, n int) string { // {"alg":"none"}; the signature is not verified on the way
		text, err := json.Marshal(map[string]any{"sub": sub, "iss": "grafana", "n": n})
		require.NoError(t, err)
		return "e30." + fmt.Sprintf("%x", text) + "."
	}
	answer, cold := as("ann", "Bearer ann", claims("user:ann", 0))
	seesOnly(t, answer, "of-ann", 72_000)
	answer, renewed := as("ann", "Bearer ann", claims("user:ann", 1))
	seesOnly(t, answer, "of-ann", 72_000)
	require.Less(t, renewed, cold, "a renewed identity token of the same user reads nothing again")

	answer, _ = as("eve", "Bearer eve", claims("user:ann", 0))
	require.Equal(t, backend.StatusUnauthorized, answer.Status)
	require.Empty(t, answer.Frames)
	answer, _ = as("", "Bearer eve", claims("user:ann", 0))
	require.Equal(t, backend.StatusUnauthorized, answer.Status)
	answer, fresh := as("eve", "Bearer ann", claims("user:ann", 0)) // with her token, the server returns her data
	seesOnly(t, answer, "of-ann", 72_000)
	require.Greater(t, fresh, renewed)
	answer, _ = as("ann", "Bearer ben", claims("user:ann", 1)) // another access token may have access to other data
	seesOnly(t, answer, "of-ben", 7200)
}

// Requests with unknown credentials evict no counts of valid users.
func TestRandomCredentialsEvictNoOther(t *testing.T) {
	server := twoOwners(t, "Authorization", "Bearer ann", "Bearer ben")
	s := source(t, "evicting", server.URL, `{"oauthPassThru":true}`, nil)
	ann := map[string]string{"Authorization": "Bearer ann"}
	seesOnly(t, ask(t, s, ann, summary), "of-ann", 72_000)
	before := len(server.seen())
	seesOnly(t, ask(t, s, ann, summary), "of-ann", 72_000)
	warm := len(server.seen()) - before
	for n := range 1100 {
		_, err := host.CallResource(t.Context(), &backend.CallResourceRequest{
			PluginContext: s.Context(), Method: http.MethodPost, Path: "preview", URL: "preview",
			Body:    []byte(`{"query":` + summary + `}`),
			Headers: map[string][]string{"Authorization": {fmt.Sprint("Bearer ", n)}, "X-Anything": {fmt.Sprint(n)}},
		})
		require.NoError(t, err)
	}
	before = len(server.seen())
	seesOnly(t, ask(t, s, ann, summary), "of-ann", 72_000)
	require.Equal(t, warm, len(server.seen())-before, "what is settled is still there")
}
