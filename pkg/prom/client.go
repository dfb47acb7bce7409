// Package prom is the client of one Prometheus-compatible server: range and instant queries, label
// values, series, streamed samples, and detection of the product. Authentication, TLS and proxies
// are part of the *http.Client.
//
// Every request takes one path, Client.send in request.go: a slot, the dialect of the server, the
// tenant, retries (retries.go), a limit of bytes, and errors without secrets. The package contains
// HTTP and the API. It must not depend on what is counted. Start reading at Client.QueryRange
// (query.go) and Client.send.
package prom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/api"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// DefaultConcurrency bounds the concurrent requests of one data source, except those of alert
// rules. Prometheus evaluates 20 queries at a time for all of its users.
const DefaultConcurrency = 8

// alertConcurrency bounds the concurrent requests of alert rules. Their cells are usually cached:
// an evaluation is one or two requests.
const alertConcurrency = 4

// MaxConnections is the largest useful number of connections to the server.
const MaxConnections = DefaultConcurrency + alertConcurrency

// DefaultMaxBody bounds one response, in bytes after decompression.
const DefaultMaxBody = 128 << 20

// Options of a Client. With the zero value, the client detects the server.
type Options struct {
	Product dialect.Product // the server, if it cannot be detected; Unknown: detect
	Dialect dialect.Options
	MaxBody int64 // bytes of one response after decompression, default DefaultMaxBody
}

// Client is safe for concurrent use.
type Client struct {
	*server
	*viewer
	*slots
}

// server is the state that all clients of a server share.
type server struct {
	api.Client  // builds URLs
	http        *http.Client
	credentials *url.Userinfo // of the URL; sent as a header, never as part of a URL that could be logged
	options     Options
	retries     retries
	dashboards  *slots
	alerts      *slots
	clockOffset atomic.Int64 // nanoseconds, from the last response with a time
}

// viewer is the state of one identity: servers may return different data to others.
type viewer struct {
	detector detector
	tenancy  tenancy
	remote   remote
	liveness liveness
}

// slots bound concurrent requests.
type slots struct {
	requests *semaphore.Weighted
	reads    *semaphore.Weighted // of remote read: Prometheus answers 10 at a time for all of its users
	large    *semaphore.Weighted // held by the large response that is being read
}

func newSlots(requests, reads int64) *slots {
	return &slots{semaphore.NewWeighted(requests), semaphore.NewWeighted(reads), semaphore.NewWeighted(1)}
}

// NewWith returns a client of the server at address, an absolute http(s) URL with or without a path prefix.
// Redirects to another host are refused: a response must never send credentials or queries elsewhere.
func NewWith(address string, hc *http.Client, o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil {
		return nil, fmt.Errorf("server URL: %w", err)
	}
	own := *hc
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if req.URL.Host != base.Host || req.URL.Scheme != base.Scheme {
			return fmt.Errorf("%w (%s) refused. Set the data source URL to the final address", errRedirectOther,
				req.URL.Host)
		}
		if len(via) >= 5 {
			return errRedirectLoop
		}
		return nil
	}
	urls, err := api.NewClient(api.Config{Address: base.String(), Client: &own})
	if err != nil {
		return nil, fmt.Errorf("server URL: %w", err)
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	s := &server{
		Client: urls, http: &own, credentials: base.User, options: o, retries: defaultRetries,
		dashboards: newSlots(DefaultConcurrency, 6), alerts: newSlots(alertConcurrency, 2),
	}
	return &Client{s, &viewer{}, s.dashboards}, nil
}

// ForAlerts returns a client of the same server for alert rules. It has its own slots, so that
// dashboards do not delay it.
func (c *Client) ForAlerts() *Client { return &Client{c.server, c.viewer, c.alerts} }

// ForViewer returns a client of the same server for one identity, if the credentials of viewers are
// forwarded. What the server returns or refuses to one identity is not applied to others. The
// caller must keep the client as long as the identity.
func (c *Client) ForViewer() *Client { return &Client{c.server, &viewer{}, c.slots} }

// Dialect returns the dialect of the server. It detects the server if it is unknown.
func (c *Client) Dialect(ctx context.Context) (dialect.Dialect, error) { return c.dialect(ctx) }

// Generation increases when another product, or a version with other ranges, is detected at the
// address. Earlier data is then of another server.
func (c *Client) Generation() uint64 { return c.detector.generation.Load() }

// leastClockOffset is the least difference of two clocks that is not noise: responses contain the
// time in whole seconds, and take a while to arrive.
const leastClockOffset = 30 * time.Second

// ServerTimeOffset is the server's clock minus this one, by its last response; 0 below
// leastClockOffset, and before the first response with a time.
func (c *Client) ServerTimeOffset() time.Duration {
	if offset := time.Duration(c.clockOffset.Load()); offset.Abs() >= leastClockOffset {
		return offset.Truncate(time.Second)
	}
	return 0
}

// observeClock reads the time of a response. For a response from a cache, it subtracts the age.
func (s *server) observeClock(h http.Header, now time.Time) {
	if at, err := http.ParseTime(h.Get("Date")); err == nil && h.Get("Age") == "" {
		s.clockOffset.Store(int64(at.Sub(now)))
	}
}
