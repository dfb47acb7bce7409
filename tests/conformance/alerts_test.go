//go:build suite

package conformance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/tests/conformance/month"
)

// alerts compares the alert queries of every severity.
func (a *querier) alerts(ctx context.Context, d *differences) error {
	for _, at := range month.Instants {
		for _, slo := range []string{"availability", "latency"} {
			for _, value := range []string{
				"firing", "state", "unmeasured", "budget", "burn_long", "burn_short",
				"factor",
			} {
				frames, err := a.ask(ctx, a.source, question{
					JSON: map[string]any{"queryType": "alerts", "slos": []string{slo}, "value": value},
					From: at.Add(-time.Hour), To: at, Alerting: true,
				})
				if err != nil {
					return err
				}
				a.compareSeverities(d, slo, value, at, frames)
			}
		}
	}
	return nil
}

func (a *querier) compareSeverities(d *differences, slo, value string, at time.Time, frames data.Frames) {
	workloads := a.truth.Workloads(slo)
	if want := len(workloads) * len(pairs); len(frames) != want {
		d.add("%d numbers %s of %s, expected %d", len(frames), value, slo, want)
	}
	for _, f := range frames {
		if len(f.Fields) != 1 || f.Rows() != 1 {
			d.add("%s of %s is no number", value, slo)
			continue
		}
		labels := f.Fields[0].Labels
		i := slices.IndexFunc(pairs, func(p pair) bool { return p.severity == labels["severity"] })
		if i < 0 || !slices.Contains(workloads, labels["workload"]) || labels["slo"] != slo {
			d.add("a number of %s", labels)
			continue
		}
		got, err := f.Fields[0].NullableFloatAt(0)
		if err != nil {
			d.add("%v", err)
			continue
		}
		name := fmt.Sprintf("%s of %s, %s, at %s", value, labels["workload"], labels["severity"], at.Format("15:04"))
		truthOf{a.truth, slo, labels["workload"]}.compareSeverity(d, name, value, pairs[i], at, got)
	}
}

// compareSeverity compares one number of one severity.
func (t truthOf) compareSeverity(d *differences, name, value string, p pair, at time.Time, got *float64) {
	switch value {
	case "firing":
		fires := 0.0
		if t.fires(p, at) {
			fires = 1
		}
		d.within(name, got, fires, 0)
	case "state":
		d.within(name, got, t.pairState(p, at), 0)
	case "unmeasured":
		d.within(name, got, 0, 0)
	case "budget":
		d.within(name, got, t.budget(at), 0.002)
	case "burn_long":
		if rate, ok := t.burn(at, p.long); ok {
			d.ratio(name, got, rate)
		}
	case "burn_short":
		if rate, ok := t.burn(at, p.short); ok {
			d.ratio(name, got, rate)
		}
	case "factor":
		d.within(name, got, min(p.factor, 1/(1-objectives[t.slo])), 1e-6)
	}
}

// fires reports whether both windows of a pair exceed its threshold.
func (t truthOf) fires(p pair, at time.Time) bool {
	return t.over(at, p.long, p.factor) && t.over(at, p.short, p.factor)
}

// pairState is the state of one severity, independent of the remaining budget.
func (t truthOf) pairState(p pair, at time.Time) float64 {
	switch long, short := t.over(at, p.long, p.factor), t.over(at, p.short, p.factor); {
	case long && short:
		return 3
	case short:
		return 2
	case long:
		return 1
	}
	return 0
}

// annotations compares the firing periods of every severity, and the times when budgets were
// exhausted, in three weeks. As in backtest, the workload with the gap is left out.
func (a *querier) annotations(ctx context.Context, d *differences) error {
	const step = 5 * time.Minute // for ranges of more than a week
	to := month.Instants[0]
	from := to.AddDate(0, 0, -21)
	frames, err := a.frames(ctx, map[string]any{
		"queryType": "annotations", "slos": []string{"availability"}, "annotations": []string{"firing", "budget"},
	}, from, to)
	if err != nil {
		return err
	}
	var want []string
	for _, workload := range a.truth.Workloads("availability") {
		if workload != "gap" {
			want = append(want, truthOf{a.truth, "availability", workload}.events(from, to, step)...)
		}
	}
	got := eventsOf(frames[0])
	slices.Sort(want)
	slices.Sort(got)
	for _, e := range want {
		if !slices.Contains(got, e) {
			d.add("no annotation %s", e)
		}
	}
	for _, e := range got {
		if !slices.Contains(want, e) {
			d.add("an annotation %s that nothing was", e)
		}
	}
	if len(want) < 4 || len(want) != len(got) {
		d.add("%d annotations, expected %d", len(got), len(want))
	}
	return nil
}

const eventTime = "2 Jan 15:04"

// events describes the events of a workload, evaluated every step.
func (t truthOf) events(from, to time.Time, step time.Duration) []string {
	var out []string
	for _, p := range pairs {
		var since time.Time
		for at := from.Add(step); !at.After(to); at = at.Add(step) {
			switch fires := t.fires(p, at); {
			case fires && since.IsZero():
				since = at
			case !fires && !since.IsZero():
				out = append(out,
					fmt.Sprintf("%s of %s: %s to %s", p.severity, t.workload, since.Format(eventTime),
						at.Format(eventTime)))
				since = time.Time{}
			}
		}
		if !since.IsZero() {
			out = append(out,
				fmt.Sprintf("%s of %s: %s to %s", p.severity, t.workload, since.Format(eventTime),
					to.Format(eventTime)))
		}
	}
	spent := t.budget(from.Add(step)) <= 1e-9
	for at := from.Add(step); !at.After(to); at = at.Add(step) {
		if now := t.budget(at) <= 1e-9; now != spent {
			out = append(out, fmt.Sprintf("budget of %s: %s", t.workload, at.Format(eventTime)))
			spent = now
		}
	}
	return out
}

// eventsOf describes the rows of a frame of annotations in the same way, without the workload with
// the gap.
func eventsOf(f *data.Frame) []string {
	var out []string
	at := func(name string, row int) any {
		field, _ := f.FieldByName(name)
		if field == nil {
			return nil
		}
		return field.At(row)
	}
	for i := range f.Rows() {
		text, _ := at("text", i).(string)
		var workload string
		if n, _ := fmt.Sscanf(text, "availability of %s", &workload); n == 0 || workload == "gap:" {
			continue
		}
		begin, _ := at("time", i).(time.Time)
		if at("kind", i) == "budget" {
			out = append(out, fmt.Sprintf("budget of %s %s", workload, begin.UTC().Format(eventTime)))
			continue
		}
		end, _ := at("timeEnd", i).(*time.Time)
		if end == nil {
			end = &begin
		}
		out = append(out,
			fmt.Sprintf("%s of %s %s to %s", at("severity", i), workload, begin.UTC().Format(eventTime),
				end.UTC().Format(eventTime)))
	}
	return out
}
