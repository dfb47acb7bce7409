package resources

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// caseFile is a situation: samples, and what is right about them. A line is
//
//	check at=4h back=1h by=namespace,workload signal=memory shop/cart=990~0.5
//	notice at=4h back=1h by=namespace,workload signal=memory names no container
//
// at is the time since the first sample, back the length of the range. With step, the last point of a series is checked. Groups
// that are not named must not be there.
type caseFile struct {
	load  string
	lines []string
}

func readCase(t *testing.T, file string) caseFile {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var c caseFile
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "check "), strings.HasPrefix(line, "notice "):
			c.lines = append(c.lines, strings.TrimSpace(line))
		case !strings.HasPrefix(line, "#"):
			c.load += line
		}
	}
	require.NotEmpty(t, c.lines, file)
	return c
}

// asked are the words of a line: how the question is put, and what comes after.
func askedBy(t *testing.T, line string) (verb string, ask map[string]string, rest []string) {
	t.Helper()
	words := strings.Fields(line)
	ask = map[string]string{}
	for i, word := range words[1:] {
		k, v, ok := strings.Cut(word, "=")
		if !ok || !strings.Contains(" at back by signal step ", " "+k+" ") {
			return words[0], ask, words[i+1:]
		}
		ask[k] = v
	}
	return words[0], ask, nil
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	if text == "" {
		return 0
	}
	d, err := model.ParseDuration(text)
	require.NoError(t, err)
	return time.Duration(d)
}

// check asks a server, whose first sample is at base.
func check(t *testing.T, c *cluster, base time.Time, line string) string {
	t.Helper()
	verb, kv, rest := askedBy(t, line)
	c.now = base.Add(duration(t, kv["at"]))
	a, err := c.Answer(t.Context(), Ask{
		Signals: signals(t, kv["signal"]), By: strings.Split(kv["by"], ","), From: c.now.Add(-duration(t, kv["back"])), To: c.now, Step: duration(t, kv["step"]),
	})
	require.NoError(t, err)
	if verb == "notice" {
		want := strings.Join(rest, " ")
		if want == "none" && len(a.Warnings) > 0 || want != "none" && !strings.Contains(strings.Join(a.Warnings, "\n"), want) {
			return fmt.Sprintf("%s: notices %q", line, a.Warnings)
		}
		return ""
	}
	got := numbers(a, kv["signal"])
	isRight := len(got) == len(rest)
	for _, word := range rest {
		k, w, _ := strings.Cut(word, "=")
		number, tolerance, _ := strings.Cut(w, "~")
		n, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err)
		by, _ := strconv.ParseFloat(tolerance, 64)
		if v, ok := got[k]; !ok || math.Abs(v-n) > by+1e-5 {
			isRight = false
		}
	}
	if !isRight {
		return fmt.Sprintf("%s: got %v, notices %q", line, got, a.Warnings)
	}
	return ""
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.case")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			c := readCase(t, file)
			for _, line := range c.lines {
				if wrong := check(t, newCluster(t, c.load, 0), time.Unix(0, 0).UTC(), line); wrong != "" {
					t.Error(wrong)
				}
			}
		})
	}
}
