package catalog_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	. "github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
)

// FuzzParse: Parse never panics, is deterministic, and the catalog of a source without errors
// passes validation.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	for _, source := range []string{
		"", "slos: [", "slos: &a [*a]", "a: &a {<<: *a}\nslos: {<<: *a}", "? a\n: b", "slos: !!seq [5]", "---\n---\n",
		"%YAML 1.2\n---\n",
		`{"slos":[{"name":"a","objective":99,"window":"30d","sli":{"events":{"total":"x","bad":"y"}}}]}`,
		"slos:\n- name: a\n  objective: 99\n  window: 1d\n  sli: {latency: {histogram: x_ms, threshold: 1s}}\n",
		"slos:\n- sli:\n    events:\n      total: |-\n        x{\n",
		"policies: {a: [{severity: page, percent: 1, long: 1h}]}",
		"slos:\n- {name: a, objective: 99, window: 1d, sli: {timeslice: {expr: 'a / b', op: '<', value: 3, slice: 5m}}}\n" +
			"- {name: b, objective: 99, window: 1d, sli: {events: {total: 'a + b', good: 'sum(a)', counting: increase}}}\n" +
			"- {name: c, objective: 99, window: 1d, sli: {composite: {of: [{slo: a, weight: 2}, {slo: b}]}}}\n",
	} {
		f.Add([]byte(source))
	}
	promQL := parser.NewParser(parser.Options{})
	f.Fuzz(func(t *testing.T, source []byte) {
		c, problems := Parse(source)
		again, problemsAgain := Parse(source)
		if !reflect.DeepEqual(c, again) || !reflect.DeepEqual(problems, problemsAgain) {
			t.Fatal("the second answer differs from the first")
		}
		_ = problems.Error()
		for _, p := range problems {
			if p.Message == "" || p.Line < 0 || p.Column < 0 || p.Line > 0 && p.Column < 1 {
				t.Errorf("a problem without words or place: %+v", p)
			}
		}
		for _, s := range c.SLOs {
			checkValid(t, promQL, s)
			if found, err := c.Lookup(s.Name); err != nil || found.Name != s.Name {
				t.Errorf("%q is not found: %v", s.Name, err)
			}
		}
		for _, name := range c.BrokenNames() {
			if _, err := c.Lookup(name); err == nil && !hasSLO(c, name) {
				t.Errorf("broken %q has no error", name)
			}
		}
		_, _ = ParseSLO(source)
	})
}

func hasSLO(c *Catalog, name string) bool {
	for _, s := range c.SLOs {
		if s.Name == name {
			return true
		}
	}
	return false
}

func checkValid(t *testing.T, promQL parser.Parser, s SLO) {
	t.Helper()
	if s.Objective <= 0.01 || s.Objective > 1 || s.Window < MinWindow || s.Window > MaxWindow {
		t.Errorf("objective %v or window %v is out of bounds", s.Objective, s.Window)
	}
	if err := s.Policy.Validate(s.Window, s.Objective); err != nil {
		t.Errorf("policy: %v", err)
	}
	var selectors []string
	if e, ok := s.SLI.(*sli.Events); ok {
		if (e.Bad == "") == (e.Good == "") {
			t.Errorf("not exactly one of bad and good: %+v", e)
		}
		for _, text := range []string{e.Total, e.Bad + e.Good} {
			if _, err := promQL.ParseExpr(text); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
	if s.SLI == nil || reflect.ValueOf(s.SLI).IsNil() {
		t.Error("no SLI")
	}
	if slice := s.Slice(); slice != 0 && time.Hour%slice != 0 {
		t.Errorf("slices of %v", slice)
	}
	latency, _ := s.SLI.(*sli.Latency)
	for _, l := range []*sli.Latency{latency, s.P95} {
		if l != nil {
			selectors = append(selectors, l.Histogram)
			if l.Threshold <= 0 || l.Unit != "s" && l.Unit != "ms" {
				t.Errorf("latency %+v", l)
			}
		}
	}
	for _, text := range selectors {
		if expr, err := promQL.ParseExpr(text); err != nil {
			t.Errorf("%q: %v", text, err)
		} else if _, ok := expr.(*parser.VectorSelector); !ok {
			t.Errorf("%q is a %T", text, expr)
		}
	}
}
