//go:build suite

package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// proxy is between the plugin and a server. The caller must close it.
type proxy struct {
	url      string
	server   *http.Server
	through  http.Handler
	way      atomic.Pointer[way]
	requests atomic.Int64
	usual    int64 // requests of two queries without a fault
}

// way handles a request in place of the server, or passes it on with through.
type way func(w http.ResponseWriter, r *http.Request, through http.Handler)

func startProxy(ctx context.Context, upstream string) (*proxy, error) {
	to, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{url: "http://" + listener.Addr().String()}
	reverse := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
	p.through = reverse
	p.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: p}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

func (p *proxy) close() { _ = p.server.Close() }

// set changes the handling of all further requests; nil passes them on.
func (p *proxy) set(w way) {
	if w == nil {
		p.way.Store(nil)
		return
	}
	p.way.Store(&w)
}

// ServeHTTP handles one request.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.requests.Add(1)
	if way := p.way.Load(); way != nil {
		(*way)(w, r, p.through)
		return
	}
	p.through.ServeHTTP(w, r)
}

// only narrows every query to the series with a label, so that one server can contain the series of
// many case files.
func only(name, value string) way {
	match := labels.MustNewMatcher(labels.MatchEqual, name, value)
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if err := narrow(r, match); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		through.ServeHTTP(w, r)
	}
}

func narrow(r *http.Request, match *labels.Matcher) error {
	inURL := r.URL.Query()
	if err := narrowForm(inURL, match); err != nil {
		return err
	}
	r.URL.RawQuery = inURL.Encode()
	if r.Body == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return err
	}
	if err := narrowForm(form, match); err != nil {
		return err
	}
	text := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(text))), int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	return nil
}

func narrowForm(form url.Values, match *labels.Matcher) error {
	for _, name := range []string{"query", "match[]"} {
		for i, text := range form[name] {
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
			if err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
			parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
				if v, ok := n.(*parser.VectorSelector); ok {
					v.LabelMatchers = append(v.LabelMatchers, match)
				}
				return nil
			})
			form[name][i] = expr.String()
		}
	}
	return nil
}
