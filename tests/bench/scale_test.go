//go:build suite

package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
)

type scaleResult struct {
	Seed             uint64  `json:"seed"`
	Series           int     `json:"series"`
	Groups           int     `json:"groups"`
	Cells            int     `json:"cells"` // groups x cells
	ColdSeconds      float64 `json:"coldSeconds"`
	RefreshSeconds   float64 `json:"refreshSeconds"` // median
	RSSMiB           float64 `json:"rssMiB"`         // peak of the plugin's process
	PrometheusRSSMiB float64 `json:"prometheusRssMiB"`
	ColdSamples      int64   `json:"coldSamples"` // points received
	ColdRequests     int     `json:"coldRequests"`
}

const refreshRounds = 3

// scale queries the budgets of a service mesh: 8,807 series over twelve weeks at 60 s, or 440 with
// SCALE=small, from a Prometheus with default limits.
func scale(ctx context.Context) error {
	set := "scale"
	if os.Getenv("SCALE") == "small" {
		set = "scale-small"
	}
	return run(ctx, set, true, func(ctx context.Context, l *lab) (any, error) {
		r, err := l.scale(ctx)
		if err != nil {
			return nil, err
		}
		return r, nil
	})
}

const meshCatalog = `apiVersion: burnline.dev/v1
slos:
  - name: mesh
    objective: 99.5
    window: 12w
    policy: sre-workbook
    by: [workload]
    sli: {events: {total: 'http_requests_total{job="bench"}', bad: 'http_requests_total{job="bench",code=~"5.."}'}}
`

func (l *lab) scale(ctx context.Context) (*scaleResult, error) {
	out := &scaleResult{}
	var err error
	if out.Seed, err = seed(); err != nil {
		return nil, err
	}
	direct, err := newPrometheus(l.server.URL)
	if err != nil {
		return nil, err
	}
	at := time.Now().Truncate(time.Minute).Add(-2 * time.Minute)
	series, err := direct.scalar(ctx, `count(http_requests_total{job="bench"})`, at)
	if err != nil {
		return nil, err
	}
	out.Series = int(series)
	source, err := l.source(l.server.URL, meshCatalog)
	if err != nil {
		return nil, err
	}
	l.write("%d series, %.0f M samples. First summary ...", out.Series, float64(l.data.Samples)/1e6)
	out.ColdSeconds, err = stopwatch(func() error {
		cost, err := l.mesh(ctx, source, at)
		out.Groups, out.Cells, out.ColdSamples, out.ColdRequests = cost.rows, cost.cells, cost.samples, cost.queries
		return err
	})
	if err != nil {
		l.write("failed after %.1f s with %.0f MiB", out.ColdSeconds, residentMiB(l.host.PID()))
		return nil, fmt.Errorf("first summary of %d series: %w", out.Series, err)
	}
	l.write("first summary of %d groups: %.1f s, %.0f MiB", out.Groups, out.ColdSeconds, residentMiB(l.host.PID()))
	var refresh []float64
	for range refreshRounds {
		if err := waitUntilStale(ctx); err != nil {
			return nil, err
		}
		at = at.Add(time.Minute)
		if now := time.Now().Truncate(time.Minute); at.After(now) {
			at = now
		}
		took, err := stopwatch(func() error { _, err := l.mesh(ctx, source, at); return err })
		if err != nil {
			return nil, fmt.Errorf("refresh: %w", err)
		}
		l.write("refresh: %.2f s", took)
		refresh = append(refresh, took)
	}
	out.ColdSeconds, out.RefreshSeconds = significant(out.ColdSeconds), significant(median(refresh))
	out.RSSMiB, out.PrometheusRSSMiB = residentMiB(l.host.PID()), residentMiB(l.server.PIDs()[0])
	return out, nil
}

type meshCost struct {
	rows, cells, queries int
	samples              int64
}

// mesh queries the summary and returns its cost, from the frame's statistics.
func (l *lab) mesh(ctx context.Context, source *pluginhost.DataSource, at time.Time) (meshCost, error) {
	frames, err := l.ask(ctx, source, map[string]any{"queryType": "summary", "slos": []string{"mesh"}},
		at.Add(-time.Hour), at, 60)
	if err != nil {
		return meshCost{}, err
	}
	frame := frames[0]
	out := meshCost{rows: frame.Rows()}
	if out.rows == 0 {
		return out, fmt.Errorf("the summary has no rows")
	}
	custom, _ := frame.Meta.Custom.(map[string]any)
	cost, _ := custom["cost"].(map[string]any)
	figure := func(name string) int { v, _ := cost[name].(float64); return int(v) }
	out.queries, out.samples = figure("queries"), int64(figure("samples"))
	out.cells = (figure("cellsHit") + figure("cellsMissed")) * out.rows
	return out, nil
}

// residentMiB returns the peak resident memory of a process on Linux, 0 on other systems.
func residentMiB(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return significant(kib / 1024)
		}
	}
	return 0
}
