package plugin

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/memory"
)

var ann = inOrg(1, &backend.User{Login: "ann", Email: "ann@example.org", Role: "Viewer"})

func inOrg(id int64, user *backend.User) backend.PluginContext {
	return backend.PluginContext{OrgID: id, User: user} //nolint:staticcheck // identify uses this field
}

func TestIdentity(t *testing.T) {
	credentials := func(name, value string) http.Header {
		h := http.Header{
			"Authorization": {"Bearer a"}, "Cookie": {"session=1"}, "X-Id-Token": {"t"},
			"X-Grafana-Id": {"g"},
		}
		h.Set(name, value)
		return h
	}
	same := credentials("Authorization", "Bearer a")
	known, unknown := identityOf(same, ann), identityOf(same, inOrg(1, nil))
	require.NotEqual(t, known, unknown)
	for _, name := range []string{"Authorization", "Cookie", "X-Id-Token"} {
		require.NotEqual(t, known, identityOf(credentials(name, "other"), ann), name)
		require.NotEqual(t, unknown, identityOf(credentials(name, "other"), inOrg(1, nil)), name)
	}
	require.Equal(t, known, identityOf(credentials("X-Grafana-Id", "renewed"), ann))
	require.NotEqual(t, unknown, identityOf(credentials("X-Grafana-Id", "renewed"), inOrg(1, nil)),
		"the token alone names the user")
	without := same.Clone()
	without.Del("X-Grafana-Id")
	require.NotEqual(t, known, identityOf(without, ann), "the server may answer otherwise without the token")
	for name, change := range map[string]func(*backend.PluginContext){
		"login": func(in *backend.PluginContext) { in.User.Login = "ben" },
		"email": func(in *backend.PluginContext) { in.User.Email = "ben@example.org" },
		"role":  func(in *backend.PluginContext) { in.User.Role = "Admin" },
		"org":   func(in *backend.PluginContext) { *in = inOrg(2, in.User) },
		"user":  func(in *backend.PluginContext) { in.User.Login = "" },
	} {
		other, user := ann, *ann.User
		other.User = &user
		change(&other)
		require.NotEqual(t, known, identityOf(same, other), name)
	}
	require.NotEqual(t, identityOf(http.Header{"Cookie": {"\xff"}}, ann),
		identityOf(http.Header{"Cookie": {"\xfe"}}, ann), "bytes, not characters")
	require.NotEqual(t, identityOf(http.Header{"Authorization": {"X-Id-Token"}}, ann),
		identityOf(http.Header{"X-Id-Token": {"Authorization"}}, ann))
}

func TestKeptCookies(t *testing.T) {
	viewer := http.Header{"Cookie": {`b=2; a="1 x"; grafana_session=s`, "team_x=3; aa=4; a=5"}}
	for _, tt := range []struct {
		keep []string
		want string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"a"}, `a="1 x"; a=5`},
		{[]string{"A"}, ""},
		{[]string{"b", "a"}, `a="1 x"; a=5; b=2`},
		{[]string{"a[]"}, `a="1 x"; a=5; aa=4`},
		{[]string{"grafana_session", "grafana_[]"}, ""},
		{[]string{"[]"}, `a="1 x"; a=5; aa=4; b=2; team_x=3`},
	} {
		require.Equal(t, tt.want, forwarding{Cookies: tt.keep}.cookies(viewer), tt.keep)
	}
	require.Empty(t, forwarding{OAuth: true}.credentials(viewer))
	require.False(t,
		parseForwarding(backend.DataSourceInstanceSettings{JSONData: []byte(`{"keepCookies":[""]}`)}).enabled())
}

func TestAPanelOfItsOwnDoesNotReadAgain(t *testing.T) {
	ds, u := serve(t, map[string]any{"oauthPassThru": true})
	headers := func(token, panel string) map[string]string {
		return map[string]string{
			"Authorization": token, "http_X-Panel-Id": panel, "http_X-Query-Group-Id": panel,
			"http_traceparent": panel,
		}
	}
	require.NoError(t, ask(t, ds, headers("Bearer a", "1"), `{"slos":["availability"]}`).Error)
	first := u.requestCount()
	require.NotZero(t, first)
	require.NoError(t, ask(t, ds, headers("Bearer a", "2"), `{"slos":["availability"]}`).Error)
	require.Equal(t, first, u.requestCount(), "the same viewer's counts")
	require.NoError(t, ask(t, ds, headers("Bearer b", "2"), `{"slos":["availability"]}`).Error)
	require.Equal(t, 2*first, u.requestCount(), "another viewer's counts")
}

// All identities share the bytes of one cache, and the least recently used entries are evicted. A
// single identity may use all of them.
func TestIdentitiesShareTheBytesOfOneCache(t *testing.T) {
	ds, u := serve(t, map[string]any{"oauthPassThru": true})
	read := func(who int) (requests int) {
		before := u.requestCount()
		require.NoError(t,
			ask(t, ds, map[string]string{"Authorization": fmt.Sprint(who)}, `{"slos":["availability"]}`).Error)
		return u.requestCount() - before
	}
	read(0)
	one, limit := ds.engines.store.Bytes()
	require.Equal(t, ds.settings.CacheBytes, limit)
	require.Positive(t, one)
	ds.engines.store = memory.NewStore(5*one + one/2)
	ds.engines.recent.Purge()
	for who := 1; who <= 8; who++ {
		read(who)
		held, limit := ds.engines.store.Bytes()
		require.LessOrEqual(t, held, limit)
	}
	require.Zero(t, read(8))
	require.Zero(t, read(4), "five fit")
	require.Positive(t, read(0), "the first has given way")
	require.Zero(t, read(4), "and not one that was used since")
}
