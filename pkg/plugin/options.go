package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/query"
)

// shape makes frames of an answer and of what its report says by then.
type shape func() (data.Frames, error)

// answer asks about the SLOs as the query type wants.
func (d *Datasource) answer(ctx context.Context, e *engine.Engine, q query.Query, slos []catalog.SLO, gone removed) (*engine.Report, shape, error) {
	switch q.Type {
	case query.QueryTimeSeries:
		h, err := e.TimeSeries(ctx, slos, q.Metrics, q.From, q.To, engine.Step(q.Spacing()))
		if err != nil {
			return nil, nil, err
		}
		return &h.Report, func() (data.Frames, error) { return frames.TimeSeries(h), nil }, nil
	case query.QueryHistory:
		h, err := e.Periods(ctx, slos, q.Calendar, q.From, q.To)
		if err != nil {
			return nil, nil, err
		}
		return &h.Report, func() (data.Frames, error) { return data.Frames{frames.Periods(h)}, nil }, nil
	case query.QueryWhatIf:
		w, err := e.WhatIf(ctx, slos, q.WhatIf, q.Instant)
		if err != nil {
			return nil, nil, err
		}
		return &w.Report, func() (data.Frames, error) { return data.Frames{frames.WhatIf(w)}, nil }, nil
	case query.QueryBurners:
		b, err := e.Burners(ctx, slos, q.Burners, q.Instant)
		if err != nil {
			return nil, nil, err
		}
		return &b.Report, func() (data.Frames, error) { return data.Frames{frames.Burners(b)}, nil }, nil
	case query.QueryBacktest:
		return d.backtest(ctx, e, q, slos)
	case query.QueryAlerts:
		a, err := e.Alerts(ctx, slos, q.Instant)
		if err != nil {
			return nil, nil, err
		}
		gone.add(a)
		return &a.Report, func() (data.Frames, error) { return frames.Alerts(a, q.Value, q.Severities), nil }, nil
	case query.QueryResources:
		r, err := e.Resources(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		return &r.Report, func() (data.Frames, error) { return frames.Resources(r, q.Resources.OverTime), nil }, nil
	case query.QueryAnnotations:
		a, err := e.Annotations(ctx, slos, q.Annotations, q.From, q.To)
		if err != nil {
			return nil, nil, err
		}
		return &a.Report, func() (data.Frames, error) { return data.Frames{frames.Annotations(a, q.Severities)}, nil }, nil
	}
	r, err := e.Summary(ctx, slos, q.Instant)
	if err != nil {
		return nil, nil, err
	}
	if q.Type == query.QueryWorkloads {
		r = engine.Workloads(r, names(slos))
		return r, func() (data.Frames, error) {
			return append(data.Frames{frames.Summary(frames.WorkloadsName, r)}, frames.Trends(r)...), nil
		}, nil
	}
	return r, func() (data.Frames, error) {
		f := frames.Summary(frames.SummaryName, r)
		if q.Value == "" {
			return data.Frames{f}, nil
		}
		f, err := frames.Only(f, q.Value)
		return data.Frames{f}, err
	}, nil
}

func (d *Datasource) backtest(ctx context.Context, e *engine.Engine, q query.Query, slos []catalog.SLO) (*engine.Report, shape, error) {
	policies, step, err := q.BacktestPolicies(d.settings.Catalog)
	if err != nil {
		return nil, nil, err
	}
	b, err := e.Backtest(ctx, slos, policies, q.From, q.To, step)
	if err != nil {
		return nil, nil, err
	}
	return &b.Report, func() (data.Frames, error) { return frames.Backtest(b, q.Backtest.Frames...), nil }, nil
}
