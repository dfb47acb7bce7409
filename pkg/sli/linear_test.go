package sli

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/promexpr"
)

func mustParse(t testing.TB, text string) parser.Expr {
	e, err := promexpr.Parse(text)
	require.NoError(t, err, text)
	return e
}

func texts(terms []Term) string {
	out := make([]string, len(terms))
	for i, term := range terms {
		out[i] = fmt.Sprintf("%g %s", term.Weight, promexpr.Selector(term.Matchers))
	}
	return strings.Join(out, " + ")
}

func TestLinearExpressions(t *testing.T) {
	for _, c := range [][2]string{
		{`a{x="1"}`, `1 a{x="1"}`},
		{`sum(a) - (sum(b) + sum(c)) + 0.5 * d`, `1 a + -1 b + -1 c + 0.5 d`},
		{`a - (b - (c - d))`, `1 a + -1 b + 1 c + -1 d`},
		{`-(a - b) / 4`, `-0.25 a + 0.25 b`},
		{`(1 - 0.25) * a * 2`, `1.5 a`},
		{`sum(a) or vector(0)`, `1 a`},
		{`sum by (ns) (a) or on() vector(0)`, `1 a`},
		{`sum(a) or 0 * sum(b)`, `1 a`},
		{`(sum(a) or vector(1)) + (sum(b) or on() vector(0))`, `1 a + 1 b`},
		{`sum(a) > 0`, `1 a`},
		{`0 < sum(a)`, `1 a`},
		{`sum(a > 0) - (b >= 0)`, `1 a + -1 b`},
		{`clamp_min(sum(a) - sum(b), 0)`, `1 a + -1 b`},
		{`(sum(a) - sum(b)) > 0`, `1 a + -1 b`},
		{`clamp_min(sum(a) - sum(a{x="1"}), 0) + b`, `1 a + -1 a{x="1"} + 1 b`},
		{`a + a`, `2 a`},
		{`a{x="1",y="2"} - 3 * a{y="2",x="1"}`, `-2 a{x="1",y="2"}`},
		{`a + (b - b)`, `1 a`},
		{`a + on(ns) b`, `1 a + 1 b`},
		{`a + ignoring(code) b`, `1 a + 1 b`},
		{`sum without (pod) (a) + sum without (pod) (b)`, `1 a + 1 b`},
		{`a{code="500"} or a{code="503"}`, `1 a{code="500"} + 1 a{code="503"}`},
		{`label_replace(a, "x", "$1", "y", "(.*)")`, `1 a`},
		{`{"http.requests","service.name"="x"}`, `1 {"service.name"="x",__name__="http.requests"}`},
		{`a_bucket{le="1"}`, `1 a_bucket{le=~"1|1\\.0"}`},
	} {
		text, want := c[0], c[1]
		terms, err := Linear(mustParse(t, text), nil)
		require.NoError(t, err, text)
		require.Equal(t, want, texts(terms), text)
	}
}

func TestNotLinearExpressionsNameTheReason(t *testing.T) {
	for _, c := range []struct{ by, text, want string }{
		{"", `a and b`, "and between counters is no sum of counters"},
		{"", `a unless b`, "unless between counters is no sum of counters"},
		{"", `a / b`, "/ between counters is no sum of counters"},
		{"", `a * b`, "* between counters is no sum of counters"},
		{"", `sum(a) or sum(b)`, "or takes one of two counts where both are there"},
		{"", `a or b`, "or takes one of two counts where both are there"},
		{"", `sum(a{code="1"}) or sum(a{code="2"})`, "or takes one of two counts where both are there"},
		{"", `vector(0) or a`, "or takes one of two counts where both are there"},
		{"", `max(a)`, "max() is no sum"},
		{"", `abs(a)`, "abs() is no sum"},
		{"", `a > 5`, "a > 5 compares"},
		{"", `a > bool 0`, "a > bool 0 compares"},
		{"", `b + ((a - c) > 0)`, "(a - c) > 0 leaves out what may be below 0"},
		{"", `b + clamp_min(a - c, 0)`, "clamp_min(a - c, 0) changes what may be below its limit"},
		{"", `clamp_min(a, 1)`, "clamp_min(a, 1) changes what may be below its limit"},
		{"", `a / 0`, "a / 0 divides by 0"},
		{"", `a + 1`, "+ between a number and counters is no sum of counters"},
		{"", `a - a`, "a - a is always 0"},
		{"", `vector(0)`, "vector(0) is always 0"},
		{"", `a offset 5m`, "a offset 5m is read at other times"},
		{"", `{job="x"}`, `{job="x"} names no metric`},
		{"", `a + on(ns) group_left b`, "group_left and group_right take one side several times"},
		{
			"", `sum(a) + sum by (ns) (b)`,
			"the sides of + in sum(a) + sum by (ns) (b) never match: one has no labels, the other only ns",
		},
		{"ns", `sum(a)`, "sum(a) drops the label ns, which makes the groups"},
		{"ns", `sum without (ns) (a)`, "sum without (ns) (a) drops the label ns, which makes the groups"},
		{"x", `label_replace(a, "x", "$1", "y", "(.*)")`, "the label x is made by label_replace() or label_join()"},
		{"", `increase(a[5m])`, "increase() is no sum"},
	} {
		_, err := Linear(mustParse(t, c.text), strings.Fields(c.by))
		var not *NotLinearError
		require.True(t, errors.As(err, &not), c.text)
		require.Equal(t, c.want, not.Reason, c.text)
	}
}

// world is the increase of every series in a window.
type world map[string]struct {
	labels labels.Labels
	rise   float64
}

var worldLabels = map[string][]string{"ns": {"n1", "n2"}, "pod": {"p1", "p2", "p3"}, "code": {"200", "500"}}

func randomWorld(r *rand.Rand, share float64) world {
	w := world{}
	for _, name := range []string{"a", "b", "c", "d"} {
		there := r.Float64() < max(share, 0.7)
		for _, ns := range worldLabels["ns"] {
			for _, pod := range worldLabels["pod"] {
				for _, code := range worldLabels["code"] {
					if l := labels.FromStrings(model.MetricNameLabel, name, "ns", ns, "pod", pod, "code",
						code); there && r.Float64() < share {
						w[l.String()] = struct {
							labels labels.Labels
							rise   float64
						}{l, float64(1 + r.IntN(50))}
					}
				}
			}
		}
	}
	return w
}

// random returns an expression with these labels, which the engine evaluates without an error.
func random(r *rand.Rand, depth int, by []string) string {
	full := len(by) == len(worldLabels)
	if depth == 0 && full {
		name := string("abcd"[r.IntN(4)])
		switch r.IntN(4) {
		case 0:
			return name + `{code="500"}`
		case 1:
			return name + `{pod=~"p1|p3",code!="500"}`
		}
		return name
	}
	next := max(depth-1, 0)
	sub := func() string { return "(" + random(r, next, by) + ")" }
	switch n := r.IntN(12); {
	case n < 3 || depth == 0:
		inner := slices.Clone(by)
		for name := range worldLabels {
			if !slices.Contains(inner, name) && (depth == 0 || r.IntN(2) == 0) {
				inner = append(inner, name)
			}
		}
		if full || r.IntN(3) > 0 {
			return fmt.Sprintf("sum by (%s) (%s)", strings.Join(by, ","), random(r, next, inner))
		}
		var dropped []string
		for _, name := range inner {
			if !slices.Contains(by, name) {
				dropped = append(dropped, name)
			}
		}
		return fmt.Sprintf("sum without (%s) (%s)", strings.Join(dropped, ","), random(r, next, inner))
	case n < 5:
		return sub() + " + " + sub()
	case n < 7:
		return sub() + " - " + sub()
	case n == 7:
		return fmt.Sprintf("%g * %s", float64(r.IntN(9)-4)/4, sub())
	case n == 8:
		return fmt.Sprintf("%s / %d", sub(), 1+r.IntN(4))
	case n == 9:
		return "-" + sub()
	case n == 10:
		return fmt.Sprintf("sum by (%s) (%s)", strings.Join(by, ","), string("abcd"[r.IntN(4)])+` > 0`)
	default:
		if len(by) == 0 {
			return sub() + " or vector(0)"
		}
		return sub() + " + " + sub()
	}
}

// evaluate is the definition: an absent value is 0 if the group has other values.
func evaluate(e parser.Expr, w world) map[string]float64 {
	out := map[string]float64{}
	switch e := e.(type) {
	case *parser.VectorSelector:
	series:
		for _, s := range w {
			for _, m := range e.LabelMatchers {
				if !m.Matches(s.labels.Get(m.Name)) {
					continue series
				}
			}
			out[s.labels.DropReserved(func(name string) bool { return name == model.MetricNameLabel }).String()] += s.rise
		}
	case *parser.ParenExpr:
		return evaluate(e.Expr, w)
	case *parser.UnaryExpr:
		for k, v := range evaluate(e.Expr, w) {
			out[k] = -v
		}
	case *parser.AggregateExpr:
		for k, v := range evaluate(e.Expr, w) {
			l, err := parser.NewParser(parser.Options{}).ParseMetric(k)
			if err != nil {
				panic(err)
			}
			b := labels.NewBuilder(l)
			if e.Without {
				b.Del(e.Grouping...)
			} else {
				b.Keep(e.Grouping...)
			}
			out[b.Labels().String()] += v
		}
	case *parser.Call: // vector(0)
		out["{}"] = 0
	case *parser.BinaryExpr:
		if n, ok := promexpr.Constant(e.LHS); ok {
			for k, v := range evaluate(e.RHS, w) {
				out[k] = n * v
			}
			return out
		}
		if n, ok := promexpr.Constant(e.RHS); ok {
			for k, v := range evaluate(e.LHS, w) {
				switch e.Op {
				case parser.GTR:
					if v > n {
						out[k] = v
					}
				default:
					out[k] = v / n
				}
			}
			return out
		}
		a, b := evaluate(e.LHS, w), evaluate(e.RHS, w)
		maps.Copy(out, a)
		for k, v := range b {
			switch _, there := out[k]; {
			case e.Op == parser.ADD:
				out[k] += v
			case e.Op == parser.SUB:
				out[k] -= v
			case !there:
				out[k] = v
			}
		}
	}
	return out
}

// weighted returns the sum of the terms by group.
func weighted(terms []Term, by []string, w world) map[string]float64 {
	out := map[string]float64{}
	for _, term := range terms {
		for _, s := range w {
			if !slices.ContainsFunc(term.Matchers,
				func(m *labels.Matcher) bool { return !m.Matches(s.labels.Get(m.Name)) }) {
				out[s.labels.MatchLabels(true, by...).String()] += term.Weight * s.rise
			}
		}
	}
	return out
}

func requireSame(t *testing.T, want, got map[string]float64, of string) {
	t.Helper()
	for k := range want {
		require.InDelta(t, want[k], got[k], 1e-6*(1+math.Abs(want[k])), "%s at %s", of, k)
	}
	for k := range got {
		require.InDelta(t, want[k], got[k], 1e-6*(1+math.Abs(got[k])), "%s at %s", of, k)
	}
}

func TestLinearExpressionsEqualBruteForce(t *testing.T) {
	groups := [][]string{{}, {"ns"}, {"ns", "code"}, {"ns", "pod", "code"}}
	counted := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		by := groups[r.IntN(len(groups))]
		text := random(r, 1+r.IntN(5), by)
		w := randomWorld(r, []float64{0.15, 0.5, 0.9}[seed%3])
		e := mustParse(t, text)
		requested := by[:r.IntN(len(by)+1)]
		want := map[string]float64{}
		for k, v := range evaluate(promexpr.Sum(requested, e), w) {
			want[k] = v
		}
		terms, err := Linear(e, requested)
		if err != nil {
			require.Contains(t, err.Error(), "is always 0", text)
			for k, v := range want {
				require.InDelta(t, 0, v, 1e-6, "%s at %s", text, k)
			}
			continue
		}
		counted++
		requireSame(t, want, weighted(terms, requested, w), text)
	}
	require.Greater(t, counted, 2500)
}

// If every series exists, the terms equal the result of Prometheus for the expression.
func TestLinearExpressionsEqualPrometheusWhereAllSeriesAreThere(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	w := randomWorld(r, 1)
	rec := promtest.Recording{}
	for k, s := range w {
		rec[k] = []promtest.Sample{{V: s.rise}}
	}
	server := promtest.New(t, rec)
	groups := [][]string{{}, {"ns"}, {"ns", "code"}, {"ns", "pod", "code"}}
	counted := 0
	for range 400 {
		by := groups[r.IntN(len(groups))]
		text := random(r, 1+r.IntN(5), by)
		if strings.Contains(text, "{") { // a matcher on one side gives sides with different labels
			continue
		}
		e := mustParse(t, text)
		terms, err := Linear(e, by)
		if err != nil {
			continue
		}
		counted++
		got, _, err := server.Query(t.Context(), promexpr.Sum(by, e).String(), time.Unix(0, 0))
		require.NoError(t, err, text)
		want := map[string]float64{}
		for _, s := range got {
			b := labels.NewScratchBuilder(3)
			for name, value := range s.Metric {
				b.Add(string(name), string(value))
			}
			b.Sort()
			want[b.Labels().String()] = float64(s.Values[0].Value)
		}
		requireSame(t, want, weighted(terms, by, w), text)
	}
	require.Greater(t, counted, 100)
}
