//go:build suite

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/worlds"
)

// tolerancePercent is the maximum error of the count of bad events, in percent.
const tolerancePercent = 0.1

// leastCoverage is the minimum coverage of a window without scrape gaps.
const leastCoverage = 0.99

type accuracyResult struct {
	Seed               uint64             `json:"seed"`
	Server             string             `json:"server"`
	Scenarios          []scenarioResult   `json:"scenarios"`
	MaxAbsErrorPercent float64            `json:"maxAbsErrorPercent"` // of exact counting
	MaxAnswers         int                `json:"maxAnswers"`         // distinct counts of one window
	Methods            map[string]float64 `json:"methods"`            // worst error, percent, by method
}

type scenarioResult struct {
	Name        string  `json:"name"`
	TruthEvents float64 `json:"truthEvents"`
	TruthBad    float64 `json:"truthBad"`
	// bad events that were never scraped, in percent of the scraped ones
	FloorPercent float64            `json:"floorPercent,omitempty"`
	ErrorPercent map[string]float64 `json:"errorPercent"`       // of bad events, worst instant, by method
	EventsError  float64            `json:"eventsErrorPercent"` // of all events, exact counting
	Windows      int                `json:"windows"`
	Answers      int                `json:"answers"`     // maximum number of distinct counts of one window
	MinCoverage  float64            `json:"minCoverage"` // of all windows
	Refused      string             `json:"refused,omitempty"`
}

// accuracy counts the bad events of every scenario at 20 instants, together with five different
// sets of other windows, and compares the counts with the truth. At two instants it compares the
// usual formulas as well. It fails if exact counting is off by more than 0.1% anywhere, or if one
// window has two counts. BENCH_SERVER=mimir, thanos or victoriametrics uses another server.
// BENCH_SETTINGS (JSON) adds settings to the data source. ACCURACY selects scenarios, separated by
// commas.
func accuracy(ctx context.Context) error {
	return run(ctx, "accuracy", false, func(ctx context.Context, l *lab) (any, error) { return l.accuracy(ctx) })
}

// scenario is one history with its true counts.
type scenario struct {
	name     string
	url      string         // of its server
	settings map[string]any // of the data source
	window   string
	inline   func(policy string) map[string]any
	instants []time.Time
	truth    func(at time.Time) (events, bad float64)
	whole    bool // without scrape gaps
	known    []stack.DatasetTruth
}

func (l *lab) accuracy(ctx context.Context) (*accuracyResult, error) {
	out := &accuracyResult{Methods: map[string]float64{}, MaxAnswers: 1, Server: "prometheus"}
	if name := os.Getenv("BENCH_SERVER"); name != "" {
		out.Server = name
	}
	var err error
	if out.Seed, err = seed(); err != nil {
		return nil, err
	}
	served, stop, err := l.serveWorlds(ctx, out.Server, out.Seed)
	if err != nil {
		return nil, err
	}
	defer stop()
	all := served
	if out.Server == "prometheus" {
		all = append(l.generated(), served...)
	}
	if all, err = chosen(all); err != nil {
		return nil, err
	}
	results := make([]scenarioResult, len(all))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	for i, s := range all {
		g.Go(func() (err error) {
			if results[i], err = l.scenario(gctx, s); err != nil {
				return fmt.Errorf("scenario %s: %w", s.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out.Scenarios = results
	return out, out.judge()
}

// judge summarizes the scenarios. It returns an error if a limit is exceeded.
func (r *accuracyResult) judge() error {
	var broken []string
	for _, s := range r.Scenarios {
		if strings.Contains(s.Refused, "VictoriaMetrics stores native histograms as vmrange buckets") {
			continue // docs/servers.md
		}
		if s.Refused != "" {
			broken = append(broken, s.Name+" is refused: "+s.Refused)
			continue
		}
		r.MaxAnswers = max(r.MaxAnswers, s.Answers)
		for method, e := range s.ErrorPercent {
			r.Methods[method] = larger(r.Methods[method], e)
		}
		if e := larger(s.ErrorPercent[methodExact], s.EventsError); math.Abs(e) > tolerancePercent {
			broken = append(broken,
				fmt.Sprintf("%s is %.3f %% off (%.1f %% is the most allowed)", s.Name, e, tolerancePercent))
		}
		if s.Answers > 1 {
			broken = append(broken, fmt.Sprintf("%s has %d answers for one window", s.Name, s.Answers))
		}
		if s.MinCoverage < leastCoverage && s.MinCoverage >= 0 {
			broken = append(broken,
				fmt.Sprintf("%s has coverage %.3f, and was scraped throughout", s.Name, s.MinCoverage))
		}
	}
	r.MaxAbsErrorPercent = math.Abs(r.Methods[methodExact])
	if len(broken) > 0 {
		return fmt.Errorf("exact counting: %s", strings.Join(broken, "; "))
	}
	return nil
}

// generated returns the generator's scenarios, on the lab's own server.
func (l *lab) generated() []scenario {
	var out []scenario
	for _, truth := range l.data.Truth {
		s := scenario{name: truth.Scenario, url: l.server.URL, window: "30d", known: []stack.DatasetTruth{truth}}
		s.inline = func(policy string) map[string]any { return inline(truth.Scenario, policy) }
		events, bad := map[int64]float64{}, map[int64]float64{}
		for _, w := range truth.Windows {
			s.instants = append(s.instants, time.Unix(w.Instant, 0))
			events[w.Instant], bad[w.Instant] = w.Events, w.Bad
		}
		s.truth = func(at time.Time) (float64, float64) { return events[at.Unix()], bad[at.Unix()] }
		out = append(out, s)
	}
	return out
}

// chosen returns the scenarios in ACCURACY, or all if it is empty.
func chosen(all []scenario) ([]scenario, error) {
	names := os.Getenv("ACCURACY")
	if names == "" {
		return all, nil
	}
	var out []scenario
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(all, func(s scenario) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("ACCURACY: there is no scenario %q", name)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// windowInstants is the number of queried windows of a world.
const windowInstants = 20

// worldScenario returns the scenario of a world on a server.
func worldScenario(w *worlds.World, url string, settings map[string]any, shift time.Duration) scenario {
	s := scenario{name: w.Name, url: url, settings: settings, window: "10d", inline: w.Inline, whole: w.Whole}
	for _, at := range w.Instants(windowInstants) {
		s.instants = append(s.instants, at.Add(shift))
	}
	var mu sync.Mutex
	s.truth = func(at time.Time) (float64, float64) {
		mu.Lock()
		defer mu.Unlock()
		return w.Truth(at.Add(-shift), worlds.Window)
	}
	return s
}

// answer is the result of a window.
type answer struct{ events, bad, coverage float64 }

// scenario queries every window in every company.
func (l *lab) scenario(ctx context.Context, s scenario) (scenarioResult, error) {
	out := scenarioResult{Name: s.name, ErrorPercent: map[string]float64{}, Windows: len(s.instants), MinCoverage: -1}
	answers := map[int64][]answer{}
	for _, c := range companies {
		got, err := c.ask(ctx, l, s)
		if ctx.Err() != nil {
			return out, context.Cause(ctx)
		}
		if err != nil {
			out.Refused = fmt.Sprintf("%s: %v", c.name, err)
			l.write("%-26s REFUSED %s", s.name, out.Refused)
			return out, nil
		}
		for at, a := range got {
			answers[at] = append(answers[at], a)
		}
	}
	exact := 0.0
	for _, at := range s.instants {
		events, bad := s.truth(at)
		var different []answer
		for _, a := range answers[at.Unix()] {
			exact = larger(exact, percentOff(a.bad, bad))
			out.EventsError = larger(out.EventsError, percentOff(a.events, events))
			if s.whole && (out.MinCoverage < 0 || a.coverage < out.MinCoverage) {
				out.MinCoverage = a.coverage
			}
			if !slices.ContainsFunc(different,
				func(b answer) bool { return same(a.events, b.events) && same(a.bad, b.bad) }) {
				different = append(different, a)
			}
		}
		if len(different) > out.Answers {
			out.Answers = len(different)
			if len(different) > 1 {
				l.write("%s at %s: %v, true are %v events, %v bad", s.name, at.UTC().Format("2 Jan 15:04"), different,
					events, bad)
			}
		}
		out.TruthEvents, out.TruthBad = events, bad
	}
	out.ErrorPercent[methodExact] = exact
	if err := l.compareMethods(ctx, s, &out); err != nil {
		return out, err
	}
	l.write("%-26s %8.0f bad, exact %+8.4f %% (all events %+8.4f %%), %d answers", s.name, out.TruthBad, exact,
		out.EventsError, out.Answers)
	return out, nil
}

// same reports whether two counts differ at most by rounding.
func same(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), 1) }

// methodsAt is the number of instants at which the usual formulas are compared.
const methodsAt = 2

// compareMethods compares the usual formulas with the generator's counts.
func (l *lab) compareMethods(ctx context.Context, s scenario, out *scenarioResult) error {
	for _, truth := range s.known {
		server, err := newPrometheus(s.url)
		if err != nil {
			return err
		}
		for _, w := range truth.Windows[:methodsAt] {
			counted, err := server.others(ctx, truth.Scenario, time.Unix(w.Instant, 0), w.Events)
			if err != nil {
				return err
			}
			for method, n := range counted {
				out.ErrorPercent[method] = larger(out.ErrorPercent[method], percentOff(n, w.Bad))
			}
			out.FloorPercent = max(out.FloorPercent, significant(100*w.LostBad/w.Bad))
		}
	}
	return nil
}

// oddPolicies have windows that start on no border of a larger cell.
const oddPolicies = `apiVersion: burnline.dev/v1
policies:
  odd-windows:
    - {severity: page, percent: 1, long: 3h7m, short: 13m}
    - {severity: slack, percent: 5, long: 19h41m, short: 2h2m}
  long-windows:
    - {severity: page, percent: 10, long: 2d, short: 4h}
    - {severity: slack, percent: 30, long: 7d, short: 1d}
slos: []
`

// company is a set of other windows and earlier queries, together with which a window is queried.
type company struct {
	name string
	ask  func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error)
}

var companies = []company{
	{"alone, with nothing cached", func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error) {
		return l.each(ctx, s, nil, true, func(source *pluginhost.DataSource, at time.Time) (answer, error) {
			return l.summaryOf(ctx, source, s, "", at)
		})
	}},
	{
		"with windows on odd minutes, one instant after the other",
		func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error) {
			return l.each(ctx, s, nil, false, func(source *pluginhost.DataSource, at time.Time) (answer, error) {
				return l.summaryOf(ctx, source, s, "odd-windows", at)
			})
		},
	},
	{
		"after a history of five minutes' steps, backwards",
		func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error) {
			return l.each(ctx, s, slices.Reverse[[]time.Time], false,
				func(source *pluginhost.DataSource, at time.Time) (answer, error) {
					query := map[string]any{
						"queryType": "timeseries", "inline": s.inline(""),
						"metrics": []string{"bad"},
					}
					if _, err := l.ask(ctx, source, query, at.Add(-8*time.Hour), at, 96); err != nil {
						return answer{}, err
					}
					return l.summaryOf(ctx, source, s, "long-windows", at)
				})
		},
	},
	{
		"with other windows of the budget, in any order",
		func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error) {
			return l.each(ctx, s, shuffle, false,
				func(source *pluginhost.DataSource, at time.Time) (answer,
					error,
				) {
					return l.whatIf(ctx, source, s, at)
				})
		},
	},
	{"watched from some minutes before", func(ctx context.Context, l *lab, s scenario) (map[int64]answer, error) {
		return l.each(ctx, s, shuffle, false, func(source *pluginhost.DataSource, at time.Time) (answer, error) {
			for _, before := range []time.Duration{3 * time.Hour, 61 * time.Minute, 2 * time.Minute, time.Minute} {
				if _, err := l.summaryOf(ctx, source, s, "", at.Add(-before)); err != nil {
					return answer{}, err
				}
			}
			return l.summaryOf(ctx, source, s, "", at)
		})
	}},
}

func shuffle(instants []time.Time) {
	dice := rand.New(rand.NewPCG(1, 5)) // #nosec G404 - the same order every time
	dice.Shuffle(len(instants), func(i, j int) { instants[i], instants[j] = instants[j], instants[i] })
}

// each queries every instant, with one data source or a new one each time.
func (l *lab) each(ctx context.Context, s scenario, order func([]time.Time), anew bool,
	ask func(*pluginhost.DataSource, time.Time) (answer, error),
) (map[int64]answer, error) {
	instants := slices.Clone(s.instants)
	if order != nil {
		order(instants)
	}
	out := map[int64]answer{}
	var source *pluginhost.DataSource
	for _, at := range instants {
		var err error
		if source == nil || anew {
			if source, err = l.sourceWith(s.url, oddPolicies, s.settings); err != nil {
				return nil, err
			}
		}
		if out[at.Unix()], err = ask(source, at); err != nil {
			return nil, fmt.Errorf("at %s: %w", at.UTC().Format(time.RFC3339), err)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return out, nil
}

func (l *lab) summaryOf(ctx context.Context, source *pluginhost.DataSource, s scenario, policy string,
	at time.Time,
) (answer, error) {
	frames, err := l.ask(ctx, source, map[string]any{"queryType": "summary", "inline": s.inline(policy)},
		at.Add(-time.Hour), at, 60)
	if err != nil {
		return answer{}, err
	}
	return answerOf(frames, 0)
}

// whatIf queries several windows at once, and returns the SLO's own.
func (l *lab) whatIf(ctx context.Context, source *pluginhost.DataSource, s scenario, at time.Time) (answer, error) {
	query := map[string]any{
		"queryType": "whatif", "inline": s.inline(""),
		"whatif": map[string]any{"objectives": []float64{90}, "windows": []string{"1d", "7d", s.window}},
	}
	frames, err := l.ask(ctx, source, query, at.Add(-time.Hour), at, 60)
	if err != nil {
		return answer{}, err
	}
	if len(frames) > 0 {
		names, _ := frames[0].FieldByName("variant")
		for i := range frames[0].Rows() {
			if name, _ := names.At(i).(string); strings.HasSuffix(name, "over "+s.window) {
				return answerOf(frames, i)
			}
		}
	}
	return answer{}, fmt.Errorf("the answer has no row of %s", s.window)
}

func answerOf(frames data.Frames, row int) (answer, error) {
	if len(frames) == 0 || frames[0].Rows() <= row {
		return answer{}, fmt.Errorf("the answer has no row")
	}
	at := func(name string) float64 {
		if field, _ := frames[0].FieldByName(name); field != nil {
			if v, err := field.NullableFloatAt(row); err == nil && v != nil {
				return *v
			}
		}
		return math.NaN()
	}
	a := answer{at("events"), at("bad"), at("coverage")}
	if math.IsNaN(a.coverage) { // a what-if has none
		a.coverage = 1
	}
	return a, nil
}

// inline returns the SLO of a workload.
func inline(workload, policy string) map[string]any {
	out := map[string]any{
		"name": "availability", "objective": 99.9, "window": "30d", "by": []string{"workload"},
		"sli": map[string]any{"events": map[string]any{"total": totalOf(workload), "bad": badOf(workload)}},
	}
	if policy != "" {
		out["policy"] = policy
	}
	return out
}

// benchSettings returns the settings in BENCH_SETTINGS.
func benchSettings() (map[string]any, error) {
	out := map[string]any{}
	text := os.Getenv("BENCH_SETTINGS")
	if text == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("BENCH_SETTINGS %q is no JSON object: %w", text, err)
	}
	return out, nil
}

// percentOff is the relative error of a count. A missing count is 100% off.
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
