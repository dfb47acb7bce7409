package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// KeepFor is how far back an alert that cannot be judged looks for its last
// state. A group that was not measured for as long is gone: nothing is alerted
// of it any more.
const KeepFor = 24 * time.Hour

// AlertRow is how the alerts of one severity stand in one group.
type AlertRow struct {
	Row
	slo.Standing
}

// Alerts is the answer to an alerts query: for each SLO and group its severities.
type Alerts struct {
	Report    // without rows
	Standings []AlertRow
	Gone      int // groups that are left out: not measured for KeepFor
}

// Alerts judges every group of the SLOs at an instant, for alert rules. When the
// server fails, for one SLO even, it is an error: an alert rule must not mistake
// an SLO that could not be read for one that is fine. Only a mistake in the
// definition of one of several SLOs is a warning, as it is no news.
func (e *Engine) Alerts(ctx context.Context, slos []catalog.SLO, at time.Time) (*Alerts, error) {
	at = e.instant(at)
	slos = eachWindow(slos)
	parts := make([]*Alerts, len(slos))
	failed := make([]error, len(slos))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for i, s := range slos {
		g.Go(func() error {
			parts[i], failed[i] = e.alerts(gctx, s, at)
			return nil
		})
	}
	_ = g.Wait()
	out := &Alerts{Report: Report{Instant: at}}
	if err := collect(ctx, slos, failed, &out.Report); err != nil {
		return nil, err
	}
	for i, p := range parts {
		switch err := failed[i]; {
		case err == nil:
			out.Standings = append(out.Standings, p.Standings...)
			out.Gone += p.Gone
			out.add(p.Cost, p.Warnings, p.Sent)
		case !mistaken(err):
			return nil, fmt.Errorf("SLO %s: %w", slos[i].Name, err)
		}
	}
	return out, nil
}

// mistaken says that the definition is wrong, and not the server.
func mistaken(err error) bool {
	var noBucket *sli.NoBucketError
	return models.IsUserError(err) || errors.As(err, &noBucket)
}

func (e *Engine) alerts(ctx context.Context, s catalog.SLO, at time.Time) (*Alerts, error) {
	ev, err := e.read(ctx, s, append(summaryBorders(s, at), at.Add(-KeepFor)))
	if err != nil {
		return nil, err
	}
	out := &Alerts{Report: Report{about: ev.about}}
	var rows []Row
	search := &lastStates{engine: e, slo: s, at: at}
	for _, g := range ev.groups() {
		if g.raw(at.Add(-KeepFor), at).Coverage == 0 {
			out.Gone++
			continue
		}
		r := row(s, g, nil, at)
		out.flag(g, at)
		rows = append(rows, r)
		search.want(r)
	}
	if err := search.find(ctx); err != nil {
		return nil, err
	}
	out.add(search.Cost, search.Warnings, search.Sent)
	for _, r := range rows {
		for _, standing := range slo.Standings(r.Evaluation.Alerts, search.of(r)) {
			out.Standings = append(out.Standings, AlertRow{r, standing})
		}
	}
	if out.Gone > 0 {
		out.warn(fmt.Sprintf("SLO %s: %d groups of the last %s were not measured for %s and are left out of the alerts", s.Name, out.Gone, s.WindowText(), slo.FormatDuration(KeepFor)))
	}
	if len(rows) == 0 && out.Gone == 0 {
		out.warn(fmt.Sprintf("SLO %s: no series of %s in the last %s; check the metric name and labels", s.Name, s.Source(), s.WindowText()))
	}
	slices.SortStableFunc(out.Standings, func(a, b AlertRow) int { return worstFirst(a.Row, b.Row) })
	return out, nil
}
