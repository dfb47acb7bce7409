//go:build suite

package conformance

import (
	"context"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/conformance/month"
)

// partialAnswers stops a store gateway behind a Thanos that is not detected as one. Its partial
// results have a warning, because no parameter disables them. A panel may show them, with their
// coverage. An alert rule must not use them.
func (l *lab) partialAnswers(ctx context.Context, all *samples, d *differences) (string, error) {
	t, err := l.project.ServeThanos(ctx, stack.ThanosData{Sidecar: all.holed[len(all.holed)-1:], Bucket: all.whole})
	if err != nil {
		return "", err
	}
	defer t.Stop()
	f := &arena{lab: l, all: all, backend: t.Backend}
	a, err := f.querier(t.URL, map[string]any{"dialect": "prometheus"})
	if err != nil {
		return "", err
	}
	t.StopProgram(stack.ThanosStore)
	alerts, err := a.refusesAlerts(ctx, d)
	if err != nil {
		return "", err
	}
	panel, err := a.queryDuringFault(ctx, d)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(panel, "partial") {
		d.add("a panel is told: %s", panel)
	}
	if err := t.StartProgram(ctx, stack.ThanosStore); err != nil {
		return "", err
	}
	if err := t.AwaitStores(ctx); err != nil {
		return "", err
	}
	// In the default dialect, resets() is used, which is always 0 in Thanos.
	return "alerts: " + alerts + ". Panels: " + panel, a.healedBut(ctx, d, "crashing")
}

// refusesAlerts queries as an alert rule. It requires an error about the partial result.
func (a *querier) refusesAlerts(ctx context.Context, d *differences) (description string, err error) {
	at := month.Instants[0]
	for _, kind := range []string{"summary", "alerts", "timeseries"} {
		query := map[string]any{"queryType": kind, "slos": []string{"availability"}}
		_, err := a.ask(ctx, a.source, question{JSON: query, From: at.Add(-time.Hour), To: at, Alerting: true})
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case err == nil:
			d.add("%s: an alert rule is told numbers of a part of the data", kind)
		case !strings.Contains(err.Error(), "a part of its data"):
			d.add("%s: %v", kind, err)
		default:
			description = err.Error()
		}
	}
	return description, nil
}
