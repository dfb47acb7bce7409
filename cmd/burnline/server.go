package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// cacheBytes is far more than one query needs.
const cacheBytes = 1 << 30

// maxSettle is the maximum of the data source's setting.
const maxSettle = query.MaxSettle

// serverFlags are the common flags of report and backtest.
type serverFlags struct {
	url, format, slos, groupBy, at string
	tenant, caFile, settle         string
	headers                        headers
	timeout                        time.Duration
}

// headers are HTTP headers for the server, "Name: value". Set keeps an error for later: package
// flag would print the value, which may be a password.
type headers struct {
	http.Header
	err error
}

func (h *headers) String() string { return "" } // may hold a password

func (h *headers) Set(text string) error {
	name, value, ok := strings.Cut(text, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
		h.err = usagef(`--header: want "Name: value", for example "X-Scope-OrgID: shop". The value that was given is not shown`)
		return nil
	}
	if h.Header == nil {
		h.Header = http.Header{}
	}
	h.Add(name, value)
	return nil
}

func (a *serverFlags) server(f *flag.FlagSet) {
	f.StringVar(&a.url, "url", "", "the server: Prometheus, Thanos or Mimir, for example http://prometheus:9090")
	f.Var(&a.headers, "header", `an HTTP header for the server, "Name: value". May be repeated`)
	f.StringVar(&a.tenant, "tenant", "", "the tenant of Mimir, Cortex or Thanos")
	f.StringVar(&a.caFile, "ca-file", "", "PEM file with additional certificate authorities")
	f.StringVar(&a.at, "at", "", "the time, RFC 3339. Default now")
	f.DurationVar(&a.timeout, "timeout", 5*time.Minute, "give up after this")
}

func (a serverFlags) instant() (time.Time, error) {
	if a.at == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.RFC3339, a.at)
	if err != nil {
		return at, usagef("--at: %q is no time. Write for example 2026-03-01T12:00:00Z", a.at)
	}
	return at, nil
}

func (a *serverFlags) define(f *flag.FlagSet) {
	a.server(f)
	f.StringVar(&a.settle, "settle", "1m", "how late samples may arrive, up to 2h")
	f.StringVar(&a.format, "format", asTable, "table, json or markdown")
	f.StringVar(&a.slos, "slo", "", "names of SLOs, by commas. Default all")
	f.StringVar(&a.groupBy, "group-by", "", "labels instead of the SLOs' own, by commas")
}

type serverQuery struct {
	engine *engine.Engine
	slos   []catalog.SLO
	files  []file
	at     time.Time
}

func (p program) newServerQuery(a serverFlags, names []string) (serverQuery, error) {
	var q serverQuery
	var err error
	if a.format != asTable && a.format != asJSON && a.format != asMarkdown {
		return q, usagef("--format: unknown format %q. There are table, json and markdown", a.format)
	}
	if q.at, err = a.instant(); err != nil {
		return q, err
	}
	settle, err := slo.ParseDuration(a.settle)
	if err != nil {
		return q, usagef("--settle: %w", err)
	}
	if settle > maxSettle {
		return q,
			usagef("--settle: %s exceeds the maximum of %s. Give the delay of late samples, for example 10m", a.settle,
				slo.FormatDuration(maxSettle))
	}
	client, err := a.client()
	if err != nil {
		return q, err
	}
	if q.slos, q.files, err = p.slos(names, splitList(a.slos)); err != nil {
		return q, err
	}
	if a.groupBy != "" {
		for i, s := range q.slos {
			if q.slos[i], err = s.WithBy(splitList(a.groupBy)); err != nil {
				return q, usagef("--group-by: %w", err)
			}
		}
	}
	q.engine = engine.New(client, engine.Options{CacheBytes: cacheBytes, Settle: max(settle, time.Nanosecond)})
	return q, nil
}

func (a serverFlags) client() (*prom.Client, error) {
	if a.headers.err != nil {
		return nil, a.headers.err
	}
	if u, err := url.Parse(a.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		// not quoted: it may contain a password
		return nil, usagef("--url: give the address of Prometheus, Thanos or Mimir, for example http://prometheus:9090")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if a.caFile != "" {
		pem, err := readFile(a.caFile)
		if err != nil {
			return nil, usagef("--ca-file: %s: %w", a.caFile, err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, usagef("--ca-file: %s contains no certificate in PEM", a.caFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	options := prom.Options{Dialect: dialect.Options{Tenant: a.tenant}}
	client, err := prom.NewWith(a.url, &http.Client{Transport: headerTransport{a.headers.Header, transport}}, options)
	if err != nil {
		return nil, &usageError{err}
	}
	return client, nil
}

type headerTransport struct {
	headers http.Header
	next    http.RoundTripper
}

func (s headerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range s.headers {
		r.Header[name] = values
	}
	return s.next.RoundTrip(r)
}

func (p program) warn(warnings []string) {
	for _, w := range warnings {
		_, _ = fmt.Fprintln(p.err, "warning: "+w)
	}
}

// printUnread prints why SLOs could not be read, which rows without numbers do not show. It returns
// their error, for the exit code.
func (p program) printUnread(r *engine.Report) error {
	var all []error
	for _, failed := range r.Failed {
		_, _ = fmt.Fprintln(p.err, "error: "+failed.Error())
		all = append(all, failed)
	}
	if len(all) == 0 {
		return nil
	}
	return errors.Join(append(all, errPrinted)...)
}

// errTimeout is the cause of a context that --timeout ended.
var errTimeout = errors.New("--timeout")

// withTimeout applies --timeout to a context.
func (a serverFlags) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, a.timeout, fmt.Errorf("no answer within %s (%w)", a.timeout, errTimeout))
}

// timeoutOr returns err, or the error of --timeout if it caused err.
func timeoutOr(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errTimeout) {
		return cause
	}
	return err
}
