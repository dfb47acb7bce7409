package catalog

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli"
)

func filters(t *testing.T, all ...[3]string) (out []*Filter) {
	t.Helper()
	for _, f := range all {
		m, err := NewFilter(f[0], f[1], f[2])
		require.NoError(t, err)
		out = append(out, m)
	}
	return out
}

func TestFiltersBecomeMatchersOfEverySelector(t *testing.T) {
	for name, c := range map[string]struct {
		sli  string
		read func(SLO) []string
		want []string
	}{
		"events": {
			`{events: {total: 'a_total{x="1"}', bad: 'sum by (y) (a_total{x="1"}) - b_total'}}`,
			func(s SLO) []string {
				return []string{s.SLI.(*sli.Events).Total, s.SLI.(*sli.Events).Bad, s.SLI.(*sli.Events).Good}
			},
			[]string{`a_total{ns="a\"b",x="1"}`, `sum by (y) (a_total{ns="a\"b",x="1"}) - b_total{ns="a\"b"}`, ""},
		},
		"latency and its p95": {
			`{latency: {histogram: h_seconds, threshold: 1s}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Latency).Histogram, s.P95.Histogram} },
			[]string{`h_seconds{ns="a\"b"}`, `h_seconds{ns="a\"b"}`},
		},
		"quantile": {
			`{quantile: {histogram: h_seconds, below: 1s}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Quantile).Histogram} },
			[]string{`h_seconds{ns="a\"b"}`},
		},
		"throughput": {
			`{throughput: {counter: a_total, above: 1}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Throughput).Counter} },
			[]string{`a_total{ns="a\"b"}`},
		},
		"timeslice": {
			`{timeslice: {expr: 'max(rate(a_total[5m])) / scalar(b)', op: "<", value: 1}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Timeslice).Expr} },
			[]string{`max(rate(a_total{ns="a\"b"}[5m])) / scalar(b{ns="a\"b"})`},
		},
		"probe": {
			`{probe: {gauge: up}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Probe).Gauge} },
			[]string{`up{ns="a\"b"}`},
		},
		"recorded": {
			`{recorded: {ratio: 'r:ratio', total: 'r:rate'}}`,
			func(s SLO) []string { return []string{s.SLI.(*sli.Recorded).Ratio, s.SLI.(*sli.Recorded).Total} },
			[]string{`r:ratio{ns="a\"b"}`, `r:rate{ns="a\"b"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before, problems := ParseSLO([]byte("{name: a, objective: 99, window: 30d, sli: " + c.sli + "}"))
			require.NoError(t, problems.Err())
			reported := c.read(before)
			after, err := before.WithFilters(filters(t, [3]string{"ns", "=", `a"b`}))
			require.NoError(t, err)
			assert.Equal(t, c.want, c.read(after))
			assert.Equal(t, reported, c.read(before), "the SLO itself is as it was")
		})
	}
}

func TestFiltersReachTheMembersOfAComposite(t *testing.T) {
	c, problems := Parse([]byte(`slos:
- {name: a, objective: 99, window: 30d, sli: {events: {total: a_total, bad: b_total}}}
- {name: l, objective: 99, window: 30d, sli: {latency: {histogram: h, threshold: 1s}}}
- {name: both, objective: 99, window: 30d, sli: {composite: {of: [{slo: a}, {slo: l}]}}}`))
	require.NoError(t, problems.Err())
	s, err := c.Lookup("both")
	require.NoError(t, err)
	s, err = s.WithFilters(filters(t, [3]string{"pod", "=~", "x.*"}, [3]string{"code", "!=", "404"}))
	require.NoError(t, err)
	assert.Equal(t, `a_total{code!="404",pod=~"x.*"}`, s.Composite().Of[0].SLO.SLI.(*sli.Events).Total)
	assert.Equal(t, `h{code!="404",pod=~"x.*"}`, s.Composite().Of[1].SLO.SLI.(*sli.Latency).Histogram)

	_, err = s.WithFilters(filters(t, [3]string{"le", "=", "1"}))
	assert.EqualError(t, err, "le makes the buckets of the histogram. A latency SLO cannot be filtered by it")
}

func TestNewFilterReportsWhatIsWrong(t *testing.T) {
	for want, f := range map[string][3]string{
		"label: empty. Give a label name, for example namespace": {"", "=", "a"},
		`operator: unknown "<". There are =, !=, =~, !~`:         {"a", "<", "1"},
		`value: "(" is no regular expression: `:                  {"a", "=~", "("},
		"label: __name__ is no label to group by. It is the ":    {"__name__", "=", "up"},
	} {
		_, err := NewFilter(f[0], f[1], f[2])
		require.Error(t, err)
		assert.Contains(t, err.Error(), want)
	}
}

func TestAFilterAppliesToTheMappedLabel(t *testing.T) {
	for name, c := range map[string]struct {
		slo    string
		total  string
		groups string
	}{
		"the label itself": {`by: [namespace], sli: {events: {total: t, bad: b}}`, `t{namespace="shop"}`, ""},
		"of a mesh": {
			`by: [destination_namespace], sli: {events: {total: t, bad: b}}`,
			`t{destination_namespace="shop"}`, "",
		},
		"renamed": {
			`by: [exported_namespace], sli: {events: {total: t, bad: b}}`,
			`t{exported_namespace="shop"}`, "",
		},
		"not of the groups": {`by: [code], sli: {events: {total: t, bad: b}}`, `t{namespace="shop"}`, ""},
		"made by an expression": {
			`by: [namespace], sli: {events: {total: t, bad: 'label_replace(b, "namespace", "$1", "ns", "(.*)")'}}`,
			`t`, `namespace="shop"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := inlineSLO(t, `{name: a, objective: 99, window: 1d, `+c.slo+`}`)
			s, err := s.WithFilters(filters(t, [3]string{"namespace", "=", "shop"}))
			require.NoError(t, err)
			require.True(t, s.IsFiltered)
			require.Equal(t, c.total, s.SLI.(*sli.Events).Total)
			if c.groups == "" {
				require.Empty(t, s.GroupFilters)
			} else {
				require.Equal(t, c.groups, s.GroupFilters[0].String())
			}
		})
	}
	s := inlineSLO(t,
		`{name: a, objective: 99, window: 1d, by: [namespace, workload], identity: kubernetes, sli: {events: {total: t, bad: b}}}`)
	s, err := s.WithFilters(filters(t, [3]string{"workload", "=~", "cart.*"}, [3]string{"namespace", "=", "shop"}))
	require.NoError(t, err)
	require.Equal(t, `t{namespace="shop"}`, s.SLI.(*sli.Events).Total)
	require.Equal(t, `workload=~"cart.*"`, s.GroupFilters[0].String())
	whole, err := s.WithBy(nil)
	require.NoError(t, err)
	require.True(t, whole.IsCountedByPods(), "pods tell which are of the workload")
}

func inlineSLO(t *testing.T, text string) SLO {
	t.Helper()
	s, problems := ParseSLO([]byte(text))
	require.NoError(t, problems.Err())
	return s
}

func TestConditionsThatEverySeriesMeetsAreLeftOut(t *testing.T) {
	for value, always := range map[string]bool{
		".*": true, "(.*)": true, "^.*$": true, "(?:.*)": true, "(shop|.*)": true, ".*?": true, ".*.*": true,
		"(?s:.*)": true,
		".+":      false, "": false, "|": false, ".*a": false, "a*": false, ".": false, ".?": false,
		"shop|batch": false,
		"[^a]*":      false, "^$": false,
	} {
		m := filters(t, [3]string{"namespace", "=~", value})[0]
		assert.Equal(t, always, matchesEverything(m), "=~%q", value)
		if always { // compared with the matcher of Prometheus
			for _, label := range []string{"", "shop", "a.b/c", "|"} {
				assert.True(t, m.Matches(label), "=~%q, %q", value, label)
			}
		}
	}
	for _, f := range [][3]string{{"namespace", "!~", ".*"}, {"namespace", "=", ".*"}, {"namespace", "!=", ""}} {
		assert.False(t, matchesEverything(filters(t, f)[0]), f)
	}
}

func TestFiltersThatChangeNothingLeaveTheExpressionsAsTheyAre(t *testing.T) {
	parse := func(total string) SLO {
		c, problems := Parse([]byte(`slos: [{name: a, objective: 99, window: 30d, sli: {events: {total: '` + total +
			`', bad: 'b_total{x="1"}'}}}]`))
		require.NoError(t, problems.Err())
		return c.SLOs[0]
	}
	total := func(s SLO, all ...[3]string) string {
		got, err := s.WithFilters(filters(t, all...))
		require.NoError(t, err)
		return got.SLI.(*sli.Events).Total
	}
	all := [3]string{"namespace", "=~", ".*"}
	assert.Equal(t, `a_total{ x="1" }`, total(parse(`a_total{ x="1" }`), all))
	assert.Equal(t, `a_total{ x="1" }`, total(parse(`a_total{ x="1" }`), [3]string{"x", "=", "1"}),
		"it has the condition")
	assert.Equal(t, `a_total{x="1",y="2"}`, total(parse(`a_total{x="1"}`), all, [3]string{"y", "=", "2"}))
	assert.Equal(t, `a_total{namespace=~".+",x="1"}`,
		total(parse(`a_total{x="1"}`), [3]string{"namespace", "=~", ".+"}))
	assert.Equal(t, `a_total`, total(parse(`a_total{namespace=~".*"}`)), "the selector's own")
	assert.Equal(t, `sum(a_total) - b_total`, total(parse(`sum(a_total{x=~"(.*)"}) - b_total{y=~".*"}`)))
}
