package frames

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

func init() {
	register(query.Backtest, func(b *engine.Backtest, q query.Query) (data.Frames, error) {
		return Backtest(b, q.Backtest.Frames...), nil
	})
}

// Names of the frames of a backtest query, in their order. The frame StatesName repeats for each
// SLO, policy and group.
const (
	PoliciesName  = "policies"
	GroupsName    = "groups"
	AlarmsName    = "alarms"
	IncidentsName = "incidents"
	StatesName    = "states"
)

// Backtest returns the comparison of the policies over all groups, the comparison for each group,
// all alarms, all incidents with the detections of each policy, and the states over time; or only
// the named frames. The first frame has the metadata.
func Backtest(b *engine.Backtest, only ...string) []*data.Frame {
	groupBy := groupLabels(b.Tests, func(t engine.Test) []string { return t.SLO.By })
	out := append([]*data.Frame{
		policiesFrame(b), groupsFrame(b, groupBy), alarmsFrame(b, groupBy),
		incidentsFrame(b, groupBy),
	}, stateFrames(b)...)
	if len(only) > 0 {
		out = slices.DeleteFunc(out, func(f *data.Frame) bool { return !slices.Contains(only, f.Name) })
	}
	if len(out) == 0 { // no group has states
		out = append(out, data.NewFrame(StatesName).SetMeta(seriesMeta()))
	}
	setMeta(out[0], b.Report, groupBy)
	return out
}

func policiesFrame(b *engine.Backtest) *data.Frame {
	g := &grid[engine.PolicyScore]{rows: b.Compared}
	g.text("slo", "SLO", func(p engine.PolicyScore) string { return p.SLO.Name })
	g.text("policy", "Policy", func(p engine.PolicyScore) string { return p.SLO.Policy.Name })
	g.number("groups", "Groups", "short", func(p engine.PolicyScore) *float64 { return count(p.Score.Groups) })
	addScoreColumns(g, func(p engine.PolicyScore) slo.Score { return p.Score })
	return g.frame(PoliciesName, data.FrameTypeNumericLong)
}

func groupsFrame(b *engine.Backtest, groupBy []string) *data.Frame {
	g := &grid[engine.Test]{rows: b.Tests}
	addTestColumns(g, groupBy, func(t engine.Test) engine.Test { return t })
	addScoreColumns(g, func(t engine.Test) slo.Score { return t.Score })
	return g.frame(GroupsName, data.FrameTypeNumericLong)
}

func addTestColumns[R any](g *grid[R], groupBy []string, of func(R) engine.Test) {
	g.groups(groupBy, func(r R) (string, map[string]string) { return of(r).SLO.Name, of(r).Labels })
	g.text("policy", "Policy", func(r R) string { return of(r).SLO.Policy.Name })
}

func addScoreColumns[R any](g *grid[R], of func(R) slo.Score) {
	g.number("pages", "Pages", "short", func(r R) *float64 { return count(of(r).Pages) })
	g.number("pages_per_week", "Pages per week", "short", func(r R) *float64 { return numberOf(of(r).PagesPerWeek) })
	g.number("needless", "Pages without an incident", "short", func(r R) *float64 { return count(of(r).Needless) })
	g.number("alarms", "Firing periods of all severities", "short", func(r R) *float64 { return count(of(r).Alarms) })
	g.number("incidents", "Incidents", "short", func(r R) *float64 { return count(of(r).Incidents) })
	g.number("detected", "Incidents detected", "short", func(r R) *float64 { return count(of(r).Detected) })
	g.number("detected_after", "Median time to detect", "s", func(r R) *float64 { return seconds(of(r).MedianAfter) })
	g.number("spent_before", "Median budget spent before", "percentunit",
		func(r R) *float64 { return of(r).MedianSpent })
	g.number("silence", "Longest silence in an incident", "s", func(r R) *float64 { return seconds(of(r).Silence) })
}

type alarm struct {
	engine.Test
	slo.Alarm
}

func alarmsFrame(b *engine.Backtest, groupBy []string) *data.Frame {
	g := &grid[alarm]{}
	for _, t := range b.Tests {
		for _, a := range t.Outcome.Replay.Alarms {
			g.rows = append(g.rows, alarm{t, a})
		}
	}
	addTestColumns(g, groupBy, func(a alarm) engine.Test { return a.Test })
	g.text("severity", "Severity", func(a alarm) string { return a.Severity })
	g.time("from", "From", func(a alarm) time.Time { return a.From })
	g.time("to", "To", func(a alarm) time.Time { return a.To })
	g.flag("open", "Still firing", "red", func(a alarm) *float64 { return yesNo(a.Open) })
	g.number("duration", "Duration", "s", func(a alarm) *float64 { return numberOf(a.Duration().Seconds()) })
	g.number("peak_burn", "Highest burn", burnUnit, func(a alarm) *float64 {
		return numberIf(a.PeakBurn, a.SLO.Objective.ErrorBudget() > 0)
	})
	return g.frame(AlarmsName, data.FrameTypeTable)
}

// incident is an incident with the detection of one policy.
type incident struct {
	engine.Test
	slo.Incident
	detection slo.Detection
}

func incidentsFrame(b *engine.Backtest, groupBy []string) *data.Frame {
	g := &grid[incident]{}
	for _, t := range b.Tests {
		for k, i := range t.Outcome.Incidents {
			g.rows = append(g.rows, incident{t, i, t.Outcome.Detections[k]})
		}
	}
	addTestColumns(g, groupBy, func(i incident) engine.Test { return i.Test })
	g.time("from", "From", func(i incident) time.Time { return i.From })
	g.time("to", "To", func(i incident) time.Time { return i.To })
	g.number("bad", "Bad events", "short", func(i incident) *float64 { return numberOf(i.Bad) })
	g.number("spent", "Budget spent", "percentunit", func(i incident) *float64 { return numberOf(i.Spent) })
	g.flag("detected", "Detected", "", func(i incident) *float64 { return yesNo(i.detection.Detected) })
	g.text("severity", "First severity", func(i incident) string { return i.detection.Severity })
	g.number("detected_after", "Time to detect", "s", func(i incident) *float64 {
		return numberIf(i.detection.After.Seconds(), i.detection.Detected)
	})
	g.number("spent_before", "Budget spent before", "percentunit", func(i incident) *float64 {
		return numberIf(i.detection.Spent, i.detection.Detected)
	})
	g.number("silence", "Longest silence", "s",
		func(i incident) *float64 { return numberOf(i.detection.Silence.Seconds()) })
	return g.frame(IncidentsName, data.FrameTypeTable)
}

// stateFrames returns frames for a state timeline: a point at each change of the state, and one at
// the end. Policies of a group are adjacent.
func stateFrames(b *engine.Backtest) []*data.Frame {
	tests := slices.Clone(b.Tests)
	sloOrder := map[string]int{} // position of each SLO
	for i, t := range tests {
		if _, ok := sloOrder[t.SLO.Name]; !ok {
			sloOrder[t.SLO.Name] = i
		}
	}
	slices.SortStableFunc(tests, func(x, y engine.Test) int {
		return cmp.Or(cmp.Compare(sloOrder[x.SLO.Name], sloOrder[y.SLO.Name]),
			slices.Compare(groupValues(x.Labels), groupValues(y.Labels)))
	})
	out := make([]*data.Frame, 0, len(tests))
	for _, t := range tests {
		points := make([]engine.Point, 0, len(t.Changes)+1)
		for _, c := range t.Changes {
			points = append(points,
				engine.Point{Time: c.Time, Value: numberIf(float64(c.State), c.State != slo.Unmeasured)})
		}
		if n := len(points); n > 0 && points[n-1].Time.Before(b.Instant) {
			points = append(points, engine.Point{Time: b.Instant, Value: points[n-1].Value})
		}
		labels := data.Labels{"slo": t.SLO.Name, "policy": t.SLO.Policy.Name}
		maps.Copy(labels, seriesLabels(t.SLO.By, t.Labels))
		f := seriesFrame(StatesName, "", labels, points)
		f.Fields[1].Config.Mappings = stateMappings()
		f.Fields[1].Config.DisplayNameFromDS = seriesName(t.SLO.Policy.Name, t.SLO.Name, t.SLO.By, t.Labels)
		f.Fields[1].Config.Custom = map[string]any{
			"lineInterpolation": "stepAfter", "axisSoftMin": 0,
			"axisSoftMax": int(slo.Firing),
		}
		out = append(out, f)
	}
	return out
}
