package plugin

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdentityIsWhoAsksNotWhichPanel(t *testing.T) {
	viewer := func(more ...string) http.Header {
		h := http.Header{"Authorization": {"Bearer a"}, "Cookie": {"session=1"}, "X-Id-Token": {"t"}, "X-Scope-Orgid": {"team"}}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = append(h[more[i]], more[i+1])
		}
		return h
	}
	known := identity(viewer())
	for _, name := range []string{
		"Accept", "Accept-Encoding", "Accept-Language", "FromAlert", "Fromalert", "Traceparent", "traceparent", "Tracestate", "Baggage",
		"Uber-Trace-Id", "User-Agent", "X-B3-Traceid", "X-Dashboard-Uid", "X-Datasource-Uid", "X-Grafana-From-Expr", "X-Grafana-Request-Id",
		"X-Panel-Id", "X-Plugin-Id", "X-Query-Group-Id", "X-Request-Id", "X-Rule-Uid", "X-Rule-Name", "X-Cache-Skip",
	} {
		require.Equal(t, known, identity(viewer(name, "1")), name)
	}
	for _, name := range []string{
		"Authorization", "Cookie", "X-Id-Token", "X-Scope-Orgid", "X-Grafana-Id", "X-Grafana-User", "X-Grafana-Org-Id", "Thanos-Tenant",
		"X-Forwarded-User", "X-Forwarded-For", "X-Auth-Request-Email", "Proxy-Authorization", "X-Something-New",
	} {
		require.NotEqual(t, known, identity(viewer(name, "other")), name)
	}
	require.NotEqual(t, known, identity(nil))
	require.NotEqual(t, identity(http.Header{"Cookie": {"a", "b"}}), identity(http.Header{"Cookie": {"ab"}}))
	require.NotEqual(t, identity(http.Header{"Cookie": {"\xff"}}), identity(http.Header{"Cookie": {"\xfe"}}), "bytes, not characters")
}

func TestAPanelOfItsOwnDoesNotReadAgain(t *testing.T) {
	ds, u := serve(t, map[string]any{"oauthPassThru": true})
	headers := func(token, panel string) map[string]string {
		return map[string]string{"Authorization": token, "http_X-Panel-Id": panel, "http_X-Query-Group-Id": panel, "http_traceparent": panel}
	}
	require.NoError(t, ask(t, ds, headers("Bearer a", "1"), `{"slos":["availability"]}`).Error)
	first := u.asked()
	require.NotZero(t, first)
	require.NoError(t, ask(t, ds, headers("Bearer a", "2"), `{"slos":["availability"]}`).Error)
	require.Equal(t, first, u.asked(), "the same viewer's counts")
	require.NoError(t, ask(t, ds, headers("Bearer b", "2"), `{"slos":["availability"]}`).Error)
	require.Equal(t, 2*first, u.asked(), "another viewer's counts")
}
