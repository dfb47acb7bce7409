// Package checks runs everything that tells whether Burnline is right, step by step, and says where it stopped.
package checks

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/demo"
	"github.com/burnline/burnline/internal/progress"
	"github.com/burnline/burnline/internal/stack"
)

// step is one check. Its group is the name of the target that runs it alone.
type step struct {
	group string
	name  string
	run   func(ctx context.Context, s *session) error
}

// session is what the steps share.
type session struct {
	project *stack.Project
	out     io.Writer
}

// steps are in the order in which All runs them: what is quick, and what most often fails, comes first.
func steps() []step {
	all := []step{
		{"lint", "go vet", vet},
		{"go", "Go unit tests, race detector", unitTests},
		{"lint", "TypeScript compiler", typecheck},
		{"lint", "eslint", eslint},
		{"frontend", "frontend unit tests", frontendTests},
		{"build", "build the plugin", build},
		{"lint", "golangci-lint", golangci},
		{"binary", "archives", archives},
		{"binary", "built binary against a real Prometheus, structure of dist/ and archives", binaryTests},
		{"conformance", "the same answer from real Prometheus, Thanos, Mimir and VictoriaMetrics, also while things fail", realServers},
	}
	for _, host := range stack.PageHosts {
		all = append(all, step{"browser", "browser tests of the editors and the panel, with the packages of Grafana " + host.Grafana, browserTests(host)})
	}
	if os.Getenv("GRAFANA_URL") != "" || os.Getenv("GRAFANA_HOME") != "" {
		all = append(all, step{"grafana", "plugin-e2e specs in a Grafana", grafanaTests})
	}
	return all
}

// All runs every check and ends with a line that counts the steps.
func All(ctx context.Context) error { return run(ctx, steps()) }

// Only runs the checks of one group.
func Only(ctx context.Context, group string) error {
	all := steps()
	if group == "grafana" && !slices.ContainsFunc(all, func(s step) bool { return s.group == group }) {
		return fmt.Errorf("set GRAFANA_URL to a running Grafana with the plugin and its provisioning, or GRAFANA_HOME to an unpacked one")
	}
	return run(ctx, slices.DeleteFunc(all, func(s step) bool { return s.group != group }))
}

// Pictures takes the pictures of the documentation anew.
func Pictures(ctx context.Context) error {
	return run(ctx, []step{{"pictures", "pictures of the documentation and the catalog page", pictures}})
}

// run stops at the first step that fails: what comes after would mostly fail for the same reason.
func run(ctx context.Context, steps []step) error {
	ctx, stop := demo.WithSignals(ctx)
	defer stop()
	project, err := stack.Open(os.Stdout)
	if err != nil {
		return err
	}
	s := &session{project: project, out: os.Stdout}
	begin := time.Now()
	var took []string
	for i, step := range steps {
		fmt.Printf("\n== %d/%d %s\n", i+1, len(steps), step.name)
		start := time.Now()
		if err := step.run(ctx, s); err != nil {
			fmt.Printf("\nFAILED after %s: %s\n%v\n\n", progress.Elapsed(time.Since(start)), step.name, err)
			if left := len(steps) - i - 1; left > 0 {
				fmt.Printf("%d steps were not run.\n", left)
			}
			fmt.Printf("%d passed, 1 failed\n", i)
			return fmt.Errorf("step %d of %d failed: %s", i+1, len(steps), step.name)
		}
		line := fmt.Sprintf("%10s  %s", progress.Elapsed(time.Since(start)), step.name)
		took = append(took, line)
		fmt.Printf("== ok, %s\n", strings.TrimSpace(line))
	}
	fmt.Printf("\n%s\n%10s  in all\n%d passed, 0 failed\n", strings.Join(took, "\n"), progress.Elapsed(time.Since(begin)), len(steps))
	return nil
}
