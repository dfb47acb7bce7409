// Package promclient reads one Prometheus-compatible server: range and instant
// queries, label values, series, and what kind of server it is. Authentication,
// TLS and proxies come with the *http.Client it is given.
package promclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/dialect"
)

// DefaultConcurrency bounds the requests that one data source has under way.
// Prometheus itself evaluates 20 at a time, for all of its users.
const DefaultConcurrency = 8

// DefaultMaxBody bounds one answer, in bytes after decompression.
const DefaultMaxBody = 128 << 20

// Options of a Client. The zero value asks the server what it is.
type Options struct {
	Product dialect.Product // what the server is, when it cannot say; Unknown: ask
	Dialect dialect.Options
	MaxBody int64 // bytes of one answer after decompression, default DefaultMaxBody
}

// Client is safe for concurrent use.
type Client struct {
	api      v1.API
	caller   *caller
	detector *detector
	remote   remote
	slots    *semaphore.Weighted
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
			return &redirectError{fmt.Sprintf("redirect to another host (%s) refused; set the data source URL to the final address", req.URL.Host)}
		}
		if len(via) >= 5 {
			return &redirectError{"stopped after 5 redirects"}
		}
		return nil
	}
	c, err := api.NewClient(api.Config{Address: base.String(), Client: &own})
	if err != nil {
		return nil, fmt.Errorf("server URL: %w", err)
	}
	call := newCaller(c, &own, base, o.MaxBody)
	return &Client{
		api: v1.NewAPI(call), caller: call, detector: &detector{caller: call, options: o},
		slots: semaphore.NewWeighted(DefaultConcurrency),
	}, nil
}

// start waits for a slot and finds out how the server is to be asked. done gives
// the slot back. What is large of the answer goes into `into`, where given.
func (c *Client) start(ctx context.Context, op string, cell time.Duration, into *decoded) (_ context.Context, done func(), err error) {
	asked := time.Now()
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return nil, nil, err
	}
	bounded, end := questionOf(ctx).within(ctx)
	done = func() { end(); c.slots.Release(1) }
	if bounded.Err() != nil && ctx.Err() == nil {
		done()
		return nil, nil, classify(bounded, op, bounded.Err())
	}
	ctx = bounded
	if c.caller.pulse.stillGone(asked, func() error { return c.caller.probe(ctx, call{op: op}) }) {
		done()
		return nil, nil, &Error{Op: op, Reason: Timeout, Message: "no answer within the timeout", silent: true, cause: errSilent}
	}
	d, err := c.detector.dialect(ctx)
	if err != nil {
		done()
		var failed *Error
		if errors.As(err, &failed) { // it is what was asked that failed
			named := *failed
			named.Op, named.first = op, true
			err = &named
		}
		return nil, nil, err
	}
	coarse := ctx.Value(coarseKey{}) != nil
	return withCall(ctx, call{op: op, dialect: d, cell: cell, into: into, coarse: coarse}), done, nil
}

// Dialect is how the server is asked; it asks the server what it is where that
// is not known yet.
func (c *Client) Dialect(ctx context.Context) (dialect.Dialect, error) {
	return c.detector.dialect(ctx)
}

// Range is an absolute evaluation grid: Start, Start+Step, ... up to End.
type Range struct {
	Start, End time.Time
	Step       time.Duration
}

// QueryRange evaluates expr at every instant of the grid. Warnings are texts of
// the server that the viewer must see; Partial tells which mean a partial answer.
func (c *Client) QueryRange(ctx context.Context, expr string, r Range) (model.Matrix, []string, error) {
	var answer decoded
	ctx, done, err := c.start(ctx, "query_range", r.Step, &answer)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	v, warnings, _, err := c.api.QueryRange(ctx, express(ctx, expr), v1.Range{Start: r.Start, End: r.End, Step: r.Step})
	if err != nil {
		return nil, warnings, classify(ctx, "query_range", err)
	}
	if _, ok := v.(model.Matrix); !ok {
		return nil, warnings, &Error{Op: "query_range", Reason: BadResponse, Message: "expected a matrix, got " + kindOf(v)}
	}
	return answer.matrix, marked(warnings), nil
}

// Query evaluates expr at one instant. A range selector gives its raw samples
// as a matrix; anything else gives a vector, returned as a matrix of one point
// per series. The samples of a long range come by remote read, where the server
// has it.
func (c *Client) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if s := stretchOf(expr, at); s != nil {
		if m, err := c.readRemote(ctx, s); !errors.Is(err, errNotRemote) {
			return m, nil, err
		}
	}
	var answer decoded
	ctx, done, err := c.start(ctx, "query", 0, &answer)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	v, warnings, _, err := c.api.Query(ctx, express(ctx, expr), at)
	if err != nil {
		return nil, warnings, classify(ctx, "query", err)
	}
	switch v := v.(type) {
	case model.Matrix, model.Vector:
		return answer.matrix, marked(warnings), nil
	case *model.Scalar:
		return model.Matrix{{Metric: model.Metric{}, Values: []model.SamplePair{{Timestamp: v.Timestamp, Value: v.Value}}}}, marked(warnings), nil
	default:
		return nil, warnings, &Error{Op: "query", Reason: BadResponse, Message: "unexpected result: " + kindOf(v)}
	}
}

// LabelValues lists the values of label among the series of selector in [start, end].
func (c *Client) LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string, err error) {
	ctx, done, err := c.start(ctx, "label_values", 0, nil)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	found, warned, _, err := c.api.LabelValues(ctx, label, []string{selector}, start, end)
	if err != nil {
		return nil, warned, classify(ctx, "label values", err)
	}
	out := make([]string, len(found))
	for i, v := range found {
		out[i] = string(v)
	}
	return out, marked(warned), nil
}

// LabelNames lists the label names of the series of selector in [start, end].
func (c *Client) LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	ctx, done, err := c.start(ctx, "labels", 0, nil)
	if err != nil {
		return nil, err
	}
	defer done()
	names, _, _, err := c.api.LabelNames(ctx, []string{selector}, start, end)
	if err != nil {
		return nil, classify(ctx, "label names", err)
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return out, nil
}

// express is expr in the dialect of the server that start found.
func express(ctx context.Context, expr string) string {
	if c, ok := ctx.Value(callKey{}).(call); ok {
		return c.dialect.Express(expr)
	}
	return expr
}

// kindOf names what was answered; a server, or what stands before it, may answer without any data.
func kindOf(v model.Value) string {
	if v == nil {
		return "no data"
	}
	return "a " + v.Type().String()
}
