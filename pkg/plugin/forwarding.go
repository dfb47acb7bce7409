package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
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
