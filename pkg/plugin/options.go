package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/models"
)

// answer asks about the SLOs as the query type wants. shape makes frames of the
// answer and of what the report says by then.
func (d *Datasource) answer(ctx context.Context, e *engine.Engine, q models.Query, slos []catalog.SLO) (*engine.Report, func() data.Frames, error) {
	switch q.Type {
	case models.QueryTimeSeries:
		h, err := e.TimeSeries(ctx, slos, q.Metrics, q.From, q.To, engine.Step(q.Spacing()))
		if err != nil {
			return nil, nil, err
		}
		return &h.Report, func() data.Frames { return frames.TimeSeries(h) }, nil
	case models.QueryHistory:
		h, err := e.Periods(ctx, slos, q.Calendar, q.From, q.To)
		if err != nil {
			return nil, nil, err
		}
		return &h.Report, func() data.Frames { return data.Frames{frames.Periods(h)} }, nil
	case models.QueryWhatIf:
		w, err := e.WhatIf(ctx, slos, q.WhatIf, q.Instant)
		if err != nil {
			return nil, nil, err
		}
		return &w.Report, func() data.Frames { return data.Frames{frames.WhatIf(w)} }, nil
	case models.QueryBurners:
		b, err := e.Burners(ctx, slos, q.Burners, q.Instant)
		if err != nil {
			return nil, nil, err
		}
		return &b.Report, func() data.Frames { return data.Frames{frames.Burners(b)} }, nil
	case models.QueryBacktest:
		return d.backtest(ctx, e, q, slos)
	}
	r, err := e.Summary(ctx, slos, q.Instant)
	if err != nil {
		return nil, nil, err
	}
	if q.Type == models.QueryWorkloads {
		r = engine.Workloads(r, names(slos))
		return r, func() data.Frames {
			return append(data.Frames{frames.Summary(frames.WorkloadsName, r)}, frames.Trends(r)...)
		}, nil
	}
	return r, func() data.Frames { return data.Frames{frames.Summary(frames.SummaryName, r)} }, nil
}

func (d *Datasource) backtest(ctx context.Context, e *engine.Engine, q models.Query, slos []catalog.SLO) (*engine.Report, func() data.Frames, error) {
	policies, step, err := q.BacktestPolicies(d.settings.Catalog)
	if err != nil {
		return nil, nil, err
	}
	b, err := e.Backtest(ctx, slos, policies, q.From, q.To, step)
	if err != nil {
		return nil, nil, err
	}
	return &b.Report, func() data.Frames { return frames.Backtest(b) }, nil
}
