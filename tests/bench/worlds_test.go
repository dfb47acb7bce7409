//go:build suite

package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/recording"
	"github.com/burnline/burnline/tests/worlds"
)

// serveWorlds runs a server with all worlds, and a Prometheus that stores start timestamps with
// those that have them. The caller must call stop.
func (l *lab) serveWorlds(ctx context.Context, server string, seed uint64) (out []scenario, stop func(), err error) {
	out, stopAll, err := l.serveSet(ctx, "worlds", server, seed, worlds.All(seed))
	if err != nil || server != "prometheus" {
		return out, stopAll, err
	}
	started, stopStarted, err := l.serveSet(ctx, "started", "prometheus", seed, worlds.WithStarts(seed),
		"--enable-feature=st-storage,promql-experimental-functions")
	if err != nil {
		stopAll()
		return nil, nil, err
	}
	return append(out, started...), func() { stopStarted(); stopAll() }, nil
}

// serveSet runs a server with some worlds.
func (l *lab) serveSet(ctx context.Context, name, server string, seed uint64, all []*worlds.World,
	flags ...string,
) (out []scenario, stop func(), err error) {
	var series []recording.Series
	for _, w := range all {
		series = append(series, w.Series...)
	}
	dir, err := l.project.Made(fmt.Sprintf("bench/%s-%d", name, seed), []string{"tests/worlds", "tests/recording"},
		func(dir string) error {
			return l.project.Report.Step("write the worlds as a block", func() error {
				_, err := recording.WriteBlock(ctx, dir, series)
				return err
			})
		})
	if err != nil {
		return nil, nil, err
	}
	blocks, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, nil, err
	}
	settings, err := benchSettings()
	if err != nil {
		return nil, nil, err
	}
	url, own, stop, err := l.serve(ctx, server, blocks, series, flags...)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(own, settings)
	for _, w := range all {
		out = append(out, worldScenario(w, url, own, 0))
	}
	return out, stop, nil
}

// benchTenant is the tenant of the blocks in Mimir's bucket.
const benchTenant = "bench"

// serve runs a server with blocks, and sends the series to VictoriaMetrics. It returns the settings
// that a data source of it requires.
func (l *lab) serve(ctx context.Context, server string, blocks []string, series []recording.Series,
	flags ...string,
) (url string, settings map[string]any, stop func(), err error) {
	settings = map[string]any{}
	var b *stack.Backend
	switch server {
	case "prometheus":
		b, err = l.project.ServePrometheus(ctx, blocks, flags...)
	case "mimir":
		settings["tenant"] = benchTenant
		b, err = l.project.ServeMimir(ctx, blocks, benchTenant)
	case "thanos":
		t, e := l.project.ServeThanos(ctx, stack.ThanosData{Sidecar: blocks})
		if e != nil {
			return "", nil, nil, e
		}
		return t.URL, settings, t.Stop, nil
	case "victoriametrics":
		if b, err = l.project.ServeVictoriaMetrics(ctx); err == nil {
			if err = errors.Join(recording.Push(ctx, b.URL+"/api/v1/write", nil, series), b.Flush(ctx)); err != nil {
				b.Stop()
			}
		}
	default:
		err = fmt.Errorf("BENCH_SERVER %q is none of prometheus, mimir, thanos, victoriametrics", server)
	}
	if err != nil {
		return "", nil, nil, err
	}
	return b.URL, settings, b.Stop, nil
}
