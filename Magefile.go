//go:build mage

// Burnline's build: `go tool mage TARGET`.
package main

import (
	"context"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/release"
	"github.com/burnline/burnline/internal/stack"
)

// Aliases are short names of the most used targets.
var Aliases = map[string]any{
	"build": Build.All,
	"demo":  Demo.Run,
	"test":  Test.All,
	"lint":  Test.Lint,
}

// dev runs a target with internal/dev.
func dev(ctx context.Context, target string) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	program, err := project.Dev(ctx)
	if err != nil {
		return err
	}
	return process.Attached(ctx, project.Root, program, target)
}

// Demo runs Burnline on a real Prometheus with thirty days of made-up workloads.
type Demo mg.Namespace

// Run (also plain `demo`) shows a table in the terminal, then a page, or your Grafana (see
// CONTRIBUTING).
func (Demo) Run(ctx context.Context) error {
	project, err := stack.Open(os.Stdout)
	if err != nil {
		return err
	}
	project.Report.Print("Burnline's demo: the first run compiles everything; Ctrl-C ends it.")
	project.PrefetchNodeModules(ctx) // for the page; the table does not require them
	project.PrefetchGenerator(ctx)
	if err = dev(ctx, "demo"); ctx.Err() != nil { // Ctrl-C ends the demo
		return nil
	}
	return err
}

// Check compares the demo's budgets with the truth, prints one line of JSON, and fails above 0.5
// percentage points.
func (Demo) Check(ctx context.Context) error { return dev(ctx, "demo:check") }

// Test groups the checks. Each step of `test` can run alone.
type Test mg.Namespace

// All (also plain `test`) runs every check, the quick ones first.
func (Test) All(ctx context.Context) error { return dev(ctx, "test") }

// Go runs the Go unit tests in every module, and the race detector on packages with goroutines.
func (Test) Go(ctx context.Context) error { return dev(ctx, "go") }

// Lint (also plain `lint`) runs go vet, golangci-lint, eslint and the TypeScript compiler.
func (Test) Lint(ctx context.Context) error { return dev(ctx, "lint") }

// Prose runs Vale over the docs, the texts of the user interface, the errors and the comments.
func (Test) Prose(ctx context.Context) error { return dev(ctx, "prose") }

// Frontend runs the frontend's unit tests.
func (Test) Frontend(ctx context.Context) error { return dev(ctx, "frontend") }

// Binary tests the built plugin binary over gRPC against a real Prometheus, and the structure of
// dist and archives.
func (Test) Binary(ctx context.Context) error { return dev(ctx, "binary") }

// Browser tests both editors and the panel in a headless Chromium against the whole stack.
func (Test) Browser(ctx context.Context) error { return dev(ctx, "browser") }

// Grafana runs the plugin-e2e specs against GRAFANA_URL, or the Grafana of GRAFANA_HOME.
func (Test) Grafana(ctx context.Context) error { return dev(ctx, "grafana") }

// Alertmanager loads exported rules and routes into real Prometheus, Thanos Ruler and Mimir, and compares
// the notifications of each receiver, and their times, with the alerts of the plugin. About 16 minutes.
func (Test) Alertmanager(ctx context.Context) error { return dev(ctx, "alertmanager") }

// Conformance queries real servers (Prometheus, Thanos, Mimir, VictoriaMetrics) over a month of
// known truth. It ends with a table and a line of JSON.
func Conformance(ctx context.Context) error { return dev(ctx, "conformance") }

// Soak refreshes dashboards for ten minutes (SOAK=1h: an hour) during failures, and checks for
// wrong numbers and leaks.
func Soak(ctx context.Context) error { return dev(ctx, "soak") }

// Fuzz runs every fuzz target for half a minute (FUZZTIME=5m: five minutes).
func Fuzz(ctx context.Context) error { return dev(ctx, "fuzz") }

// Bench groups the benchmarks. Each ends with one line of JSON on stdout, see docs/benchmarks.md.
type Bench mg.Namespace

// Accuracy (BENCH_SEED: other data) compares counts of bad events with the truth, for Burnline and
// the usual formulas.
func (Bench) Accuracy(ctx context.Context) error { return dev(ctx, "bench:accuracy") }

// Upstream measures the samples that Prometheus reads, and the time: for Burnline, for usual
// queries, and for the rules of Pyrra and Sloth.
func (Bench) Upstream(ctx context.Context) error { return dev(ctx, "bench:upstream") }

// Servers measures a cold summary, a refresh and a history, and equivalent plain queries, on
// Prometheus, Thanos, Mimir and VictoriaMetrics.
func (Bench) Servers(ctx context.Context) error { return dev(ctx, "bench:servers") }

// Fleet queries the budgets of 500 SLOs on 2,000 workloads and measures time, requests and memory.
func (Bench) Fleet(ctx context.Context) error { return dev(ctx, "bench:fleet") }

// Scale queries the budgets of 8,807 series over twelve weeks (SCALE=small: 440) and measures time
// and memory.
func (Bench) Scale(ctx context.Context) error { return dev(ctx, "bench:scale") }

// Engine measures the plugin's CPU time of a warm summary, and its memory of a cell.
func (Bench) Engine(ctx context.Context) error { return dev(ctx, "bench:engine") }

// Overview opens the dashboard of Kubernetes workloads (OVERVIEW=workload: of one workload) on the
// demo as Grafana would, and refreshes it.
func (Bench) Overview(ctx context.Context) error { return dev(ctx, "bench:overview") }

// Panel measures the panel's first paint and its frames while a thousand workloads scroll by, in
// headless Chromium.
func (Bench) Panel(ctx context.Context) error { return dev(ctx, "bench:panel") }

// Changes counts the bad rollouts that a changes query names as the likeliest cause, and the innocent
// ones that it blames, and measures its cost; BENCH_SEED changes the incidents.
func (Bench) Changes(ctx context.Context) error { return dev(ctx, "bench:changes") }

// Docs generates docs/presets.md and docs/resources.md.
func Docs(ctx context.Context) error { return dev(ctx, "docs") }

// Pictures takes the pictures of docs/ and of Grafana's catalog page, in headless Chromium on the
// whole stack.
func Pictures(ctx context.Context) error { return dev(ctx, "pictures") }

// Package writes to archives/: a self-hosted plugin with everything, two plugins for Grafana's
// catalog, and the command line for each platform.
func Package(ctx context.Context) error {
	BuildAll()
	if err := release.CommandLines(ctx); err != nil {
		return err
	}
	return release.Package(ctx)
}

// Build groups the builds of single parts into dist/.
type Build mg.Namespace

// All (also plain `build`) builds the plugin for this machine and for its containers into dist/, and
// the command line into bin/.
func (Build) All(ctx context.Context) error { return release.Build(ctx) }

// Frontend builds the data source's and the panel's frontend into dist/.
func (Build) Frontend(ctx context.Context) error { return release.BuildFrontend(ctx) }

// Backend builds the backend for this machine into dist/.
func (Build) Backend() error { return build.Build{}.Backend() }

// Linux builds the backend for Linux on amd64.
func (Build) Linux() error { return build.Build{}.Linux() }

// LinuxARM64 builds the backend for Linux on arm64.
func (Build) LinuxARM64() error { return build.Build{}.LinuxARM64() }

// LinuxARM builds the backend for Linux on 32-bit ARM.
func (Build) LinuxARM() error { return build.Build{}.LinuxARM() }

// Windows builds the backend for Windows on amd64.
func (Build) Windows() error { return build.Build{}.Windows() }

// Darwin builds the backend for macOS on Intel.
func (Build) Darwin() error { return build.Build{}.Darwin() }

// DarwinARM64 builds the backend for macOS on Apple silicon.
func (Build) DarwinARM64() error { return build.Build{}.DarwinARM64() }

// Debug builds the backend for this machine with debug information.
func (Build) Debug() error { return build.Build{}.Debug() }

// Manifest writes the list of Go sources and their hashes that Grafana's plugin validator requires.
func (Build) Manifest() error { return build.Build{}.GenerateManifestFile() }

// BuildAll builds the backend for every platform that Grafana runs on.
func BuildAll() { build.BuildAll() }

// Coverage runs the backend's unit tests and writes a coverage report to coverage/.
func Coverage() error { return build.Coverage() }

// Watch rebuilds the backend with debug information whenever a source changes.
func Watch() error { return build.Watch() }

// Clean removes build results: dist/, bin/, archives/ and coverage/. The cache outside the tree is
// kept.
func Clean() error { return release.Clean() }
