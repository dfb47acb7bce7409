package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// oauthHeaders are the headers that `oauthPassThru` forwards: the viewer's access token and
// identity token, and the token in which Grafana signs the identity of the viewer. No other header
// of a request reaches a server, except the cookies of `keepCookies`.
var oauthHeaders = []string{
	backend.OAuthIdentityTokenHeaderName, backend.OAuthIdentityIDTokenHeaderName,
	backend.GrafanaUserSignInTokenHeaderName,
}

// loginCookies are Grafana's own session cookies. They are never forwarded, even if `keepCookies`
// matches them: a server could act as the viewer with them.
var loginCookies = []string{"grafana_session", "grafana_session_expiry"}

// forwarding contains the settings of the viewer's headers.
type forwarding struct {
	OAuth   bool     `json:"oauthPassThru"`
	Cookies []string `json:"keepCookies"` // names; a name that ends in [] is a prefix, as in Grafana
}

func parseForwarding(is backend.DataSourceInstanceSettings) (f forwarding) {
	_ = json.Unmarshal(is.JSONData, &f) // query.ParseSettings reports invalid JSON
	f.Cookies = slices.DeleteFunc(f.Cookies, func(name string) bool { return name == "" })
	return f
}

// enabled reports whether two viewers may see different data.
func (f forwarding) enabled() bool { return f.OAuth || len(f.Cookies) > 0 }

// credentials returns the headers to forward, at most one value each.
func (f forwarding) credentials(viewer http.Header) http.Header {
	out := http.Header{}
	if f.OAuth {
		for _, name := range oauthHeaders {
			if value := viewer.Get(name); value != "" {
				out.Set(name, value)
			}
		}
	}
	if cookies := f.cookies(viewer); cookies != "" {
		out.Set(backend.CookiesHeaderName, cookies)
	}
	return out
}

// cookies returns the Cookie header with the forwarded cookies, sorted by name.
func (f forwarding) cookies(viewer http.Header) string {
	header := http.Header{backend.CookiesHeaderName: viewer.Values(backend.CookiesHeaderName)}
	kept := (&http.Request{Header: header}).Cookies()
	kept = slices.DeleteFunc(kept, func(c *http.Cookie) bool { return !f.isForwarded(c.Name) })
	slices.SortStableFunc(kept, func(a, b *http.Cookie) int { return strings.Compare(a.Name, b.Name) })
	out := &http.Request{Header: http.Header{}}
	for _, c := range kept {
		out.AddCookie(c)
	}
	return out.Header.Get(backend.CookiesHeaderName)
}

func (f forwarding) isForwarded(cookie string) bool {
	return !slices.Contains(loginCookies, cookie) && slices.ContainsFunc(f.Cookies, func(name string) bool {
		prefix, isPrefix := strings.CutSuffix(name, "[]")
		return cookie == name || isPrefix && strings.HasPrefix(cookie, prefix)
	})
}

type viewerKey struct{}

func withViewer(ctx context.Context, v viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// viewerOf returns the viewer of a request; the zero viewer if none was added.
func viewerOf(ctx context.Context) viewer {
	v, _ := ctx.Value(viewerKey{}).(viewer)
	return v
}

// forwardCredentials adds the viewer's credentials to a request to the server. Headers from the
// settings of the data source take precedence.
func forwardCredentials() httpclient.Middleware {
	return httpclient.NamedMiddlewareFunc("forward-credentials",
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
				for name, values := range viewerOf(req.Context()).credentials {
					if req.Header.Get(name) == "" {
						req.Header[name] = slices.Clone(values)
					}
				}
				return next.RoundTrip(req)
			})
		})
}

// viewer is the user for whom a request is answered. The zero value forwards nothing of the request.
type viewer struct {
	credentials http.Header // headers to forward to the server
	identity    identity
}

// identity is a digest. Viewers of the same identity share counts.
type identity [sha256.Size]byte

// identityOf digests the forwarded credentials and the user whom Grafana has authenticated. It uses no
// content of a token: a browser can invent any claim, and no server checks an answer from the cache.
//
// Access tokens, identity tokens of an OAuth provider and cookies count by value, so that a token
// with other permissions never adds to the counts of its predecessor. Grafana renews its own
// identity token every few minutes. It contains only the user, which Grafana's backend also sends
// to the plugin, so it counts as present or absent if the user is known.
func identityOf(credentials http.Header, in backend.PluginContext) identity {
	var text []byte
	add := func(part string) { // with its length: no two lists have the same text
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	known := in.User != nil && in.User.Login != ""
	add(strconv.FormatBool(known))
	if known {
		//nolint:staticcheck // the namespace that replaces it is empty in some versions of Grafana 12
		for _, part := range []string{strconv.FormatInt(in.OrgID, 10), in.User.Login, in.User.Email, in.User.Role} {
			add(part)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(credentials)) {
		add(name)
		if name != backend.GrafanaUserSignInTokenHeaderName || !known {
			add(credentials.Get(name))
		}
	}
	return sha256.Sum256(text)
}
