//go:build suite

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// clocks are the plugin's time and the server's, which is the date of its responses.
type clocks struct {
	mu             sync.Mutex
	plugin, server time.Time
}

func (c *clocks) set(plugin, server time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plugin, c.server = plugin, server
}

func (c *clocks) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plugin
}

// date returns the date header of the server, shifted so that it differs from this process's clock
// as the server's clock differs from the plugin's.
func (c *clocks) date() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.server.Sub(c.plugin))
}

// dated is a response with the server's time.
type dated struct {
	http.ResponseWriter
	at time.Time
}

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", d.at.UTC().Format(http.TimeFormat))
	d.ResponseWriter.WriteHeader(status)
}

// Unwrap allows the response to be flushed.
func (d dated) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// viewer queries a story with the table's clock. The plugin's engine and client run in this
// process, with their own cache.
type viewer struct {
	engine *engine.Engine
	slo    catalog.SLO
	proxy  *proxy
}

func (s story) inline() map[string]any { return s.inlineOver("30d") }

func (s story) inlineOver(window string) map[string]any {
	selector := func(more string) string { return fmt.Sprintf(`late_requests_total{run=%q%s}`, s.run, more) }
	return map[string]any{
		"name": "late", "objective": 99.9, "window": window, "by": []string{"workload"}, "policy": "page-and-slack",
		"sli": map[string]any{"events": map[string]any{"total": selector(""), "bad": selector(`,code="500"`)}},
	}
}

// viewer returns the viewer of a story. The caller must close it.
func (p *product) viewer(ctx context.Context, s story, c *clocks) (*viewer, error) {
	front, err := startProxy(ctx, p.url)
	if err != nil {
		return nil, err
	}
	front.set(func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		through.ServeHTTP(dated{w, c.date()}, r)
	})
	v := &viewer{proxy: front}
	if err := v.open(p, s, c); err != nil {
		front.close()
		return nil, err
	}
	return v, nil
}

func (v *viewer) open(p *product, s story, c *clocks) error {
	raw, err := json.Marshal(maps.Clone(p.settings))
	if err != nil {
		return err
	}
	if p.settings == nil {
		raw = []byte("{}")
	}
	parsed, err := query.ParseSettings(backend.DataSourceInstanceSettings{URL: v.proxy.url, JSONData: raw})
	if err != nil {
		return err
	}
	client, err := prom.NewWith(parsed.URL, &http.Client{Timeout: time.Minute}, parsed.Server)
	if err != nil {
		return err
	}
	v.engine = engine.New(client, engine.Options{Settle: parsed.Settle, CacheBytes: parsed.CacheBytes, Now: c.now})
	text, err := json.Marshal(s.inline())
	if err != nil {
		return err
	}
	def, problems := catalog.ParseSLO(text)
	v.slo = def
	return problems.Err()
}

func (v *viewer) close() { v.proxy.close() }

// seen is the result of a viewer.
type seen struct {
	events, bad, coverage, budget float64
	states                        map[string]slo.State // of alerts, by severity
	notices                       []string
}

func (v *viewer) look(ctx context.Context, at time.Time) (seen, error) {
	slos := []catalog.SLO{v.slo}
	r, err := v.engine.Summary(ctx, slos, at)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return seen{}, err
	}
	if len(r.Rows) != 1 {
		return seen{}, fmt.Errorf("%d rows at %s, expected 1", len(r.Rows), at)
	}
	row := r.Rows[0]
	out := seen{
		row.Window.Total, row.Window.Bad, row.Window.Coverage, row.Evaluation.Budget.Left,
		map[string]slo.State{},
		noticesOf(frames.Summary("summary", r)),
	}
	a, err := v.engine.Alerts(ctx, slos, at)
	if err != nil {
		return seen{}, err
	}
	for _, s := range a.Severities {
		out.states[s.Severity] = s.State
	}
	return out, nil
}

// caughtUp queries again at times after the plugin's and the server's present, and compares the
// last result with the truth and with that of a new data source.
func (v *viewer) caughtUp(ctx context.Context, d *differences, p *product, s story, c *clocks, plugin, server time.Time,
	after ...time.Duration,
) (string, error) {
	var same seen
	var at time.Time
	for _, later := range after {
		c.set(plugin.Add(later), server.Add(later))
		at = earlier(plugin, server).Add(min(later, 2*time.Minute)) // newest time with samples
		var err error
		if same, err = v.look(ctx, at); err != nil {
			return "", err
		}
	}
	fresh, err := p.viewer(ctx, s, c)
	if err != nil {
		return "", err
	}
	defer fresh.close()
	anew, err := fresh.look(ctx, at)
	if err != nil {
		return "", err
	}
	events, bad := s.truth(p.now, at, lateWindow)
	d.exactly("events of a new data source", anew.events, events)
	d.exactly("bad of a new data source", anew.bad, bad)
	d.exactly("events", same.events, events)
	d.exactly("bad", same.bad, bad)
	if math.Abs(same.coverage-anew.coverage) > 1e-4 {
		d.add("coverage %.4f, a new data source shows %.4f", same.coverage, anew.coverage)
	}
	if !maps.Equal(same.states, anew.states) {
		d.add("alerts %v, a new data source shows %v", same.states, anew.states)
	}
	return fmt.Sprintf("budget %.3f, a new data source shows %.3f", same.budget, anew.budget), nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// exactly compares counts.
func (d *differences) exactly(what string, got, want float64) {
	if math.Abs(got-want) > 1e-6 {
		d.add("%s: %.0f, %.0f is true", what, got, want)
	}
}

// rowsAre compares a summary of the month's availability.
func (p *product) rowsAre(d *differences, frame *data.Frame, at time.Time) {
	r := rowsOf(frame)
	for _, workload := range p.truth.truth.Workloads("availability") {
		p.truth.row(d, r, truthOf{p.truth.truth, "availability", workload}, at)
	}
}
