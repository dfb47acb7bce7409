package export_test

import (
	"flag"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/export"
)

var update = flag.Bool("update", false, "write the golden files")

const definitions = `policies:
  calm: [{severity: ticket, percent: 10, long: 3d}]
  odd: [{severity: On_Call, percent: 5, long: 90m, short: 7m}]
slos:
  - name: availability
    description: Requests without an error
    objective: 99.9
    window: 30d
    by: [namespace, workload]
    labels: {team: shop, service: checkout, not-a-label: x}
    runbook: https://wiki.example.org/checkout
    sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}
  - name: latency
    objective: 95
    window: [30d, {calendar: month, timezone: Europe/Berlin}]
    policy: calm
    lowTraffic: {minEvents: 100}
    exclude: [{from: 2026-03-01, to: 2026-03-02}]
    sli: {latency: {histogram: latency_seconds, threshold: 1s}}
  - name: probe
    objective: 99
    window: 7d
    missing: bad
    sli: {probe: {gauge: probe_success}}
  - name: recorded
    objective: 99
    window: 30d
    sli: {recorded: {ratio: 'slo:ratio', of: good}}
  - name: journey
    objective: 99
    window: 30d
    sli: {composite: {of: [{slo: availability}, {slo: probe}]}}
  - name: Checkout_API.v2
    objective: 99.5
    window: 36h
    policy: odd
    labels: {service: Check out, _hidden: x}
    sli: {events: {total: checkout_total, good: 'checkout_total{ok="1"}'}}
  - name: both-pages
    objective: 99.9
    window: 30d
    policy: sre-workbook
    sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}
  - name: perfect
    objective: 100
    window: 30d
    sli: {events: {total: paid_total, bad: lost_total}}
`

func written(t *testing.T, f Format) (text string, notes []string) {
	t.Helper()
	c, problems := catalog.Parse([]byte(definitions))
	require.NoError(t, problems.Err())
	out, notes, err := Write(f, c.SLOs, Options{DashboardUID: "slos"})
	require.NoError(t, err)
	return string(out), notes
}

func TestFormats(t *testing.T) {
	for _, f := range Formats {
		t.Run(string(f), func(t *testing.T) {
			text, _ := written(t, f)
			golden := filepath.Join("testdata", string(f)+".yaml")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), text)
			for _, document := range strings.Split(text, "\n---\n") {
				var object map[string]any
				require.NoError(t, yaml.Unmarshal([]byte(document), &object))
			}
		})
	}
}

func TestUnsupportedFieldsOfAFormatAreNoted(t *testing.T) {
	text, notes := written(t, Prometheus)
	assert.Equal(t, []string{
		"SLO latency: rules do not know of exclude; mute its times in Alertmanager (mute_time_intervals)",
		"SLO latency: the factors are those of the longest month",
		"SLO latency: rules read classic histograms only",
		"SLO probe: rules do not count missing time as bad: without samples nothing fires",
		"SLO journey is left out: a composite is made of several SLOs. Export those",
	}, notes)
	assert.Contains(t, text, "# Note: "+notes[0]+"\n")
	assert.NotContains(t, text, "not-a-label")

	_, notes = written(t, OpenSLO)
	assert.Equal(t, []string{
		"SLO latency: openslo/v1 has no words for exclude, lowTraffic and missing",
		"SLO probe: openslo/v1 has no words for exclude, lowTraffic and missing",
		"SLO journey is left out: openslo/v1 has no composites of several SLOs",
		"SLO perfect is left out: openslo/v1 has no objective of 100 %",
	}, notes)
}

// Identifiers of Grafana alert rules have at most 40 characters, and are unique in a rule group.
func TestIdentifiersOfAlertRules(t *testing.T) {
	text, _ := written(t, Grafana)
	var file struct {
		Groups []struct {
			Rules []struct{ UID, Title, Condition string }
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text), &file))
	require.Len(t, file.Groups, 8)
	seen := map[string]bool{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			assert.LessOrEqual(t, len(r.UID), 40)
			assert.False(t, seen[r.UID], r.UID)
			seen[r.UID] = true
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	_, err := ParseFormat("terraform")
	require.EqualError(t, err,
		`unknown format "terraform". Use prometheus, prometheusrule, mimir, alertmanager, mimir-alertmanager, grafana or openslo`)
	_, _, err = Write("xml", nil, Options{})
	require.Error(t, err)
}

// Rules of two data sources have different identifiers and titles. Grafana requires unique titles
// in a folder.
func TestRulesOfTwoDataSourcesAreApart(t *testing.T) {
	c, problems := catalog.Parse([]byte(definitions))
	require.NoError(t, problems.Err())
	seen := map[string]string{}
	for _, o := range []Options{{}, {DatasourceUID: "x1", DatasourceName: "Staging"}, {DatasourceUID: "x2"}} {
		text, _, err := Write(Grafana, c.SLOs[:1], o)
		require.NoError(t, err)
		var file struct {
			Groups []struct {
				Folder string
				Rules  []struct{ UID, Title string }
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &file))
		for _, r := range file.Groups[0].Rules {
			for _, key := range []string{"uid " + r.UID, file.Groups[0].Folder + "/" + r.Title} {
				assert.NotContains(t, seen, key)
				seen[key] = o.DatasourceUID
			}
		}
	}
	assert.Contains(t, seen, "Burnline/availability: error budget burns")
	assert.Contains(t, seen, "Burnline Staging/availability: error budget burns")
	assert.Contains(t, seen, "Burnline x2/availability: error budget burns")
}

// In Grafana, labels of a rule override labels of its result. Both are templates, in which
// environment variables are expanded first.
func TestLabelsOfGrafanaRules(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos: [{name: a, objective: 99, window: 30d, by: [team], description: "{{ x }} $1",
  labels: {team: shop, severity: page, cost: "$5 {{ x }}"}, sli: {events: {total: x_total, bad: y_total}}}]`))
	require.NoError(t, problems.Err())
	text, notes, err := Write(Grafana, c.SLOs, Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"SLO a: its own label severity is left out: alerts have another of that name",
		"SLO a: its own label team is left out: alerts have another of that name",
	}, notes)
	var file struct {
		Groups []struct {
			Rules []struct {
				ExecErrState        string `yaml:"execErrState"`
				Labels, Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.Len(t, file.Groups[0].Rules, 3)
	burn, unmeasured, unreadable := file.Groups[0].Rules[0], file.Groups[0].Rules[1], file.Groups[0].Rules[2]
	assert.Equal(t, map[string]string{"burnline": "burn", "cost": `$$5 {{"{{"}} x }}`}, burn.Labels)
	assert.Equal(t, map[string]string{
		"burnline": "unmeasured", "severity": "slack", "alert_severity": "{{ .Labels.severity }}",
		"cost": `$$5 {{"{{"}} x }}`,
	}, unmeasured.Labels)
	assert.Equal(t, `{{"{{"}} x }} $1`, burn.Annotations["slo_description"])
	assert.Equal(t, "KeepLast", burn.ExecErrState, "an error resolves no page")
	assert.Equal(t, "Error", unreadable.ExecErrState, "an error notifies")
}

const utf8Definitions = `slos:
  - {name: events, objective: 99, window: 30d, by: [service.name], sli: {events: {total: '{"http.requests"}', bad: '{"http.requests","http.status"=~"5.."}'}}}
  - {name: sum, objective: 99, window: 30d, by: [service.name], sli: {events: {total: '{"http.requests"} + {"größe:total"}', good: 'sum by ("service.name") ({"http.requests",ok="1"})'}}}
  - {name: latency, objective: 99, window: 30d, by: [service.name], sli: {latency: {histogram: '{"http.duration","service.name"!=""}', threshold: 1s}}}
  - {name: quantile, objective: 99, window: 30d, by: [service.name], sli: {quantile: {histogram: '{"http.duration"}', below: 1s}}}
  - {name: throughput, objective: 99, window: 30d, by: [service.name], sli: {throughput: {counter: '{"http.requests"}', above: 1}}}
  - {name: ratio, objective: 99, window: 30d, by: [service.name], sli: {ratio: {total: '{"http.requests"}', bad: '{"http.requests","a b"="c"}', target: 95}}}
  - {name: timeslice, objective: 99, window: 30d, by: [service.name], sli: {timeslice: {expr: 'max by ("service.name") ({"queue.length"})', op: '<', value: 1}}}
  - {name: probe, objective: 99, window: 30d, by: [service.name], sli: {probe: {gauge: '{"probe.success"}'}}}
  - {name: recorded, objective: 99, window: 30d, by: [service.name], sli: {recorded: {ratio: '{"slo.ratio"}', total: '{"slo.rate"}'}}}
`

// For names that PromQL must quote, every SLI kind exports rules that Prometheus loads, or an
// error.
func TestRulesOverQuotedNamesAreLoaded(t *testing.T) {
	c, problems := catalog.Parse([]byte(utf8Definitions))
	require.NoError(t, problems.Err())
	text, notes, err := Write(Prometheus, c.SLOs, Options{})
	require.NoError(t, err)
	require.Equal(t,
		[]string{"SLO latency: rules read classic histograms only", "SLO quantile: rules read classic histograms only"},
		notes)
	groups, errs := rulefmt.Parse(text, false, model.UTF8Validation, parser.NewParser(parser.Options{}),
		slog.New(slog.DiscardHandler))
	require.Empty(t, errs)
	require.Len(t, groups.Groups, 9)
	require.Contains(t, string(text), `{{ index $labels "service.name" }}`)
	require.Contains(t, string(text), `__name__="http.duration_bucket"`)
	require.Contains(t, string(text), `sum by ("service.name")`)

	openslo, _, err := Write(OpenSLO, c.SLOs, Options{})
	require.NoError(t, err)
	require.Contains(t, string(openslo), "timeSliceTarget: 0.95")
}

func TestRulesThatPrometheusRefusesAreNotWritten(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos: [{name: a, objective: 99, window: 30d, by: ["größe"], sli: {events: {total: a_total, bad: b_total}}}]`))
	require.NoError(t, problems.Err())
	s := c.SLOs[0]
	s.By = []string{"x\xff"}
	_, _, err := Write(Prometheus, []catalog.SLO{s}, Options{})
	require.ErrorContains(t, err, "Prometheus would refuse these rules")
}

// The links of an alert select its own series, for any label names and values. Explore shows only
// 20 series.
func TestLinksOfAnAlertLeadToItsGroup(t *testing.T) {
	written, err := GrafanaPolicies(Options{DatasourceUID: "b"})
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct{ Annotations map[string]string }
		}
	}
	require.NoError(t, yaml.Unmarshal(written, &file))
	text := file.Groups[0].Rules[0].Annotations["explore_url"]
	tmpl, err := template.New("").Funcs(template.FuncMap{
		"externalURL": func() string { return "http://g/" },
		"match":       func(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) },
	}).Parse("{{ $labels := . }}" + text)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		labels map[string]string
		want   string
	}{
		"a group": {
			map[string]string{
				"slo": "a", "severity": "page", "namespace": "shop", "workload": `che"ck&out`,
				"alertname": "x", "grafana_folder": "y", "__z__": "1",
			},
			`[{"label":"namespace","op":"=","value":"shop"},{"label":"workload","op":"=","value":"che\"ck&out"}]`,
		},
		"a window, and labels that were renamed": {
			map[string]string{
				"slo": "a", "severity": "page", "window": "7d", "label_state": "x", "label_burn_1h": "x",
				"label_app": "z",
			},
			`[{"label":"label_app","op":"=","value":"z"}]`,
		},
		"no group": {map[string]string{"slo": "a", "severity": "page"}, `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, tmpl.Execute(&out, c.labels))
			link, err := url.Parse(out.String())
			require.NoError(t, err)
			assert.JSONEq(t, `{"datasource":"b","range":{"from":"now-6h","to":"now"},
				"queries":[{"refId":"A","queryType":"timeseries","metrics":["burn"],"slos":["a"],"filters":`+c.want+`}]}`, link.Query().Get("left"))
		})
	}
}
