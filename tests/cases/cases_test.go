package cases

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/counting"
)

const directory = "."

func TestCasesOnPrometheusEngine(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(directory, "*.case"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		c, err := Parse(string(text))
		require.NoError(t, err, file)
		server := promtest.Load(t, c.Load)
		for estimator, server := range map[counting.Estimator]*promtest.Server{
			counting.Samples: server,
			counting.Borders: server.WithoutStream(),
		} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".case")+" by "+estimator.String(), func(t *testing.T) {
				c.Estimator = estimator
				differences, err := c.Check(t.Context(), server)
				require.NoError(t, err)
				require.Empty(t, strings.Join(differences, "\n"))
			})
		}
	}
}

func TestADifferenceIsNamed(t *testing.T) {
	text := `load 1m
  r_total{w="a",code="200"} 0+10x1500
slo
  name: x
  objective: 99
  window: 1d
  by: [w]
  sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}
at 1d
  w=a events 14401 state firing budget none speed 1
  w=b events 1
`
	c, err := Parse(text)
	require.NoError(t, err)
	got, err := c.Check(t.Context(), promtest.Load(t, c.Load))
	require.NoError(t, err)
	require.Len(t, got, 6)
	require.Equal(t, "line 9: 1 groups, expected 2", got[0])
	require.Equal(t, "line 10: budget 1, expected none", got[1])
	require.Equal(t, "line 10: events 14400, expected 14401", got[2])
	require.Contains(t, got[3], `line 10: "speed" is not a value. There are state, ago, bad, budget`)
	require.Equal(t, "line 10: state ok, expected firing", got[4])
	require.Equal(t, "line 11: no group map[w:b]", got[5])
}

func TestExpectedNoticesAndErrors(t *testing.T) {
	text := `load 1m
  a_total 0+10x1500
  b_total 0+12x1500
slo
  name: x
  objective: 99
  window: 1d
  sli: {events: {total: a_total, bad: b_total}}
at 1d
  events 14400
  notice MORE BAD events
  notice fewer
at 1d
  error
`
	c, err := Parse(text)
	require.NoError(t, err)
	require.Equal(t, []string{"more bad events", "fewer"}, c.Moments[0].Notices)
	got, err := c.Check(t.Context(), promtest.Load(t, c.Load))
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Contains(t, got[0], `at line 9: no notice contains "fewer". There are [`)
	require.Equal(t, "at line 13: an answer, expected an error", got[1])

	m := Moment{Line: 3, Fails: true, Error: "no bucket"}
	require.Empty(t, m.Refused(errors.New("latency: No bucket of 1 s")))
	require.Equal(t, `at line 3: the error "timeout" does not contain "no bucket"`, m.Refused(errors.New("timeout")))
}

func TestBrokenCases(t *testing.T) {
	for text, want := range map[string]string{
		"hello\n":             `line 1: expected load, catalog, slo, import or at, found "hello"`,
		"load 1m\n  x 1\n":    "the case expects nothing",
		"at noon\n":           "line 1: \"noon\" is not a duration",
		"at 1h\n  w=a events": "line 2: events has no value",
	} {
		_, err := Parse(text)
		require.ErrorContains(t, err, want)
	}
}
