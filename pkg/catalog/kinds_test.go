package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

const ofEachKind = `
slos:
- {name: events, objective: 99, window: 7d, sli: {events: {total: sum(a_total) + b_total, bad: c_total, counting: increase}}}
- {name: latency, objective: 99, window: 7d, sli: {latency: {histogram: h_ms, threshold: 1s, counting: exact}}}
- {name: quantile, objective: 99, window: 7d, sli: {quantile: {histogram: h_seconds, below: 300ms}}}
- {name: throughput, objective: 99, window: 7d, sli: {throughput: {counter: a_total, above: 50}}}
- {name: ratio, objective: 99, window: 7d, sli: {ratio: {total: a_total, good: 'a_total{code="200"} or vector(0)', target: 95, slice: 5m}}}
- {name: timeslice, objective: 99, window: 7d, sli: {timeslice: {expr: max(queue), op: "<", value: 10, slice: 10m}}}
- {name: probe, objective: 99, window: 7d, sli: {probe: {gauge: probe_success}}}
- {name: recorded, objective: 99, window: 7d, sli: {recorded: {ratio: 'slo:sli_error:ratio_rate5m', total: r}}}
- {name: composite, objective: 99, window: 7d, sli: {composite: {of: [{slo: later, weight: 3}, {slo: probe}]}}}
- {name: later, objective: 99, window: 7d, sli: {recorded: {ratio: good_ratio, of: good, slice: 1m}}}
`

func TestParseReadsEveryKind(t *testing.T) {
	c, problems := Parse([]byte(ofEachKind))
	require.NoError(t, problems.Err())
	require.Len(t, c.SLOs, 10)
	for i, kind := range Kinds() {
		assert.Equal(t, kind, c.SLOs[i].Kind())
	}
	assert.Equal(t, sli.Events{Total: "sum(a_total) + b_total", Bad: "c_total", Increase: true},
		*c.SLOs[0].SLI.(*sli.Events))
	assert.False(t, c.SLOs[1].SLI.(*sli.Latency).Increase)
	assert.Equal(t,
		sli.Quantile{
			Histogram: "h_seconds", Unit: "s", Quantile: 0.95, Below: 300 * time.Millisecond,
			Slice: 5 * time.Minute,
		}, *c.SLOs[2].SLI.(*sli.Quantile))
	assert.Equal(t, sli.Latency{Histogram: "h_seconds", Unit: "s", Threshold: 300 * time.Millisecond}, *c.SLOs[2].P95)
	assert.Equal(t, sli.Throughput{Counter: "a_total", Above: 50, Slice: time.Minute}, *c.SLOs[3].SLI.(*sli.Throughput))
	assert.Equal(t,
		sli.Ratio{Total: "a_total", Good: `a_total{code="200"} or vector(0)`, Target: 0.95, Slice: 5 * time.Minute},
		*c.SLOs[4].SLI.(*sli.Ratio))
	assert.Equal(t, sli.Timeslice{Expr: "max(queue)", Op: "<", Value: 10, Slice: 10 * time.Minute},
		*c.SLOs[5].SLI.(*sli.Timeslice))
	assert.Equal(t, sli.Probe{Gauge: "probe_success", Slice: time.Minute}, *c.SLOs[6].SLI.(*sli.Probe))
	assert.Equal(t, sli.Recorded{Ratio: "slo:sli_error:ratio_rate5m", Total: "r", Slice: 5 * time.Minute},
		*c.SLOs[7].SLI.(*sli.Recorded))
	composite := c.SLOs[8].Composite()
	require.Len(t, composite.Of, 2)
	assert.Equal(t, 3.0, composite.Of[0].Weight)
	assert.Equal(t, "later", composite.Of[0].SLO.Name)
	assert.True(t, composite.Of[0].SLO.SLI.(*sli.Recorded).Good)

	s, problems := c.ParseSLO([]byte(`{name: x, objective: 99, window: 7d, sli: {composite: {of: [{slo: probe}, {slo: events}], mode: all}}}`))
	require.NoError(t, problems.Err())
	assert.True(t, s.Composite().All)
	assert.Equal(t, "events", s.Composite().Of[1].SLO.Name)
}

func TestWhatKindsRefuse(t *testing.T) {
	c, _ := Parse([]byte(ofEachKind))
	for sli, want := range map[string]string{
		"events: {total: 'sum(rate(a_total[5m]))', bad: b}":        `sli.events.total: "sum(rate(a_total[5m]))": calls rate(), which is an estimate over a range. Burnline counts the increase itself in each cell of time: give a_total`,
		"events: {total: max(a), bad: b}":                          `sli.events.total: "max(a)": uses the max of counters, which is not a number of events. Use sum(), or a plain selector with by`,
		"events: {total: a / b, bad: b}":                           `sli.events.total: "a / b": divides counters. Give the events as total and the bad ones as bad, Burnline divides last`,
		"events: {total: a * b, bad: b}":                           `sli.events.total: "a * b": multiplies counters. Only a number may be a factor`,
		"events: {total: a + 1, bad: b}":                           `sli.events.total: "a + 1": adds a number to a counter, which is in every difference again. Leave it out`,
		"events: {total: a > 1, bad: b}":                           `sli.events.total: "a > 1": compares with >, which no counter keeps to. A timeslice SLI compares`,
		"events: {total: abs(a), bad: b}":                          `sli.events.total: "abs(a)": calls abs(), and the abs of counters is no count. Use selectors, sum(), + and -, label_replace() and label_join()`,
		"events: {total: a, bad: b, counting: rate}":               `sli.events.counting: unknown counting "rate". It is exact (the default) or increase`,
		"events: {total: a > bool 0, bad: b}":                      `sli.events.total: "a > bool 0": compares with >, which no counter keeps to. A timeslice SLI compares`,
		"events: {total: 'clamp_min(a, 1)', bad: b}":               `sli.events.total: "clamp_min(a, 1)": calls clamp_min(), and the clamp_min of counters is no count. Use selectors, sum(), + and -, label_replace() and label_join()`,
		"ratio: {total: a, good: b, target: 0.95}":                 "sli.ratio.target: 0.95 is a ratio. Give percent, for example 95",
		"ratio: {total: a, good: b, target: 101}":                  "sli.ratio.target: 101 is above 100. Give percent, for example 95",
		"ratio: {total: a, target: 95}":                            `sli.ratio: requires bad or good in addition to total. For example: bad: 'requests_total{job="x",code=~"5.."}'`,
		"ratio: {total: a, good: a, target: 95}":                   `sli.ratio.good: selects the same series as total: no event would ever be bad. Add a matcher for these events, for example code=~"5.."`,
		"events: {total: up == 1, bad: b}":                         `sli.events.total: "up == 1": compares with ==. A gauge that is 1 while all is well makes a probe SLI: {probe: {gauge: up}}`,
		"events: {total: count(up), bad: b}":                       `sli.events.total: "count(up)": counts series, not events. Use sum(). Gauges that are 1 while all is well, such as probe_success, make a probe SLI`,
		"timeslice: {expr: 'up == 1', op: '>=', value: 1}":         `sli.timeslice.expr: "up == 1": up == 1 has no value while it does not hold, so the slice is not measured instead of bad. Compare with op and value, or write == bool`,
		"timeslice: {expr: 'count((up > 0))', op: '>=', value: 1}": `sli.timeslice.expr: "count((up > 0))": up > 0 has no value while it does not hold, so the slice is not measured instead of bad. Compare with op and value, or write > bool`,
		"probe: {gauge: 'probe_success == 1'}":                     `sli.probe.gauge: "probe_success == 1": compares with ==. A probe is good while its gauge is 1: give probe_success, and labels in by for a group each`,
		"probe: {gauge: 'count by (job) (probe_success)'}":         `sli.probe.gauge: "count by (job) (probe_success)": takes the count of gauges. A probe is good while its gauge is 1: give probe_success, and labels in by for a group each`,
		"probe: {gauge: requests_total}":                           `sli.probe.gauge: requests_total is a counter by its name, which is never below 1 again. Give a gauge that is 1 while all is well, or count with events`,
		"quantile: {histogram: h, below: 1s, quantile: 95}":        "sli.quantile.quantile: a quantile lies between 0 and 1, for example 0.95",
		"quantile: {histogram: h, below: 1s, slice: 7m}":           "sli.quantile.slice: slices of 7m do not fill an hour. Give 1m, 2m, 5m, 10m, 15m, 30m or 1h",
		"throughput: {counter: a_total, above: -1}":                "sli.throughput.above: a rate is never below 0. Give events per second, for example 50",
		"timeslice: {expr: 'a[5m]', op: '<', value: 1}":            `sli.timeslice.expr: "a[5m]": gives a range vector. Give an expression with a value for each series at an instant`,
		"timeslice: {expr: a, op: '=', value: 1}":                  `sli.timeslice.op: "=" compares nothing. It is one of < <= > >= == !=, in quotes`,
		"probe: {gauge: 'avg(up)'}":                                `sli.probe.gauge: "avg(up)": takes the avg of gauges. A probe is good while its gauge is 1: give up, and labels in by for a group each`,
		"recorded: {ratio: r, of: errors}":                         `sli.recorded.of: unknown "errors". The ratio is the share of bad (the default) or good events`,
		"composite: {of: [{slo: probe}]}":                          "sli.composite.of: a composite has two SLOs or more. For example: " + `of: [{slo: availability, weight: 2}, {slo: latency}]`,
		"composite: {of: [{slo: probe}, {slo: prob}]}":             `sli.composite.of[1].slo: unknown SLO "prob". Did you mean probe?`,
		"composite: {of: [{slo: probe}, {slo: composite}]}":        `sli.composite.of[1].slo: "composite" is a composite itself. Name the SLOs that it is made of`,
		"composite: {of: [{slo: probe}, {slo: probe}]}":            `sli.composite.of[1].slo: "probe" is given twice. Give it a weight instead`,
	} {
		_, problems := c.ParseSLO([]byte("{name: x, objective: 99, window: 7d, sli: {" + sli + "}}"))
		require.Len(t, problems, 1, sli)
		assert.Equal(t, want, problems[0].Path+": "+problems[0].Message)
		assert.Equal(t, 1, problems[0].Line)
	}
}

func TestRulesAboutTime(t *testing.T) {
	const rest = ", objective: 99, window: 7d, sli: {probe: {gauge: a}}}"
	s, problems := ParseSLO([]byte(`{name: x, missing: bad, lowTraffic: {minEvents: 100, minBad: 3}, exclude: [` +
		`{from: 2026-03-01T22:00, to: 2026-03-02 02:00, timezone: Europe/Berlin, reason: migration},` +
		`{every: FREQ=WEEKLY;BYDAY=SU;BYHOUR=2, duration: 2h, timezone: Europe/Berlin, from: 2026-01-04}]` + rest))
	require.NoError(t, problems.Err())
	assert.Equal(t, MissingBad, s.Missing)
	assert.Equal(t, slo.LowTraffic{MinEvents: 100, MinBad: 3}, s.LowTraffic)
	require.Len(t, s.Exclude, 2)
	assert.Equal(t, "2026-03-01T21:00:00Z", s.Exclude[0].From.Format(time.RFC3339))
	assert.Equal(t, "2026-03-02T01:00:00Z", s.Exclude[0].To.Format(time.RFC3339))
	assert.Equal(t, "2026-01-03T23:00:00Z", s.Exclude[1].From.Format(time.RFC3339))
	assert.Equal(t, 2*time.Hour, s.Exclude[1].Duration)

	for rule, want := range map[string]string{
		"missing: down":            `missing: unknown "down". Use unmeasured (the default), bad or good`,
		"lowTraffic: {minBad: -1}": "lowTraffic.minBad: there are never fewer than 0 events. Give for example 3",
		"lowTraffic: 3":            "lowTraffic: want a mapping, for example {minEvents: 100, minBad: 3}, got 3",
		"exclude: [{from: yesterday, to: 2026-01-01}]":  `exclude[0].from: "yesterday" is no time. Write 2026-03-01T22:00 (in timezone, or UTC), 2026-03-01T22:00:00+01:00 or 2026-03-01`,
		"exclude: [{from: 2026-01-02, to: 2026-01-01}]": "exclude[0].to: ends at 2026-01-01T00:00:00Z, not after it begins, at 2026-01-02T00:00:00Z",
		"exclude: [{from: 2026-01-02}]":                 "exclude[0].to: missing. Give for example to: 2026-03-02T02:00",
		"exclude: [{every: FREQ=DAILY}]":                "exclude[0].duration: missing. Give for example duration: 2h",
		"exclude: [{every: FREQ=HOURLY, duration: 1m}]": `exclude[0].every: "FREQ=HOURLY" recurs within a day. List the hours instead, for example FREQ=DAILY;BYHOUR=2,14;BYMINUTE=0`,
		"exclude: [{every: FREQ=DAILY, duration: 1s}]":  "exclude[0].duration: 1s is not within 1m and 31d",
		"exclude: {from: 2026-01-02, to: 2026-01-03}":   "exclude: want a list, for example [{from: 2026-03-01T22:00, to: 2026-03-02T02:00, timezone: Europe/Berlin}]. Got a mapping",
	} {
		_, problems := ParseSLO([]byte("{name: x, " + rule + rest))
		require.Len(t, problems, 1, rule)
		assert.Equal(t, want, problems[0].Path+": "+problems[0].Message)
	}
}

func TestACompositeOfABrokenSLOIsBroken(t *testing.T) {
	c, problems := Parse([]byte("slos:\n" +
		"- {name: good, objective: 99, window: 7d, sli: {probe: {gauge: a}}}\n" +
		"- {name: bad, objective: 0, window: 7d, sli: {probe: {gauge: a}}}\n" +
		"- {name: both, objective: 99, window: 7d, sli: {composite: {of: [{slo: good}, {slo: bad}]}}}\n"))
	require.Len(t, problems, 2)
	assert.EqualError(t, problems[1],
		`line 4:85 slos[2].sli.composite.of[1].slo: SLO "bad" has problems. Fix them first`)
	assert.Equal(t, []string{"bad", "both"}, c.BrokenNames())
	require.Len(t, c.SLOs, 1)
}

func TestACompositeIsGroupedByWhatItsMembersCanBe(t *testing.T) {
	c, problems := Parse([]byte("slos:\n" +
		"- {name: fast, objective: 99, window: 7d, sli: {latency: {histogram: h_seconds, threshold: 1s}}}\n" +
		"- {name: up, objective: 99, window: 7d, sli: {probe: {gauge: a}}}\n" +
		"- {name: both, objective: 99, window: 7d, by: [le], sli: {composite: {of: [{slo: fast}, {slo: up}]}}}\n" +
		"- {name: fine, objective: 99, window: 7d, by: [job], sli: {composite: {of: [{slo: fast}, {slo: up}]}}}\n"))
	assert.EqualError(t, problems.Err(),
		"line 4:47 slos[2].by: SLO fast of the composite: le makes the buckets of the histogram. A latency SLO cannot be grouped by it")
	fine, err := c.Lookup("fine")
	require.NoError(t, err)
	_, err = fine.WithBy([]string{"le"})
	assert.EqualError(t, err,
		"SLO fast of the composite: le makes the buckets of the histogram. A latency SLO cannot be grouped by it")
	grouped, err := fine.WithBy([]string{"pod"})
	require.NoError(t, err)
	assert.Equal(t, []string{"pod"}, grouped.By)
}

func TestAlertsOfPoliciesHoldWholeSlices(t *testing.T) {
	c, problems := Parse([]byte("policies:\n" +
		"  quick: [{severity: page, percent: 1, long: 30m}, {severity: ticket, percent: 5, long: 6h}]\n" +
		"slos:\n" +
		"- {name: hours, objective: 99, window: 30d, policy: quick, sli: {probe: {gauge: a, slice: 1h}}}\n" +
		"- {name: halves, objective: 99, window: 30d, policy: quick, sli: {probe: {gauge: a, slice: 30m}}}\n" +
		"- {name: quarters, objective: 99, window: 30d, sli: {probe: {gauge: a, slice: 15m}}}\n" +
		"- {name: thirds, objective: 99, window: 30d, sli: {probe: {gauge: a, slice: 20m}}}\n" +
		"- {name: both, objective: 99, window: 30d, policy: quick, sli: {composite: {of: [{slo: halves}, {slo: thirds}]}}}\n"))
	assert.EqualError(t, problems.Err(),
		"line 4:53 slos[0].policy: policy quick does not fit: alert 1 (page, 1% in 30m): "+
			"long window 30m is shorter than the slices of 1h that are counted. Give 1h or more\n"+
			"line 8:52 slos[4].policy: policy quick does not fit: alert 1 (page, 1% in 30m): "+
			"long window 30m is shorter than the slices of 1h that are counted. Give 1h or more")
	assert.Equal(t, []string{"both", "hours"}, c.BrokenNames())

	s, err := c.Lookup("thirds")
	require.NoError(t, err)
	p := slo.Policy{
		Name:   "q",
		Alerts: []slo.Alert{{Severity: "page", Percent: 1, Long: 15 * time.Minute, Short: 5 * time.Minute}},
	}
	_, err = s.WithPolicy(p)
	assert.EqualError(t, err,
		"policy q does not fit SLO thirds: alert 1 (page, 1% in 15m): long window 15m is shorter than the slices of 20m that are counted. Give 20m or more")
}

// A comparison does not filter if `or` replaces its missing series, or if both of its sides are
// numbers.
func TestTimeslicesMayCompareInside(t *testing.T) {
	for _, expr := range []string{
		"up == bool 1", "(up == 1) or vector(0)", "a / (b > 0)", "a and b > 5",
		"min(up == bool 1)", "1 - avg(a)",
	} {
		_, problems := ParseSLO([]byte(`{name: x, objective: 99, window: 7d, sli: {timeslice: {expr: "` + expr +
			`", op: "<", value: 1}}}`))
		assert.NoError(t, problems.Err(), expr)
	}
}

func TestLocateIsThePlaceOfAField(t *testing.T) {
	c, problems := Parse([]byte("slos:\n  - name: a\n    objective: 99\n    window: 7d\n    by: [x, y]\n    sli:\n      events: {total: a_total, bad: b_total}\n"))
	require.NoError(t, problems.Err())
	for path, want := range map[string]Problem{
		"sli.events.bad":      {Line: 7, Column: 37, Path: "slos[0].sli.events.bad", Message: "m"},
		"by[1]":               {Line: 5, Column: 13, Path: "slos[0].by[1]", Message: "m"},
		"policy":              {Line: 2, Column: 5, Path: "slos[0].policy", Message: "m"},
		"sli.events.counting": {Line: 7, Column: 15, Path: "slos[0].sli.events.counting", Message: "m"},
	} {
		assert.Equal(t, want, c.Locate("a", path, "m"))
	}
}
