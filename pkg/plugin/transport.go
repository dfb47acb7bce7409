package plugin

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-aws-sdk/pkg/awsauth"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/burnline/burnline/pkg/prom"
)

// managedPrometheus is the name of Amazon Managed Service for Prometheus in a signature.
const managedPrometheus = "aps"

// newHTTPClient returns the client of a data source, with TLS, credentials, proxy and custom
// headers of its settings. It adds the viewer's credentials, and signs for Amazon, or adds a token
// of Azure or Google, if the settings choose that.
func newHTTPClient(ctx context.Context, is backend.DataSourceInstanceSettings) (*http.Client, *connections, error) {
	return newHTTPClientWith(ctx, is, &http.Client{Timeout: tokenTimeout})
}

// tokenTimeout bounds one request for a token: far above what a cloud needs, below the time that a
// dashboard waits.
const tokenTimeout = 15 * time.Second

func newHTTPClientWith(ctx context.Context, is backend.DataSourceInstanceSettings,
	forTokens *http.Client,
) (*http.Client, *connections, error) {
	opts, err := is.HTTPClientOptions(ctx)
	if err != nil {
		return nil, nil, err
	}
	conns := &connections{}
	opts.ForwardHTTPHeaders = false // the SDK would forward all of them
	opts.Middlewares = append(httpclient.DefaultMiddlewares(), forwardCredentials(), conns.middleware())
	if opts.SigV4 != nil {
		opts.SigV4.Service = managedPrometheus
		// The signature must be the last step.
		opts.Middlewares = append(opts.Middlewares, awsauth.NewSigV4Middleware())
	} else {
		tokens, err := cloudTokens(ctx, is, forTokens)
		if err != nil {
			return nil, nil, err
		}
		if tokens != nil {
			opts.Middlewares = append(opts.Middlewares, tokens.middleware(is.URL))
		}
	}
	opts.Timeouts.MaxIdleConnsPerHost = prom.MaxConnections // each connection serves further requests
	local := isLoopback(is.URL)
	opts.ConfigureTransport = func(_ httpclient.Options, t *http.Transport) {
		t.DisableCompression = local
		conns.base = t
	}
	client, err := httpclient.New(opts)
	if err != nil {
		return nil, nil, err
	}
	current.replace(is.UID, conns)
	return client, conns, nil
}

// connections are those of one instance of a data source. The SDK's middlewares hide the transport
// that holds them: http.Client.CloseIdleConnections does nothing.
type connections struct {
	base   *http.Transport
	closed atomic.Bool
}

// close closes idle connections now, and the others after their request.
func (c *connections) close() {
	c.closed.Store(true)
	c.base.CloseIdleConnections()
}

func (c *connections) middleware() httpclient.Middleware {
	return httpclient.NamedMiddlewareFunc("connections",
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(r *http.Request) (*http.Response, error) {
				r.Close = r.Close || c.closed.Load()
				return next.RoundTrip(r)
			})
		})
}

// instances are the connections of each data source's current instance, by its UID. The SDK
// disposes of an instance seconds after its replacement: until then, repeated saving could use up
// all connections that a server accepts.
type instances struct {
	mu    sync.Mutex
	conns map[string]*connections
}

var current = instances{conns: map[string]*connections{}}

func (i *instances) replace(uid string, c *connections) {
	if uid == "" {
		return
	}
	i.mu.Lock()
	before := i.conns[uid]
	i.conns[uid] = c
	i.mu.Unlock()
	if before != nil {
		before.close()
	}
}

func (i *instances) dispose(uid string, c *connections) {
	i.mu.Lock()
	if i.conns[uid] == c {
		delete(i.conns, uid)
	}
	i.mu.Unlock()
	c.close()
}

// isLoopback reports whether a server is on this machine, where compression takes longer than it saves.
func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
