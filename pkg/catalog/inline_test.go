package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Output of JSON.stringify with and without tabs, and of Python's json (escaped surrogates, \/).
func TestParseSLOReadsJSON(t *testing.T) {
	for _, source := range []string{
		`{"name":"inline","objective":99.9,"window":"30d","by":["namespace"],"sli":{"events":{"total":"x{job=\"a\"}","bad":"x{job=\"a\",code=~\"5..\"}"}},"runbook":null,"description":"\ud83d\ude00 \/"}`,
		"{\n\t\"name\": \"inline\",\n\t\"objective\": \"99.9\",\n\t\"window\": \"30d\",\n\t\"by\": [\n\t\t\"namespace\"\n\t],\n\t\"sli\": {\n\t\t\"events\": {\n\t\t\t\"total\": \"x{job=\\\"a\\\"}\"," +
			"\n\t\t\t\"bad\": \"x{job=\\\"a\\\",code=~\\\"5..\\\"}\"\n\t\t}\n\t},\n\t\"description\": \"😀 /\"\n}",
	} {
		s, problems := ParseSLO([]byte(source))
		require.NoError(t, problems.Err())
		assert.Equal(t, "inline", s.Name)
		assert.Equal(t, "😀 /", s.Description)
		assert.Equal(t, slo.Objective(0.999), s.Objective)
		assert.Equal(t, 30*24*time.Hour, s.Window)
		assert.Equal(t, []string{"namespace"}, s.By)
		assert.Equal(t, sli.Events{Total: `x{job="a"}`, Bad: `x{job="a",code=~"5.."}`}, *s.SLI.(*sli.Events))
		assert.Equal(t, slo.DefaultPolicy, s.Policy.Name)
	}
}

func TestParseSLOProblems(t *testing.T) {
	const rest = `, window: 30d, sli: {events: {total: x, bad: 'x{a="b"}'}}}`
	for _, c := range []struct{ name, source, want string }{
		{"nothing", "", "empty. Give an SLO: a mapping with name, objective, window and sli"},
		{"a list", "[]", "line 1:1: want an SLO: a mapping with name, objective, window and sli, got a list"},
		{"too long", strings.Repeat("#", 64<<10+1), "65537 bytes are too much. At most 65536 (64 KiB) are read"},
		{
			"a catalog", "slos: []\nname: a\nobjective: 99\nwindow: 1d\nsli: {events: {total: x, bad: y}}",
			`line 1:1: unknown field "slos". There are name, description, objective, window, by, policy, sli, p95, missing, lowTraffic and others`,
		},
		{
			"above 100", "{name: a, objective: 101" + rest,
			"line 1:22 objective: 101 is above 100. Give percent, for example 99.9",
		},
		{
			"a ratio", "{name: a, objective: 0.999" + rest,
			"line 1:22 objective: 0.999 is a ratio. Give percent, for example 99.9",
		},
		{
			"negative", "{name: a, objective: -1" + rest,
			"line 1:22 objective: -1 is not above 0. Give percent, for example 99.9",
		},
		{
			"infinite", "{name: a, objective: .inf" + rest,
			"line 1:22 objective: want a number, for example 99.9. Got .inf",
		},
		{
			"far too large", "{name: a, objective: 1e999" + rest,
			`line 1:22 objective: want a number, for example 99.9. Got the text "1e999"`,
		},
		{
			"a percent sign", "{name: a, objective: 99.9%" + rest,
			`line 1:22 objective: want a number, for example 99.9. Got the text "99.9%"`,
		},
		{
			"a truth value", "{name: true, objective: 99" + rest,
			"line 1:8 name: want text, for example checkout-availability. Got true",
		},
		{"given twice", "{name: a, name: b, objective: 99" + rest, "line 1:11 name: given twice. Keep one"},
		{
			"a custom policy without a catalog", "{name: a, objective: 99, policy: mine" + rest,
			`line 1:34 policy: unknown policy "mine". There are page-and-slack, sre-workbook`,
		},
		{
			"PromQL behind a quote", "{name: a, objective: 99, window: 30d, sli: {events: {total: x, bad: 'x{a=b}'}}}",
			`line 1:74 sli.events.bad: "x{a=b}": is not PromQL: unexpected identifier "b" in label matching, expected string (at character 5)`,
		},
		{
			"PromQL behind an escape",
			`{"name": "a", "objective": 99, "window": "30d", "sli": {"events": {"total": "x{a=\"b\",c=d}", "bad": "y"}}}`,
			`line 1:77 sli.events.total: "x{a=\"b\",c=d}": is not PromQL: unexpected identifier "d" in label matching, expected string (at character 11)`,
		},
		{
			"matches everything", "{name: a, objective: 99, window: 30d, sli: {events: {total: '{}', bad: y}}}",
			`line 1:62 sli.events.total: "{}": is not PromQL: vector selector must contain at least one non-empty matcher (at character 1)`,
		},
		{
			"two of nothing", "{name: a, objective: 99, window: 30d, sli: {events: , latency: }}",
			"line 1:45 sli.events: has no value. For example: sli: {events: {total: 'requests_total{job=\"x\"}', bad: 'requests_total{job=\"x\",code=~\"5..\"}'}}",
		},
		{
			"default policy", "{name: a, objective: 99, window: 6h, sli: {events: {total: x, bad: y}}}",
			"line 1:1 policy: policy page-and-slack (the default) does not fit: alert 2 (slack, 5% in 6h): long window 6h is not shorter than the SLO's window, 6h. " +
				"An alert must come before the budget's window is over",
		},
		{
			"seconds", "{name: a, objective: 99, window: 90m30s, sli: {events: {total: x, bad: y}}}",
			"line 1:34 window: a window of 1h30m30s is not read. Give whole minutes from 1h to 366d, for example 30d",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := ParseSLO([]byte(c.source))
			assert.EqualError(t, problems.Err(), c.want)
		})
	}
}

func TestParseSLOWithTheCatalogsPolicies(t *testing.T) {
	c, _ := Parse(read(t, "good.yaml"))
	s, problems := c.ParseSLO([]byte(`{name: a, objective: 99, window: 30d, policy: my-policy, sli: {events: {total: x, bad: y}}}`))
	require.NoError(t, problems.Err())
	assert.Equal(t, "my-policy", s.Policy.Name)
}
