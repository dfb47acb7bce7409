package promexpr

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

func TestPrintedExpressionsMeanTheSameTree(t *testing.T) {
	a, b := Series("http.requests", Equal("service.name", "x")), Series("plain_total")
	for want, e := range map[string]parser.Expr{
		`{"service.name"="x",__name__="http.requests"} - (plain_total + plain_total)`: Binary(parser.SUB, a,
			Binary(parser.ADD, b, b)),
		`sum by ("service.name", job) (increase(plain_total[5m]))`: Sum([]string{
			"service.name",
			"job",
		}, Over("increase", b, 5*time.Minute)),
		`plain_total / on ("service.name") plain_total`: On([]string{"service.name"},
			parser.DIV, b, b),
		`plain_total or on () plain_total`: On(nil, parser.LOR, b, b),
		`max_over_time((plain_total > 0)[1h:1m])`: Call("max_over_time",
			Subquery(Binary(parser.GTR, b, Number(0)), time.Hour, time.Minute)),
		`plain_total offset 5m`: Offset(b, 5*time.Minute),
		`plain_total{a=~"1\\.5|x"}`: Series("plain_total",
			OneOf("a", "x", "1.5", "x")),
	} {
		require.Equal(t, want, e.String())
		again, err := ParseVerbatim(want)
		require.NoError(t, err, want)
		require.Equal(t, want, again.String())
	}
}

func TestSelectorsTakeAnyName(t *testing.T) {
	for _, name := range []string{
		"up", "http.requests", "a b", `quo"te`, `back\slash`, "größe", "1x", "a:b", "{}",
		"a\nb",
	} {
		text := Series(name, Equal(name, name)).String()
		vs, err := ParseSelector(text)
		require.NoError(t, err, text)
		require.Equal(t, name, Metric(vs.LabelMatchers), text)
		require.Equal(t, name, Plain(vs).LabelMatchers[1].Value)
	}
}

func TestParseSelectorRefusesWhatIsNone(t *testing.T) {
	for text, want := range map[string]string{
		`sum(x)`:          `sum(x) is not a plain selector such as http_requests_total{job="api"}`,
		`x offset 5m`:     `x offset 5m is not a plain selector such as http_requests_total{job="api"}`,
		`{job="x"}`:       `{job="x"} names no metric`,
		`{__name__=~"x"}`: `{__name__=~"x"} names no metric`,
	} {
		_, err := ParseSelector(text)
		require.EqualError(t, err, want)
	}
}

func TestBoundsAreNumbers(t *testing.T) {
	written := map[float64][]string{
		1: {"1", "1.0", "1e0"}, 0.25: {"0.25"}, 0.1: {"0.1"}, 10: {"10", "10.0"},
		1e6:   {"1000000", "1000000.0", "1e+06"},
		2.5e7: {"25000000", "25000000.0", "2.5e+07", "2.5E7"}, 1e7: {"1.0E7"}, 0.0005: {"0.0005", "5.0E-4"},
		1e-5: {"1e-05", "0.00001", "1.0E-5"}, math.Inf(1): {"+Inf"},
	}
	for bound, spellings := range written {
		for _, requested := range spellings {
			for _, op := range []string{"=", "=~", "!=", "!~"} {
				ask := requested
				if op == "=~" || op == "!~" {
					ask = alternatives([]string{requested})
				}
				e, err := Parse(fmt.Sprintf("x_bucket{le%s%q}", op, ask))
				require.NoError(t, err)
				m := Selectors(e)[0].LabelMatchers[0]
				require.Equal(t, "le", m.Name)
				for other, others := range written {
					for _, stored := range others {
						if stored == "1e0" {
							continue // not storable by any server
						}
						want := (other == bound) == (op == "=" || op == "=~")
						require.Equal(t, want, m.Matches(stored), "%s of le%s%q and stored %q", e, op, requested,
							stored)
					}
				}
				require.Equal(t, op == "!=" || op == "!~", m.Matches(""))
			}
		}
		for _, stored := range spellings {
			require.Equal(t, stored != "1e0", Bound(bound).Matches(stored), "%v as %q", bound, stored)
		}
	}
	for text, want := range map[string]string{
		`x_bucket{le=~"1|2"}`:    `x_bucket{le=~"1|1\\.0|2|2\\.0"}`,
		`x_bucket{le=~"0\\..*"}`: `x_bucket{le=~"0\\..*"}`,
		`x_bucket{le!=""}`:       `x_bucket{le!=""}`,
		`x_bucket{le="0.5"}`:     `x_bucket{le="0.5"}`,
		`x_bucket{le="+Inf"}`:    `x_bucket{le="+Inf"}`,
		`x_bucket{le=~"1|x"}`:    `x_bucket{le=~"1|1\\.0|x"}`,
		`x{code="1"}`:            `x{code="1"}`,
	} {
		e, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, e.String())
		require.Equal(t, want, must(Parse(want)).String(), "a second time")
	}
	require.Equal(t, []string{"0.3"}, Spellings(0.1*3))
}

func must(e parser.Expr, err error) parser.Expr {
	if err != nil {
		panic(err)
	}
	return e
}

func TestReplaceSelectorsLeavesTheOriginal(t *testing.T) {
	e := must(Parse(`clamp_min(-(a - sum by (x) (b)), 0)`))
	out := ReplaceSelectors(e, func(vs *parser.VectorSelector) parser.Expr { return Binary(parser.ADD, vs, Number(1)) })
	require.Equal(t, `clamp_min(-((a + 1) - sum by (x) ((b + 1))), 0)`, out.String())
	require.Equal(t, `clamp_min(-(a - sum by (x) (b)), 0)`, e.String())
	require.Equal(t, `a`, Bare(must(Parse(`((a))`))).String())
	require.Equal(t, labels.MatchEqual, OneOf("a", "b").Type)
}

// Parsed expressions are cached, and callers change them in place.
func TestParsedExpressionsAreIndependent(t *testing.T) {
	for _, text := range []string{
		`sum by (a, b) (rate(x_total{a="1",b=~"2|3"}[5m] offset 1h)) / on (a) group_left (c) (y{le="1"} > bool 2)`,
		`quantile(scalar(q{a="1"}), -x{b!="2"}) or count_values without (a) ("v", y)`,
		`max_over_time((sum(rate(x[1m])))[5m:1m] @ end()) unless ignoring (a) label_replace(z, "a", "$1", "b", "(.*)")`,
	} {
		first, err := Parse(text)
		require.NoError(t, err)
		want := first.String()
		parser.Inspect(first, func(n parser.Node, _ []parser.Node) error {
			switch n := n.(type) {
			case *parser.VectorSelector:
				for i := range n.LabelMatchers {
					n.LabelMatchers[i] = Equal("changed", "x")
				}
				n.Name, n.OriginalOffset = "changed", time.Minute
			case *parser.MatrixSelector:
				n.Range = time.Second
			case *parser.SubqueryExpr:
				n.Range = time.Second
			case *parser.AggregateExpr:
				for i := range n.Grouping {
					n.Grouping[i] = "changed"
				}
				n.Without = !n.Without
			case *parser.BinaryExpr:
				if n.VectorMatching != nil {
					for i := range n.VectorMatching.MatchingLabels {
						n.VectorMatching.MatchingLabels[i] = "changed"
					}
					for i := range n.VectorMatching.Include {
						n.VectorMatching.Include[i] = "changed"
					}
					n.VectorMatching.On = !n.VectorMatching.On
				}
			case *parser.Call:
				n.Args[len(n.Args)-1] = Number(42)
			case *parser.UnaryExpr:
				n.Op = parser.ADD
			}
			return nil
		})
		require.NotEqual(t, want, first.String())
		second, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, second.String(), text)
	}
}
