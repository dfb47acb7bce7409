package bench

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/burnline/burnline/internal/stack"
)

// tolerancePercent is how far the count of bad events may be from what the samples hold.
const tolerancePercent = 0.1

type accuracyResult struct {
	Seed               uint64             `json:"seed"`
	Scenarios          []scenarioResult   `json:"scenarios"`
	MaxAbsErrorPercent float64            `json:"maxAbsErrorPercent"` // of exact counting
	Methods            map[string]float64 `json:"methods"`            // worst error, percent, by method
}

type scenarioResult struct {
	Name         string             `json:"name"`
	TruthEvents  float64            `json:"truthEvents"`
	TruthBad     float64            `json:"truthBad"`
	FloorPercent float64            `json:"floorPercent"`       // bad events that were never scraped, of those that were
	ErrorPercent map[string]float64 `json:"errorPercent"`       // of bad events, worst instant, by method
	EventsError  float64            `json:"eventsErrorPercent"` // of all events, exact counting
}

// Accuracy counts the bad events of every scenario in five ways and compares them with the truth. It fails when exact
// counting is off by more than 0.1 % anywhere.
func Accuracy(ctx context.Context) error {
	return run(ctx, "accuracy", false, func(ctx context.Context, l *lab) (any, error) { return l.accuracy(ctx) })
}

func (l *lab) accuracy(ctx context.Context) (*accuracyResult, error) {
	server, err := newPrometheus(l.server.PrometheusURL)
	if err != nil {
		return nil, err
	}
	out := &accuracyResult{Methods: map[string]float64{}}
	if out.Seed, err = seed(); err != nil {
		return nil, err
	}
	worst := ""
	for _, truth := range l.data.Truth {
		s, err := l.scenario(ctx, server, truth)
		if err != nil {
			return nil, fmt.Errorf("scenario %s: %w", truth.Scenario, err)
		}
		l.say("%-26s %8.0f bad, floor %5.2f %%, exact %+8.4f %% (all events %+8.4f %%), increase %+7.2f %%, sloth %+8.1f %%", s.Name, s.TruthBad, s.FloorPercent,
			s.ErrorPercent[methodExact], s.EventsError, s.ErrorPercent[methodIncrease], s.ErrorPercent[methodSloth])
		out.Scenarios = append(out.Scenarios, s)
		for method, e := range s.ErrorPercent {
			if method == methodExact && math.Abs(e) >= math.Abs(out.Methods[method]) {
				worst = s.Name
			}
			out.Methods[method] = larger(out.Methods[method], e)
		}
	}
	out.MaxAbsErrorPercent = math.Abs(out.Methods[methodExact])
	if out.MaxAbsErrorPercent > tolerancePercent {
		return out, fmt.Errorf("scenario %s: exact counting is %.3f %% off; %.1f %% is the most allowed", worst, out.MaxAbsErrorPercent, tolerancePercent)
	}
	return out, nil
}

func (l *lab) scenario(ctx context.Context, server prometheus, truth stack.DatasetTruth) (scenarioResult, error) {
	out := scenarioResult{Name: truth.Scenario, ErrorPercent: map[string]float64{}}
	for _, w := range truth.Windows {
		at := time.Unix(w.Instant, 0)
		counted, err := server.others(ctx, truth.Scenario, at, w.Events)
		if err != nil {
			return out, err
		}
		events, bad, err := l.exact(ctx, truth.Scenario, at)
		if err != nil {
			return out, err
		}
		counted[methodExact] = bad
		for method, n := range counted {
			out.ErrorPercent[method] = larger(out.ErrorPercent[method], percentOff(n, w.Bad))
		}
		out.EventsError = larger(out.EventsError, percentOff(events, w.Events))
		out.TruthEvents, out.TruthBad = w.Events, w.Bad
		out.FloorPercent = max(out.FloorPercent, significant(100*w.LostBad/w.Bad))
	}
	return out, nil
}

// exact asks the plugin, with nothing cached.
func (l *lab) exact(ctx context.Context, workload string, at time.Time) (events, bad float64, err error) {
	source, err := l.source(l.server.PrometheusURL, "")
	if err != nil {
		return 0, 0, err
	}
	frames, err := l.ask(ctx, source, map[string]any{"queryType": "summary", "inline": inline(workload)}, at.Add(-time.Hour), at, 60)
	if err != nil {
		return 0, 0, err
	}
	if len(frames) == 0 {
		return 0, 0, fmt.Errorf("the plugin sent no frame")
	}
	return number(frames[0], "workload", workload, "events"), number(frames[0], "workload", workload, "bad"), nil
}

// inline is the SLO of a workload.
func inline(workload string) map[string]any {
	return map[string]any{
		"name": "availability", "objective": 99.9, "window": "30d", "by": []string{"workload"},
		"sli": map[string]any{"events": map[string]any{"total": totalOf(workload), "bad": badOf(workload)}},
	}
}

// percentOff is how far a count is from the truth; no count at all is 100 % off.
func percentOff(counted, truth float64) float64 {
	if math.IsNaN(counted) {
		return -100
	}
	return significant(100 * (counted - truth) / truth)
}

func larger(a, b float64) float64 {
	if math.Abs(b) > math.Abs(a) {
		return b
	}
	return a
}
