//go:build suite

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/tests/cases"
)

// stateNames are the states by their numbers in frames.
var stateNames = []string{"ok", "recovering", "rising", "firing", "exhausted"}

// columns maps names in case files to columns of a summary, where they differ.
var columns = map[string]string{
	"left": "budget_events", "minutes": "budget_minutes", "ago": "budget_ago", "rps": "throughput",
	"held_back": "low_traffic",
}

// ask queries a case file's SLO at every moment, and reports every difference. tests/cases checks
// notices: some depend on the current series of the server, and a case is decades old here.
func (c caseFile) ask(ctx context.Context, a *querier, d *differences) error {
	var inline map[string]any
	if err := yaml.Unmarshal(c.SLO, &inline); err != nil {
		return err
	}
	if _, err := json.Marshal(inline); err != nil {
		return fmt.Errorf("the SLO is no JSON: %w", err)
	}
	for _, m := range c.Moments {
		query := map[string]any{"queryType": "summary", "inline": inline}
		maps.Copy(query, m.Query)
		frames, err := a.frames(ctx, query, m.At.Add(-m.Range), m.At)
		if m.Fails {
			if difference := m.Refused(err); difference != "" {
				d.add("%s", difference)
			}
			continue
		}
		if err != nil {
			return err
		}
		if m.Query != nil {
			for _, difference := range m.Compare(frames[0]) {
				d.add("%s", difference)
			}
			continue
		}
		if len(m.Want) != frames[0].Rows() {
			d.add("at line %d: %d groups, expected %d", m.Line, frames[0].Rows(), len(m.Want))
		}
		r := rowsOf(frames[0])
		for _, want := range m.Want {
			compareCase(d, r, want)
		}
	}
	return nil
}

func noticesOf(f *data.Frame) []string {
	var out []string
	if f.Meta != nil {
		for _, n := range f.Meta.Notices {
			out = append(out, n.Text)
		}
	}
	return out
}

// shifted returns the case at another time. Dates in its SLO move from 1970 to 2026 with it.
func (c caseFile) shifted(by time.Duration) caseFile {
	if by == 0 {
		return c
	}
	moved := *c.Case
	moved.SLO = []byte(strings.ReplaceAll(string(c.SLO), "1970-", "2026-"))
	moved.Moments = slices.Clone(c.Moments)
	for i := range moved.Moments {
		moved.Moments[i].At = moved.Moments[i].At.Add(by)
	}
	return caseFile{c.name, &moved}
}

// expecting returns the case with another expected number.
func (c caseFile) expecting(other instead) caseFile {
	if other.of == "" {
		return c
	}
	changed := *c.Case
	changed.Moments = slices.Clone(c.Moments)
	for i, m := range c.Moments {
		changed.Moments[i].Want = slices.Clone(m.Want)
		for j, want := range m.Want {
			values := maps.Clone(want.Values)
			for name, v := range values {
				if v == other.of {
					values[name] = other.right
				}
			}
			changed.Moments[i].Want[j].Values = values
		}
	}
	return caseFile{c.name, &changed}
}

func compareCase(d *differences, r *rows, want cases.Expectation) {
	i, ok := r.find(want.Labels)
	if !ok {
		d.add("line %d: no group %v", want.Line, want.Labels)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want.Values)) {
		expected := want.Values[name]
		if name == "state" {
			if got := stateName(r.number(i, "state")); got != expected {
				d.add("line %d: state %s, expected %s", want.Line, got, expected)
			}
			continue
		}
		column := name
		if other, ok := columns[name]; ok {
			column = other
		}
		got := r.number(i, column)
		if !cases.Agrees(expected, got) {
			d.add("line %d: %s %s, expected %s", want.Line, name, shown(got), expected)
		}
	}
}

func stateName(v *float64) string {
	if v == nil {
		return "unmeasured"
	}
	return stateNames[int(*v)]
}

func shown(v *float64) string {
	if v == nil {
		return "none"
	}
	return strings.TrimSpace(fmt.Sprintf("%.12g", *v))
}
