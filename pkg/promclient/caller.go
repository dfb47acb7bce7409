package promclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"github.com/prometheus/client_golang/api"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/dialect"
	"github.com/burnline/burnline/pkg/telemetry"
)

// call is what is known about a request beside what client_golang asks.
type call struct {
	op      string // API method, as telemetry names it
	dialect dialect.Dialect
	cell    time.Duration // step of a range query, else 0
	into    *decoded      // where series go, nil for answers without
	stretch *stretch      // what is asked for in chunks, else nil
	coarse  bool          // may be answered from downsampled data
}

type callKey struct{}

func withCall(ctx context.Context, c call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// caller carries requests to the server: with the parameters and headers of its
// dialect, again where that may help, and with a bound to what it takes in.
type caller struct {
	api.Client  // builds URLs
	http        *http.Client
	credentials *url.Userinfo // of the URL; sent as a header, never part of a URL that could be written down
	maxBody     int64
	large       *semaphore.Weighted // held by the one large answer that is being read
	retries     retries
	pulse       pulse
}

// listShare is the part of the limit for answers that are lists of names.
const listShare = 4

func newCaller(c api.Client, hc *http.Client, base *url.URL, maxBody int64) *caller {
	if maxBody <= 0 {
		maxBody = DefaultMaxBody
	}
	return &caller{Client: c, http: hc, credentials: base.User, maxBody: maxBody, large: semaphore.NewWeighted(1), retries: defaultRetries}
}

// errBodyTooLarge is the cause of an Error of kind Body.
var errBodyTooLarge = errors.New("the answer is larger than this data source takes")

// errPartial is the cause of an error about an answer that says that it is not whole.
var errPartial = errors.New("the server had only a part of the data: some of its storage does not answer")

// saysPartial recognises VictoriaMetrics' remark at the beginning of an answer.
func saysPartial(body []byte) bool {
	return bytes.Contains(body[:min(len(body), 128)], []byte(`"isPartial":true`))
}

// Do sends a request and reads the whole answer, whose series go where the call
// wants them. It implements api.Client.
func (c *caller) Do(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	about, _ := ctx.Value(callKey{}).(call)
	ctx, span := tracing.DefaultTracer().Start(ctx, "fetch")
	defer span.End()
	span.SetAttributes(attribute.String("burnline.op", about.op), attribute.String("burnline.product", about.dialect.Product.String()))
	began := time.Now()
	asker := ctx
	ctx, cancel := context.WithDeadline(ctx, began.Add(c.timeout()))
	defer cancel()
	c.prepare(req, about)

	resp, body, err := c.retries.do(ctx, func() (*http.Response, []byte, error) { return c.once(ctx, req) })
	if err == nil && saysPartial(body) {
		err = errPartial
	}
	outcome := outcomeOf(ctx, resp, body, err)
	telemetry.Request(about.op, outcome, time.Since(began))
	if outcome == Timeout.String() {
		questionOf(ctx).late(time.Since(began))
	}
	size, read := len(body), samplesRead(about.dialect.Cost, resp, body)
	if about.into != nil {
		size, read = max(size, about.into.bytes), max(read, about.into.samples)
	}
	span.SetAttributes(attribute.String("burnline.outcome", outcome), attribute.Int("burnline.bytes", size))
	switch {
	case err == nil:
		c.pulse.beat()
	case late(err) && asker.Err() == nil && c.pulse.gone(began, func() error { return c.probe(asker, about) }):
		err = fmt.Errorf("%w: %w", errSilent, err)
	}
	if err != nil {
		span.SetStatus(codes.Error, outcome) // not the error's text: it names the URL
		return resp, nil, err
	}
	telemetry.Answer(size, read)
	return resp, body, nil
}

// timeout bounds a request with all its retries: that of the data source.
func (c *caller) timeout() time.Duration {
	if c.http.Timeout > 0 {
		return c.http.Timeout
	}
	return 30 * time.Second
}

// prepare adds what the dialect wants. Parameters go into the URL: servers read
// those beside the form that client_golang posts.
func (c *caller) prepare(req *http.Request, about call) {
	q := req.URL.Query()
	if about.op != "buildinfo" {
		for name, values := range about.dialect.Params(about.cell) {
			q[name] = values
		}
		if about.coarse {
			q.Set("max_source_resolution", "1h")
		}
	}
	req.URL.RawQuery = q.Encode()
	about.dialect.Tenants(req.Header)
	if req.URL.User = nil; c.credentials != nil && req.Header.Get("Authorization") == "" {
		password, _ := c.credentials.Password()
		req.SetBasicAuth(c.credentials.Username(), password)
	}
}

// once sends the request one time.
func (c *caller) once(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	again := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, nil, err
		}
		again.Body = body
	}
	resp, err := c.http.Do(again)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := uncompressed(resp)
	if err != nil {
		return resp, nil, err
	}
	m := &meter{ctx: ctx, body: answer, limit: c.maxBody, large: c.large}
	defer m.done()
	var body []byte
	switch about, _ := ctx.Value(callKey{}).(call); {
	case resp.StatusCode != http.StatusOK:
		body, err = page(m)
	case about.stretch != nil && resp.Header.Get("Content-Type") != chunkedType:
		err = errNoRemote
	case about.stretch != nil:
		err = decodeChunks(m, about.stretch, about.into)
	case about.into != nil:
		body, err = decode(m, about.into)
	default:
		m.limit /= listShare
		body, err = io.ReadAll(m)
	}
	if errors.Is(err, httpclient.ErrResponseBodyTooLarge) {
		err = errBodyTooLarge
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, readBuffer)) // to its end, so that the connection can be used again
	return resp, body, err
}

// uncompressed is the answer as it was before a server, or a proxy, compressed it without being asked to.
func uncompressed(resp *http.Response) (io.Reader, error) {
	if resp.Header.Get("Content-Encoding") != "gzip" {
		return resp.Body, nil
	}
	r, err := gzip.NewReader(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer says that it is compressed by gzip, and is not: %w", err)
	}
	return r, nil
}
