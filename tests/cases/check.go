package cases

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/slo"
)

// Check queries the expectations of a case at all of its moments, with one engine, so that later
// moments use cached cells. It returns every difference, one line each.
func (c *Case) Check(ctx context.Context, server engine.Server) ([]string, error) {
	others, problems := catalog.Parse(c.Catalog)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	def, problems := others.ParseSLO(c.SLO)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	now := time.Time{}
	e := engine.New(server, engine.Options{Estimator: c.Estimator, Now: func() time.Time { return now }})
	var out []string
	for _, m := range c.Moments {
		now = m.At
		if m.Query != nil {
			f, err := m.frame(ctx, e, def)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", m.Line, err)
			}
			out = append(out, m.Compare(f)...)
			continue
		}
		r, err := e.Summary(ctx, []catalog.SLO{def}, m.At)
		if m.Fails {
			if err == nil {
				err = r.Err()
			}
			if difference := m.Refused(err); difference != "" {
				out = append(out, difference)
			}
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", m.Line, err)
		}
		out = append(out, m.Lacks(r.Warnings)...)
		if len(r.Rows) != len(m.Want) {
			out = append(out, fmt.Sprintf("line %d: %d groups, expected %d", m.Line, len(r.Rows), len(m.Want)))
		}
		if len(def.MoreWindows) > 0 {
			for i := range r.Rows {
				labels := maps.Clone(r.Rows[i].Labels)
				labels["window"] = r.Rows[i].SLO.WindowText()
				r.Rows[i].Labels = labels
			}
		}
		for _, w := range m.Want {
			out = append(out, w.compare(r.Rows)...)
		}
	}
	return out, nil
}

// frame sends a query that is no summary.
func (m Moment) frame(ctx context.Context, e *engine.Engine, def catalog.SLO) (*data.Frame, error) {
	slos := []catalog.SLO{def}
	if m.Query["queryType"] == "changes" {
		c, err := e.Changes(ctx, slos, engine.ChangesRequest{Top: maxRows}, m.At.Add(-m.Range), m.At)
		if err != nil {
			return nil, err
		}
		return frames.Changes(c), nil
	}
	by, _ := m.Query["burners"].(map[string]any)["by"].([]string)
	b, err := e.Breakdown(ctx, slos, engine.BreakdownRequest{By: by, Top: maxRows}, m.At)
	if err != nil {
		return nil, err
	}
	return frames.Burners(b), nil
}

const maxRows = 20

// Compare returns every difference of a frame from the expectations, one line each.
func (m Moment) Compare(f *data.Frame) []string {
	var out []string
	if f.Rows() != len(m.Want) {
		out = append(out, fmt.Sprintf("line %d: %d rows, expected %d", m.Line, f.Rows(), len(m.Want)))
	}
	column := func(name string) *data.Field { field, _ := f.FieldByName(name); return field }
	for _, w := range m.Want {
		fits := func(row int) bool {
			for name, want := range w.Labels {
				if field := column(name); field == nil || field.At(row) != want {
					return false
				}
			}
			return true
		}
		row := 0
		for row < f.Rows() && !fits(row) {
			row++
		}
		if row == f.Rows() {
			out = append(out, fmt.Sprintf("line %d: no row %v", w.Line, w.Labels))
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(w.Values)) {
			field := column(name)
			if field == nil {
				out = append(out, fmt.Sprintf("line %d: there is no column %s", w.Line, name))
				continue
			}
			if v, err := field.NullableFloatAt(row); err != nil || !Agrees(w.Values[name], v) {
				out = append(out, fmt.Sprintf("line %d: %s %s, expected %s", w.Line, name, shown(v), w.Values[name]))
			}
		}
	}
	return out
}

func (w Expectation) compare(rows []engine.Row) []string {
	i := slices.IndexFunc(rows, func(r engine.Row) bool { return maps.Equal(r.Labels, w.Labels) })
	if i < 0 {
		return []string{fmt.Sprintf("line %d: no group %v", w.Line, w.Labels)}
	}
	got := values(rows[i])
	var out []string
	for _, name := range slices.Sorted(maps.Keys(w.Values)) {
		want := w.Values[name]
		if name == "state" {
			if s := strings.ToLower(rows[i].Evaluation.State.String()); s != want {
				out = append(out, fmt.Sprintf("line %d: state %s, expected %s", w.Line, s, want))
			}
			continue
		}
		v, known := got[name]
		if !known {
			out = append(out,
				fmt.Sprintf("line %d: %q is not a value. There are state, %s", w.Line, name,
					strings.Join(slices.Sorted(maps.Keys(got)), ", ")))
		} else if !Agrees(want, v) {
			out = append(out, fmt.Sprintf("line %d: %s %s, expected %s", w.Line, name, shown(v), want))
		}
	}
	return out
}

// values returns the numbers of a row by their names in cases.
func values(r engine.Row) map[string]*float64 {
	out := map[string]*float64{
		"events": &r.Window.Total, "bad": &r.Window.Bad, "coverage": &r.Window.Coverage,
		"p95": r.P95, "rps": r.Throughput, "ago": r.BudgetAgo, "budget": nil, "left": nil, "minutes": nil,
		"exhausted_in": nil,
	}
	if b := r.Evaluation.Budget; r.Evaluation.HasBudget {
		out["budget"], out["left"], out["minutes"] = &b.Left, &b.Events, &b.Minutes
	}
	held := 0.0
	if r.IsHeldBack() {
		held = 1
	}
	out["held_back"] = &held
	if r.ExhaustedIn != nil {
		s := r.ExhaustedIn.Seconds()
		out["exhausted_in"] = &s
	}
	for _, a := range r.Evaluation.Alerts {
		for w, b := range map[time.Duration]slo.Burn{a.Alert.Long: a.Long, a.Alert.Short: a.Short} {
			name := "burn_" + slo.FormatDuration(w)
			if out[name] = nil; b.Known {
				rate := b.Rate
				out[name] = &rate
			}
		}
	}
	return out
}

func shown(v *float64) string {
	if v == nil {
		return "none"
	}
	return strconv.FormatFloat(*v, 'g', 12, 64)
}
