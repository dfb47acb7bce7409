//go:build suite

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/demo"
	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/dashboards"
	"github.com/burnline/burnline/tests/suite"
)

type overviewResult struct {
	Dashboard      string  `json:"dashboard"`
	Panels         int     `json:"panels"`
	Queries        int     `json:"queries"`
	Workloads      int     `json:"workloads"`
	ColdSeconds    float64 `json:"coldSeconds"`
	RefreshSeconds float64 `json:"refreshSeconds"` // median, each after a minute
	Requests       int     `json:"requests"`       // to Prometheus, cold
	Samples        int64   `json:"samples"`        // read from its storage, cold
	// CPU seconds, cold: on two idle cores, the elapsed time is half of it
	CPUSeconds overviewCPU    `json:"cpuSeconds"`
	Refresh    overviewReads  `json:"refresh"` // the last one
	Slowest    []overviewTime `json:"panelSeconds"`
}

type overviewReads struct {
	Requests   int         `json:"requests"`
	Samples    int64       `json:"samples"`
	CPUSeconds overviewCPU `json:"cpuSeconds"`
}

type overviewCPU struct {
	Prometheus float64 `json:"prometheus"`
	Plugin     float64 `json:"plugin"`
}

type overviewTime struct {
	Panel          string  `json:"panel"`
	ColdSeconds    float64 `json:"coldSeconds"`
	RefreshSeconds float64 `json:"refreshSeconds"`
}

// refreshes of a dashboard are a minute apart.
const refreshes = 3

// overview opens the dashboard "Kubernetes workloads" on the demo's cluster as Grafana would,
// without cached data, and refreshes it. OVERVIEW=workload opens the dashboard of one workload.
func overview(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	d, err := demo.Start(ctx, project)
	if err != nil {
		return err
	}
	defer d.Stop()
	name, variables := "kubernetes", map[string]string{"cluster": ".*", "namespace": ".*", "workload": ".*"}
	if os.Getenv("OVERVIEW") == "workload" {
		name, variables = "workload", map[string]string{"cluster": ".*", "namespace": "shop", "workload": "checkout"}
	}
	v, err := newViewer(ctx, project, d, name, variables)
	if err != nil {
		return err
	}
	defer v.upstream.close()
	result, err := v.measure(ctx, project)
	if err != nil {
		return err
	}
	return suite.Result(result)
}

// viewer opens a dashboard.
type viewer struct {
	dashboard *dashboards.Dashboard
	variables map[string]string
	host      *pluginhost.Host
	timed     *pluginhost.DataSource
	counted   *pluginhost.DataSource // the same, but with a counting proxy, which takes time
	upstream  *counter
	metrics   string // of Prometheus
}

func newViewer(ctx context.Context, project *stack.Project, d *demo.Demo, name string,
	variables map[string]string,
) (*viewer, error) {
	dashboard, err := dashboards.Read(project.Path("src/dashboards/" + name + ".json"))
	if err != nil {
		return nil, err
	}
	catalog, err := os.ReadFile(project.Path(filepath.FromSlash("devstack/workloads/kubernetes.yaml")))
	if err != nil {
		return nil, err
	}
	upstream, err := startCounter(ctx, d.Stack.PrometheusURL)
	if err != nil {
		return nil, err
	}
	v := &viewer{
		dashboard: dashboard, variables: variables, host: d.Host, upstream: upstream,
		metrics: d.Stack.PrometheusURL + "/metrics",
	}
	source := func(kind, url string) (*pluginhost.DataSource, error) {
		uid := "bench-" + kind + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
		return pluginhost.NewDataSource(stack.DatasourceID, uid, uid, url, map[string]any{"catalog": string(catalog)})
	}
	if v.timed, err = source("timed", d.Stack.PrometheusURL); err == nil {
		v.counted, err = source("counted", upstream.url)
	}
	if err != nil {
		upstream.close()
		return nil, err
	}
	return v, nil
}

func (v *viewer) measure(ctx context.Context, project *stack.Project) (*overviewResult, error) {
	cold, err := v.look(ctx)
	if err != nil {
		return nil, err
	}
	project.Report.Print("  cold: %.2f s, %+v s of processors, %d requests, %d samples", cold.whole.Seconds(), cold.cpu,
		cold.reads.Requests, cold.reads.Samples)
	var times []float64
	var last *opened
	for range refreshes {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute + 5*time.Second))):
		}
		if last, err = v.look(ctx); err != nil {
			return nil, err
		}
		times = append(times, last.whole.Seconds())
		project.Report.Print("  refresh: %.3f s, %+v s of processors, %d requests, %d samples", last.whole.Seconds(),
			last.cpu, last.reads.Requests, last.reads.Samples)
	}
	out := &overviewResult{
		Dashboard: v.dashboard.UID, Panels: len(v.dashboard.Panels), Workloads: cold.rows,
		ColdSeconds:    significant(cold.whole.Seconds()),
		RefreshSeconds: significant(median(times)), Requests: cold.reads.Requests, Samples: cold.reads.Samples,
		CPUSeconds: cold.cpu,
		Refresh:    overviewReads{last.reads.Requests, last.reads.Samples, last.cpu},
	}
	for i, p := range v.dashboard.Panels {
		if hasQueries, _ := p.HasQueries(); hasQueries {
			out.Queries += len(p.Targets)
			out.Slowest = append(out.Slowest,
				overviewTime{p.Title, significant(cold.panels[i].Seconds()), significant(last.panels[i].Seconds())})
		}
	}
	return out, nil
}

// opened is the cost of opening a dashboard once.
type opened struct {
	whole  time.Duration
	panels []time.Duration
	rows   int // maximum of all tables
	cpu    overviewCPU
	reads  reads // of the same dashboard, opened again
}

// look opens the dashboard, and opens it again to count requests.
func (v *viewer) look(ctx context.Context) (*opened, error) {
	now := time.Now()
	before, err := v.cpu(ctx)
	if err != nil {
		return nil, err
	}
	out, err := v.open(ctx, v.timed, now)
	if err != nil {
		return nil, err
	}
	after, err := v.cpu(ctx)
	if err != nil {
		return nil, err
	}
	out.cpu = overviewCPU{significant(after.Prometheus - before.Prometheus), significant(after.Plugin - before.Plugin)}
	earlier := v.upstream.reads()
	_, err = v.open(ctx, v.counted, now)
	out.reads = v.upstream.reads().minus(earlier)
	return out, err
}

// open sends the queries of Grafana concurrently: a request for each panel and annotation. The time
// is that of the last response.
func (v *viewer) open(ctx context.Context, source *pluginhost.DataSource, now time.Time) (*opened, error) {
	from, err := v.dashboard.From(now)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	out := &opened{panels: make([]time.Duration, len(v.dashboard.Panels))}
	counts := make([]int, len(out.panels))
	g, gctx := errgroup.WithContext(ctx)
	for i, p := range v.dashboard.Panels {
		if hasQueries, _ := p.HasQueries(); !hasQueries {
			continue
		}
		g.Go(func() (err error) {
			counts[i], err = v.ask(gctx, source, p.Title, p.Targets, from, now, p.Points())
			out.panels[i] = time.Since(start)
			return err
		})
	}
	for _, a := range v.dashboard.Annotations.List {
		if a.Target != nil {
			g.Go(func() error {
				_, err := v.ask(gctx, source, a.Name, []json.RawMessage{a.Target}, from, now, screen)
				return err
			})
		}
	}
	for _, variable := range v.dashboard.Templating.List {
		if variable.Type == "query" {
			g.Go(func() error { return v.values(gctx, source, variable) })
		}
	}
	err = g.Wait()
	out.whole, out.rows = time.Since(start), slices.Max(counts)
	return out, err
}

// screen is the number of points in queries of annotations.
const screen = 1800

// ask returns the maximum number of rows of a frame.
func (v *viewer) ask(ctx context.Context, source *pluginhost.DataSource, title string, targets []json.RawMessage, from,
	to time.Time, points int64,
) (rows int, err error) {
	queries, err := dashboards.Queries(targets, v.variables, from, to, points)
	if err != nil {
		return 0, err
	}
	res, err := v.host.QueryData(ctx, &backend.QueryDataRequest{PluginContext: source.Context(), Queries: queries})
	if err != nil {
		return 0, err
	}
	for _, q := range queries {
		answer := res.Responses[q.RefID]
		if answer.Error != nil {
			return 0, fmt.Errorf("panel %s: %w", title, answer.Error)
		}
		for _, f := range answer.Frames {
			if f.Meta != nil && f.Meta.Type == "numeric-long" {
				rows = max(rows, f.Rows())
			}
		}
	}
	return rows, nil
}

// values queries the values of a variable as the frontend does.
func (v *viewer) values(ctx context.Context, source *pluginhost.DataSource, variable dashboards.Variable) error {
	var q struct {
		Label   string            `json:"label"`
		Filters []json.RawMessage `json:"filters"`
	}
	text := dashboards.Filled(string(variable.Query), v.variables)
	if err := json.Unmarshal([]byte(text), &q); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"label": q.Label,
		"query": map[string]any{"refId": "A", "queryType": "resources", "filters": q.Filters},
	})
	if err != nil {
		return err
	}
	res, err := v.host.CallResource(ctx, &backend.CallResourceRequest{
		PluginContext: source.Context(), Path: "values", URL: "values", Method: http.MethodPost, Body: body,
	})
	if err == nil && res.Status != http.StatusOK {
		err = fmt.Errorf("values of %s: status %d", variable.Name, res.Status)
	}
	return err
}

// cpu returns the CPU time of both processes so far.
func (v *viewer) cpu(ctx context.Context) (out overviewCPU, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.metrics, nil)
	if err != nil {
		return out, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return out, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return out, err
	}
	own, err := v.host.CollectMetrics(ctx)
	if err != nil {
		return out, err
	}
	return overviewCPU{cpuSeconds(string(text)), cpuSeconds(string(own))}, nil
}

// cpuSeconds reads process_cpu_seconds_total, or returns NaN.
func cpuSeconds(metrics string) float64 {
	for line := range strings.Lines(metrics) {
		if rest, ok := strings.CutPrefix(line, "process_cpu_seconds_total "); ok {
			if v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64); err == nil {
				return v
			}
		}
	}
	return math.NaN()
}
