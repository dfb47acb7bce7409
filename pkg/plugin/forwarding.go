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

// oauthHeaders are the headers that `oauthPassThru` forwards: the viewer's
// access token and identity token, and the token with which Grafana signs who
// the viewer is. No other header of a viewer's request reaches a server, except
// the cookies of `keepCookies`.
var oauthHeaders = []string{
	backend.OAuthIdentityTokenHeaderName, backend.OAuthIdentityIDTokenHeaderName, backend.GrafanaUserSignInTokenHeaderName,
}

// loginCookies are Grafana's own session. They are never forwarded, whatever
// `keepCookies` matches: a server could act as the viewer with them.
var loginCookies = []string{"grafana_session", "grafana_session_expiry"}

// forwarding is what the settings of a data source forward of a viewer's request.
type forwarding struct {
	OAuth   bool     `json:"oauthPassThru"`
	Cookies []string `json:"keepCookies"` // names; one that ends in [] is a prefix, as in Grafana
}

func parseForwarding(is backend.DataSourceInstanceSettings) (f forwarding) {
	_ = json.Unmarshal(is.JSONData, &f) // query.ParseSettings reports broken JSON
	f.Cookies = slices.DeleteFunc(f.Cookies, func(name string) bool { return name == "" })
	return f
}

// enabled is whether two viewers may see different data.
func (f forwarding) enabled() bool { return f.OAuth || len(f.Cookies) > 0 }

// credentials are the headers to forward, at most one value each.
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

// cookies is the Cookie header with the cookies that are kept, sorted by name.
func (f forwarding) cookies(viewer http.Header) string {
	kept := (&http.Request{Header: http.Header{backend.CookiesHeaderName: viewer.Values(backend.CookiesHeaderName)}}).Cookies()
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

// withViewer adds to a request's context the viewer for whom it is answered.
func withViewer(ctx context.Context, v viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// viewerOf is the viewer of a request; nobody where no viewer was added.
func viewerOf(ctx context.Context) viewer {
	v, _ := ctx.Value(viewerKey{}).(viewer)
	return v
}

// forwardCredentials adds the viewer's credentials to a request to the server.
// A header that the settings of the data source have set stays as it is.
func forwardCredentials() httpclient.Middleware {
	return httpclient.NamedMiddlewareFunc("forward-credentials", func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
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
