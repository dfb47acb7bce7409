package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/sli"
)

// Exemplar is one bad event of a group, with the labels that lead to its trace.
type Exemplar struct {
	SLO     catalog.SLO
	Labels  map[string]string // of the group
	Time    time.Time
	Value   float64           // as observed: for a latency SLO, in the unit of the histogram
	TraceID string            // "" if the exemplar has none
	Series  map[string]string // labels of the series
	Own     map[string]string // labels of the exemplar
}

// Exemplars is the result of an exemplars query, the latest first.
type Exemplars struct {
	Report // without rows
	Rows   []Exemplar
}

// maxExemplars bounds the rows of an answer: more rows are unreadable.
const maxExemplars = 500

// traceLabels are names of the label that contains a trace ID. OpenTelemetry and OpenMetrics use
// the first one.
var traceLabels = []string{"trace_id", "traceID", "traceId", "TraceID", "trace.id", "traceid"}

// exemplarSource is a server with exemplars.
type exemplarSource interface {
	Exemplars(ctx context.Context, expr string, start, end time.Time) ([]prom.ExemplarSeries, []string, error)
}

// Exemplars returns exemplars of bad events in (from, to]. Each is checked: its series is counted
// as bad, its value is above the threshold of a latency SLO, and its time is not excluded.
func (e *Engine) Exemplars(ctx context.Context, slos []catalog.SLO, from, to time.Time) (*Exemplars, error) {
	out := &Exemplars{Report: Report{Instant: e.instant(to)}}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*Exemplars, error) {
		return e.exemplars(ctx, slos[i], from, to)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Rows = append(out.Rows, p.Rows...)
	}
	slices.SortStableFunc(out.Rows, func(a, b Exemplar) int { return b.Time.Compare(a.Time) })
	if n := len(out.Rows) - maxExemplars; n > 0 {
		out.Rows = out.Rows[:maxExemplars]
		out.Warn(fmt.Sprintf("the %d earliest of %d exemplars are left out. Select a shorter time range or fewer groups", n, n+maxExemplars))
	}
	return out, nil
}

func (e *Engine) exemplars(ctx context.Context, s catalog.SLO, from, to time.Time) (*Exemplars, error) {
	if s.Composite() != nil {
		return nil, fault.UserErrorf("slos", "a composite has no events. Query its member SLOs instead")
	}
	bad, err := measure.BadEvents(s)
	var none *sli.NoExemplarsError
	switch {
	case errors.As(err, &none):
		return nil, fault.UserErrorf("slos", "%s", none.Reason)
	case err != nil:
		return nil, err
	}
	source, ok := e.server.(exemplarSource)
	if !ok {
		return nil, &prom.NoExemplarsError{Server: "This server"}
	}
	expr := bad.Expr()
	all, warnings, err := source.Exemplars(ctx, expr, from, to)
	if err != nil {
		return nil, err
	}
	out := &Exemplars{}
	out.Add(cells.Cost{Queries: 1}, warnings, []string{expr})
	found, series := badExemplars(bad, all, from, to)
	groups, stats, err := e.reader.GroupFinder(ctx, s, series, from, to)
	if err != nil {
		return nil, err
	}
	out.Add(stats.Cost, stats.Warnings, stats.Sent)
	for _, one := range found {
		labels, ok := groups.Group(one.Series, one.Time)
		if !ok {
			continue
		}
		one.SLO, one.Labels = s, labels
		out.Rows = append(out.Rows, one)
	}
	out.Rows = withoutRepeatedExemplars(out.Rows)
	if len(out.Rows) == 0 {
		out.Warn(noExemplars(s, all))
	}
	return out, nil
}

// badExemplars returns the exemplars of bad events, without SLO and group, and the labels of their series.
func badExemplars(bad sli.BadEvents, all []prom.ExemplarSeries, from, to time.Time) (found []Exemplar,
	series []map[string]string,
) {
	for _, s := range all {
		before := len(found)
		for _, x := range s.Exemplars {
			if !x.At.After(from) || x.At.After(to) || !bad.IsBad(s.Labels, x.Value) {
				continue
			}
			found = append(found,
				Exemplar{Time: x.At, Value: x.Value, TraceID: traceOf(x.Labels), Series: s.Labels, Own: x.Labels})
		}
		if len(found) > before {
			series = append(series, s.Labels)
		}
	}
	return found, series
}

func traceOf(labels map[string]string) string {
	for _, name := range traceLabels {
		if id := labels[name]; id != "" {
			return id
		}
	}
	return ""
}

// withoutRepeatedExemplars keeps one of the exemplars that two replicas, or a counter and a
// histogram, have of the same event.
func withoutRepeatedExemplars(rows []Exemplar) []Exemplar {
	type key struct {
		group, trace string
		at           int64
	}
	seen := map[key]bool{}
	slices.SortStableFunc(rows, func(a, b Exemplar) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(measure.LabelKey(a.Series), measure.LabelKey(b.Series)))
	})
	return slices.DeleteFunc(rows, func(x Exemplar) bool {
		if x.TraceID == "" {
			return false
		}
		k := key{measure.LabelKey(x.Labels), x.TraceID, x.Time.UnixMilli()}
		repeated := seen[k]
		seen[k] = true
		return repeated
	})
}

func noExemplars(s catalog.SLO, all []prom.ExemplarSeries) string {
	if len(all) > 0 {
		return fmt.Sprintf("SLO %s: no exemplar in this time range is a bad event of these groups", s.Name)
	}
	return fmt.Sprintf("SLO %s: the server has no exemplars in this time range. Programs must expose them in the OpenMetrics format. "+
		"Prometheus stores them with --enable-feature=exemplar-storage, Mimir with max_global_exemplars_per_user. Both keep only the latest ones", s.Name)
}
