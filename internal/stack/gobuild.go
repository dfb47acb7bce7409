package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// goProgram is a program built from one of the repository's development modules.
type goProgram struct {
	name    string // of the binary
	title   string // for people
	dir     string // of the module, in the repository
	pkg     string
	tags    string
	ldflags string
	sources []string // input files; the whole module if empty
	cgo     bool     // contains C
}

// prometheusVersion is the release of the module version v0.316.0.
const prometheusVersion = "3.16.0"

var (
	prometheusProgram = goProgram{
		name: "prometheus", title: "Prometheus " + prometheusVersion, dir: "devstack/prometheus",
		pkg:  "github.com/prometheus/prometheus/cmd/prometheus",
		tags: "remove_all_sd", // only file and HTTP service discovery: a third fewer packages
		// Otherwise the version is empty, also in /api/v1/status/buildinfo.
		ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + prometheusVersion,
		sources: []string{"devstack/prometheus/go.mod", "devstack/prometheus/go.sum"},
	}
	generatorProgram = goProgram{
		name: "workloads", title: "the workload generator", dir: "devstack/workloads",
		pkg: ".", ldflags: "-s -w",
	}
	linterProgram = goProgram{
		name: "golangci-lint", title: "golangci-lint", dir: "devstack/lint",
		pkg: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint", ldflags: "-s -w",
		sources: []string{"devstack/lint/go.mod", "devstack/lint/go.sum"},
	}
	proseLinterProgram = goProgram{
		name: "vale", title: "the prose linter Vale", dir: "devstack/vale",
		pkg: "github.com/vale-cli/vale/v3/cmd/vale", ldflags: "-s -w",
		sources: []string{"devstack/vale/go.mod", "devstack/vale/go.sum"}, cgo: true, // tree-sitter
	}
)

// Prometheus returns the path of the Prometheus binary, built if the cache does not contain it.
func (p *Project) Prometheus(ctx context.Context) (string, error) {
	return p.ensure(ctx, prometheusProgram)
}

// Generator returns the path of the workload generator, built if the cache does not contain it.
func (p *Project) Generator(ctx context.Context) (string, error) {
	return p.ensure(ctx, generatorProgram)
}

// PrefetchGenerator downloads the generator's modules in the background. Its error is ignored: the
// build reports it.
func (p *Project) PrefetchGenerator(ctx context.Context) {
	if binary, err := p.binary(generatorProgram); err != nil || exists(binary) {
		return
	}
	list := exec.CommandContext(ctx, "go", "list", "-deps", generatorProgram.pkg)
	list.Dir = p.Path(generatorProgram.dir)
	go func() { _ = list.Run() }()
}

// Linter returns the path of golangci-lint, built if the cache does not contain it.
func (p *Project) Linter(ctx context.Context) (string, error) { return p.ensure(ctx, linterProgram) }

// ProseLinter returns the path of Vale, built if the cache does not contain it.
func (p *Project) ProseLinter(ctx context.Context) (string, error) {
	return p.ensure(ctx, proseLinterProgram)
}

// binary is the path of a program in the cache. It contains a hash of the program's sources.
func (p *Project) binary(program goProgram) (string, error) {
	sources := program.sources
	if len(sources) == 0 {
		sources = []string{program.dir}
	}
	hash, err := p.fingerprint(sources, runtime.Version(), runtime.GOOS, runtime.GOARCH, program.pkg, program.tags,
		program.ldflags)
	if err != nil {
		return "", err
	}
	return p.cached(fmt.Sprintf("bin/%s-%s%s", program.name, hash[:16], exeSuffix())), nil
}

func (p *Project) ensure(ctx context.Context, program goProgram) (string, error) {
	binary, err := p.binary(program)
	if err != nil {
		return "", err
	}
	p.building.Lock()
	defer p.building.Unlock()
	if exists(binary) {
		now := time.Now()
		_ = os.Chtimes(binary, now, now) // in use: forgetOld keeps it
		return binary, nil
	}
	err = p.Report.Step("build "+program.title, func() error { return p.goBuild(ctx, program, binary) })
	return binary, err
}

// goBuild builds a program, without flags that would make Go compile packages again that the
// plugin, the linter or another program shares.
func (p *Project) goBuild(ctx context.Context, program goProgram, binary string) error {
	if err := os.MkdirAll(filepath.Dir(binary), 0o750); err != nil {
		return err
	}
	var env []string
	if program.cgo {
		env = []string{"CGO_ENABLED=1"}
	}
	unfinished := fmt.Sprintf("%s.%d", binary, os.Getpid()) // another run may build the same program
	defer func() { _ = os.Remove(unfinished) }()
	err := process.Run(ctx, process.Spec{
		Name: "go build of " + program.title,
		Command: []string{
			"go", "build", "-tags", program.tags, "-ldflags", program.ldflags, "-o", unfinished,
			program.pkg,
		},
		Dir: p.Path(program.dir),
		Env: env,
		Log: p.Log("build-" + program.name),
	})
	if err != nil {
		return err
	}
	forgetOld(filepath.Dir(binary), program.name+"-")
	return os.Rename(unfinished, binary)
}

// TestProgram builds the long test suites of a folder of tests/ into a program, and returns its
// path.
func (p *Project) TestProgram(ctx context.Context, dir string) (string, error) {
	binary := p.cached(fmt.Sprintf("bin/%s-%s.test%s", filepath.Base(dir), p.id(), exeSuffix()))
	return binary, p.goTool(ctx, "compile "+dir, "test", "-c", "-tags", "suite", "-o", binary, "./"+dir)
}

// Dev builds the program that runs the Magefile's targets, and returns its path.
func (p *Project) Dev(ctx context.Context) (string, error) {
	binary := p.cached(fmt.Sprintf("bin/dev-%s%s", p.id(), exeSuffix()))
	if self, err := os.Executable(); err == nil && self == binary {
		return binary, nil // it is running
	}
	return binary, p.goTool(ctx, "compile the development program", "build", "-o", binary, "./internal/dev")
}

// goTool runs the go command, which detects changes itself.
func (p *Project) goTool(ctx context.Context, title string, args ...string) error {
	p.building.Lock()
	defer p.building.Unlock()
	return p.Report.Step(title, func() error {
		return process.Run(ctx, process.Spec{
			Name: "go " + strings.Join(args, " "), Command: append([]string{"go"}, args...), Dir: p.Root,
			Log: p.Log(strings.NewReplacer(" ", "-", "/", "-").Replace(title)),
		})
	})
}

// forgetOld removes files that were not used for two weeks.
func forgetOld(dir, prefix string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasPrefix(entry.Name(), prefix) && time.Since(info.ModTime()) > 14*24*time.Hour {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
