package prom

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/telemetry"
)

// request is a call of one method of the API.
type request struct {
	op     string // name in telemetry and errors
	path   string
	args   url.Values    // sent as a form, or in the URL if get is set
	get    bool          // by GET; otherwise by POST, and again by GET if a gateway forbids POST
	step   time.Duration // of a range query, else 0
	coarse bool          // downsampled data is acceptable
	plain  bool          // without the parameters of the dialect
	tenant string        // replaces that of the settings
	fresh  bool          // over a new connection

	body   []byte // of remote read, replaces args
	header http.Header
	// read reads a response with status 200; nil decodes JSON. It is called for each retry, and
	// must not keep data in memory.
	read func(*http.Response, *bodyLimiter) error
	raw  bool // data of a JSON response is returned unchanged
}

// ask sends a request in a slot, in the detected dialect.
func (c *Client) ask(ctx context.Context, r request) (*answer, error) {
	var out *answer
	err := c.withSlot(ctx, r.op, func(ctx context.Context, d dialect.Dialect) (err error) {
		out, err = c.send(ctx, r, d)
		return err
	})
	return out, err
}

// withSlot waits for a slot, and for the detection of the server.
func (c *Client) withSlot(ctx context.Context, op string, do func(context.Context, dialect.Dialect) error) error {
	requestedAt := time.Now()
	if err := c.requests.Acquire(ctx, 1); err != nil {
		return err
	}
	defer c.requests.Release(1)
	bounded, end := budgetOf(ctx).withDeadline(ctx)
	defer end()
	if bounded.Err() != nil && ctx.Err() == nil {
		return classify(bounded, op, bounded.Err(), nil)
	}
	ctx = bounded
	if c.liveness.isStillDown(requestedAt, func() error { return c.probe(ctx) }) {
		return &Error{Op: op, Reason: Timeout, Message: "no answer within the timeout", silent: true, cause: errSilent}
	}
	d, err := c.dialect(ctx)
	if err == nil {
		err = c.checkTenant(ctx, d)
	}
	if err != nil {
		var failed *Error
		if errors.As(err, &failed) { // the request itself failed
			named := *failed
			named.Op, named.first = op, true
			return &named
		}
		return err
	}
	return do(ctx, d)
}

// send sends a request and reads the response. All requests use it, after withSlot. Retries of 429
// and others are in retries.go. The last failure becomes an *Error (errors.go).
func (c *Client) send(ctx context.Context, r request, d dialect.Dialect) (*answer, error) {
	ctx, span := tracing.DefaultTracer().Start(ctx, "fetch")
	defer span.End()
	span.SetAttributes(attribute.String("burnline.op", r.op), attribute.String("burnline.product", d.Product.String()))
	began := time.Now()
	requester := ctx
	ctx, cancel := context.WithDeadline(ctx, began.Add(c.timeout()))
	defer cancel()

	x := &exchange{client: c, request: r, dialect: d}
	err := x.post(ctx)
	outcome := "ok"
	timedOut := isTimeout(err)
	switch {
	case err == nil:
		c.liveness.markAlive()
	case timedOut && requester.Err() == nil && c.liveness.isDown(began, func() error { return c.probe(requester) }):
		err = fmt.Errorf("%w: %w", errSilent, err)
	}
	var known *Error
	if err != nil {
		err = classify(ctx, r.op, err, c.secretsOf(x.sent))
		outcome = "canceled"
		if errors.As(err, &known) {
			outcome = known.Reason.String()
		}
		if outcome == Timeout.String() {
			budgetOf(ctx).noteTimeout(time.Since(began))
		}
	}
	telemetry.Request(r.op, outcome, time.Since(began))
	span.SetAttributes(attribute.String("burnline.outcome", outcome), attribute.Int("burnline.bytes", x.answer.bytes))
	if err != nil {
		if known != nil && !r.plain && known.Reason != BadQuery && known.Reason != Limit {
			c.remote.resetFailures()
		}
		span.SetStatus(codes.Error, outcome) // not the text of the error
		return nil, err
	}
	telemetry.Answer(x.answer.bytes, samplesRead(d.Cost, x.header, x.answer.stats))
	x.answer.warnings = markWarnings(x.answer.warnings, c.secretsOf(x.sent))
	return &x.answer, nil
}

// timeout is the timeout of a request including its retries: that of the data source.
func (s *server) timeout() time.Duration {
	if s.http.Timeout > 0 {
		return s.http.Timeout
	}
	return 30 * time.Second
}

// probe queries the value of 1. Any response counts, also a refusal.
func (c *Client) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	x := &exchange{
		client:  c,
		request: request{op: "probe", path: "/api/v1/query", args: url.Values{"query": {"1"}}, get: true, plain: true},
	}
	err := x.sendOnce(ctx, http.MethodGet)
	var answered *answerError
	if errors.As(err, &answered) || errors.Is(err, errPartial) {
		return nil
	}
	return err
}

// exchange is a request in progress.
type exchange struct {
	client  *Client
	request request
	dialect dialect.Dialect

	answer answer
	header http.Header // of the response
	sent   http.Header // including headers of the transport, as far as known
}

// post sends the request, and again by GET if a proxy forbids POST.
func (x *exchange) post(ctx context.Context) error {
	if x.request.get {
		return x.postWithRetries(ctx, http.MethodGet)
	}
	err := x.postWithRetries(ctx, http.MethodPost)
	var refused *answerError
	if x.request.body == nil && errors.As(err, &refused) {
		switch refused.status {
		case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
			return x.postWithRetries(ctx, http.MethodGet)
		}
	}
	return err
}

func (x *exchange) postWithRetries(ctx context.Context, method string) error {
	return x.client.retries.do(ctx, func() (http.Header, error) {
		err := x.sendOnce(ctx, method)
		return x.header, err
	})
}

func (x *exchange) sendOnce(ctx context.Context, method string) error {
	req, err := x.build(ctx, method)
	if err != nil {
		return err
	}
	x.header, x.sent = nil, req.Header // middlewares of the transport add headers
	resp, err := x.client.http.Do(req)
	if resp != nil && resp.Request != nil {
		x.sent = resp.Request.Header // if a middleware copied the request
	}
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	x.header = resp.Header
	if resp.StatusCode/100 == 2 {
		x.client.observeClock(resp.Header, time.Now())
	}
	body, err := uncompressed(resp)
	if err != nil {
		return err
	}
	l := &bodyLimiter{ctx: ctx, body: body, limit: x.client.options.MaxBody, large: x.client.large}
	defer l.done()
	err = x.read(resp, l)
	if errors.Is(err, httpclient.ErrResponseBodyTooLarge) {
		err = errBodyTooLarge
	}
	// to the end, so that the connection can be reused
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, readBuffer))
	return err
}

func (x *exchange) read(resp *http.Response, l *bodyLimiter) error {
	switch {
	case resp.StatusCode/100 != 2:
		l.large = nil
		page, err := readPage(l)
		if err != nil {
			return err
		}
		return statusError(resp.StatusCode, page)
	case x.request.read != nil:
		l.large = nil
		return x.request.read(resp, l)
	}
	return decode(l, &x.answer, x.request.raw)
}

// build returns the HTTP request. Parameters of the dialect are part of the URL, which servers read
// in addition to a form.
func (x *exchange) build(ctx context.Context, method string) (*http.Request, error) {
	r, c := x.request, x.client
	u := c.URL(r.path, nil)
	q := url.Values{}
	if !r.plain {
		q = x.dialect.Params(r.step)
		if r.coarse {
			q.Set("max_source_resolution", "1h")
		}
	}
	var body io.Reader
	switch {
	case r.body != nil:
		body = bytes.NewReader(r.body)
	case method == http.MethodPost:
		body = bytes.NewReader([]byte(r.args.Encode()))
	default:
		for name, values := range r.args {
			q[name] = values
		}
	}
	u.RawQuery, u.User = q.Encode(), nil
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	req.Close = r.fresh
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header["Idempotency-Key"] = nil // not sent; allows the transport to retry on another connection
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	tenant := c.options.Dialect.Tenant
	if r.tenant != "" {
		tenant = r.tenant
	}
	dialect.SetTenant(req.Header, tenant)
	if c.credentials != nil && req.Header.Get("Authorization") == "" {
		password, _ := c.credentials.Password()
		req.SetBasicAuth(c.credentials.Username(), password)
	}
	return req, nil
}

func (s *server) secretsOf(sent http.Header) []string {
	secrets := secretsIn(sent)
	if s.credentials != nil {
		own := http.Request{Header: http.Header{}}
		password, _ := s.credentials.Password()
		own.SetBasicAuth(s.credentials.Username(), password)
		secrets = append(secrets, secretsIn(own.Header)...)
	}
	tenant := http.Header{}
	dialect.SetTenant(tenant, s.options.Dialect.Tenant)
	return append(secrets, secretsIn(tenant)...)
}

// uncompressed decompresses a response that a server or proxy compressed without request.
func uncompressed(resp *http.Response) (io.Reader, error) {
	if resp.Header.Get("Content-Encoding") != "gzip" {
		return resp.Body, nil
	}
	r, err := gzip.NewReader(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer has Content-Encoding gzip and is not compressed: %w", err)
	}
	return r, nil
}

var (
	readInStats  = regexp.MustCompile(`"(?:samplesRead|totalQueryableSamples)":(\d+)`)
	readInTiming = regexp.MustCompile(`(?:^|[\s,])samples_processed;val=(\d+)`)
)

// samplesRead returns the number of samples that the server reports as read; 0 without a report. In
// addition to totalQueryableSamples, which counts a sample for each step that uses it, Prometheus
// 3.16 has samplesRead.
func samplesRead(where dialect.Cost, header http.Header, stats []byte) int64 {
	var least int64
	found := readInStats.FindAllSubmatch(stats, -1)
	if where == dialect.ServerTiming {
		found = readInTiming.FindAllSubmatch([]byte(header.Get("Server-Timing")), 1)
	}
	for i, m := range found {
		if n, err := strconv.ParseInt(string(m[1]), 10, 64); err == nil && (i == 0 || n < least) {
			least = n
		}
	}
	return least
}

// largeShare is the share (1/n) of the limit from which a response is read exclusively. As there
// are n slots, all other responses together then use less than one limit.
const largeShare = DefaultConcurrency

// bodyLimiter limits a response while it is read: its uncompressed bytes, and the memory of its
// decoded values. Only one large response is read at a time.
type bodyLimiter struct {
	ctx   context.Context
	body  io.Reader
	limit int64               // in bytes
	large *semaphore.Weighted // nil if the response is not stored

	read, held int64 // bytes read, and bytes of decoded values
	alone      bool
	err        error // why reading ended; nil at the end of the response
}

func (l *bodyLimiter) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.body.Read(p)
	l.read += int64(n)
	if tooMuch := l.check(); tooMuch != nil {
		return 0, tooMuch
	}
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

func (l *bodyLimiter) reserve(bytes int) error {
	l.held += int64(bytes)
	return l.check()
}

func (l *bodyLimiter) check() error {
	if size := max(l.read, l.held); size > l.limit {
		l.err = fmt.Errorf("%w (%d MiB)", errBodyTooLarge, l.limit>>20)
	} else if size > l.limit/largeShare && !l.alone && l.large != nil && l.err == nil {
		if l.err = l.large.Acquire(l.ctx, 1); l.err == nil {
			l.alone = true
		}
	}
	return l.err
}

// done allows the next large response. A response that was too large must not be referenced any more: its
// values are collected first, because the garbage of several would be a multiple of the limit.
func (l *bodyLimiter) done() {
	if !l.alone {
		return
	}
	if errors.Is(l.err, errBodyTooLarge) {
		runtime.GC()
	}
	l.large.Release(1)
}
