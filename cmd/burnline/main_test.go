package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const good = `slos:
  - name: availability
    objective: 99.9
    window: 30d
    by: [app]
    sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}
`

const broken = `policies:
  mine: [{severity: page, percent: 0, long: 1h}]
slos:
  - name: availability
    objective: ninety
    window: 30d
    sli: {events: {total: requests_total{, bad: x_total}}
`

const brokenInside = `policies:
  mine: [{severity: page, percent: 0, long: 1h}]
slos:
  - name: availability
    objective: ninety
    windows: 30d
    sli: {events: {total: 'requests_total{', bad: x_total}}
  - name: availability
    objective: 99.9
    window: 30d
    sli: {probe: {gauge: up, slice: 7m}}
`

func command(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(in), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func write1(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestCheckReportsWhatItFound(t *testing.T) {
	file := write1(t, "slos.yaml", good)
	code, out, errs := command(t, "", "check", file)
	assert.Equal(t, 0, code)
	assert.Equal(t, file+": 1 SLO, 0 own policies: availability (events, 99.9% over 30d, page-and-slack)\n", out)
	assert.Empty(t, errs)

	code, out, _ = command(t, good, "check", "-")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "stdin: 1 SLO")

	code, _, errs = command(t, good, "check", file, "-")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "SLO availability is in "+file+" and in stdin")
}

func TestCheckNamesEveryProblem(t *testing.T) {
	file, other := write1(t, "a.yaml", brokenInside), write1(t, "b.yaml", broken)
	code, out, errs := command(t, "", "check", file, other)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	var places []string
	for line := range strings.Lines(errs) {
		place, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(line, filepath.Dir(file)+"/"),
			filepath.Dir(other)+"/"), ": ")
		places = append(places, place)
	}
	assert.Equal(t,
		[]string{
			"a.yaml:2:10", "a.yaml:4:5", "a.yaml:5:16", "a.yaml:6:5", "a.yaml:7:43", "a.yaml:8:11", "a.yaml:11:37",
			"b.yaml:7:41",
		}, places, errs)
	assert.Contains(t, errs, "a.yaml:5:16: error: slos[0].objective: want a number, for example 99.9")

	code, _, errs = command(t, "", "check", filepath.Join(t.TempDir(), "none.yaml"))
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "no such file")
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args    []string
		code    int
		message string
	}{
		{nil, 2, "burnline COMMAND"},
		{[]string{"chekc"}, 2, `unknown command "chekc". There are backtest, check, export, import, report, version`},
		{[]string{"help"}, 0, "burnline COMMAND"},
		{[]string{"check"}, 2, "no file"},
		{[]string{"export", "-h"}, 0, "-format"},
		{[]string{"report", "--nothing"}, 2, "-nothing"},
		{[]string{"report", "-"}, 2, "--url: give the address"},
		{[]string{"report", "--url", "http://127.0.0.1:1", "--format", "xml", "-"}, 2, `unknown format "xml"`},
		{[]string{"export", "--format", "terraform", "-"}, 2, `unknown format "terraform". Use prometheus`},
		{[]string{"export", "-", "--slo", "none"}, 2, "no SLO none"},
		{
			[]string{"backtest", "--url", "http://127.0.0.1:1", "--policies", "none", "-"},
			2,
			`unknown policy "none". There are page-and-slack, sre-workbook`,
		},
		{[]string{"report", "--url", "http://127.0.0.1:1", "-"}, 3, "127.0.0.1:1"},
	} {
		code, _, errs := command(t, good, c.args...)
		assert.Equal(t, c.code, code, c.args)
		assert.Contains(t, errs, c.message, c.args)
	}
}

func TestVersion(t *testing.T) {
	for _, how := range []string{"version", "--version"} {
		code, out, errs := command(t, "", how)
		assert.Equal(t, 0, code)
		assert.Equal(t, "burnline development\n", out)
		assert.Empty(t, errs)
	}
}

func TestExport(t *testing.T) {
	for format, message := range map[string]string{
		"prometheus": "alert: BurnlineBudgetBurn", "prometheusrule": "kind: PrometheusRule",
		"mimir":        "namespace: burnline",
		"alertmanager": "receiver: burnline-pager", "mimir-alertmanager": "alertmanager_config: |",
		"grafana": "queryType: alerts", "openslo": "kind: AlertPolicy",
	} {
		code, out, errs := command(t, good, "export", "--format", format, "-")
		assert.Equal(t, 0, code, errs)
		assert.Contains(t, out, message)
	}
	_, out, _ := command(t, good, "export", "--format", "prometheusrule", "--name", "shop", "-")
	assert.Contains(t, out, "\n  name: shop\n")
	_, out, _ = command(t, good, "export", "--format", "mimir", "--name", "shop", "-")
	assert.Contains(t, out, "\nnamespace: shop\n")
	code, out, errs := command(t, good, "export", "--format", "alertmanager", "--pager-url",
		"https://pager.example.org/1", "--slack-url", "https://slack.example.org/2", "-")
	assert.Equal(t, 0, code)
	assert.Empty(t, errs)
	assert.Contains(t, out, "url: https://pager.example.org/1\n")
	assert.Contains(t, out, "api_url: https://slack.example.org/2\n")
	code, _, errs = command(t, good, "export", "--format", "alertmanager", "--slack-url", "T000/secret", "-")
	assert.Equal(t, 2, code)
	assert.NotContains(t, errs, "secret")
}

// 1,000 requests a minute over three hours; 2% of them fail in the last ten minutes.
func TestReportAndBacktest(t *testing.T) {
	server := httptest.NewServer(promtest.Load(t, `load 1m
  requests_total{app="a",code="200"} 0+1000x1500
  requests_total{app="a",code="500"} _x1490 20+20x10
`))
	defer server.Close()
	at := time.Unix(0, 0).Add(25 * time.Hour).UTC().Format(time.RFC3339)
	definition := strings.Replace(good, "30d", "1d", 1)
	ask := func(command1 string, more ...string) string {
		code, out, errs := command(t, definition,
			append([]string{command1, "--url", server.URL, "--at", at, "--header", "X-Scope-OrgID: a"},
				append(more, "-")...)...)
		require.Equal(t, 0, code, errs)
		return out
	}
	// 11 x 20 of 1,440,220 are 15.3% of the budget; the hour burns at 220/60,220/0.001 = 3.65, the
	// five minutes at 19.6.
	assert.Contains(t, ask("report"),
		"availability  a      firing (page, slack)  84.72 %      1220         1h 3.7× | 19.6× (0.24), 6h 0.6× | 7.3× (0.2)")
	markdown := ask("report", "--format", "markdown")
	assert.Contains(t, markdown, "| SLO | Group | State |")
	assert.Contains(t, markdown, `| availability | a | firing (page, slack) | 84.72 % | 1220 | 1h 3.7× \| 19.6× (0.24)`)
	var whole struct {
		Rows []struct {
			State  string
			Labels map[string]string
			Budget float64
			Bad    float64
		}
	}
	require.NoError(t, json.Unmarshal([]byte(ask("report", "--format", "json")), &whole))
	require.Len(t, whole.Rows, 1)
	assert.Equal(t, "firing", whole.Rows[0].State)
	assert.Equal(t, 220.0, whole.Rows[0].Bad)
	assert.InDelta(t, 1-220.0/1440.220, whole.Rows[0].Budget, 1e-9)

	var scores struct {
		Policies []struct {
			Policy                     string
			Pages, Incidents, Detected int
			DetectedAfterSeconds       float64
		}
	}
	require.NoError(t,
		json.Unmarshal([]byte(ask("backtest", "--last", "3h", "--policies", "page-and-slack", "--format", "json")),
			&scores))
	require.Len(t, scores.Policies, 1)
	assert.Equal(t, 1, scores.Policies[0].Pages)
	assert.Equal(t, 1, scores.Policies[0].Incidents)
	assert.Equal(t, 60.0, scores.Policies[0].DetectedAfterSeconds, "20 of 60,020 burn at 0.33, over 0.24")
	assert.Contains(t, ask("backtest", "--last", "3h", "--step", "1m"), "page-and-slack")
}
