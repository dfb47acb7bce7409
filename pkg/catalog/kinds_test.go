package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/catalog"
)

const ofEachKind = `
slos:
- {name: events, objective: 99, window: 7d, sli: {events: {total: sum(a_total) + b_total, bad: c_total, counting: increase}}}
- {name: latency, objective: 99, window: 7d, sli: {latency: {histogram: h_ms, threshold: 1s, counting: exact}}}
- {name: quantile, objective: 99, window: 7d, sli: {quantile: {histogram: h_seconds, below: 300ms}}}
- {name: throughput, objective: 99, window: 7d, sli: {throughput: {counter: a_total, above: 50}}}
- {name: timeslice, objective: 99, window: 7d, sli: {timeslice: {expr: max(queue), op: "<", value: 10, slice: 10m}}}
- {name: probe, objective: 99, window: 7d, sli: {probe: {gauge: probe_success}}}
- {name: recorded, objective: 99, window: 7d, sli: {recorded: {ratio: 'slo:sli_error:ratio_rate5m', total: r}}}
- {name: composite, objective: 99, window: 7d, sli: {composite: {of: [{slo: later, weight: 3}, {slo: probe}]}}}
- {name: later, objective: 99, window: 7d, sli: {recorded: {ratio: good_ratio, of: good, slice: 1m}}}
`

func TestParseReadsEveryKind(t *testing.T) {
	c, problems := Parse([]byte(ofEachKind))
	require.NoError(t, problems.Err())
	require.Len(t, c.SLOs, 9)
	for i, kind := range Kinds() {
		assert.Equal(t, kind, c.SLOs[i].Kind())
	}
	assert.Equal(t, Events{Total: "sum(a_total) + b_total", Bad: "c_total", Increase: true}, *c.SLOs[0].SLI.Events)
	assert.False(t, c.SLOs[1].SLI.Latency.Increase)
	assert.Equal(t, Quantile{Histogram: "h_seconds", Unit: "s", Quantile: 0.95, Below: 300 * time.Millisecond, Slice: 5 * time.Minute}, *c.SLOs[2].SLI.Quantile)
	assert.Equal(t, Latency{Histogram: "h_seconds", Unit: "s", Threshold: 300 * time.Millisecond}, *c.SLOs[2].P95)
	assert.Equal(t, Throughput{Counter: "a_total", Above: 50, Slice: time.Minute}, *c.SLOs[3].SLI.Throughput)
	assert.Equal(t, Timeslice{Expr: "max(queue)", Op: "<", Value: 10, Slice: 10 * time.Minute}, *c.SLOs[4].SLI.Timeslice)
	assert.Equal(t, Probe{Gauge: "probe_success", Slice: time.Minute}, *c.SLOs[5].SLI.Probe)
	assert.Equal(t, Recorded{Ratio: "slo:sli_error:ratio_rate5m", Total: "r", Slice: 5 * time.Minute}, *c.SLOs[6].SLI.Recorded)
	composite := c.SLOs[7].SLI.Composite
	require.Len(t, composite.Of, 2)
	assert.Equal(t, 3.0, composite.Of[0].Weight)
	assert.Equal(t, "later", composite.Of[0].SLO.Name)
	assert.True(t, composite.Of[0].SLO.SLI.Recorded.Good)

	s, problems := c.ParseSLO([]byte(`{name: x, objective: 99, window: 7d, sli: {composite: {of: [{slo: probe}, {slo: events}], mode: all}}}`))
	require.NoError(t, problems.Err())
	assert.True(t, s.SLI.Composite.All)
	assert.Equal(t, "events", s.SLI.Composite.Of[1].SLO.Name)
}

func TestWhatKindsRefuse(t *testing.T) {
	c, _ := Parse([]byte(ofEachKind))
	for sli, want := range map[string]string{
		"events: {total: 'sum(rate(a_total[5m]))', bad: b}": `sli.events.total: "sum(rate(a_total[5m]))": calls rate(), which is an estimate over a range of its own; Burnline counts the increase itself in each cell of time: give a_total`,
		"events: {total: max(a), bad: b}":                   `sli.events.total: "max(a)": takes the max of counters, which says nothing of how many events there were; sum() works, and so does a plain selector with by`,
		"events: {total: a / b, bad: b}":                    `sli.events.total: "a / b": divides counters; give the events as total and the bad ones as bad, Burnline divides last`,
		"events: {total: a * b, bad: b}":                    `sli.events.total: "a * b": multiplies counters; only a number may be a factor`,
		"events: {total: a + 1, bad: b}":                    `sli.events.total: "a + 1": adds a number to a counter, which is in every difference again; leave it out`,
		"events: {total: a > 1, bad: b}":                    `sli.events.total: "a > 1": compares with >, which no counter keeps to; a timeslice SLI compares`,
		"events: {total: abs(a), bad: b}":                   `sli.events.total: "abs(a)": calls abs(), and the abs of counters is no count; selectors, sum(), + and -, label_replace() and label_join() work`,
		"events: {total: a, bad: b, counting: rate}":        `sli.events.counting: unknown counting "rate"; it is exact (the default) or increase`,
		"quantile: {histogram: h, below: 1s, quantile: 95}": "sli.quantile.quantile: a quantile lies between 0 and 1, e.g. 0.95",
		"quantile: {histogram: h, below: 1s, slice: 7m}":    "sli.quantile.slice: slices of 7m do not fill an hour; give 1m, 2m, 5m, 10m, 15m, 30m or 1h",
		"throughput: {counter: a_total, above: -1}":         "sli.throughput.above: a rate is never below 0; give events per second, e.g. 50",
		"timeslice: {expr: 'a[5m]', op: '<', value: 1}":     `sli.timeslice.expr: "a[5m]": gives a range vector; give an expression with a value for each series at an instant`,
		"timeslice: {expr: a, op: '=', value: 1}":           `sli.timeslice.op: "=" compares nothing; it is one of < <= > >= == !=, in quotes`,
		"probe: {gauge: 'avg(up)'}":                         `sli.probe.gauge: "avg(up)": is an expression; give the plain selector, as Burnline counts its increase itself`,
		"recorded: {ratio: r, of: errors}":                  `sli.recorded.of: unknown "errors"; the ratio is the share of bad (the default) or good events`,
		"composite: {of: [{slo: probe}]}":                   "sli.composite.of: a composite has two SLOs or more; e.g. " + `of: [{slo: availability, weight: 2}, {slo: latency}]`,
		"composite: {of: [{slo: probe}, {slo: prob}]}":      `sli.composite.of[1].slo: unknown SLO "prob"; did you mean probe?`,
		"composite: {of: [{slo: probe}, {slo: composite}]}": `sli.composite.of[1].slo: "composite" is a composite itself; name the SLOs that it is made of`,
		"composite: {of: [{slo: probe}, {slo: probe}]}":     `sli.composite.of[1].slo: "probe" is given twice; give it a weight instead`,
	} {
		_, problems := c.ParseSLO([]byte("{name: x, objective: 99, window: 7d, sli: {" + sli + "}}"))
		require.Len(t, problems, 1, sli)
		assert.Equal(t, want, problems[0].Path+": "+problems[0].Message)
		assert.Equal(t, 1, problems[0].Line)
	}
}

func TestACompositeOfABrokenSLOIsBroken(t *testing.T) {
	c, problems := Parse([]byte("slos:\n" +
		"- {name: good, objective: 99, window: 7d, sli: {probe: {gauge: a}}}\n" +
		"- {name: bad, objective: 0, window: 7d, sli: {probe: {gauge: a}}}\n" +
		"- {name: both, objective: 99, window: 7d, sli: {composite: {of: [{slo: good}, {slo: bad}]}}}\n"))
	require.Len(t, problems, 2)
	assert.EqualError(t, problems[1], `line 4:85 slos[2].sli.composite.of[1].slo: SLO "bad" has problems of its own; they must be solved first`)
	assert.Equal(t, []string{"bad", "both"}, c.BrokenNames())
	require.Len(t, c.SLOs, 1)
}
