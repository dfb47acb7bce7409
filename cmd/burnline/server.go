package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/promclient"
	"github.com/burnline/burnline/pkg/slo"
)

// cacheBytes is far more than one question needs.
const cacheBytes = 1 << 30

// asking is what report and backtest have in common.
type asking struct {
	url, format, slos, groupBy, at string
	headers                        headers
	timeout                        time.Duration
}

// headers are HTTP headers for the server, "Name: value".
type headers http.Header

func (h headers) String() string { return "" } // may hold a password

func (h headers) Set(text string) error {
	name, value, ok := strings.Cut(text, ":")
	if !ok || strings.TrimSpace(name) == "" {
		return errors.New(`want "Name: value", e.g. "X-Scope-OrgID: shop"`)
	}
	http.Header(h).Add(strings.TrimSpace(name), strings.TrimSpace(value))
	return nil
}

func (a *asking) define(f *flag.FlagSet) {
	a.headers = headers{}
	f.StringVar(&a.url, "url", "", "the server: Prometheus, Thanos or Mimir, e.g. http://prometheus:9090")
	f.Var(a.headers, "header", `an HTTP header for the server, "Name: value"; may be repeated`)
	f.StringVar(&a.format, "format", asTable, "table, json or markdown")
	f.StringVar(&a.slos, "slo", "", "names of SLOs, by commas; default all")
	f.StringVar(&a.groupBy, "group-by", "", "labels instead of the SLOs' own, by commas")
	f.StringVar(&a.at, "at", "", "the time, RFC 3339; default now")
	f.DurationVar(&a.timeout, "timeout", 5*time.Minute, "give up after this")
}

// question is asking, read.
type question struct {
	engine *engine.Engine
	slos   []catalog.SLO
	files  []file
	at     time.Time
}

func (p program) question(a asking, names []string) (question, error) {
	q := question{at: time.Now()}
	var err error
	if a.format != asTable && a.format != asJSON && a.format != asMarkdown {
		return q, fmt.Errorf("unknown format %q; there are table, json and markdown", a.format)
	}
	if a.at != "" {
		if q.at, err = time.Parse(time.RFC3339, a.at); err != nil {
			return q, fmt.Errorf("--at: %q is no time; write e.g. 2026-03-01T12:00:00Z", a.at)
		}
	}
	if u, err := url.Parse(a.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return q, errors.New("--url: give the address of Prometheus, Thanos or Mimir, e.g. http://prometheus:9090")
	}
	if q.slos, q.files, err = p.slos(names, split(a.slos)); err != nil {
		return q, err
	}
	if a.groupBy != "" {
		for i, s := range q.slos {
			if q.slos[i], err = s.WithBy(split(a.groupBy)); err != nil {
				return q, fmt.Errorf("--group-by: %w", err)
			}
		}
	}
	client, err := promclient.New(a.url, &http.Client{Transport: sending{http.Header(a.headers), http.DefaultTransport}})
	if err != nil {
		return q, err
	}
	q.engine = engine.New(client, ledger.Options{CacheBytes: cacheBytes, Settle: time.Minute})
	return q, nil
}

// sending adds headers to requests.
type sending struct {
	headers http.Header
	next    http.RoundTripper
}

func (s sending) RoundTrip(r *http.Request) (*http.Response, error) {
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

// withTimeout bounds a question.
func (a asking) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, a.timeout, fmt.Errorf("no answer within %s (--timeout)", slo.FormatDuration(a.timeout)))
}
