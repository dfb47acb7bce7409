package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/burnline/burnline/internal/demo"
	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/release"
	"github.com/burnline/burnline/internal/stack"
)

// workloads is the generator's module.
const workloads = "devstack/workloads"

// formats are test modules that compare our output with the readers of other projects.
var formats = []string{"devstack/openslo", "devstack/sloth", "devstack/kubernetes", "devstack/compose"}

// quickPackages are the packages of the root module with tests that start no server.
var quickPackages = []string{
	"./pkg/...", "./cmd/...", "./internal/...", "./tests/alertmanager", "./tests/archives", "./tests/bench",
	"./tests/cases",
	"./tests/conformance/...", "./tests/docs", "./tests/exemplars", "./tests/exposition", "./tests/recording",
	"./tests/signalcases", "./tests/worlds",
}

// serverPackages are those that start servers and the built plugin.
var serverPackages = []string{"./tests", "./tests/alerting", "./tests/deploy", "./tests/isolation"}

// longTests matches the names of tests that are separate suites.
const longTests = "^TestSuite"

// command runs a program in a folder of the repository, with its output.
func (s *session) command(ctx context.Context, dir string, env []string, command ...string) error {
	return process.Run(ctx, process.Spec{
		Name:    strings.Join(command, " "),
		Command: command,
		Dir:     s.project.Path(dir),
		Env:     env,
		Echo:    s.out,
		Log:     s.project.Log("check-" + strings.NewReplacer("/", "-", " ", "-").Replace(command[0]+" "+dir)),
	})
}

func vet(ctx context.Context, s *session) error {
	if err := s.command(ctx, ".", nil, "go", "vet", "-tags", "suite", "./..."); err != nil {
		return err
	}
	if err := s.command(ctx, ".", nil, "go", "vet", "-tags", "mage", "."); err != nil {
		return err
	}
	return s.command(ctx, workloads, nil, "go", "vet", "./...")
}

func unitTests(ctx context.Context, s *session) error {
	if err := s.command(ctx, ".", nil,
		append([]string{"go", "test", "-tags", "suite", "-skip", longTests}, quickPackages...)...); err != nil {
		return err
	}
	if err := s.command(ctx, workloads, nil, "go", "test", "./..."); err != nil {
		return err
	}
	for _, module := range formats {
		// not cached: they read files outside of their module
		if err := s.command(ctx, module, nil, "go", "test", "-count=1", "./..."); err != nil {
			return err
		}
	}
	return nil
}

// sharesMemory matches packages that start goroutines or are used by several.
var sharesMemory = regexp.MustCompile(`^(\S+) .*\b(sync|sync/atomic|golang.org/x/sync/\w+|burnline/pkg/fault)\b`)

// raceTests runs the unit tests of packages with goroutines, with fewer random histories than
// unitTests.
func raceTests(ctx context.Context, s *session) error {
	for _, module := range []string{".", workloads} {
		packages, err := sharing(ctx, s.project.Path(module))
		if err != nil {
			return err
		}
		race := []string{"CGO_ENABLED=1"} // the race detector needs a C compiler
		if err := s.command(ctx, module, race,
			append([]string{"go", "test", "-race", "-short"}, packages...)...); err != nil {
			return err
		}
	}
	return nil
}

// sharing lists the packages of a module with goroutines, without its suites.
func sharing(ctx context.Context, dir string) (packages []string, err error) {
	list := exec.CommandContext(ctx, "go", "list", "-f",
		`{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}}`, "./...")
	list.Dir = dir
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w", dir, err)
	}
	for line := range strings.Lines(string(out)) {
		if found := sharesMemory.FindStringSubmatch(line); found != nil &&
			!strings.Contains(found[1], "burnline/tests") {
			packages = append(packages, found[1])
		}
	}
	return packages, nil
}

func (s *session) npmRun(ctx context.Context, env []string, script string) error {
	if err := s.project.NodeModules(ctx); err != nil {
		return err
	}
	return s.project.Npm(ctx, env, s.out, "run", script)
}

func typecheck(ctx context.Context, s *session) error { return s.npmRun(ctx, nil, "typecheck") }

func eslint(ctx context.Context, s *session) error { return s.npmRun(ctx, nil, "lint") }

func frontendTests(ctx context.Context, s *session) error { return s.npmRun(ctx, nil, "test:ci") }

func build(ctx context.Context, s *session) error {
	if err := s.project.Frontend(ctx); err != nil {
		return err
	}
	if _, err := s.project.Plugin(ctx); err != nil {
		return err
	}
	if _, err := s.project.CommandLine(ctx, stack.ThisPlatform()); err != nil {
		return err
	}
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		return nil
	}
	return s.command(ctx, ".", nil, "go", "tool", "mage", "build:linux") // every archive requires it
}

func golangci(ctx context.Context, s *session) error {
	linter, err := s.project.Linter(ctx)
	if err != nil {
		return err
	}
	config := s.project.Path(".golangci.yml")
	for _, module := range []string{".", workloads} {
		if err := s.command(ctx, module, nil, linter, "run", "--config", config, "./..."); err != nil {
			return fmt.Errorf("module %s: %w", module, err)
		}
	}
	return nil
}

func archives(ctx context.Context, s *session) error {
	if err := build(ctx, s); err != nil {
		return err
	}
	return release.Package(ctx)
}

func binaryTests(ctx context.Context, s *session) error {
	// Not cached: the binary and Prometheus are inputs that Go does not track.
	return s.command(ctx, ".", nil,
		append([]string{"go", "test", "-count=1", "-p=1", "-timeout=20m", "-v"}, serverPackages...)...)
}

// The inputs of long steps. Each list may contain too much, but never too little.
var (
	frontendSources = []string{
		"src", "package.json", "package-lock.json", "jest.config.js", "jest-setup.js",
		"tsconfig.json", ".config", "provisioning",
	}
	stackSources = []string{
		"go.mod", "go.sum", "pkg", "cmd", "internal", "tests", "provisioning", "deploy", "docker-compose.yaml",
		"Dockerfile", "devstack",
		"README.md", "CHANGELOG.md", "LICENSE", "Magefile.go",
	}
	conformanceSources = []string{ // the plugin, the suite and its data, the servers and their configuration
		"go.mod", "go.sum", "pkg", "src/plugin.json", "package.json", "internal", "tests/conformance", "tests/cases",
		"tests/exemplars", "tests/recording",
		"tests/signalcases", "tests/suite", "docker-compose.yaml", "provisioning", "devstack/alertmanager",
		"devstack/mimir", "devstack/minio",
		"devstack/prometheus", "devstack/thanos", "devstack/victoriametrics", "devstack/webhook", "devstack/workloads",
	}
	browserSources = slices.Concat(stackSources, frontendSources, []string{"webpack.config.ts"})
)

// unlessPassed returns a step that All skips if it passed on the same files. CI and the step's own
// target always run it.
func unlessPassed(name string, sources []string, step func(context.Context, *session) error) func(context.Context,
	*session) error {
	return func(ctx context.Context, s *session) error {
		if !s.all || os.Getenv("CONFORMANCE") != "" {
			return step(ctx, s)
		}
		return s.project.UnlessPassed(name, sources, func() error { return step(ctx, s) })
	}
}

// suite returns a step that runs one test of a long suite as a separate program. Its result goes to
// stdout, its progress to stderr.
func suite(dir, name string) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		program, err := s.project.TestProgram(ctx, dir)
		if err != nil {
			return err
		}
		return process.Attached(ctx, s.project.Path(dir), program, "-test.run=^TestSuite"+name+"$", "-test.timeout=6h")
	}
}

// docs generates the pages that tests/docs compares.
func docs(ctx context.Context, s *session) error {
	return s.command(ctx, ".", nil, "go", "test", "-count=1", "./tests/docs", "-update")
}

// fuzz runs every fuzz target of the repository for FUZZTIME, by default half a minute.
func fuzz(ctx context.Context, s *session) error {
	length := cmp.Or(os.Getenv("FUZZTIME"), "30s")
	files, err := filepath.Glob(s.project.Path("pkg/*/*_test.go"))
	if err != nil {
		return err
	}
	deeper, err := filepath.Glob(s.project.Path("pkg/*/*/*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range append(files, deeper...) {
		text, err := os.ReadFile(file) // #nosec G304 - of our own checkout
		if err != nil {
			return err
		}
		for _, target := range fuzzTarget.FindAllStringSubmatch(string(text), -1) {
			err := s.command(ctx, filepath.Dir(file), nil, "go", "test", "-run=^$", "-fuzz=^"+target[1]+"$",
				"-fuzztime="+length, ".")
			if err != nil {
				return err
			}
		}
	}
	return nil
}

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

func browserTests(host stack.PageHost) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error { return inBrowser(ctx, s, host) }
}

// pictures takes the pictures of docs/ and of Grafana's catalog, with the packages of the demo's
// Grafana.
func pictures(ctx context.Context, s *session) error {
	return inBrowser(ctx, s, stack.PageHosts[0], "PICTURES=1")
}

// inBrowser runs tests/browser on the whole stack. env is added to the environment.
func inBrowser(ctx context.Context, s *session, host stack.PageHost, env ...string) error {
	if err := build(ctx, s); err != nil {
		return err
	}
	assets, err := s.project.Page(ctx, host)
	if err != nil {
		return err
	}
	chromium, err := s.project.Chromium(ctx)
	if err != nil {
		return err
	}
	d, err := demo.Start(ctx, s.project)
	if err != nil {
		return err
	}
	defer d.Stop()
	server, err := d.Page(ctx, s.project, host, assets, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	empty, err := s.project.ServePrometheus(ctx, nil)
	if err != nil {
		return err
	}
	defer empty.Stop()
	return s.npmRun(ctx, append(env,
		"PAGE_URL="+server.URL, "PAGE_GRAFANA="+host.Grafana, "PLAYWRIGHT_CHROMIUM="+chromium,
		"PROMETHEUS_URL="+d.Stack.PrometheusURL,
		"EMPTY_PROMETHEUS_URL="+empty.URL,
		fmt.Sprintf("PROMETHEUS_PID=%d", d.Stack.PID("Prometheus")), // for a test that suspends it
	), "test:browser")
}

func grafanaTests(ctx context.Context, s *session) error {
	url := os.Getenv("GRAFANA_URL")
	if url == "" {
		d, install, err := s.withGrafana(ctx)
		if err != nil {
			return err
		}
		defer d.Stop()
		if url, err = d.Stack.StartGrafana(ctx, install); err != nil {
			return err
		}
	}
	chromium, err := s.project.Chromium(ctx)
	if err != nil {
		return err
	}
	return s.npmRun(ctx, []string{"GRAFANA_URL=" + url, "PLAYWRIGHT_CHROMIUM=" + chromium}, "e2e")
}

func (s *session) withGrafana(ctx context.Context) (*demo.Demo, stack.GrafanaInstall, error) {
	install, found, err := stack.FindGrafana()
	if err != nil {
		return nil, install, err
	}
	if !found {
		return nil, install, errors.New("no Grafana to test in: set GRAFANA_URL or GRAFANA_HOME")
	}
	if err := build(ctx, s); err != nil {
		return nil, install, err
	}
	d, err := demo.Start(ctx, s.project)
	return d, install, err
}
