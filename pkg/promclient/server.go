package promclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/dialect"
)

// knownFor is how long what a server said about itself is believed: it may be
// upgraded or replaced behind its address.
const knownFor = 10 * time.Minute

// detector finds out what a server is, and remembers it.
type detector struct {
	caller  *caller
	options Options
	asking  singleflight.Group

	mu    sync.Mutex
	known dialect.Dialect
	until time.Time
}

// dialect is how the server is asked. Nothing is assumed about a server that is
// out of reach: a query that is put in the wrong way may have a wrong answer.
func (d *detector) dialect(ctx context.Context) (dialect.Dialect, error) {
	d.mu.Lock()
	known, until := d.known, d.until
	d.mu.Unlock()
	if time.Now().Before(until) {
		return known, nil
	}
	// Whoever asks first asks for all, also when it leaves before the answer.
	answer := d.asking.DoChan("", func() (any, error) { return d.detect(context.WithoutCancel(ctx)) })
	select {
	case a := <-answer:
		found, _ := a.Val.(dialect.Dialect)
		return found, a.Err
	case <-ctx.Done():
		return dialect.Dialect{}, ctx.Err()
	}
}

func (d *detector) detect(ctx context.Context) (dialect.Dialect, error) {
	o := d.options
	ctx = withCall(ctx, call{op: "buildinfo", dialect: dialect.For(o.Product, "", false, o.Dialect)})
	product, version, err := d.identify(ctx)
	if err != nil {
		return dialect.Dialect{}, err
	}
	closed, answered, err := d.closedRanges(ctx)
	if err != nil {
		return dialect.Dialect{}, err
	}
	found := dialect.For(product, version, closed, o.Dialect)
	if answered { // else this viewer may ask nothing, or nobody may; the query that follows will tell
		d.mu.Lock()
		d.known, d.until = found, time.Now().Add(knownFor)
		d.mu.Unlock()
	}
	return found, nil
}

// identify asks for the build information. Mimir names itself in it, Thanos has
// /api/v1/stores, and VictoriaMetrics claims to be Prometheus 2.24.0 without
// saying what it was built with. A server that does not answer the question
// (a gateway may not let it through) is Unknown, unless the settings name it.
func (d *detector) identify(ctx context.Context) (dialect.Product, string, error) {
	var info struct {
		Application string `json:"application"`
		Version     string `json:"version"`
		GoVersion   string `json:"goVersion"`
	}
	found, err := d.get(ctx, "/api/v1/status/buildinfo", nil, &info)
	switch {
	case d.options.Product == dialect.VictoriaMetrics:
		return dialect.VictoriaMetrics, "", nil
	case d.options.Product != dialect.Unknown:
		return d.options.Product, info.Version, nil
	case err != nil || !found:
		return dialect.Unknown, "", err
	case info.Application != "":
		return dialect.Mimir, info.Version, nil
	case info.Version == "2.24.0" && info.GoVersion == "":
		return dialect.VictoriaMetrics, "", nil
	}
	var stores map[string]json.RawMessage
	hasStores, err := d.get(ctx, "/api/v1/stores", nil, &stores)
	switch {
	case err != nil:
		return dialect.Unknown, "", err
	case hasStores:
		return dialect.Thanos, info.Version, nil
	}
	return dialect.Prometheus, info.Version, nil
}

// closedRanges tries out what a range takes in.
func (d *detector) closedRanges(ctx context.Context) (closed, answered bool, err error) {
	var answer struct {
		Result []struct {
			Value [2]json.RawMessage `json:"value"`
		} `json:"result"`
	}
	at := time.Now().Truncate(time.Minute).Unix()
	_, err = d.get(ctx, "/api/v1/query", url.Values{"query": {dialect.RangeProbe}, "time": {strconv.FormatInt(at, 10)}}, &answer)
	if err != nil || len(answer.Result) != 1 {
		return false, false, err
	}
	return strings.Trim(string(answer.Result[0].Value[1]), `"`) == "2", true, nil
}

// get reads the data of an API method. A server that does not know it, or keeps
// it to itself, has not been found; any other failure is an error.
func (d *detector) get(ctx context.Context, path string, params url.Values, into any) (found bool, err error) {
	u := d.caller.URL(path, nil)
	u.RawQuery = params.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return false, err
	}
	resp, body, err := d.caller.Do(ctx, req) //nolint:bodyclose // Do has read and closed it
	if err != nil {
		return false, classify(ctx, "buildinfo", err)
	}
	if s := resp.StatusCode; s == http.StatusTooManyRequests || s >= 500 && s != http.StatusNotImplemented {
		return false, classify(ctx, "buildinfo", statusError(resp, body))
	}
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal(body, &envelope) != nil || json.Unmarshal(envelope.Data, into) != nil {
		return false, nil
	}
	return true, nil
}

// statusError says it as client_golang does.
func statusError(resp *http.Response, body []byte) error {
	side := "client"
	if resp.StatusCode >= 500 {
		side = "server"
	}
	return &v1.Error{Type: v1.ErrServer, Msg: side + " error: " + strconv.Itoa(resp.StatusCode), Detail: string(body)}
}

// outcomeOf names how a request ended, for telemetry.
func outcomeOf(ctx context.Context, resp *http.Response, body []byte, err error) string {
	if err == nil && resp.StatusCode < 300 {
		return "ok"
	}
	if err == nil {
		err = statusError(resp, body)
	}
	var known *Error
	if errors.As(classify(ctx, "", err), &known) {
		return known.Reason.String()
	}
	return "canceled"
}
