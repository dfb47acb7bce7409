//go:build suite

package conformance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/burnline/burnline/tests/conformance/month"
)

// workloadsOf compares the SLO of every workload's row: the most urgent one, then the one with the
// least remaining budget.
func (a *querier) workloadsOf(ctx context.Context, d *differences) error {
	at := month.Instants[0]
	requested := []string{"availability", "latency"}
	frames, err := a.frames(ctx, map[string]any{"queryType": "workloads", "slos": requested}, at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	for _, workload := range a.truth.Workloads("availability") {
		first := truthOf{a.truth, "availability", workload}
		if other := (truthOf{a.truth, "latency", workload}); other.isMoreUrgent(first, at) {
			first = other
		}
		i, ok := r.find(map[string]string{"workload": workload, "slo": first.slo})
		if !ok {
			d.add("no row of %s in which %s speaks", workload, first.slo)
			continue
		}
		d.within(workload+" budget", r.number(i, "budget"), first.budget(at), 0.002)
		d.within(workload+" state", r.number(i, "state"), first.state(at), 0)
		d.within(workload+" p95", r.number(i, "p95"), first.p95(at), 0.001)
		traffic := truthOf{a.truth, "availability", workload}.counts(at.Add(-time.Hour), at).Total / 3600
		d.ratio(workload+" throughput", r.number(i, "throughput"), traffic)
	}
	if len(frames) != 1 {
		d.add("%d frames, expected 1", len(frames))
	}
	if trends, _ := frames[0].FieldByName("throughput_trend"); trends == nil ||
		trends.Len() != len(a.truth.Workloads("availability")) {
		d.add("no column of trends with a row for each workload")
	}
	return nil
}

// history compares March, which is over.
func (a *querier) history(ctx context.Context, d *differences) error {
	from, to := month.Start.AddDate(0, 0, 2), month.Instants[0] // 1 March; 1 April
	frames, err := a.frames(ctx,
		map[string]any{"queryType": "history", "slos": []string{"availability", "quantile"}, "period": "month"}, from,
		to)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	for _, slo := range []string{"availability", "quantile"} {
		for _, workload := range a.truth.Workloads(slo) {
			t := truthOf{a.truth, slo, workload}
			i, ok := r.find(map[string]string{"slo": slo, "workload": workload, "period": "2026-03"})
			if !ok {
				d.add("no row of %s of %s in March", slo, workload)
				continue
			}
			c := t.counts(from, to)
			name := slo + " of " + workload
			d.count(name+" events", r.number(i, "events"), c.Total)
			d.count(name+" bad", r.number(i, "bad"), c.Bad)
			d.within(name+" budget", r.number(i, "budget"), 1-c.Bad/c.Total/(1-objectives[slo]), 0.002)
		}
	}
	return nil
}

// whatIf compares other objectives over other windows.
func (a *querier) whatIf(ctx context.Context, d *differences) error {
	at := month.Instants[0]
	frames, err := a.frames(ctx, map[string]any{
		"queryType": "whatif", "slos": []string{"availability"},
		"whatif": map[string]any{"objectives": []float64{99, 99.95}, "windows": []string{"7d", "30d"}},
	}, at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	for _, workload := range a.truth.Workloads("availability") {
		for window, length := range map[string]time.Duration{"7d": 7 * 24 * time.Hour, "30d": period} {
			for _, percent := range []string{"99", "99.95"} {
				i, ok := r.find(map[string]string{"workload": workload, "variant": percent + "% over " + window})
				if !ok {
					d.add("no row of %s: %s%% over %s", workload, percent, window)
					continue
				}
				c := truthOf{a.truth, "availability", workload}.counts(at.Add(-length), at)
				allowed := map[string]float64{"99": 0.01, "99.95": 0.0005}[percent]
				name := fmt.Sprintf("%s, %s%% over %s, ", workload, percent, window)
				d.count(name+"events", r.number(i, "events"), c.Total)
				d.count(name+"bad", r.number(i, "bad"), c.Bad)
				d.within(name+"budget", r.number(i, "budget"), 1-c.Bad/c.Total/allowed, 0.004)
			}
		}
	}
	return nil
}

// exemplarsOfBlocks queries exemplars. Blocks have none, which a notice reports.
func (a *querier) exemplarsOfBlocks(ctx context.Context, d *differences) error {
	at := month.Instants[1]
	frames, err := a.frames(ctx, map[string]any{"queryType": "exemplars", "slos": []string{"availability"}},
		at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	if notices := strings.Join(noticesOf(frames[0]), " "); frames[0].Rows() > 0 ||
		!strings.Contains(notices, "the server has no exemplars in this time range") {
		d.add("%d exemplars, and the notices %q", frames[0].Rows(), notices)
	}
	return nil
}

// burners compares the codes that spent the budget.
func (a *querier) burners(ctx context.Context, d *differences) error {
	at := month.Instants[1]
	frames, err := a.frames(ctx, map[string]any{
		"queryType": "burners", "slos": []string{"availability"}, "burners": map[string]any{"by": []string{"code"}},
	}, at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	for _, workload := range a.truth.Workloads("availability") {
		i, ok := r.find(map[string]string{"workload": workload, "code": "500"})
		if !ok {
			d.add("no row of code 500 of %s", workload)
			continue
		}
		c := truthOf{a.truth, "availability", workload}.counts(at.Add(-period), at)
		d.count(workload+" bad", r.number(i, "bad"), c.Bad)
		d.within(workload+" share", r.number(i, "share"), 1, 1e-9)
	}
	return nil
}

// backtest compares how often each severity fires over three weeks. The workload with the gap is
// left out: the counts do not show which times were measured.
func (a *querier) backtest(ctx context.Context, d *differences) error {
	to := month.Instants[0]
	from := to.AddDate(0, 0, -21)
	frames, err := a.frames(ctx, map[string]any{
		"queryType": "backtest", "slos": []string{"availability"},
		"backtest": map[string]any{"policies": []string{"page-and-slack"}, "step": "5m"},
	}, from, to)
	if err != nil {
		return err
	}
	for _, f := range frames {
		if f.Name != "groups" {
			continue
		}
		r := rowsOf(f)
		for _, workload := range a.truth.Workloads("availability") {
			if workload == "gap" {
				continue
			}
			i, ok := r.find(map[string]string{"workload": workload})
			if !ok {
				d.add("no row of %s", workload)
				continue
			}
			pages, alarms := truthOf{a.truth, "availability", workload}.alarms(from, to, 5*time.Minute)
			d.within(workload+" pages", r.number(i, "pages"), pages, 0)
			d.within(workload+" alarms", r.number(i, "alarms"), alarms, 0)
		}
		return nil
	}
	d.add("no frame groups")
	return nil
}

// alarms counts the continuous firing periods of each severity, evaluated every step.
func (t truthOf) alarms(from, to time.Time, step time.Duration) (pages, all float64) {
	for _, p := range pairs {
		before := false
		for at := from; !at.After(to); at = at.Add(step) {
			now := t.over(at, p.long, p.factor) && t.over(at, p.short, p.factor)
			if now && !before {
				all++
				if p.severity == "page" {
					pages++
				}
			}
			before = now
		}
	}
	return pages, all
}
