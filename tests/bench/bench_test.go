//go:build suite

// Package bench measures Burnline with a real Prometheus: its accuracy, the samples that the server
// reads, its scaling, and the cost of the plugin's computations. Each benchmark prints one line of JSON
// on stdout, and its progress on stderr.
package bench

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/suite"
)

func TestMain(m *testing.M) { suite.Main(m) }

// Benchmarks, each a target of `go tool mage bench:`.
func TestSuiteAccuracy(t *testing.T) { suite.Run(t, accuracy) }
func TestSuiteUpstream(t *testing.T) { suite.Run(t, upstream) }
func TestSuiteServers(t *testing.T)  { suite.Run(t, servers) }
func TestSuiteFleet(t *testing.T)    { suite.Run(t, fleet) }
func TestSuiteScale(t *testing.T)    { suite.Run(t, scale) }
func TestSuiteEngine(t *testing.T)   { suite.Run(t, engineBenchmarks) }
func TestSuiteOverview(t *testing.T) { suite.Run(t, overview) }
func TestSuitePanel(t *testing.T)    { suite.Run(t, panel) }
func TestSuiteChanges(t *testing.T)  { suite.Run(t, changes) }

// lab is a data set in a real Prometheus, and the built plugin. The caller must close it.
type lab struct {
	project *stack.Project
	data    stack.Dataset
	server  *stack.Backend
	host    *pluginhost.Host
	sources atomic.Int64 // number of created ones
}

// run opens a lab, measures, and prints the result.
func run(ctx context.Context, set string, present bool, measure func(context.Context, *lab) (any, error)) error {
	seed, err := seed()
	if err != nil {
		return err
	}
	l, err := open(ctx, set, seed, present)
	if err != nil {
		return err
	}
	defer l.close()
	result, err := measure(ctx, l)
	if result != nil {
		if e := suite.Result(result); e != nil {
			return e
		}
	}
	return err
}

func seed() (uint64, error) {
	text := os.Getenv("BENCH_SEED")
	if text == "" {
		return 1, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("BENCH_SEED %q is no whole number of 0 or more", text)
	}
	return seed, nil
}

func open(ctx context.Context, set string, seed uint64, present bool) (*lab, error) {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return nil, err
	}
	l := &lab{project: project}
	if l.data, err = project.Dataset(ctx, set, seed, present); err != nil {
		return nil, err
	}
	binary, err := project.Plugin(ctx)
	if err != nil {
		return nil, err
	}
	if l.server, err = project.Serve(ctx, l.data); err != nil {
		return nil, err
	}
	if err := l.startPlugin(binary); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) startPlugin(binary string) (err error) {
	l.host, err = pluginhost.StartLogged(binary, l.project.Log("plugin-bench"))
	return err
}

func (l *lab) close() {
	if l.host != nil {
		l.host.Kill()
	}
	if l.server != nil {
		l.server.Stop()
	}
}

func (l *lab) write(format string, args ...any) { l.project.Report.Print("  "+format, args...) }

// source returns a new data source, without cached data, and with a timeout of ten minutes.
func (l *lab) source(url, catalog string) (*pluginhost.DataSource, error) {
	return l.sourceWith(url, catalog, nil)
}

// sourceWith is source with more settings.
func (l *lab) sourceWith(url, catalog string, more map[string]any) (*pluginhost.DataSource, error) {
	uid := "bench-" + strconv.FormatInt(l.sources.Add(1), 10)
	settings := map[string]any{"catalog": catalog, "timeout": 600}
	maps.Copy(settings, more)
	return pluginhost.NewDataSource(stack.DatasourceID, uid, uid, url, settings)
}

// ask sends one query with the range [from, to] and returns its frames.
func (l *lab) ask(ctx context.Context, source *pluginhost.DataSource, query map[string]any, from, to time.Time,
	points int64,
) (data.Frames, error) {
	return l.host.Ask(ctx, source, pluginhost.Query{JSON: query, From: from, To: to, Points: points})
}

// number returns a column's value in the row with the value want in the column key, or NaN.
func number(frame *data.Frame, key, want, column string) float64 {
	names, _ := frame.FieldByName(key)
	field, _ := frame.FieldByName(column)
	if names == nil || field == nil {
		return math.NaN()
	}
	for i := range names.Len() {
		if name, _ := names.At(i).(string); name != want {
			continue
		}
		if v, err := field.NullableFloatAt(i); err == nil && v != nil {
			return *v
		}
	}
	return math.NaN()
}

// median returns NaN without values.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// significant rounds to four significant digits, for readability.
func significant(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}
