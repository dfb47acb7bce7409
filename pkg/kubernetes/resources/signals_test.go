package resources

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/counting"
)

func TestSignalsAreComplete(t *testing.T) {
	c, err := Known()
	require.NoError(t, err)
	usual, err := c.FindSignals(nil)
	require.NoError(t, err)
	require.Len(t, usual, 17, "signals without a name in the query: the overview reads them")
	used := map[string]bool{}
	for _, s := range c.Signals {
		require.NotEmpty(t, s.Title, s.Name)
		require.NotEmpty(t, s.About, s.Name)
		require.NotEmpty(t, s.Unit, s.Name)
		used[s.Whole] = true
		for _, name := range s.readNames() {
			used[name] = true
		}
	}
	for name, r := range c.Reads {
		used[r.Unless] = true
		require.NotEmpty(t, r.Metrics(), name)
	}
	for name := range c.Reads {
		require.True(t, used[name], "nothing uses read %s", name)
	}
	for _, e := range c.Exporters {
		require.NotEmpty(t, e.Enable, e.Name)
		require.NotEmpty(t, e.Traps, e.Name)
		require.Regexp(t, "^https://", e.Docs)
	}
}

func TestAMistakeInTheFileIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"reads: {a: {exporter: x, gauge: [up]}}":                                                                        `read a: there is no exporter "x"`,
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: ['up{']}}":                                             "read a: up{",
		"exporters: [{name: x}]\nreads: {a: {exporter: x}}":                                                             "read a: it reads nothing",
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: [up]}}\nsignals: [{name: s, value: a, parts: ratio}]":  "signal s: ratio and over",
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: [up]}}\nsignals: [{name: s, value: b, parts: sum}]":    `signal s: there is no read "b"`,
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: [up]}}\nsignals: [{name: s, value: a, parts: mostly}]": `parts "mostly" is none of`,
	} {
		_, err := parse([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

func TestAnUnknownSignalIsNamed(t *testing.T) {
	c, err := Known()
	require.NoError(t, err)
	_, err = c.FindSignals([]string{"cpu", "disk"})
	require.ErrorContains(t, err, `there is no signal "disk". There are replicas, replicas_missing, restarts`)
	some, err := c.FindSignals([]string{"memory", "cpu"})
	require.NoError(t, err)
	require.Equal(t, []string{"cpu", "memory"}, []string{some[0].Name, some[1].Name})
}

// The answer lists the exporters that a signal came from. In each cluster one of them counts.
func TestSourcesAreNamed(t *testing.T) {
	c := newClusterOver(t, promtest.Load(t, readCase(t, "testdata/tcp-of-several-exporters.case").Load), 2*time.Hour,
		counting.Auto)
	sources := func(filters ...*labels.Matcher) []string {
		a, err := c.Answer(t.Context(),
			Request{
				Signals: signals(t, "tcp_retransmits", "open_connections", "cpu"), By: ByWorkload, Filters: filters,
				From: c.now.Add(-time.Hour), To: c.now,
			})
		require.NoError(t, err)
		return a.Sources
	}
	const obi, coroot = "OBI (OpenTelemetry eBPF Instrumentation)", "Coroot node agent"
	require.Equal(t, []string{"", obi + ", " + coroot, coroot}, sources())
	require.Equal(t, []string{"", obi, ""}, sources(labels.MustNewMatcher(labels.MatchEqual, "cluster", "east")))
}
