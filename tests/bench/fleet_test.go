//go:build suite

package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/pluginhost"
)

type fleetSummary struct {
	Seed           uint64  `json:"seed"`
	SLOs           int     `json:"slos"`
	Groups         int     `json:"groups"`
	FirstSeconds   float64 `json:"firstRowsSeconds"` // until the first part of the SLOs
	ColdSeconds    float64 `json:"coldSeconds"`      // until the last result of the dashboard
	RefreshSeconds float64 `json:"refreshSeconds"`   // median
	// work of the server; measured in a separate run, as counting takes time
	Cold       reads   `json:"cold"`
	Refresh    reads   `json:"refresh"`
	ColdCPU    cost    `json:"coldCpu"`
	RefreshCPU cost    `json:"refreshCpu"`
	RSSMiB     float64 `json:"rssMiB"`
}

// Number of SLOs in the set fleet, and of workloads of each.
const (
	fleetSLOs      = 500
	fleetSLOGroups = 4
)

// fleet opens a dashboard of 500 SLOs, each with four of 2,000 workloads, without cached data, and
// refreshes it.
func fleet(ctx context.Context) error {
	return run(ctx, "fleet", true, func(ctx context.Context, l *lab) (any, error) {
		r, err := l.fleet(ctx)
		if err != nil {
			return nil, err
		}
		return r, nil
	})
}

// fleetCatalog has an SLO for every four workloads, all with one metric.
func fleetCatalog() string {
	var out strings.Builder
	out.WriteString("apiVersion: burnline.dev/v1\nslos:\n")
	for n := range fleetSLOs {
		workloads := fmt.Sprintf(`workload=~"service-%d-.+"`, n)
		fmt.Fprintf(&out,
			"  - {name: slo-%03d, objective: 99.5, window: 30d, by: [workload], sli: {events: {total: 'http_requests_total{%s}', bad: 'http_requests_total{%s,code=~\"5..\"}'}}}\n",
			n, workloads, workloads)
	}
	return out.String()
}

func (l *lab) fleet(ctx context.Context) (*fleetSummary, error) {
	out := &fleetSummary{SLOs: fleetSLOs}
	var err error
	if out.Seed, err = seed(); err != nil {
		return nil, err
	}
	source, err := l.source(l.server.URL, fleetCatalog())
	if err != nil {
		return nil, err
	}
	m := meter{l.server.PIDs(), l.host.PID()}
	at := time.Now().Truncate(time.Minute).Add(-4 * time.Minute)
	l.write("%d SLOs, %.0f M samples. First summary ...", fleetSLOs, float64(l.data.Samples)/1e6)
	var first time.Duration
	if out.ColdCPU, err = m.measure(func() error {
		first,
			err = l.openFleet(ctx, source, at)
		return err
	}); err != nil {
		return nil, fmt.Errorf("first summary: %w", err)
	}
	out.Groups, out.FirstSeconds = fleetSLOs*fleetSLOGroups, significant(first.Seconds())
	l.write("first rows: %.2f s, all %d: %.1f s, processors %.1f + %.1f s", out.FirstSeconds, out.Groups,
		out.ColdCPU.Seconds, out.ColdCPU.ServerCPU, out.ColdCPU.PluginCPU)
	var again []cost
	for range refreshRounds {
		if err := waitUntilStale(ctx); err != nil {
			return nil, err
		}
		at = at.Add(time.Minute)
		c, err := m.measure(func() error { return l.refreshFleet(ctx, source, at) })
		if err != nil {
			return nil, fmt.Errorf("refresh: %w", err)
		}
		l.write("refresh: %.2f s", c.Seconds)
		again = append(again, c)
	}
	out.RSSMiB = residentMiB(l.host.PID())
	out.RefreshCPU = medians(again)
	out.ColdCPU = medians([]cost{out.ColdCPU})
	out.ColdSeconds, out.RefreshSeconds = out.ColdCPU.Seconds, out.RefreshCPU.Seconds
	return out, l.countFleet(ctx, out, at)
}

// countFleet runs the same queries through a counting proxy.
func (l *lab) countFleet(ctx context.Context, out *fleetSummary, at time.Time) error {
	c, err := startCounter(ctx, l.server.URL)
	if err != nil {
		return err
	}
	defer c.close()
	source, err := l.source(c.url, fleetCatalog())
	if err != nil {
		return err
	}
	if _, err := l.openFleet(ctx, source, at.Add(-time.Minute)); err != nil {
		return err
	}
	out.Cold = c.reads()
	if err := waitUntilStale(ctx); err != nil {
		return err
	}
	if err := l.refreshFleet(ctx, source, at); err != nil {
		return err
	}
	out.Refresh = c.reads().minus(out.Cold)
	l.write("requests: cold %d, refresh %d", out.Cold.Requests, out.Refresh.Requests)
	return nil
}

// Parts of the panel of workloads, as in src/parts.ts.
const (
	firstPart = 20
	mostSLOs  = 160
)

// openFleet queries as the fleet overview does: the rows in parts and then as a whole, and two
// graphs. It returns the time until the first part.
func (l *lab) openFleet(ctx context.Context, source *pluginhost.DataSource, at time.Time) (first time.Duration,
	err error,
) {
	start := time.Now()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.graphs(gctx, source, at) })
	g.Go(func() error {
		for from, count := 0, firstPart; from < fleetSLOs; from, count = from+count, min(2*count, mostSLOs) {
			if err := l.rows(gctx, source, at, map[string]any{"from": from, "count": count},
				min(count, fleetSLOs-from)); err != nil {
				return err
			}
			if from == 0 {
				first = time.Since(start)
			}
		}
		return l.rows(gctx, source, at, nil, fleetSLOs)
	})
	return first, g.Wait()
}

// refreshFleet is a refresh of the dashboard, which has no parts.
func (l *lab) refreshFleet(ctx context.Context, source *pluginhost.DataSource, at time.Time) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.graphs(gctx, source, at) })
	g.Go(func() error { return l.rows(gctx, source, at, nil, fleetSLOs) })
	return g.Wait()
}

// graphs queries the error budget and the throughput of a day.
func (l *lab) graphs(ctx context.Context, source *pluginhost.DataSource, at time.Time) error {
	g, gctx := errgroup.WithContext(ctx)
	for _, metric := range []string{"budget", "throughput"} {
		g.Go(func() error {
			query := map[string]any{
				"queryType": "timeseries", "metrics": []string{metric},
				"groupBy": []string{"namespace"},
			}
			_, err := l.ask(gctx, source, query, at.Add(-24*time.Hour), at, 900)
			return err
		})
	}
	return g.Wait()
}

// rows queries the summary of some SLOs, and checks the number of rows.
func (l *lab) rows(ctx context.Context, source *pluginhost.DataSource, at time.Time, part map[string]any,
	slos int,
) error {
	query := map[string]any{"queryType": "summary"}
	if part != nil {
		query["part"] = part
	}
	frames, err := l.ask(ctx, source, query, at.Add(-24*time.Hour), at, 1800)
	if err != nil {
		return err
	}
	if len(frames) == 0 || frames[0].Rows() != slos*fleetSLOGroups {
		return errors.New("the summary does not have a row for every group")
	}
	return nil
}
