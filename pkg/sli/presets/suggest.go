package presets

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// usualObjectives are common objectives in percent, strictest first.
var usualObjectives = []float64{99.99, 99.95, 99.9, 99.5, 99, 98, 95, 90}

// keptShare is the share of groups that must have met a suggested objective. The worst of many
// groups needs work, not a lower objective.
const keptShare = 0.9

// Suggestion is an objective that the past would have met.
type Suggestion struct {
	Objective slo.Objective
	Kept      int // groups that met it
	Groups    int // groups that had events
}

// Suggest returns the strictest usual objective that nine of ten groups have met. good are their
// shares of good events. ok is false if there is none.
func Suggest(good []float64) (s Suggestion, ok bool) {
	for _, percent := range usualObjectives {
		objective := slo.ObjectiveFromPercent(percent)
		kept := 0
		for _, share := range good {
			if share >= float64(objective) {
				kept++
			}
		}
		if kept > 0 && float64(kept) >= keptShare*float64(len(good)) {
			return Suggestion{objective, kept, len(good)}, true
		}
	}
	return Suggestion{Groups: len(good)}, false
}

// WithObjectives returns the finding with other objectives for the named SLOs.
func (f Finding) WithObjectives(objectives map[string]slo.Objective) (Finding, error) {
	f.Offers = slices.Clone(f.Offers)
	for i, o := range f.Offers {
		if objective, ok := objectives[o.Name]; ok {
			if err := f.Offers[i].change(objective.Percent(), "", "objective"); err != nil {
				return Finding{}, err
			}
		}
	}
	return f, nil
}

// Traffic contains the events per second of a group in each measured hour.
type Traffic struct {
	Labels map[string]string
	Hours  []float64
}

const (
	targetsShown   = 5    // for the busiest groups
	throughputKept = 0.99 // share of the hours: the objective
	leastHours     = 24   // least hours for a target

)

// Targets returns throughput SLOs for the busiest groups of an SLO that counts events by a plain
// selector. Each target is the rate that the group reached in 99% of the past hours. A group with
// traffic that drops to zero at times has no target.
func Targets(d Definition, traffic []Traffic) ([]Definition, error) {
	events, ok := d.SLI.(*sli.Events)
	if !ok || d.IsCountedByPods() || len(d.By) == 0 {
		return nil, nil
	}
	answered := firstSelector(events.Total)
	if !isPlainSelector(answered) {
		return nil, nil
	}
	traffic = slices.DeleteFunc(slices.Clone(traffic), func(t Traffic) bool { return len(t.Hours) < leastHours })
	slices.SortStableFunc(traffic, func(a, b Traffic) int { return int(math.Copysign(1, mean(b.Hours)-mean(a.Hours))) })
	var out []Definition
	for _, t := range traffic {
		if len(out) == targetsShown {
			break
		}
		target := usualRate(t.Hours)
		if target == 0 {
			continue
		}
		counter, err := groupSelector(answered, d.By, t.Labels)
		if err != nil {
			return nil, err
		}
		one, err := definition(yaml.MapSlice{
			{Key: "name", Value: targetName(d, t.Labels)},
			{
				Key: "description",
				Value: fmt.Sprintf("hours with at least the traffic of %g%% of the hours in the last 30 days",
					100*throughputKept),
			},
			{Key: "objective", Value: 99},
			{Key: "window", Value: "30d"},
			{Key: "by", Value: d.By},
			{Key: "sli", Value: yaml.MapSlice{{Key: "throughput", Value: yaml.MapSlice{
				{Key: "counter", Value: counter}, {Key: "above", Value: target}, {Key: "slice", Value: "1h"},
			}}}},
		})
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// usualRate is the rate, rounded to two digits, that 99% of the hours exceeded; 0 if there is none.
func usualRate(hours []float64) float64 {
	sorted := slices.Sorted(slices.Values(hours))
	low := sorted[int((1-throughputKept)*float64(len(sorted)))]
	if low <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(low))-1)
	digits := math.Floor(low / unit)
	if digits*unit >= low { // the comparison is strict
		digits--
	}
	text := fmt.Sprintf("%.*f", max(0, -int(math.Round(math.Log10(unit)))), digits*unit)
	var out float64
	_, _ = fmt.Sscan(text, &out)
	return out
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}

func groupSelector(selector string, by []string, group map[string]string) (string, error) {
	s := catalog.SLO{SLI: &sli.Throughput{Counter: selector}}
	var filters []*catalog.Filter
	for _, label := range by {
		filters = append(filters, labels.MustNewMatcher(labels.MatchEqual, label, group[label]))
	}
	s.By = by
	s, err := s.WithFilters(filters)
	if err != nil {
		return "", err
	}
	return s.Source(), nil
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func targetName(d Definition, group map[string]string) string {
	parts := []string{d.Name}
	for _, label := range d.By {
		if v := notInNames.ReplaceAllString(group[label], "-"); v != "" {
			parts = append(parts, v)
		}
	}
	return strings.Join(append(parts, "throughput"), "-")
}

// WithDefinitions returns the finding with more SLOs.
func (f Finding) WithDefinitions(more []Definition) Finding {
	f.Offers = slices.Clone(f.Offers)
	for _, d := range more {
		f.Offers = append(f.Offers,
			Offer{Definition: d, Ready: true, Notes: []string{"The target comes from the last 30 days."}})
	}
	return f
}

// firstSelector returns the first selector of a sum in an aggregation, sum by (...) (answered or
// failed). Other expressions are returned unchanged.
func firstSelector(text string) string {
	e, err := promexpr.ParseVerbatim(text)
	if err != nil {
		return text
	}
	sum, ok := promexpr.Bare(e).(*parser.AggregateExpr)
	if !ok || sum.Op != parser.SUM {
		return text
	}
	either, ok := promexpr.Bare(sum.Expr).(*parser.BinaryExpr)
	if !ok || either.Op != parser.LOR {
		return text
	}
	return either.LHS.String()
}

// isPlainSelector reports whether a text is a selector, which can be restricted to a group.
func isPlainSelector(text string) bool {
	e, err := promexpr.ParseVerbatim(text)
	_, is := e.(*parser.VectorSelector)
	return err == nil && is
}
