package catalog_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

var update = flag.Bool("update", false, "write the golden files anew")

const day = 24 * time.Hour

func read(t *testing.T, name string) []byte {
	t.Helper()
	source, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return source
}

func TestParseReadsEveryField(t *testing.T) {
	c, problems := Parse(read(t, "good.yaml"))
	require.Empty(t, problems)
	require.Len(t, c.SLOs, 4)

	defaultPolicy, _ := slo.FindPolicy(slo.DefaultPolicy)
	assert.Equal(t, SLO{
		Name:        "availability",
		Description: "Requests answered without a server error.",
		Objective:   0.999,
		Window:      30 * day,
		By:          []string{"namespace", "workload"},
		Policy:      defaultPolicy,
		SLI: &sli.Events{
			Total: `http_requests_total{job="x"}`,
			Bad:   `http_requests_total{job="x",code=~"5.."}`,
		},
		P95: &sli.Latency{
			Histogram: `http_request_duration_seconds{job="x"}`,
			Threshold: 300 * time.Millisecond, Unit: "s",
		},
		Missing:   MissingUnmeasured,
		NoTraffic: NoTrafficResolves,
		Labels:    map[string]string{"team": "shop", "tier": "1"},
		Runbook:   "https://wiki.example.org/availability",
	}, c.SLOs[0])
	assert.Equal(t, sli.KindEvents, c.SLOs[0].Kind())

	latency := c.SLOs[1]
	assert.Equal(t, sli.KindLatency, latency.Kind())
	assert.Equal(t, 28*day, latency.Window)
	assert.Equal(t,
		&sli.Latency{
			Histogram: "istio_request_duration_milliseconds_bucket", Threshold: 250 * time.Millisecond,
			Unit: "ms",
		}, latency.SLI.(*sli.Latency))
	assert.Equal(t, latency.SLI.(*sli.Latency), latency.P95)
	assert.Equal(t, slo.Policy{Name: "my-policy", Alerts: []slo.Alert{
		{Severity: "page", Percent: 2, Long: time.Hour, Short: 5 * time.Minute},
		{Severity: "ticket", Percent: 10, Long: 3 * day, Short: time.Hour},
	}}, latency.Policy)

	assert.Equal(t, slo.Objective(1), c.SLOs[2].Objective)
	assert.Equal(t, "grpc_server_handled_total{\n  job=\"y\"}", c.SLOs[2].SLI.(*sli.Events).Total)
	assert.Equal(t, `grpc_server_handled_total{job="y",grpc_code="OK"}`, c.SLOs[2].SLI.(*sli.Events).Good)

	units := c.SLOs[3]
	assert.Equal(t, "sre-workbook", units.Policy.Name, "merged")
	assert.Equal(t, slo.Objective(0.995), units.Objective)
	assert.Equal(t, sli.Latency{Histogram: `{__name__="x_ms",job="z"}`, Threshold: 1500 * time.Millisecond, Unit: "ms"},
		*units.SLI.(*sli.Latency))
	assert.Equal(t, sli.Latency{Histogram: "odd_name_bucket", Threshold: 2 * time.Second, Unit: "ms"}, *units.P95)
}

// The golden file lists every message with its position.
func TestParseReportsEveryProblemAtOnce(t *testing.T) {
	c, problems := Parse(read(t, "broken.yaml"))
	got := problems.Error() + "\n"
	if *update {
		require.NoError(t, os.WriteFile("testdata/broken.golden", []byte(got), 0o600))
	}
	assert.Equal(t, string(read(t, "broken.golden")), got)

	require.Len(t, c.SLOs, 1, "the valid one stays usable")
	assert.Equal(t, "fine", c.SLOs[0].Name)
	assert.Equal(t, []string{"alias", "hour", "latency", "reach", "short"}, c.BrokenNames())
	_, err := c.Lookup("hour")
	var of Problems
	require.ErrorAs(t, err, &of)
	for _, p := range of {
		assert.Contains(t, p.Path, "slos[8]")
	}
}

func TestSourcesThatAreNoCatalog(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"", ""},
		{" \n# nothing yet\n", ""},
		{"---\n", ""},
		{"apiVersion: burnline.dev/v1\nslos:\n", ""},
		{"\ufeffslos: []\n", ""},
		{"- a\n", `line 1:1: want a catalog, got a list. Write "slos:" above it`},
		{"slos", `line 1:1: want a catalog: a mapping with apiVersion and slos, got the text "slos"`},
		{
			"slos: 5",
			"line 1:7 slos: want a list, for example slos: [{name: ..., objective: 99.9, window: 30d, sli: ...}]. Got 5",
		},
		{
			"slos: []\n---\nslos: []\n",
			"line 3:1: a second YAML document. Put everything into one, without '---' between",
		},
		{"slos: [a: {", "line 1:11: YAML syntax: could not find flow mapping end token '}'"},
		{"slos:\n\t- a", "line 2:1: YAML syntax: a tab. Indent with spaces"},
		{"slos: 'a\n", "line 1:7: YAML syntax: could not find end character of single-quoted text"},
		{
			`x: {total: requests_total{job="x"}, bad: y}`,
			`line 1:26: YAML syntax: ',' or '}' must be specified. A selector inside { } needs quotes, for example {total: 'requests_total{job="x"}'}`,
		},
		{"slos: []\nname: \xff\n", "line 2:1: not UTF-8 text"},
		{"? slos\n: []", "line 1:1: a key with '?' is not read. Write key: value"},
		{"[a]: b", "line 1:4: YAML syntax: found an invalid key for this map"},
		{"slos: &a []\npolicies: &a {}", "line 2:11: anchor &a is defined twice. Give each its own name"},
		{"slos: [*a]", "line 1:8 slos[0]: no anchor &a for the alias *a"},
		{"slos: &a [*a]", "line 1:11 slos[0]: want an SLO: a mapping with name, objective, window and sli, got a list"},
		{"<<: &a {<<: *a}", "line 1:13 <<: merged more than 8 deep"},
		{"<<: 5", "line 1:5 <<: want the alias of a mapping, got 5"},
		{strings.Repeat("[", 40), "line 1:33: nested deeper than 32 levels"},
		{strings.Repeat("a: {b: ", 40), "line 1:221: nested deeper than 32 levels"},
		{strings.Repeat("- ", 40), "line 1:65: nested deeper than 32 levels"},
		{keys(1001), "line 1001:6: more than 1000 keys in one mapping"},
		{strings.Repeat("-\n", 2000), "line 1001:1: more than 1000 values left out"},
		{strings.Repeat("- a: # no value\n", 2000), "line 1001:4: more than 1000 values left out"},
		{strings.Repeat(" ", 1<<20+1), "1048577 bytes are too much. At most 1048576 (1024 KiB) are read"},
	} {
		t.Run(fmt.Sprintf("%.30q", c.source), func(t *testing.T) {
			got, problems := Parse([]byte(c.source))
			require.NotNil(t, got)
			assert.Empty(t, got.SLOs)
			if c.want == "" {
				assert.NoError(t, problems.Err())
				return
			}
			assert.EqualError(t, problems.Err(), c.want)
		})
	}
}

func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}

// 1,000 aliases of 1,000 labels would expand 20 kB to a million values.
func TestAliasesThatUnfoldToTooMuch(t *testing.T) {
	labels := strings.Repeat("a, ", 999) + "a"
	slos := strings.Repeat("- {name: a, by: *many}\n", 1000)
	c, problems := Parse([]byte("policies: {<<: {x: &many [" + labels + "]}}\nslos:\n" + slos))
	assert.Empty(t, c.SLOs)
	require.Len(t, problems, 1001)
	assert.EqualError(t, problems[1000], "and 250499 problems more")
}

func TestBrokenSLOsBeyondTheReportedProblems(t *testing.T) {
	c, _ := Parse([]byte("slos:\n" + strings.Repeat("- {nam: a}\n", 300) + "- {name: last, objective: 0}\n"))
	_, err := c.Lookup("last")
	assert.EqualError(t, err, "line 302:10 slos[300].name: the SLO has problems, as have many above it")
}

func TestLookup(t *testing.T) {
	c, _ := Parse(read(t, "good.yaml"))
	s, err := c.Lookup("latency")
	require.NoError(t, err)
	assert.Equal(t, "latency", s.Name)

	for requested, want := range map[string]string{
		"availabilty": `unknown SLO "availabilty". Did you mean availability?`,
		"Latency":     `unknown SLO "Latency". Did you mean latency?`,
		"avail":       `unknown SLO "avail". Did you mean availability?`,
		"nothing":     `unknown SLO "nothing". There are availability, latency, zero-5xx, units`,
		"":            `unknown SLO "". There are availability, latency, zero-5xx, units`,
	} {
		_, err := c.Lookup(requested)
		assert.EqualError(t, err, want)
	}
	const none = `unknown SLO "x". The data source's catalog has none, add it there or give it inline`
	_, err = (*Catalog)(nil).Lookup("x")
	assert.EqualError(t, err, none)
	empty, _ := Parse(nil)
	_, err = empty.Lookup("x")
	assert.EqualError(t, err, none)
}

func TestPolicies(t *testing.T) {
	c, _ := Parse(read(t, "good.yaml"))
	var names []string
	for _, p := range c.AllPolicies() {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{"page-and-slack", "sre-workbook", "my-policy"}, names)
	p, err := c.Policy("my-policy")
	require.NoError(t, err)
	assert.Len(t, p.Alerts, 2)
	_, err = c.Policy("sre-workbok")
	assert.EqualError(t, err, `unknown policy "sre-workbok". Did you mean sre-workbook?`)
	_, err = (*Catalog)(nil).Policy("my-policy")
	assert.EqualError(t, err, `unknown policy "my-policy". There are page-and-slack, sre-workbook`)
}

func TestWithByAndWithPolicy(t *testing.T) {
	c, _ := Parse(read(t, "good.yaml"))
	availability, latency := c.SLOs[0], c.SLOs[1]

	s, err := availability.WithBy([]string{"cluster", "k8s.namespace.name"})
	require.NoError(t, err)
	assert.Equal(t, []string{"cluster", "k8s.namespace.name"}, s.By)
	assert.Equal(t, []string{"namespace", "workload"}, availability.By, "the original stays")
	s, err = availability.WithBy(nil)
	require.NoError(t, err)
	assert.Empty(t, s.By)
	_, err = availability.WithBy([]string{"$ns"})
	assert.EqualError(t, err,
		`"$ns" is not a label name. It needs a letter or '_', then letters, digits and any of _ . - / :`)
	_, err = availability.WithBy([]string{"a", "a"})
	assert.EqualError(t, err, `"a" is given twice. Keep one`)
	_, err = latency.WithBy([]string{"le"})
	assert.EqualError(t, err, "le makes the buckets of the histogram. A latency SLO cannot be grouped by it")

	workbook, _ := slo.FindPolicy("sre-workbook")
	s, err = availability.WithPolicy(workbook)
	require.NoError(t, err)
	assert.Equal(t, "sre-workbook", s.Policy.Name)
	_, err = availability.WithPolicy(slo.Policy{Name: "none"})
	assert.EqualError(t, err, `policy none does not fit SLO availability: policy "none" has no alerts. `+
		`Give at least one, for example {severity: page, percent: 2, long: 1h}`)
}
