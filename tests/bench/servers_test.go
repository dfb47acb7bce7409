//go:build suite

package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/tests/recording"
	"github.com/burnline/burnline/tests/suite"
)

type serversResult struct {
	Seed    uint64         `json:"seed"`
	Servers []serverResult `json:"servers"`
}

type serverResult struct {
	Name   string        `json:"name"`
	Fleets []fleetResult `json:"fleets"`
}

// fleetResult contains medians, and ratios of them. The queries by hand are 16 instant queries of
// increases, eight at a time and one by one.
type fleetResult struct {
	Name             string  `json:"name"`
	Cold             cost    `json:"cold"`
	Refresh          cost    `json:"refresh"`
	ByHand           cost    `json:"byHand"`
	OneByOne         cost    `json:"oneByOne"`
	History          cost    `json:"history"` // cold
	HistoryByHand    cost    `json:"historyByHand"`
	ColdWall         float64 `json:"coldWallRatio"`         // relative to the queries by hand
	ColdWallOneByOne float64 `json:"coldWallRatioOneByOne"` // one by one
	ColdServerCPU    float64 `json:"coldServerCpuRatio"`    // of the server, relative to the queries one by one
	ColdCPU          float64 `json:"coldCpuRatio"`          // of server and plugin
	HistorySpeedup   float64 `json:"historySpeedup"`
	HistoryCPU       float64 `json:"historyCpuRatio"` // of server and plugin
	Bad              float64 `json:"bad"`
	// CPU time of server and plugin for a refresh, in percent of the queries by hand
	RefreshCPUPercent float64 `json:"refreshCpuPercent"`
}

// benchServers are the servers of bench:servers, in order.
var benchServers = []string{"prometheus", "thanos", "mimir", "victoriametrics"}

const (
	serverRounds        = 3
	serverHistoryPoints = 60
)

// servers measures the time and CPU of a cold summary, a refresh and a history, compared with the
// queries by hand, on every server, for long-lived and churning fleets at 15 and 60 seconds.
// SERVERS selects some, separated by commas. It fails if two servers differ in a count.
func servers(ctx context.Context) error {
	seed, err := seed()
	if err != nil {
		return err
	}
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	l := &lab{project: project}
	if l.data, err = project.Dataset(ctx, "servers", seed, true); err != nil {
		return err
	}
	binary, err := project.Plugin(ctx)
	if err != nil {
		return err
	}
	if err := l.startPlugin(binary); err != nil {
		return err
	}
	defer l.close()
	result, err := l.servers(ctx, seed)
	if result != nil {
		err = errors.Join(err, suite.Result(result))
	}
	return err
}

func (l *lab) servers(ctx context.Context, seed uint64) (*serversResult, error) {
	out := &serversResult{Seed: seed}
	blocks, err := filepath.Glob(filepath.Join(l.data.Dir, "01*"))
	if err != nil {
		return nil, err
	}
	names := benchServers
	if chosen := os.Getenv("SERVERS"); chosen != "" {
		names = strings.Split(chosen, ",")
	}
	at := time.Now().Truncate(time.Minute).Add(-time.Minute)
	bad := map[string]float64{}
	for _, name := range names {
		r, err := l.measureServer(ctx, name, blocks, at)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out.Servers = append(out.Servers, r)
		for _, f := range r.Fleets {
			if known, ok := bad[f.Name]; ok && !same(known, f.Bad) {
				err = errors.Join(err,
					fmt.Errorf("%s: %v bad events on %s, %v on %s", f.Name, f.Bad, name, known, names[0]))
			} else {
				bad[f.Name] = f.Bad
			}
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// measureServer measures one server with the blocks.
func (l *lab) measureServer(ctx context.Context, name string, blocks []string, at time.Time) (out serverResult,
	err error,
) {
	out.Name = name
	running, err := l.serveBlocks(ctx, name, blocks)
	if err != nil {
		return out, err
	}
	defer running.stop()
	direct, err := prom.NewWith(running.url, &http.Client{Timeout: 10 * time.Minute, Transport: tenantOf(running.settings)}, prom.Options{})
	if err != nil {
		return out, err
	}
	for _, fleet := range []string{"long-15s", "long-60s", "churn-15s", "churn-60s"} {
		f, err := l.fleetOn(ctx, running, prometheus{direct}, fleet, at)
		if err != nil {
			return out, fmt.Errorf("%s: %w", fleet, err)
		}
		l.write("%s, %s: cold %.3f s (processors %.3f + %.3f), by hand %.3f s (%.3f), one by one %.3f s (%.3f), refresh %.3f s, history %.3f s, by hand %.2f s",
			name, fleet, f.Cold.Seconds, f.Cold.ServerCPU, f.Cold.PluginCPU, f.ByHand.Seconds, f.ByHand.ServerCPU,
			f.OneByOne.Seconds, f.OneByOne.ServerCPU,
			f.Refresh.Seconds, f.History.Seconds, f.HistoryByHand.Seconds)
		out.Fleets = append(out.Fleets, f)
	}
	return out, nil
}

// servedBlocks is a running server.
type servedBlocks struct {
	url      string
	settings map[string]any
	meter    meter
	stop     func()
}

// fleetOn measures one fleet. Plugin and queries by hand alternate.
func (l *lab) fleetOn(ctx context.Context, s servedBlocks, direct prometheus, fleet string, at time.Time) (fleetResult,
	error,
) {
	out := fleetResult{Name: fleet}
	settings, err := benchSettings()
	if err != nil {
		return out, err
	}
	for name, v := range s.settings {
		settings[name] = v
	}
	var hand, oneByOne, cold, refresh []cost
	add := func(to *[]cost, f func() error) error {
		c, err := s.meter.measure(f)
		*to = append(*to, c)
		return err
	}
	for range serverRounds {
		if err := add(&hand,
			func() error { return direct.instants(ctx, byHand(fleet), at, handConcurrency) }); err != nil {
			return out, err
		}
		source, err := l.sourceWith(s.url, catalogOf(fleet), settings)
		if err != nil {
			return out, err
		}
		if err := add(&cold,
			func() (err error) { out.Bad, err = l.summary(ctx, source, fleet, at); return err }); err != nil {
			return out, err
		}
		if err := add(&oneByOne, func() error { return direct.instants(ctx, byHand(fleet), at, 1) }); err != nil {
			return out, err
		}
		if err := waitUntilStale(ctx); err != nil {
			return out, err
		}
		if err := add(&refresh,
			func() error { _, err := l.summary(ctx, source, fleet, at.Add(time.Minute)); return err }); err != nil {
			return out, err
		}
	}
	out.ByHand, out.OneByOne, out.Cold, out.Refresh = medians(hand), medians(oneByOne), medians(cold), medians(refresh)
	if err := l.historyOn(ctx, s, direct, settings, &out, at); err != nil {
		return out, err
	}
	both := func(c cost) float64 { return c.ServerCPU + c.PluginCPU }
	out.ColdWall, out.ColdWallOneByOne = ratio(out.Cold.Seconds, out.ByHand.Seconds),
		ratio(out.Cold.Seconds, out.OneByOne.Seconds)
	out.ColdServerCPU, out.ColdCPU = ratio(out.Cold.ServerCPU, out.OneByOne.ServerCPU),
		ratio(both(out.Cold), out.OneByOne.ServerCPU)
	out.HistorySpeedup, out.HistoryCPU = ratio(out.HistoryByHand.Seconds, out.History.Seconds),
		ratio(both(out.History), out.HistoryByHand.ServerCPU)
	out.RefreshCPUPercent = ratio(100*both(out.Refresh), out.OneByOne.ServerCPU)
	return out, nil
}

func (l *lab) historyOn(ctx context.Context, s servedBlocks, direct prometheus, settings map[string]any,
	out *fleetResult, at time.Time,
) error {
	to := at.Truncate(time.Hour)
	step := window / serverHistoryPoints
	from := to.Add(-window).Add(step)
	source, err := l.sourceWith(s.url, catalogOf(out.Name), settings)
	if err != nil {
		return err
	}
	out.History, err = s.meter.measure(func() error {
		frames, err := l.askHistory(ctx, source, out.Name, from, to)
		if err == nil && frames < serverHistoryPoints-1 {
			err = fmt.Errorf("the history has %d points, want %d", frames, serverHistoryPoints)
		}
		return err
	})
	if err != nil {
		return err
	}
	out.HistoryByHand, err = s.meter.measure(func() error {
		_, _, err := direct.QueryRange(ctx, historyByHand(out.Name), prom.Range{Start: from, End: to, Step: step})
		return err
	})
	return err
}

// askHistory returns the number of points in a history of the budget.
func (l *lab) askHistory(ctx context.Context, source *pluginhost.DataSource, slo string, from,
	to time.Time,
) (points int, err error) {
	query := map[string]any{"queryType": "timeseries", "slos": []string{slo}, "metrics": []string{"budget"}}
	frames, err := l.ask(ctx, source, query, from, to, serverHistoryPoints)
	if err != nil {
		return 0, err
	}
	if len(frames) != 1 {
		return 0, fmt.Errorf("the history has %d frames, want one", len(frames))
	}
	return frames[0].Rows(), nil
}

// serveBlocks runs a server with the data set.
func (l *lab) serveBlocks(ctx context.Context, name string, blocks []string) (servedBlocks, error) {
	out := servedBlocks{settings: map[string]any{}, meter: meter{plugin: l.host.PID()}}
	var b *stack.Backend
	var err error
	switch name {
	case "prometheus":
		b, err = l.project.ServePrometheus(ctx, blocks)
	case "thanos":
		var t *stack.Thanos
		if t, err = l.project.ServeThanos(ctx, stack.ThanosData{Sidecar: blocks}); err == nil {
			b = t.Backend
		}
	case "mimir":
		out.settings["tenant"] = benchTenant
		b, err = l.project.ServeMimir(ctx, blocks, benchTenant)
	case "victoriametrics":
		if b, err = l.project.ServeVictoriaMetrics(ctx); err == nil {
			err = l.project.Report.Step("write the data set", func() error { return writeSet(ctx, l.data.Dir, b) })
			if err != nil {
				b.Stop()
			}
		}
	default:
		err = fmt.Errorf("there is no server %q. There are %s", name, strings.Join(benchServers, ", "))
	}
	if err != nil {
		return out, err
	}
	out.url, out.stop, out.meter.servers = b.URL, b.Stop, b.PIDs()
	return out, nil
}

// writeSet sends a data set to VictoriaMetrics, some series at a time.
func writeSet(ctx context.Context, dir string, b *stack.Backend) (err error) {
	if err := os.MkdirAll(filepath.Join(dir, "wal"), 0o750); err != nil { // a database without one cannot be read
		return err
	}
	db, err := tsdb.OpenDBReadOnly(dir, "", promslog.NewNopLogger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	q, err := db.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	set := q.Select(ctx, false, &storage.SelectHints{Start: math.MinInt64, End: math.MaxInt64},
		labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, ".+"))
	var it chunkenc.Iterator
	for set.Next() {
		s := recording.Series{Labels: set.At().Labels()}
		it = set.At().Iterator(it)
		for it.Next() == chunkenc.ValFloat {
			t, v := it.At()
			s.Samples = append(s.Samples, recording.Sample{Ms: t, V: v})
		}
		if err := errors.Join(it.Err(),
			recording.Push(ctx, b.URL+"/api/v1/write", nil, []recording.Series{s})); err != nil {
			return err
		}
	}
	return errors.Join(set.Err(), b.Flush(ctx))
}

// tenant adds Mimir's header to the queries by hand.
type tenant struct{ id string }

func tenantOf(settings map[string]any) http.RoundTripper {
	id, _ := settings["tenant"].(string)
	return tenant{id}
}

// RoundTrip implements http.RoundTripper.
func (t tenant) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.id != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Scope-OrgID", t.id)
	}
	return http.DefaultTransport.RoundTrip(r)
}
