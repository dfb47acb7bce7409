package importer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slothEvents imports an SLO with these queries. It returns the SLI, and the notes except the one
// about the window.
func slothEvents(t *testing.T, total, bad string) (sli, notes string) {
	t.Helper()
	return slothSLI(t, "events: {total_query: "+yamlText(total)+", error_query: "+yamlText(bad)+"}")
}

func slothRatio(t *testing.T, query string) (sli, notes string) {
	t.Helper()
	return slothSLI(t, "raw: {error_ratio_query: "+yamlText(query)+"}")
}

func yamlText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func slothSLI(t *testing.T, sli string) (string, string) {
	t.Helper()
	r, err := Import([]byte("version: prometheus/v1\nservice: s\nslos:\n- name: a\n  objective: 99\n  sli: {" + sli +
		"}\n"))
	require.NoError(t, err)
	var notes []string
	for _, n := range r.Notes {
		if !strings.Contains(n.Message, "the window is 30d") {
			notes = append(notes, n.Message)
		}
	}
	_, after, _ := strings.Cut(r.Catalog, "    sli:\n")
	after, _, _ = strings.Cut(after, "    labels:")
	return strings.Join(strings.Fields(after), " "), strings.Join(notes, "\n")
}

const (
	rateT    = `sum(rate(t[{{.window}}]))`
	rateE    = `sum(rate(e[{{.window}}]))`
	plainSLI = "events: total: t bad: e"
)

// A guard against division by zero is dropped without a note: a window without events has no ratio.
func TestGuards(t *testing.T) {
	for _, total := range []string{
		rateT + " > 0", "(" + rateT + ") != 0", "0 < " + rateT, rateT + " or vector(1)",
		"(" + rateT + " > 0) or on() vector(1)", rateT + " or on() vector(0)",
		rateT + " + 1e-9", "1e-9 + " + rateT, rateT + " and " + rateT + " > 0", rateT + " unless " + rateT + " == 0",
	} {
		sli, notes := slothEvents(t, total, rateE)
		assert.Equal(t, plainSLI, sli, total)
		assert.Equal(t, guardLeftOut, notes, total)
	}
	for _, total := range []string{
		rateT + " >= 0", "clamp_min(" + rateT + ", 0)", "sum(rate(t[{{.window}}]) > 0)",
		"sort(" + rateT + ")", "+" + rateT, rateT + " * 1", rateT + " + 0",
	} {
		sli, notes := slothEvents(t, total, rateE)
		assert.Equal(t, plainSLI, sli, total)
		assert.Empty(t, notes, total)
	}
	for _, bad := range []string{
		rateE + " or vector(0)", rateE + " or on() vector(0)", rateE + " or 0 * " + rateT,
		rateE + " or " + rateT + " * 0",
		rateE + ` or label_replace(vector(0), "a", "b", "", "")`, rateE + " or absent(x) * 0",
		"(" + rateE + ") or (vector(0))",
	} {
		sli, notes := slothEvents(t, rateT, bad)
		assert.Equal(t, plainSLI, sli, bad)
		assert.Empty(t, notes, bad)
	}
}

// A query that Burnline counts differently has a note about the change of meaning.
func TestChangesOfMeaning(t *testing.T) {
	for query, want := range map[string]string{
		rateT +
			" >= 1": ">= 1 leaves out times in which the total is less. Burnline counts them",
		"clamp_min(" + rateT +
			", 1)": "clamp_min(..., 1) makes the ratio smaller where the total is below 1. Burnline divides by the total",
		rateT + " + 1":               "+ 1 makes the ratio smaller. Burnline divides by the total",
		"sum(irate(t[{{.window}}]))": "irate() looks at the last two samples only. Burnline counts every event",
		"round(" + rateT + ")":       "round() rounds the result. Burnline does not round",
		rateT +
			" and on() sum(rate(x[5m])) > 0": "and (sum(rate(x[5m])) > 0) counts only while another value is not 0. Burnline counts always",
		"sum without (pod) (rate(t[{{.window}}]))": "sum without (pod) keeps all other labels. The SLO has one group, give by",
		"rate(t[{{.window}}])":                     "the queries have no sum(), so each series has a separate ratio. Burnline adds the events up, give by",
	} {
		sli, notes := slothEvents(t, query, rateE)
		assert.Equal(t, plainSLI, sli, query)
		assert.Equal(t, changeOfMeaning+want, notes, query)
	}
	sli, notes := slothEvents(t, "sum(rate(t[5m] offset 2m))", "sum(rate(e[5m] offset 2m))")
	assert.Equal(t, plainSLI, sli)
	assert.Equal(t, changeOfMeaning+"the queries read 2m earlier (offset). Burnline reads at the time of the query\n"+
		changeOfMeaning+"a range is fixed in the query. Burnline counts over the SLO's window and the windows of its alerts", notes)
	sli, notes = slothEvents(t, "sum(t)", "sum(e)")
	assert.Equal(t, plainSLI, sli)
	assert.Equal(t,
		changeOfMeaning+"the counters are compared since their processes started. Burnline counts what they grew by in the window", notes)
}

// Expressions keep their parentheses and factors.
func TestExpressions(t *testing.T) {
	for bad, want := range map[string]string{
		`(sum(rate(t[{{.window}}])) - (sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}])))) + sum(rate(e[{{.window}}]))`: "events: total: t bad: 'sum(t) - (sum(a) + sum(b)) + sum(e)'",
		`sum(rate(a[{{.window}}]) - (rate(b[{{.window}}]) - rate(e[{{.window}}])))`:                                         "events: total: t bad: 'a - (b - e)'",
		`sum((rate(a[{{.window}}]) or rate(b[{{.window}}])) - rate(e[{{.window}}]))`:                                        "events: total: t bad: '(a or b) - e'",
		`sum(rate(a[{{.window}}]) - (rate(b[{{.window}}]) unless rate(e[{{.window}}])))`:                                    "events: total: t bad: 'a - (b unless e)'",
		`2 * (sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}])))`:                                                       "events: total: t bad: (sum(a) + sum(b)) * 2",
		`sum(rate(e[{{.window}}])) / 4`:                              "events: total: t bad: sum(e) / 4",
		`sum(rate(t[{{.window}}])) - sum(rate(a[{{.window}}]))`:      "events: total: t good: a",
		`sum(rate(t[{{.window}}]) - rate(a[{{.window}}]))`:           "events: total: t good: a",
		`sum(rate({"http.errors","service.name"="x"}[{{.window}}]))`: `events: total: t bad: '{"service.name"="x",__name__="http.errors"}'`,
	} {
		sli, notes := slothEvents(t, rateT, bad)
		assert.Equal(t, want, sli, bad)
		assert.Empty(t, notes, bad)
	}
	sli, notes := slothEvents(t, "60 * "+rateT, rateE+" * 60")
	assert.Equal(t, plainSLI, sli, "a factor of both queries is none")
	assert.Empty(t, notes)
	sli, notes = slothEvents(t, "sum(increase(t[5m]))", "sum(increase(e[10m]))")
	assert.Equal(t, "events: total: t bad: e * 2", sli)
	assert.Contains(t, notes,
		"increase() over ranges of different lengths are multiples of each other. The factors were kept")
}

// SLOs that cannot be counted are left out, with the reason.
func TestRefusedQueries(t *testing.T) {
	for query, want := range map[string]string{
		"":                          "is missing",
		"sum(rate(t[":               "is not PromQL",
		"max(rate(t[{{.window}}]))": "calculates the max, which counts no events",
		"sum(rate(t[{{.window}}])) * sum(rate(x[{{.window}}]))":     "has the operator * between counters",
		"sum(rate(t[{{.window}}])) > sum(rate(x[{{.window}}]))":     "compares counters with >",
		"sum(rate(t[{{.window}}]) > 5)":                             "counts only where a comparison holds",
		"sum(rate(t[{{.window}}])) > bool 0":                        "compares with bool, which counts no events",
		"sum(rate(t[{{.window}}])) < 5":                             "counts only where a comparison holds",
		"1 - sum(rate(t[{{.window}}]))":                             "subtracts from the number 1",
		"sum(rate(t[{{.window}}])) * 0":                             "has the factor 0",
		"sum(rate(t[{{.window}}] @ 0))":                             "at a fixed time (@)",
		`sum(rate({__name__=~"a|b"}[{{.window}}]))`:                 "names no metric",
		"sum_over_time(t[{{.window}}])":                             "calls sum_over_time(), which counts no events",
		"vector(1)":                                                 "is a constant, which counts no events",
		"5":                                                         "is the number 5, which counts no events",
		"t[5m]":                                                     "needs rate() or increase()",
		"sum(rate(t[{{.window}}:1m]))":                              "calls rate() over a subquery",
		"sum(increase(t[{{.window}}]))":                             "divides increase() over the window by rate(), which gives another ratio for each window",
		"sum(t)":                                                    "divides a counter's own value by a rate",
		"sum(rate(t[{{.window}}] offset 5m))":                       "reads counters with different offsets",
		"sum(rate(t{job=\"{{ .Values.job }}\"}[{{.window}}]))":      `contains the template expression "{{ .Values.job }}". Render the file first`,
		strings.Repeat("(", 4100) + "t" + strings.Repeat(")", 4100): "has 8201 bytes. At most 8192 are read",
	} {
		sli, notes := slothEvents(t, query, rateE)
		assert.Empty(t, sli, query)
		assert.Contains(t, notes, "SLO s-a was left out: the query ", query)
		assert.Contains(t, notes, want, query)
	}
	for _, query := range []string{
		"sum(rate(e[{{.window}}])) or vector(1)",
		"(sum(rate(e[{{.window}}])) > 0) or sum(rate(x[{{.window}}]))", "sum(rate(e[{{.window}}])) > 1",
	} {
		sli, notes := slothEvents(t, rateT, query)
		assert.Empty(t, sli, query)
		assert.Contains(t, notes, "SLO s-a was left out", query)
	}
}

// A deeply nested query is rejected by its length, before it is parsed.
func TestADeepQueryIsRefused(t *testing.T) {
	_, notes := slothEvents(t, rateT, strings.Repeat("(", 200_000)+"e"+strings.Repeat(")", 200_000))
	assert.Contains(t, notes, "SLO s-a was left out: the query has 400001 bytes. At most 8192 are read")
}

// Error ratios that Sloth's plugins generate.
func TestRawRatios(t *testing.T) {
	const bucket = `sum(rate(h_seconds_bucket{job="x",le="0.3"}[{{.window}}]))`
	const count = `sum(rate(h_seconds_count{job="x"}[{{.window}}]))`
	const latency = `latency: histogram: h_seconds_bucket{job="x"} threshold: 300ms`
	for query, want := range map[string]struct{ sli, notes string }{
		"(" + rateE + " / " + rateT + ")":                                {plainSLI, ""},
		rateE + " / (" + rateT + " > 0)":                                 {plainSLI, guardLeftOut},
		"(" + rateE + " / (" + rateT + " > 0)) OR on() vector(0)":        {plainSLI, guardLeftOut},
		"1 - ((" + bucket + " / (" + count + " > 0)) OR on() vector(1))": {latency, guardLeftOut},
		"(" + count + " - " + bucket + ") / " + count:                    {latency, ""},
		"1 - (" + bucket + " / " + count + ")":                           {latency, ""},
		"1 - (1 - " + rateE + " / " + rateT + ")":                        {plainSLI, ""},
		"clamp_max(" + rateE + " / " + rateT + ", 1)":                    {plainSLI, ""},
		"(" + rateE + " / " + rateT + ") >= 0":                           {plainSLI, ""},
		"(" + rateE + " / " + rateT +
			") * 2": {"events: total: t bad: sum(e) * 2", ""},
		"sum(rate(a[{{.window}}])) / " + rateT + " + " + rateE + " / " +
			rateT: {"events: total: t bad: sum(a) + sum(e)", ""},
		"1 - (sum(rate(g[{{.window}}])) / " + rateT +
			" or vector(0))": {
			"events: total: t good: g",
			changeOfMeaning +
				"a window without events is not good there (or vector(0)). In Burnline it is not measured, see missing",
		},
		"1 - histogram_fraction(0, 0.3, sum(rate(h_seconds{job=\"x\"}[{{.window}}])))": {`latency: histogram: h_seconds{job="x"} threshold: 300ms`, ""},
		"histogram_fraction(0.3, +Inf, sum(rate(h_seconds[{{.window}}])))":             {`latency: histogram: h_seconds threshold: 300ms`, ""},
	} {
		sli, notes := slothRatio(t, query)
		assert.Equal(t, want.sli, sli, query)
		assert.Equal(t, want.notes, notes, query)
	}
	sli, notes := slothRatio(t, "1 - (sum(sum_over_time(x[{{.window}}])) / sum(count_over_time(x[{{.window}}])))")
	assert.Equal(t, "recorded: ratio: x of: good", sli)
	assert.Equal(t, "every value of the ratio has the same weight, busy or idle: a mean of ratios", notes)
	sli, notes = slothRatio(t, "x:ratio5m")
	assert.Equal(t, "recorded: ratio: x:ratio5m", sli)
	assert.Equal(t,
		changeOfMeaning+"the ratio is read over the window: every value of the ratio has the same weight, busy or idle: a mean of ratios", notes)
	sli, notes = slothRatio(t, "histogram_quantile(0.9, sum by (le) (rate(h_seconds_bucket[{{.window}}])))")
	assert.Empty(t, sli)
	assert.Contains(t, notes, "left out: the ratio is neither")
}

const onePyrra = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: a}
spec: {target: "99", window: 4w, indicator: {ratio: {errors: {metric: e_total}, total: {metric: t_total}}}}
`

func messages(r Result) string {
	var out []string
	for _, n := range r.Notes {
		out = append(out, n.Message)
	}
	return strings.Join(out, "\n")
}

// Definitions are found in the output of tools: in lists, in several documents, and between other
// objects.
func TestGatheredDefinitions(t *testing.T) {
	item := "- " + strings.ReplaceAll(strings.TrimSpace(onePyrra), "\n", "\n  ") + "\n"
	other := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b, c: d}\n"
	note := `apiVersion "v1", kind "ConfigMap" is none of ` + known + ". It was left out"
	for source, want := range map[string]string{
		onePyrra: "",
		item:     "",
		"apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n" +
			item: "",
		"apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjectiveList\nitems:\n" +
			item: "",
		"apiVersion: v1\nkind: List\nitems:\n" + item +
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n": note,
		other + "---\n" + onePyrra +
			"---\n# nothing\n": note,
		"---\n" + onePyrra + "---\n" +
			other: note,
		onePyrra +
			"---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec: {groups: []}\n": "rules are no SLO definitions. Import the definitions that they were generated from. It was left out",
		`[{"apiVersion": "pyrra.dev/v1alpha1", "kind": "ServiceLevelObjective", "metadata": {"name": "a"}, "spec": {"target": "99", "window": "4w", "indicator": {"ratio": {"errors": {"metric": "e_total"}, "total": {"metric": "t_total"}}}}}]`: "",
	} {
		r, err := Import([]byte(source))
		require.NoError(t, err, source)
		assert.Contains(t, r.Catalog, "total: t_total", source)
		assert.Equal(t, want, messages(r), source)
		assert.Equal(t, "Pyrra", r.Format)
	}
}

func TestTemplatesAreRecognised(t *testing.T) {
	for source, line := range map[string]string{
		"apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata:\n  name: {{ .Release.Name }}\n": "line 4: \"{{ .Release.Name }}\"",
		"{{- range .Values.slos }}\nversion: prometheus/v1\n{{- end }}\n":                                       "line 1: \"{{- range .Values.slos }}\"",
		"{% for s in slos %}\n- a: b\n{% endfor %}\n":                                                           "line 1: \"{% for s in slos %}\"",
		"version: prometheus/v1\nslos:\n  - {{ include \"slo\" . | nindent 4 }}\n":                              "line 3: \"{{ include \\\"slo\\\" . | nindent 4 }}\"",
	} {
		_, err := Import([]byte(source))
		require.ErrorContains(t, err, line)
		require.ErrorContains(t, err, "is a template expression. Render the file first")
	}
	r, err := Import([]byte(strings.Replace(onePyrra, "{name: a}", "{name: '{{ app }}-errors'}", 1)))
	require.NoError(t, err)
	assert.Contains(t, messages(r), `its name contains the template expression "{{ app }}". Render the file first`)
	assert.Empty(t, r.Catalog)
	r, err = Import([]byte(strings.Replace(onePyrra, "spec: {", "spec: {description: 'see {{ $labels.x }}', ", 1)))
	require.NoError(t, err, "a description may contain anything")
	_, err = Import([]byte(strings.Replace(onePyrra, "spec: {",
		"spec: {description: \"{{ $labels.x }}\\n  a: {{ $value }}\", ", 1)))
	require.NoError(t, err)
	assert.Contains(t, r.Catalog, "description: see {{ $labels.x }}")
}

// SLOs that are invalid in a catalog are left out with the parser's reason. The others are
// imported.
func TestWhatIsImportedIsACatalog(t *testing.T) {
	good := strings.ReplaceAll(onePyrra, "name: a", "name: good")
	for from, to := range map[string]string{
		"window: 4w":                "window: forever",
		`target: "99"`:              "target: often",
		"errors: {metric: e_total}": "errors: {metric: t_total}",
	} {
		r, err := Import([]byte(strings.Replace(onePyrra, from, to, 1) + "---\n" + good))
		require.NoError(t, err)
		assert.NotContains(t, r.Catalog, "name: a\n")
		assert.Contains(t, r.Catalog, "name: good\n")
		assert.Contains(t, messages(r), "SLO a was left out: ", to)
	}
	for percent := range 100 {
		r, err := Import([]byte(strings.Replace(onePyrra, "99",
			strings.Repeat("9", percent%3)+string(rune('1'+percent%9))+".5", 1)))
		require.NoError(t, err)
		assert.NotContains(t, messages(r), "was left out: policy")
	}
}

// The window and alerts of an SLO come from AlertWindows in the same source.
func TestSlothAlertWindows(t *testing.T) {
	const windows = `apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page: {quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}, slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}}
  ticket: {quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}, slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}}
`
	const source = "version: prometheus/v1\nservice: s\nslos:\n- {name: a, objective: 99, sli: {events: {error_query: '" + rateE +
		"', total_query: '" + rateT + "'}}}\n"
	r, err := Import([]byte(source + "---\n" + windows))
	require.NoError(t, err)
	assert.Empty(t, messages(r))
	assert.Contains(t, r.Catalog, "window: 7d\n")
	assert.Contains(t, r.Catalog, "percent: 12.5\n      long: 6h\n      short: 30m\n")
	_, err = Import([]byte(windows))
	require.ErrorContains(t, err, "AlertWindows define no SLO. Give them together with Sloth's definitions")
}

func openSLOWith(window, more string) []byte {
	return []byte(`apiVersion: openslo/v1
kind: SLO
metadata: {name: a}
spec:
  service: web
  indicator: {spec: {ratioMetric: {counter: true, good: {metricSource: {type: Prometheus, spec: {query: g_total}}}, total: {metricSource: {type: Prometheus, spec: {query: t_total}}}}}}
  timeWindow: [` + window + `]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
` + more)
}

// Calendar periods begin at the time in the definition.
func TestCalendarStarts(t *testing.T) {
	for window, want := range map[string]string{
		`{duration: 1M, isRolling: false, calendar: {startTime: "2022-01-15 12:00:00", timeZone: UTC}}`:            "calendar: month timezone: UTC start: 2022-01-15 12:00",
		`{duration: 1M, isRolling: false, calendar: {startTime: 2022-01-01 00:00:00, timeZone: Europe/Berlin}}`:    "calendar: month timezone: Europe/Berlin",
		`{duration: 1w, isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}}`: "calendar: week timezone: America/New_York start: 2022-01-01 12:00",
		`{duration: 1w, isRolling: false, calendar: {startTime: 2022-01-03 00:00:00, timeZone: UTC}}`:              "calendar: week timezone: UTC",
		`{duration: 7d, isRolling: false, calendar: {startTime: 2022-01-08 00:00:00, timeZone: UTC}}`:              "calendar: week timezone: UTC start: 2022-01-08 00:00",
		`{duration: 3M, isRolling: false, calendar: {startTime: 2022-02-01 00:00:00, timeZone: UTC}}`:              "calendar: quarter timezone: UTC start: 2022-02-01 00:00",
		`{duration: 12M, isRolling: false, calendar: {startTime: 2022-04-01 00:00:00, timeZone: UTC}}`:             "calendar: year timezone: UTC start: 2022-04-01 00:00",
		`{duration: 1Q, isRolling: false, calendar: {startTime: 2022-02-01 00:00:00, timeZone: UTC}}`:              "calendar: quarter timezone: UTC start: 2022-02-01 00:00",
		`{duration: 1Y, isRolling: false, calendar: {startTime: 2022-04-01 00:00:00, timeZone: Asia/Tokyo}}`:       "calendar: year timezone: Asia/Tokyo start: 2022-04-01 00:00",
		`{duration: 28d, isRolling: true}`: "28d",
	} {
		r, err := Import(openSLOWith(window, ""))
		require.NoError(t, err)
		_, after, _ := strings.Cut(r.Catalog, "window:")
		got, _, _ := strings.Cut(after, "    sli:")
		assert.Equal(t, want, strings.Join(strings.Fields(strings.ReplaceAll(got, "\"", "")), " "), window)
		assert.NotContains(t, messages(r), "startTime")
		assert.NotContains(t, messages(r), "midnight")
	}
	for window, want := range map[string]string{
		`{duration: 1M, isRolling: false, calendar: {startTime: yesterday, timeZone: UTC}}`:            `change of meaning: "yesterday" is no begin of a period. Give a date and whole minutes of the time zone, for example 2026-01-15 12:00. The month begins at midnight of its first day`,
		`{duration: 28d, isRolling: false, calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}}`: "change of meaning: calendar windows are one week, month, quarter or year. This one became the rolling 28d",
		`{duration: 2w, isRolling: false, calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}}`:  "change of meaning: calendar windows are one week, month, quarter or year. This one became the rolling 14d",
		`{duration: 1M, isRolling: true}`: "change of meaning: a rolling window has a fixed length in Burnline: 30d",
	} {
		r, err := Import(openSLOWith(window, ""))
		require.NoError(t, err)
		assert.Contains(t, messages(r), want)
	}
}

// Alert policies given as text are read like references, or named in a note.
func TestPoliciesNamedAsText(t *testing.T) {
	const window = "{duration: 28d, isRolling: true}"
	r, err := Import(openSLOWith(window, "  alertPolicies: [fast-burn]\n"))
	require.NoError(t, err)
	assert.Equal(t, `the AlertPolicy "fast-burn" is not in these documents. It was left out`, messages(r))
	assert.Contains(t, r.Catalog, "name: a\n")

	r, err = Import(openSLOWith(window, "  alertPolicies: [sre-workbook]\n"))
	require.NoError(t, err)
	assert.Empty(t, messages(r))
	assert.Contains(t, r.Catalog, "policy: sre-workbook\n")

	condition := "{kind: AlertCondition, metadata: {name: c}, spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 14, lookbackWindow: 1h}}}"
	policy := "---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: fast-burn}\nspec: {alertWhenBreaching: true, conditions: "
	for conditions, objects := range map[string]string{
		"[" + condition + "]}\n":                    "",
		"[" + condition + ", " + condition + "]}\n": "", // duplicates are merged
		"[c]}\n":                 "---\n{apiVersion: openslo/v1, " + condition[1:] + "\n",
		"[{conditionRef: c}]}\n": "---\n{apiVersion: openslo/v1, " + condition[1:] + "\n",
	} {
		r, err = Import(openSLOWith(window, "  alertPolicies: [fast-burn]\n"+policy+conditions+objects))
		require.NoError(t, err)
		assert.Contains(t, r.Catalog,
			"  openslo:\n    - severity: page\n      percent: 2.0833\n      long: 1h\n      short: 5m\nslos:",
			conditions)
		assert.Contains(t, r.Catalog, "policy: openslo\n")
	}
}

// Invalid policies are left out. Their SLOs are imported.
func TestRefusedPolicies(t *testing.T) {
	condition := "{kind: AlertCondition, metadata: {name: c}, spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 5, lookbackWindow: 90d}}}"
	r, err := Import(openSLOWith("{duration: 28d, isRolling: true}",
		"  alertPolicies: [{kind: AlertPolicy, metadata: {name: p}, spec: {alertWhenBreaching: true, conditions: ["+condition+"]}}]\n"))
	require.NoError(t, err)
	assert.Contains(t, r.Catalog, "name: a\n")
	assert.NotContains(t, r.Catalog, "90d")
}

// A query in another language is never parsed as PromQL, even if it would be valid.
func TestOtherQueryLanguages(t *testing.T) {
	const window = "{duration: 28d, isRolling: true}"
	for kind, want := range map[string]string{
		"Datadog":       "SLO a: \"Datadog\" has no PromQL",
		"New Relic":     "SLO a: \"New Relic\" has no PromQL",
		"Thanos":        "",
		"google-gmp":    "SLO a: \"google-gmp\" is no known server with PromQL. Its queries were read as PromQL",
		"AmazonPrometh": "",
	} {
		r, err := Import([]byte(strings.ReplaceAll(string(openSLOWith(window, "")), "type: Prometheus", "type: "+kind)))
		require.NoError(t, err)
		assert.Contains(t, messages(r), want)
		assert.Equal(t, strings.Contains(want, "has no PromQL"), r.Catalog == "", kind)
		if want == "" {
			assert.Empty(t, messages(r))
		}
	}
}

// Fields that change numbers and are not supported have a note. Each SLO that is left out is named.
func TestPluginsAndMissingObjectivesAreNamed(t *testing.T) {
	r, err := Import([]byte(`version: prometheus/v1
service: s
slo_plugins: {chain: [{id: x/denominator/v1, priority: 5}]}
slos:
- {name: a, objective: 99, plugins: {chain: [{id: y/v1}, {id: y/v1}]}, sli: {events: {total_query: 'sum(rate(t[{{.window}}]))', error_query: 'sum(rate(e[{{.window}}]))'}}}
`))
	require.NoError(t, err)
	for _, names := range []string{"x/denominator/v1", "y/v1"} {
		require.Contains(t, messages(r), "change of meaning: plugins ("+names+") make the rules of Sloth")
	}
	require.Contains(t, messages(r), "has no place in Burnline")
	for _, version := range []string{"openslo/v1", "openslo/v1alpha"} {
		r, err = Import([]byte("apiVersion: " + version +
			"\nkind: SLO\nmetadata: {name: a}\nspec: {service: s, budgetingMethod: Occurrences}\n"))
		require.NoError(t, err)
		require.Contains(t, messages(r), "SLO a was left out: it has no objectives")
	}
}
