// Package alerting checks exported rules with promtool, and the alert provisioning against its
// sources.
package alerting

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/tests/incidents"
)

// promtool runs promtool in a folder with files. If it fails, the test fails with its output.
func promtool(t *testing.T, files map[string]string, args ...string) {
	t.Helper()
	project, err := stack.Open(os.Stderr)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute) // may have to be built
	defer cancel()
	binary, err := project.Promtool(ctx)
	require.NoError(t, err)
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	err = process.Run(ctx,
		process.Spec{
			Name: "promtool", Command: append([]string{binary}, args...), Dir: dir,
			Log: filepath.Join(dir, "log"),
		})
	require.NoError(t, err)
}

func rules(t *testing.T, definition string, format export.Format) string {
	t.Helper()
	c, problems := catalog.Parse([]byte(definition))
	require.NoError(t, problems.Err())
	text, _, err := export.Write(format, c.SLOs, export.Options{})
	require.NoError(t, err)
	return string(text)
}

// Hand-made cases. Comments next to them explain when rules fire.
func TestRulesOfBothPolicies(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.test.yaml")
	require.NoError(t, err)
	require.Len(t, cases, 4)
	for _, file := range cases {
		t.Run(filepath.Base(file), func(t *testing.T) {
			test, err := os.ReadFile(file)
			require.NoError(t, err)
			definition, err := os.ReadFile(strings.TrimSuffix(file, ".test.yaml") + ".slos.yaml")
			require.NoError(t, err)
			whole := rules(t, string(definition), export.Prometheus)
			promtool(t, map[string]string{"rules.yaml": whole}, "check", "rules", "--lint=all", "--lint-fatal",
				"rules.yaml")
			files := map[string]string{"rules.yaml": withoutAnnotations(whole), "test.yaml": string(test)}
			promtool(t, files, "test", "rules", "test.yaml")
		})
	}
}

// In four generated histories, the rules fire at the same minutes as the truth, apart from minutes
// near a threshold. Pods restart under the same name, and rules can only estimate such counts.
func TestRulesFireWhenTheTruthDoes(t *testing.T) {
	begin := time.Unix(0, 0).UTC()
	expected := 0
	for seed := range uint64(4) {
		definition := "slos: [" + fmt.Sprintf(incidents.SLO, "page-and-slack") + "]"
		c, problems := catalog.Parse([]byte(definition))
		require.NoError(t, problems.Err())
		s := c.SLOs[0]
		truth := incidents.Generate(1000+seed, begin, 9*time.Hour, incidents.Scrape{Interval: time.Minute})
		var b strings.Builder
		fmt.Fprintf(&b,
			"rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n")
		for _, name := range sortedNames(truth.Recording) {
			fmt.Fprintf(&b, "      - series: '%s'\n        values: '%s'\n", name, values(truth.Recording[name]))
		}
		b.WriteString("    alert_rule_test:\n")
		for m := range 120 {
			at := truth.End.Add(-time.Duration(m) * time.Minute)
			var fire []string
			far := true // from every threshold
			for _, severity := range s.Policy.Severities() {
				state, near := truth.Judge(s.Policy, s.Objective, s.Window, severity, at, 0.03)
				far = far && !near
				if state.String() == "firing" {
					fire = append(fire, severity)
				}
			}
			if !far {
				continue
			}
			fmt.Fprintf(&b, "      - eval_time: %dm\n        alertname: BurnlineBudgetBurn\n        exp_alerts:\n",
				int(at.Sub(begin).Minutes()))
			for _, severity := range fire {
				expected++
				fmt.Fprintf(&b, "          - exp_labels: {severity: %s, slo: incidents, workload: a}\n", severity)
			}
			if fire == nil {
				b.WriteString("          []\n")
			}
		}
		// The annotations contain the share of bad events, which the truth does not include.
		files := map[string]string{
			"rules.yaml": withoutAnnotations(rules(t, definition, export.Prometheus)),
			"test.yaml":  b.String(),
		}
		promtool(t, files, "test", "rules", "test.yaml")
	}
	require.Greater(t, expected, 150, "the histories hardly fire")
}

func sortedNames(r promtest.Recording) []string {
	names := make([]string, 0, len(r))
	for n := range r {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// values formats samples at whole minutes in promtool's notation.
func values(samples []promtest.Sample) string {
	var out []string
	for _, s := range samples {
		for minute := s.Ms / 60000; int64(len(out)) < minute; {
			out = append(out, "_")
		}
		if v := s.V; v != math.Trunc(v) {
			panic("counts are whole")
		}
		out = append(out, fmt.Sprintf("%.0f", s.V))
	}
	return strings.Join(out, " ")
}

func withoutAnnotations(rules string) string {
	var out []string
	inside := false
	for _, line := range strings.Split(rules, "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if strings.TrimSpace(line) == "annotations:" {
			inside = true
			continue
		}
		if inside && indent > 8 {
			continue
		}
		inside = false
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
