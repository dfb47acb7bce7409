// Package prom reads one Prometheus-compatible server: range and instant
// queries, label values, series, streamed samples, and what kind of server it is.
// Authentication, TLS and proxies come with the *http.Client it is given.
//
// Every request takes one path, Client.send in request.go: a slot, the dialect of
// the server, the tenant, retries, a bound of bytes, and errors without secrets.
// The package handles HTTP and the API; it must not know what is counted. Start
// reading at query.go.
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

// DefaultConcurrency bounds the requests that one data source has under way, those
// of alert rules aside. Prometheus itself evaluates 20 at a time, for all of its users.
const DefaultConcurrency = 8

// alertConcurrency bounds the requests of alert rules. Their cells are in the cache
// at most times: an evaluation is one or two requests.
const alertConcurrency = 4

// MaxConnections is how many connections to the server are of use.
const MaxConnections = DefaultConcurrency + alertConcurrency

// DefaultMaxBody bounds one answer, in bytes after decompression.
const DefaultMaxBody = 128 << 20

// Options of a Client. The zero value queries the server what it is.
type Options struct {
	Product dialect.Product // what the server is, when it cannot say; Unknown: ask
	Dialect dialect.Options
	MaxBody int64 // bytes of one answer after decompression, default DefaultMaxBody
}

// Client is safe for concurrent use.
type Client struct {
	*server
	*viewer
	*slots
}

// server is what all handles of a client share.
type server struct {
	api.Client  // builds URLs
	http        *http.Client
	credentials *url.Userinfo // of the URL; sent as a header, never part of a URL that could be written down
	options     Options
	retries     retries
	dashboards  *slots
	alerts      *slots
	clockOffset atomic.Int64 // nanoseconds, of the last answer that shows the time
}

// viewer is what a server shows to one identity. Others may see something else.
type viewer struct {
	detector detector
	tenancy  tenancy
	remote   remote
	liveness liveness
}

// slots bound what is under way at the same time.
type slots struct {
	requests *semaphore.Weighted
	reads    *semaphore.Weighted // of remote read, of which Prometheus answers 10 at a time for all of its users
	large    *semaphore.Weighted // held by the one large answer that is being read
}

func newSlots(requests, reads int64) *slots {
	return &slots{semaphore.NewWeighted(requests), semaphore.NewWeighted(reads), semaphore.NewWeighted(1)}
}

// New returns a client of the server at address with the default Options.
func New(address string, hc *http.Client) (*Client, error) { return NewWith(address, hc, Options{}) }

// NewWith returns a client of the server at address, an absolute http(s) URL with
// or without a path prefix. Redirects to another host are refused: what the
// server answers must never send credentials or queries elsewhere.
func NewWith(address string, hc *http.Client, o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil {
		return nil, fmt.Errorf("server URL: %w", err)
	}
	own := *hc
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if req.URL.Host != base.Host || req.URL.Scheme != base.Scheme {
			return fmt.Errorf("%w (%s) refused. Set the data source URL to the final address", errRedirectOther, req.URL.Host)
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

// ForAlerts returns a client of the same server for the requests that an alert
// rule waits for. They have slots of their own: no dashboard delays them.
func (c *Client) ForAlerts() *Client { return &Client{c.server, c.viewer, c.alerts} }

// ForViewer returns a client of the same server for one identity, where the
// credentials of viewers are forwarded. What a server shows or refuses to one identity
// is not applied to others. Keep the client as long as the identity.
func (c *Client) ForViewer() *Client { return &Client{c.server, &viewer{}, c.slots} }

// Dialect is how the server is asked; it queries the server what it is where that
// is not known yet.
func (c *Client) Dialect(ctx context.Context) (dialect.Dialect, error) { return c.dialect(ctx) }

// Generation grows when another product, or a version that reads ranges in another
// way, is found behind the address. What was read before is then of another server.
func (c *Client) Generation() uint64 { return c.detector.generation.Load() }

// leastClockOffset is the smallest difference between two clocks that counts as one:
// answers show the time in whole seconds, and take a while to arrive.
const leastClockOffset = 30 * time.Second

// ServerTimeOffset is the server's clock minus this one, by its last answer; 0 below
// leastClockOffset, and while no answer showed the time.
func (c *Client) ServerTimeOffset() time.Duration {
	if offset := time.Duration(c.clockOffset.Load()); offset.Abs() >= leastClockOffset {
		return offset.Truncate(time.Second)
	}
	return 0
}

// observeClock reads the time that an answer shows. An answer from a cache has an
// age, and shows when it was made.
func (s *server) observeClock(h http.Header, now time.Time) {
	if at, err := http.ParseTime(h.Get("Date")); err == nil && h.Get("Age") == "" {
		s.clockOffset.Store(int64(at.Sub(now)))
	}
}
