package resources

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSignalsAreComplete(t *testing.T) {
	c, err := Known()
	require.NoError(t, err)
	require.Len(t, c.Signals, 17)
	used := map[string]bool{}
	for _, s := range c.Signals {
		require.NotEmpty(t, s.Title, s.Name)
		require.NotEmpty(t, s.About, s.Name)
		require.NotEmpty(t, s.Unit, s.Name)
		used[s.Value], used[s.Over], used[s.Whole] = true, true, true
	}
	for name, r := range c.Reads {
		used[r.Unless] = true
		require.NotEmpty(t, r.metrics(), name)
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
		"reads: {a: {exporter: x, gauge: up}}":                                                                        `read a: there is no exporter "x"`,
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: 'up{'}}":                                             "read a: up{",
		"exporters: [{name: x}]\nreads: {a: {exporter: x}}":                                                           "read a: it reads nothing",
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: up}}\nsignals: [{name: s, value: a, parts: ratio}]":  "signal s: ratio and over",
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: up}}\nsignals: [{name: s, value: b, parts: sum}]":    `signal s: there is no read "b"`,
		"exporters: [{name: x}]\nreads: {a: {exporter: x, gauge: up}}\nsignals: [{name: s, value: a, parts: mostly}]": `parts "mostly" is none of`,
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
