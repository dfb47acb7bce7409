package prom

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom/dialect"
)

// productTTL is how long the detected product is cached: the server may be upgraded or replaced.
// refusalTTL is how long a refusal is cached; permissions change more often.
const (
	productTTL = 10 * time.Minute
	refusalTTL = time.Minute
)

// detector is the detected product for one identity: a gateway may route others to another server.
type detector struct {
	fact[dialect.Dialect]
	generation atomic.Uint64
	last       dialect.Dialect // the last detected product; guarded by mu
}

// dialect returns the dialect of the server. For an unreachable server it returns an error: a query
// in a wrong dialect may return a wrong result.
func (c *Client) dialect(ctx context.Context) (dialect.Dialect, error) {
	return c.detector.ask(ctx, c.detect)
}

// learn stores a detected dialect. A refusal is no evidence of another server: the generation
// increases when one product follows another.
func (d *detector) learn(found dialect.Dialect) {
	d.mu.Lock()
	defer d.mu.Unlock()
	length := refusalTTL
	if found.Product != dialect.Unknown {
		length = productTTL
		if was := d.last; was.Product != dialect.Unknown &&
			(was.Product != found.Product || was.ClosedRanges != found.ClosedRanges) {
			d.generation.Add(1)
		}
		d.last = found
	}
	d.known, d.until = found, time.Now().Add(length)
}

func (c *Client) detect(ctx context.Context) (dialect.Dialect, error) {
	o := c.options
	product, version, err := c.identify(ctx)
	unclear := isGarbled(err)
	if err != nil && !unclear {
		return dialect.Dialect{}, err
	}
	closed, answered, err := c.closedRanges(ctx)
	if err != nil {
		return dialect.Dialect{}, err
	}
	found := dialect.For(product, version, closed, o.Dialect)
	// otherwise this identity may be unable to query; the following request reports it
	if answered && c.detector.isReliable(unclear) {
		c.detector.learn(found)
	}
	return found, nil
}

// identify queries the build information. Mimir is named in it, Thanos has /api/v1/stores, and
// VictoriaMetrics reports Prometheus 2.24.0 without build details. Prometheus has a version from 2
// on; other versions are Unknown. So are servers that do not respond (a gateway may block the
// request), unless the settings name the product.
func (c *Client) identify(ctx context.Context) (dialect.Product, string, error) {
	var info struct {
		Application string `json:"application"`
		Version     string `json:"version"`
		GoVersion   string `json:"goVersion"`
	}
	answered, err := c.get(ctx, "/api/v1/status/buildinfo", nil, &info)
	version := versionText.FindString(info.Version)
	switch set := c.options.Product; {
	case set == dialect.VictoriaMetrics:
		return set, "", nil
	case set != dialect.Unknown:
		return set, version, nil
	case err != nil || !answered:
		return dialect.Unknown, "", err
	case info.Application != "":
		return dialect.Mimir, version, nil
	case version == "":
		return dialect.Unknown, "", nil
	case info.Version == "2.24.0" && info.GoVersion == "":
		return dialect.VictoriaMetrics, "", nil
	}
	var stores map[string]json.RawMessage
	hasStores, err := c.get(ctx, "/api/v1/stores", nil, &stores)
	major, _ := strconv.Atoi(strings.Split(version, ".")[0])
	switch {
	case err != nil:
		return dialect.Unknown, "", err
	case hasStores:
		return dialect.Thanos, version, nil
	case major >= 2:
		return dialect.Prometheus, version, nil
	}
	return dialect.Unknown, "", nil
}

// versionText matches a version for display, such as 3.1.0+ds or 3.0.0-rc.1: a server may return any
// text. A suffix with other characters is left out.
var versionText = regexp.MustCompile(`^[0-9.]{0,41}([-+.0-9a-z]{0,20}$)?`)

// closedRanges queries whether ranges include their left end.
func (c *Client) closedRanges(ctx context.Context) (closed, answered bool, err error) {
	var vector struct {
		Result []struct {
			Value [2]json.RawMessage `json:"value"`
		} `json:"result"`
	}
	at := time.Now().Truncate(time.Minute).Unix()
	_, err = c.get(ctx, "/api/v1/query", url.Values{"query": {dialect.RangeProbe}, "time": {strconv.FormatInt(at, 10)}},
		&vector)
	if err != nil || len(vector.Result) != 1 {
		return false, false, err
	}
	return strings.Trim(string(vector.Result[0].Value[1]), `"`) == "2", true, nil
}

// get reads an API method that describes the server. answered is false if the server does not have
// it, or refuses it; other failures are errors.
func (c *Client) get(ctx context.Context, path string, args url.Values, into any) (answered bool, err error) {
	r := request{op: "buildinfo", path: path, args: args, get: true, raw: true, plain: path != "/api/v1/query"}
	a, err := c.send(ctx, r, dialect.For(c.options.Product, "", false, c.options.Dialect))
	var failed *Error
	switch {
	case isRefusal(err):
		return false, nil
	case errors.As(err, &failed) && failed.Status == http.StatusOK && failed.Reason != Timeout:
		return false, &garbledError{err}
	}
	return err == nil && string(a.raw) != "null" && json.Unmarshal(a.raw, into) == nil, err
}

// garbledError is a response that makes no sense: a temporary fault, or the page of a gateway.
type garbledError struct{ error }

func (e *garbledError) Unwrap() error { return e.error }

func isGarbled(err error) bool {
	var garbled *garbledError
	return errors.As(err, &garbled)
}

// isRefusal reports whether a server or proxy does not have a method, or refuses it to this
// identity. Neither identifies the server.
func isRefusal(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status == 0 {
		return false
	}
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests ||
		e.Status == http.StatusNotImplemented
}

// fact is a property of a server, cached until a time.
type fact[T any] struct {
	inflight singleflight.Group

	mu      sync.Mutex
	garbled int // consecutive garbled responses
	known   T
	until   time.Time
}

// isReliable reports whether a response may be cached: it makes sense, or it is one of several
// consecutive ones that do not.
func (f *fact[T]) isReliable(isGarbled bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.garbled++; !isGarbled {
		f.garbled = 0
	}
	return f.garbled == 0 || f.garbled >= maxReadFailures
}

func (f *fact[T]) set(known T, length time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known, f.until = known, time.Now().Add(length)
}

// ask returns the cached fact. If it has expired, it calls find, which may set it.
func (f *fact[T]) ask(ctx context.Context, find func(context.Context) (T, error)) (T, error) {
	f.mu.Lock()
	known, until := f.known, f.until
	f.mu.Unlock()
	if time.Now().Before(until) {
		return known, nil
	}
	return loadOnce(ctx, &f.inflight, find)
}

// loadOnce runs a function once for all concurrent callers, also when the first one leaves before
// the end. A panic is an error of all: in a separate goroutine it would end the process.
func loadOnce[T any](ctx context.Context, group *singleflight.Group, do func(context.Context) (T, error)) (T, error) {
	done := group.DoChan("", func() (any, error) {
		var v T
		err := fault.Guard(ctx, func() (err error) {
			v, err = do(context.WithoutCancel(ctx))
			return err
		})
		return v, err
	})
	select {
	case a := <-done:
		v, _ := a.Val.(T)
		return v, a.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
