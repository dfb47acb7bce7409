// Package checks runs every check of Burnline step by step and stops at the first one that fails.
package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/progress"
	"github.com/burnline/burnline/internal/stack"
)

// step is one check. Its group is the target that runs it alone.
type step struct {
	group string
	name  string
	run   func(ctx context.Context, s *session) error
}

// session is the shared state of the steps.
type session struct {
	project *stack.Project
	out     io.Writer
	all     bool // skip steps that passed on the same inputs
}

// steps returns the steps of All in order, the quick ones first.
func steps() []step {
	all := []step{
		{"prose", "Vale: docs, texts of the user interface, errors, comments", prose},
		{"lint", "go vet", vet},
		{"lint", "TypeScript compiler", typecheck},
		{"lint", "eslint", eslint},
		{"build", "build the plugin", build},
		{"lint", "golangci-lint", golangci},
		{"go", "Go unit tests", unitTests},
		{"frontend", "frontend unit tests", unlessPassed("frontend", frontendSources, frontendTests)},
		{"go", "Go unit tests of what shares memory, with the race detector", raceTests},
		{"binary", "archives", archives},
		{
			"binary", "built binary against a real Prometheus, structure of dist/ and archives",
			unlessPassed("binary", browserSources, binaryTests),
		},
	}
	only := os.Getenv("PAGE_GRAFANA")
	for _, host := range stack.PageHosts {
		if only != host.Grafana && (only != "" || host.OnDemand) {
			continue
		}
		all = append(all, step{
			"browser", "browser tests of the editors and the panel, with the packages of Grafana " + host.Grafana,
			unlessPassed("browser-"+host.Grafana, browserSources, browserTests(host)),
		})
	}
	all = append(all, step{
		"conformance", "conformance: Prometheus, Thanos, Mimir and VictoriaMetrics, also while things fail",
		unlessPassed("conformance", conformanceSources, suite("tests/conformance", "Servers")),
	})
	if os.Getenv("GRAFANA_URL") != "" || os.Getenv("GRAFANA_HOME") != "" {
		all = append(all, step{"grafana", "plugin-e2e specs in a Grafana", grafanaTests})
	}
	return all
}

// suites returns the steps that run on demand: long suites and benchmarks.
func suites() []step {
	all := []step{
		{"soak", "soak", suite("tests/conformance", "Soak")},
		{"alertmanager", "notifications of a real Alertmanager", suite("tests/alertmanager", "Notifications")},
		{"fuzz", "fuzz targets", fuzz},
		{"docs", "pages of docs/ that are made from code", docs},
		{"pictures", "pictures of the documentation and the catalog page", pictures},
	}
	for _, name := range []string{
		"Accuracy", "Upstream", "Servers", "Fleet", "Scale", "Engine", "Overview", "Panel",
		"Changes",
	} {
		all = append(all, step{"bench:" + strings.ToLower(name), "benchmark", suite("tests/bench", name)})
	}
	return all
}

// All runs every check. It ends with a line of totals.
func All(ctx context.Context) error { return run(ctx, steps(), true) }

// Only runs the checks of one group.
func Only(ctx context.Context, group string) error {
	if i := slices.IndexFunc(suites(), func(s step) bool { return s.group == group }); i >= 0 {
		return run(ctx, suites()[i:i+1], false)
	}
	chosen := slices.DeleteFunc(steps(), func(s step) bool { return s.group != group })
	switch {
	case len(chosen) > 0:
		return run(ctx, chosen, false)
	case group == "grafana":
		return errors.New("set GRAFANA_URL to a running Grafana with the plugin and its provisioning, or GRAFANA_HOME to an unpacked one")
	}
	return fmt.Errorf("there is no group of checks %q", group)
}

// run stops at the first step that fails. Later ones would mostly fail for the same reason.
func run(ctx context.Context, steps []step, all bool) error {
	ctx, stop := process.WithSignals(ctx)
	defer stop()
	out := os.Stdout
	if len(steps) == 1 { // a single suite prints its result to stdout
		out = os.Stderr
	}
	project, err := stack.Open(out)
	if err != nil {
		return err
	}
	s := &session{project: project, out: os.Stdout, all: all}
	begin := time.Now()
	var took []string
	for i, step := range steps {
		_, _ = fmt.Fprintf(out, "\n== %d/%d %s\n", i+1, len(steps), step.name)
		start := time.Now()
		if err := step.run(ctx, s); err != nil {
			_, _ = fmt.Fprintf(out, "\nFAILED after %s: %s\n%v\n\n", progress.Elapsed(time.Since(start)), step.name,
				err)
			if left := len(steps) - i - 1; left > 0 {
				_, _ = fmt.Fprintf(out, "%d steps were not run.\n", left)
			}
			_, _ = fmt.Fprintf(out, "%d passed, 1 failed\n", i)
			return fmt.Errorf("step %d of %d failed: %s", i+1, len(steps), step.name)
		}
		line := fmt.Sprintf("%10s  %s", progress.Elapsed(time.Since(start)), step.name)
		took = append(took, line)
		_, _ = fmt.Fprintf(out, "== ok, %s\n", strings.TrimSpace(line))
	}
	_, _ = fmt.Fprintf(out, "\n%s\n%10s  in all\n%d passed, 0 failed\n", strings.Join(took, "\n"),
		progress.Elapsed(time.Since(begin)), len(steps))
	return nil
}
