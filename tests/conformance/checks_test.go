//go:build suite

package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/tests/conformance/month"
)

// querier queries one server with the plugin.
type querier struct {
	*lab
	truth   *month.Truth
	source  *pluginhost.DataSource
	headers map[string]string // of the viewer
}

// check is one row of the table: queries and a comparison.
type check struct {
	name string
	run  func(ctx context.Context, a *querier, d *differences) error
}

func of(name string, method func(*querier, context.Context, *differences) error) check {
	return check{name, func(ctx context.Context, a *querier, d *differences) error { return method(a, ctx, d) }}
}

// checks returns the checks of the month: every kind of SLI in a summary, then every other type of
// query.
func checks() []check {
	var out []check
	for _, slo := range slos {
		out = append(out,
			check{
				"summary of " + slo,
				func(ctx context.Context, a *querier, d *differences) error { return a.summary(ctx, d, slo) },
			})
	}
	for _, slo := range []string{"availability", "latency", "timeslice", "composite"} {
		out = append(out,
			check{
				"timeseries of " + slo,
				func(ctx context.Context, a *querier, d *differences) error { return a.timeSeries(ctx, d, slo) },
			})
	}
	return append(out,
		of("workloads", (*querier).workloadsOf),
		of("history", (*querier).history),
		of("whatif", (*querier).whatIf),
		of("burners", (*querier).burners),
		of("backtest", (*querier).backtest),
		of("alerts", (*querier).alerts),
		of("annotations", (*querier).annotations),
		of("exemplars", (*querier).exemplarsOfBlocks),
	)
}

func (a *querier) frames(ctx context.Context, query map[string]any, from, to time.Time) (data.Frames, error) {
	return a.ask(ctx, a.source, question{JSON: query, From: from, To: to, Headers: a.headers})
}

// summary compares every number of every row at both instants.
func (a *querier) summary(ctx context.Context, d *differences, slo string) error {
	for _, at := range month.Instants {
		if err := a.summaryAt(ctx, d, slo, at); err != nil {
			return err
		}
	}
	return nil
}

func (a *querier) summaryAt(ctx context.Context, d *differences, slo string, at time.Time) error {
	frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "slos": []string{slo}}, at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	for _, workload := range a.truth.Workloads(slo) {
		a.row(d, r, truthOf{a.truth, slo, workload}, at)
	}
	if n := r.unexpected(); n > 0 {
		d.add("%d rows of workloads that there are none of", n)
	}
	return nil
}

func (a *querier) row(d *differences, r *rows, t truthOf, at time.Time) {
	name := fmt.Sprintf("%s at %s, ", t.workload, at.Format("15:04"))
	i, ok := r.find(map[string]string{"workload": t.workload})
	if !ok {
		d.worst = 100
		d.add("%s no row", name)
		return
	}
	whole := t.counts(at.Add(-period), at)
	d.count(name+"events", r.number(i, "events"), whole.Total)
	d.count(name+"bad", r.number(i, "bad"), whole.Bad)
	d.within(name+"budget", r.number(i, "budget"), t.budget(at), 0.002)
	d.within(name+"budget 24 h ago", r.number(i, "budget_ago"), t.budget(at.Add(-24*time.Hour)), 0.002)
	d.within(name+"state", r.number(i, "state"), t.state(at), 0)
	for _, p := range pairs {
		for column, w := range map[string]time.Duration{
			"burn_" + hours[p.long]:  p.long,
			"burn_" + hours[p.short]: p.short,
		} {
			if rate, ok := t.burn(at, w); ok {
				d.ratio(name+column, r.number(i, column), rate)
			}
		}
	}
	covered := 1.0
	if t.workload == "gap" && t.slo != "timeslice" && t.slo != "probe" && t.slo != "recorded" {
		covered = 1 - 20.0/(30*24*60)
	}
	d.within(name+"coverage", r.number(i, "coverage"), covered, 0.0005)
	a.traffic(d, r, i, name, t, at)
}

// hours are the names of the burn windows.
var hours = map[time.Duration]string{
	5 * time.Minute: "5m", 30 * time.Minute: "30m", time.Hour: "1h",
	6 * time.Hour: "6h",
}

// traffic compares p95 and throughput of the last hour.
func (a *querier) traffic(d *differences, r *rows, i int, name string, t truthOf, at time.Time) {
	p95 := r.number(i, "p95")
	switch {
	case p95 == nil && hasNotice(r.frame, "no p95"): // the budget is correct without it
	case t.slo == "availability" || t.slo == "latency":
		d.within(name+"p95", p95, t.p95(at), 0.001)
	case t.slo == "latency-native":
		d.within(name+"p95", p95, t.nativeP95(at), 0.002)
	}
	switch t.slo {
	case "availability", "availability-good", "latency", "latency-native":
		d.ratio(name+"throughput", r.number(i, "throughput"), t.counts(at.Add(-time.Hour), at).Total/3600)
	}
}

// hasNotice reports whether a notice of the frame contains a text.
func hasNotice(frame *data.Frame, of string) bool {
	return frame.Meta != nil &&
		slices.ContainsFunc(frame.Meta.Notices, func(n data.Notice) bool { return strings.Contains(n.Text, of) })
}

// timeSeries compares every point of budget, events, bad events and burn rates over a day, in half
// hours, and over the last hour in five minutes.
func (a *querier) timeSeries(ctx context.Context, d *differences, slo string) error {
	if err := a.series(ctx, d, slo, month.Instants[1], 24*time.Hour, 30*time.Minute); err != nil {
		return err
	}
	return a.minutes(ctx, d, slo, month.Instants[1])
}

func (a *querier) minutes(ctx context.Context, d *differences, slo string, at time.Time) error {
	return a.series(ctx, d, slo, at, time.Hour, 5*time.Minute)
}

func (a *querier) series(ctx context.Context, d *differences, slo string, at time.Time, length,
	step time.Duration,
) error {
	frames, err := a.ask(ctx, a.source, question{
		JSON: map[string]any{
			"queryType": "timeseries", "slos": []string{slo},
			"metrics": []string{"budget", "events", "bad", "burn"},
		},
		From: at.Add(-length), To: at, Points: int64(length / step), Headers: a.headers,
	})
	if err != nil {
		return err
	}
	if want := len(a.truth.Workloads(slo)) * (3 + 2*len(pairs)); len(frames) != want {
		d.add("%d series, expected %d", len(frames), want)
	}
	for _, f := range frames {
		a.points(d, slo, f, step)
	}
	return nil
}

func (a *querier) points(d *differences, slo string, f *data.Frame, step time.Duration) {
	if len(f.Fields) != 2 {
		d.add("a frame of %d fields", len(f.Fields))
		return
	}
	times, values := f.Fields[0], f.Fields[1]
	t := truthOf{a.truth, slo, values.Labels["workload"]}
	if times.Len() < 10 {
		d.add("%s of %s has %d points", f.Name, t.workload, times.Len())
	}
	for i := range times.Len() {
		at, _ := times.At(i).(time.Time)
		v, err := values.NullableFloatAt(i)
		if err != nil {
			d.add("%v", err)
			return
		}
		name := fmt.Sprintf("%s of %s at %s", f.Name, t.workload, at.UTC().Format("15:04"))
		c := t.counts(at.Add(-step), at)
		switch f.Name {
		case "budget":
			d.within(name, v, t.budget(at), 0.002)
		case "events":
			d.count(name, v, c.Total)
		case "bad":
			d.count(name, v, c.Bad)
		case "burn":
			for w, text := range hours {
				if rate, ok := t.burn(at, w); ok && text == values.Labels["window"] {
					d.ratio(name+" "+text, v, rate)
				}
			}
		}
	}
}
