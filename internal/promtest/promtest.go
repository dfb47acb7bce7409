// Package promtest evaluates PromQL with Prometheus' own engine over samples of a test: the real
// semantics, without a server.
package promtest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/util/teststorage"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/tests/recording"
)

// Sample is one scrape of a series.
type Sample = recording.Sample

// Recording is the stored samples of a Prometheus, by series in PromQL notation.
type Recording map[string][]Sample

// Server implements the interface of *prom.Client.
type Server struct {
	noStream bool
	engine   *promql.Engine
	storage  storage.Queryable

	mu        sync.Mutex
	fail      error
	exemplars []prom.ExemplarSeries
}

// Load returns a server with series in the notation of Prometheus' own tests: "load 1m" and lines
// such as `x{a="b"} 0+10x60`. Time starts at the epoch.
func Load(t testing.TB, script string) *Server {
	series, err := recording.Parse(script)
	require.NoError(t, err)
	rec := Recording{}
	for _, s := range series {
		rec[s.Labels.String()] = append(rec[s.Labels.String()], s.Samples...)
	}
	return New(t, rec)
}

// Over returns a server of a storage.
func Over(t testing.TB, st storage.Queryable) *Server {
	return &Server{storage: st, engine: promqltest.NewTestEngine(t, false, 5*time.Minute, 50_000_000)}
}

// Fail makes every further request fail with err; nil ends that.
func (p *Server) Fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fail = err
}

func (p *Server) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fail
}

// WithoutStream returns a server of the same samples without remote read.
func (p *Server) WithoutStream() *Server {
	return &Server{noStream: true, engine: p.engine, storage: p.storage}
}

// New returns a server of a recording.
func New(t testing.TB, rec Recording) *Server {
	type series struct {
		labels labels.Labels
		ref    storage.SeriesRef
	}
	type scrape struct {
		*series
		*Sample
	}
	var scrapes []scrape
	for name, samples := range rec {
		lset, err := parser.NewParser(parser.Options{}).ParseMetric(name)
		require.NoError(t, err)
		of := &series{labels: lset}
		for i := range samples {
			scrapes = append(scrapes, scrape{of, &samples[i]})
		}
	}
	// the database requires samples in order of time
	slices.SortFunc(scrapes, func(a, b scrape) int { return cmp.Compare(a.Ms, b.Ms) })
	st := teststorage.New(t, small)
	app := st.Appender(t.Context())
	for _, s := range scrapes {
		var err error
		if s.H != nil {
			s.ref, err = app.AppendHistogram(s.ref, s.labels, s.Ms, nil, s.H)
		} else {
			s.ref, err = app.Append(s.ref, s.labels, s.Ms, s.V)
		}
		if err != nil {
			require.NoError(t, err, "%s at %d", s.labels, s.Ms)
		}
	}
	require.NoError(t, app.Commit())
	return Over(t, st)
}

// small configures a storage of few series that is never reopened: without write-ahead log and
// exemplars.
func small(o *tsdb.Options) {
	o.WALSegmentSize, o.StripeSize, o.EnableExemplarStorage = -1, 64, false
}

// QueryRange evaluates expr on a grid.
func (p *Server) QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	if err := p.failure(); err != nil {
		return nil, nil, err
	}
	q, err := p.engine.NewRangeQuery(ctx, p.storage, nil, expr, r.Start, r.End, r.Step)
	return p.exec(ctx, q, err)
}

// Query evaluates expr at an instant.
func (p *Server) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if err := p.failure(); err != nil {
		return nil, nil, err
	}
	q, err := p.engine.NewInstantQuery(ctx, p.storage, nil, expr, at)
	return p.exec(ctx, q, err)
}

func (p *Server) exec(ctx context.Context, q promql.Query, err error) (model.Matrix, []string, error) {
	if err != nil {
		return nil, nil, err
	}
	defer q.Close()
	res := q.Exec(ctx)
	if res.Err != nil && ctx.Err() != nil {
		return nil, nil, ctx.Err() // as the client returns it
	}
	if res.Err != nil {
		return nil, nil, res.Err
	}
	var out model.Matrix
	switch v := res.Value.(type) {
	case promql.Matrix:
		for _, s := range v {
			stream := &model.SampleStream{Metric: asMetric(s.Metric)}
			for _, pt := range s.Floats {
				stream.Values = append(stream.Values,
					model.SamplePair{Timestamp: model.Time(pt.T), Value: model.SampleValue(pt.F)})
			}
			for _, pt := range s.Histograms {
				stream.Histograms = append(stream.Histograms, asHistogram(pt.T, pt.H))
			}
			out = append(out, stream)
		}
	case promql.Vector:
		for _, s := range v {
			stream := &model.SampleStream{Metric: asMetric(s.Metric)}
			if s.H != nil {
				stream.Histograms = []model.SampleHistogramPair{asHistogram(s.T, s.H)}
			} else {
				stream.Values = []model.SamplePair{{Timestamp: model.Time(s.T), Value: model.SampleValue(s.F)}}
			}
			out = append(out, stream)
		}
	}
	warnings, _ := res.Warnings.AsStrings("", 0, 0)
	return out, warnings, nil
}

// Series lists the series that match selector and have samples in [start, end].
func (p *Server) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string,
	error,
) {
	if err := p.failure(); err != nil {
		return nil, nil, err
	}
	ms, err := parser.NewParser(parser.Options{}).ParseMetricSelector(selector)
	if err != nil {
		return nil, nil, err
	}
	q, err := p.storage.Querier(start.UnixMilli(), end.UnixMilli())
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = q.Close() }()
	var out []model.LabelSet
	set := q.Select(ctx, false, &storage.SelectHints{Start: start.UnixMilli(), End: end.UnixMilli(), Func: "series"},
		ms...)
	for set.Next() {
		out = append(out, model.LabelSet(asMetric(set.At().Labels())))
	}
	return out, nil, set.Err()
}

func asMetric(l labels.Labels) model.Metric {
	m := model.Metric{}
	l.Range(func(l labels.Label) { m[model.LabelName(l.Name)] = model.LabelValue(l.Value) })
	return m
}

// LabelValues lists the values of label in the series of selector.
func (p *Server) LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values,
	warnings []string, err error,
) {
	sets, warnings, err := p.Series(ctx, selector, start, end)
	if err != nil {
		return nil, warnings, err
	}
	for _, s := range sets {
		if v, ok := s[model.LabelName(label)]; ok {
			values = append(values, string(v))
		}
	}
	slices.Sort(values)
	return slices.Compact(values), warnings, nil
}

// Names lists the values of label in the series of selector, at most limit.
func (p *Server) Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string,
	error,
) {
	values, _, err := p.LabelValues(ctx, label, selector, start, end)
	return values[:min(uint64(len(values)), limit)], err
}

// LabelNames lists the labels of the series of selector.
func (p *Server) LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	sets, _, err := p.Series(ctx, selector, start, end)
	var out []string
	for _, s := range sets {
		for name := range s {
			out = append(out, string(name))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}
