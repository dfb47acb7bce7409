package resources

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/tests/signalcases"
)

func readCase(t *testing.T, file string) signalcases.Case {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	c, err := signalcases.Parse(string(text))
	require.NoError(t, err, file)
	return c
}

// difference compares one line of a case with the computed value. It returns "" if they are equal.
func (c *cluster) difference(t *testing.T, l signalcases.Line) string {
	t.Helper()
	c.now = time.Unix(0, 0).Add(l.At).UTC()
	a, err := c.Answer(t.Context(),
		Request{Signals: signals(t, l.Signal), By: l.By, From: c.now.Add(-l.Back), To: c.now, Step: l.Step})
	require.NoError(t, err)
	return l.Difference(numbers(a, l.Signal), a.Warnings)
}

// caseFiles returns the paths of all cases. Those in epoch begin in 1970.
func caseFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.case")
	require.NoError(t, err)
	epoch, err := filepath.Glob("testdata/epoch/*.case")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return append(files, epoch...)
}

func TestCases(t *testing.T) {
	for _, file := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			c := readCase(t, file)
			streams := promtest.Load(t, c.Load)
			for _, l := range c.Lines {
				for estimator, server := range map[counting.Estimator]*promtest.Server{
					counting.Samples: streams,
					counting.Borders: streams.WithoutStream(),
				} {
					if wrong := newClusterOver(t, server, 0, estimator).difference(t, l); wrong != "" {
						t.Errorf("by %s: %s", estimator, wrong)
					}
				}
			}
		})
	}
}
