package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/models"
)

// answer asks about the SLOs for the query types with options of their own; ok
// is false for the others.
func (d *Datasource) answer(ctx context.Context, e *engine.Engine, q models.Query, slos []catalog.SLO, warnings []string) (fs data.Frames, ok bool, err error) {
	switch q.Type {
	case models.QueryHistory:
		h, err := e.Periods(ctx, slos, q.Calendar, q.From, q.To)
		if err != nil {
			return nil, true, err
		}
		h.Warnings = append(warnings, h.Warnings...)
		return executed(data.Frames{frames.Periods(h)}, h.Sent), true, nil
	case models.QueryWhatIf:
		w, err := e.WhatIf(ctx, slos, q.WhatIf, q.Instant)
		if err != nil {
			return nil, true, err
		}
		w.Warnings = append(warnings, w.Warnings...)
		return executed(data.Frames{frames.WhatIf(w)}, w.Sent), true, nil
	case models.QueryBurners:
		b, err := e.Burners(ctx, slos, q.Burners, q.Instant)
		if err != nil {
			return nil, true, err
		}
		b.Warnings = append(warnings, b.Warnings...)
		return executed(data.Frames{frames.Burners(b)}, b.Sent), true, nil
	case models.QueryBacktest:
		policies, step, err := q.BacktestPolicies(d.settings.Catalog)
		if err != nil {
			return nil, true, err
		}
		b, err := e.Backtest(ctx, slos, policies, q.From, q.To, step)
		if err != nil {
			return nil, true, err
		}
		b.Warnings = append(warnings, b.Warnings...)
		return executed(frames.Backtest(b, q.Backtest.Frames...), b.Sent), true, nil
	case models.QueryAlerts:
		a, err := e.Alerts(ctx, slos, q.Instant)
		if err != nil {
			return nil, true, err
		}
		a.Warnings = append(warnings, a.Warnings...)
		return executed(frames.Alerts(a, q.Value, q.Severities), a.Sent), true, nil
	case models.QueryAnnotations:
		a, err := e.Annotations(ctx, slos, q.Annotations, q.From, q.To)
		if err != nil {
			return nil, true, err
		}
		a.Warnings = append(warnings, a.Warnings...)
		return executed(data.Frames{frames.Annotations(a, q.Severities)}, a.Sent), true, nil
	}
	return nil, false, nil
}
