package ledger

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/util/teststorage"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/promclient"
)

// sample is one scrape of a series; the value NaN stands for a failed one.
type sample struct {
	ms int64
	v  float64
}

// recording is what a Prometheus has stored, by series.
type recording map[string][]sample

// promSource answers with Prometheus' own engine over a recording.
type promSource struct {
	t       *testing.T
	engine  *promql.Engine
	storage *teststorage.TestStorage
	fail    error // answer of every query when set
}

func newPromSource(t *testing.T, rec recording) *promSource {
	type scrape struct {
		lset labels.Labels
		sample
	}
	var scrapes []scrape
	for name, samples := range rec {
		lset, err := parser.NewParser(parser.Options{}).ParseMetric(name)
		require.NoError(t, err)
		for _, s := range samples {
			scrapes = append(scrapes, scrape{lset, s})
		}
	}
	slices.SortFunc(scrapes, func(a, b scrape) int { return cmp.Compare(a.ms, b.ms) }) // a database takes time in order
	st := teststorage.New(t)
	app := st.Appender(t.Context())
	for _, s := range scrapes {
		_, err := app.Append(0, s.lset, s.ms, s.v)
		require.NoError(t, err)
	}
	require.NoError(t, app.Commit())
	return &promSource{t: t, storage: st, engine: promqltest.NewTestEngine(t, false, 5*time.Minute, 50_000_000)}
}

func (p *promSource) QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error) {
	if p.fail != nil {
		return nil, nil, p.fail
	}
	q, err := p.engine.NewRangeQuery(ctx, p.storage, nil, expr, r.Start, r.End, r.Step)
	return p.exec(ctx, q, err)
}

func (p *promSource) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	if p.fail != nil {
		return nil, nil, p.fail
	}
	q, err := p.engine.NewInstantQuery(ctx, p.storage, nil, expr, at)
	return p.exec(ctx, q, err)
}

func (p *promSource) exec(ctx context.Context, q promql.Query, err error) (model.Matrix, []string, error) {
	if err != nil {
		return nil, nil, err
	}
	defer q.Close()
	res := q.Exec(ctx)
	if res.Err != nil {
		return nil, nil, res.Err
	}
	var out model.Matrix
	switch v := res.Value.(type) {
	case promql.Matrix:
		for _, s := range v {
			stream := &model.SampleStream{Metric: asMetric(s.Metric)}
			for _, pt := range s.Floats {
				stream.Values = append(stream.Values, model.SamplePair{Timestamp: model.Time(pt.T), Value: model.SampleValue(pt.F)})
			}
			out = append(out, stream)
		}
	case promql.Vector:
		for _, s := range v {
			out = append(out, &model.SampleStream{Metric: asMetric(s.Metric), Values: []model.SamplePair{{Timestamp: model.Time(s.T), Value: model.SampleValue(s.F)}}})
		}
	}
	warnings, _ := res.Warnings.AsStrings("", 0, 0)
	return out, warnings, nil
}

func (p *promSource) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error) {
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
	set := q.Select(ctx, false, nil, ms...)
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
