package sli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// seenBy returns facts of a server on which every histogram has these buckets.
func seenBy(les ...string) *ServerFacts {
	return &ServerFacts{
		Layout:   func(string) (Layout, error) { return Layout{LEs: les}, nil },
		Interval: func(string) (time.Duration, error) { return 0, nil },
	}
}

// seenEvery returns facts of a server with this interval between samples.
func seenEvery(interval time.Duration) *ServerFacts {
	return &ServerFacts{Interval: func(string) (time.Duration, error) { return interval, nil }}
}

// Expressions that are sent parse to the intended ones.
func TestExpressionsAreRead(t *testing.T) {
	by := []string{"workload"}
	var all []Counting
	add := func(c Counting, err error) {
		require.NoError(t, err)
		all = append(all, c)
	}
	add((&Events{
		Total: `a_total{x="1"} + 2 * b_total`,
		Good:  `label_replace(a_total, "w", "$1", "pod", "(.*)-.*") or sum by (w) (c_total)`,
	}).Count(by, seenBy()))
	add((&Events{Total: `a_total`, Bad: `a_total{code="5.."}`, Increase: true}).Count(nil, seenBy()))
	add(nativeIncrease(Latency{Histogram: "h_seconds", Threshold: time.Second, Unit: "s", Increase: true}, by))
	add((&Latency{Histogram: "h_seconds", Threshold: time.Second, Unit: "s", Increase: true}).Count(by,
		seenBy("1", "+Inf")))
	add((&Quantile{
		Histogram: "h_seconds", Unit: "s", Quantile: 0.95, Below: time.Second,
		Slice: 5 * time.Minute,
	}).Count(by, nil))
	add((&Quantile{Histogram: "h_seconds", Unit: "s", Quantile: 0.95, Below: time.Second, Slice: time.Minute}).Count(by,
		&ServerFacts{Layout: func(string) (Layout, error) { return Layout{Native: true}, nil }}))
	add((&Throughput{Counter: "a_total - b_total", Above: 50, Slice: time.Minute}).Count(by, seenBy()))
	add((&Timeslice{Expr: "-up + 1 or vector(1)", Op: "!=", Value: -3, Slice: time.Minute}).Count(nil, seenBy()))
	add((&Probe{Gauge: "probe_success", Slice: 5 * time.Minute}).Count(by, seenBy()))
	add((&Recorded{Ratio: "slo:sli_error:ratio_rate5m", Total: "r", Slice: 5 * time.Minute, Good: true}).Count(by,
		seenEvery(0)))
	add((&Recorded{Ratio: "slo:sli_error:ratio_rate5m", Slice: 5 * time.Minute}).Count(nil, seenEvery(10*time.Minute)))
	add((&Ratio{
		Total: "a_total + b_total", Good: `{"c.total"}`, Target: 0.95,
		Slice: time.Minute,
	}).Count([]string{"service.name"}, seenEvery(time.Minute)))
	add((&Ratio{Total: "a_total", Bad: "b_total", Target: 0.95, Slice: time.Hour}).Count(nil,
		seenEvery(15*time.Minute)))
	for _, c := range all {
		for _, read := range []cells.Query{c.Query} {
			sums := read.(counting.Sums)
			for _, cell := range []time.Duration{time.Minute, 5 * time.Minute, time.Hour} {
				exprs := sums.Parts
				if sums.Each == 0 {
					exprs = append(exprs, sums.Coverage)
				}
				if sums.Both != nil {
					exprs = append(exprs, sums.Both)
				}
				for _, e := range exprs {
					text := e(cell).String()
					parsed, err := promexpr.Parse(text)
					require.NoError(t, err, text)
					require.Equal(t, text, parsed.String())
				}
			}
		}
	}
}

func TestASliceIsCountedInTheCellWhereItEnds(t *testing.T) {
	c, err := (&Probe{Gauge: `probe_success{job="x"}`, Slice: 5 * time.Minute}).Count([]string{"group"}, nil)
	require.NoError(t, err)
	sums := c.Query.(counting.Sums)
	require.Equal(t,
		`count_over_time(count by (group) ((min by (group) (min_over_time(probe_success{job="x"}[4m59s999ms]) or probe_success{job="x"}) >= -Inf) < 1)[59s:5m])`,
		sums.Parts[1](time.Minute).String())
	require.Equal(t,
		`count_over_time(count by (group) (min by (group) (min_over_time(probe_success{job="x"}[4m59s999ms]) or probe_success{job="x"}) >= -Inf)[59m59s:5m])`,
		sums.Parts[0](time.Hour).String())
	require.Equal(t,
		`sum_over_time((0.000244140625 + max by (group) ((min by (group) (min_over_time(probe_success{job="x"}[4m59s999ms]) or probe_success{job="x"}) >= -Inf) < bool 1))[59m59s:5m]) * 4096`,
		sums.Both(time.Hour).String(), "which is what is sent")
	require.Equal(t, 5*time.Minute, sums.Each, "a slice covers its length. That is not asked for again")
}

// An expression that is always 0 or 1 is not compared again.
func TestABitIsCountedAsItIs(t *testing.T) {
	for _, c := range []struct {
		expr, op string
		value    float64
		want     string
	}{
		{"a < bool b", "==", 0, "0.000244140625 + max by (g) (a < bool b)"},
		{"a < bool b", "<", 0.5, "0.000244140625 + max by (g) (a < bool b)"},
		{
			"max by (g) (a == bool 0) or group by (g) (b)", ">=", 1,
			"1.000244140625 - min by (g) (max by (g) (a == bool 0) or group by (g) (b))",
		},
		// never fails
		{"a < bool b", ">=", 0, "0.000244140625 + max by (g) ((min by (g) (a < bool b) >= -Inf) < bool 0)"},
		{"a < b", "==", 0, "0.000244140625 + max by (g) (((a < b) >= -Inf) != bool 0)"},
		{"a == bool 0 or b", "==", 0, "0.000244140625 + max by (g) (((a == bool 0 or b) >= -Inf) != bool 0)"},
		{
			"sum by (g) (a == bool 0)", "==", 0,
			"0.000244140625 + max by (g) ((sum by (g) (a == bool 0) >= -Inf) != bool 0)",
		},
	} {
		slices, err := (&Timeslice{Expr: c.expr, Op: c.op, Value: c.value, Slice: time.Minute}).Count([]string{"g"},
			nil)
		require.NoError(t, err)
		require.Equal(t, "sum_over_time(("+c.want+")[59m59s:1m]) * 4096",
			slices.Query.(counting.Sums).Both(time.Hour).String())
	}
}

// Equal readings have equal keys, different readings have different ones.
func TestReadingsAreDistinguished(t *testing.T) {
	id := func(e Events) string {
		c, err := e.Count(nil, seenBy())
		require.NoError(t, err)
		return c.Query.(counting.Sums).ID
	}
	sum := Events{Total: "a * b", Bad: "c"}
	require.Equal(t, id(sum), id(Events{Total: "a*b", Bad: "c"}))
	require.NotEqual(t, id(sum), id(Events{Total: "a * b", Bad: "d"}))
	require.NotEqual(t, id(sum), id(Events{Total: "a * b", Bad: "c", Increase: true}))
}
