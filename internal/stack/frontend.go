package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/progress"
)

// frontendSources are the inputs of webpack.
var frontendSources = []string{
	".config", "src", "tsconfig.json", "webpack.config.ts", "package.json", "package-lock.json", "CHANGELOG.md",
	"LICENSE",
}

// NodeModules installs the packages of package-lock.json, unless node_modules is up to date.
func (p *Project) NodeModules(ctx context.Context) error { return p.nodeModules(ctx, ".") }

// PrefetchNodeModules installs them in the background. Its error is ignored: the next call of
// NodeModules tries again.
func (p *Project) PrefetchNodeModules(ctx context.Context) {
	quiet := &Project{Root: p.Root, Cache: p.Cache, Report: progress.New(io.Discard)}
	go func() { _ = quiet.NodeModules(ctx) }()
}

// nodeModules installs packages in a folder of the repository.
func (p *Project) nodeModules(ctx context.Context, dir string) error {
	lock, err := p.fingerprint([]string{path.Join(dir, "package-lock.json")})
	if err != nil {
		return err
	}
	marker := p.Path(path.Join(dir, "node_modules/.burnline-lock"))
	installed := func() bool {
		have, err := os.ReadFile(marker)
		return err == nil && string(have) == lock
	}
	if installed() {
		return nil
	}
	var unlock func()
	err = p.Report.Step("install npm packages", func() error {
		unlock, err = p.lock(ctx, "npm-"+strings.ReplaceAll(dir, "/", "-"))
		return err
	})
	if err != nil {
		return err
	}
	defer unlock()
	if installed() {
		return nil
	}
	if !p.installedByHand(dir) {
		if _, err := exec.LookPath("npm"); err != nil {
			return errors.New("npm is not on the PATH: install Node.js 20 or later (nodejs.org), which brings it")
		}
		if err := p.npm(ctx, "install npm packages (npm ci)", "ci", "--no-audit", "--no-fund", "--prefer-offline",
			"--prefix", dir); err != nil {
			return err
		}
	}
	return os.WriteFile(marker, []byte(lock), 0o600)
}

// lock excludes other processes on the same checkout.
func (p *Project) lock(ctx context.Context, name string) (unlock func(), err error) {
	file := p.cached(fmt.Sprintf("locks/%s/%s", p.id(), name))
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	mine := fmt.Sprintf("%s.%d", file, time.Now().UnixNano())
	if err := os.WriteFile(mine, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(mine) }()
	for {
		err := os.Link(mine, file) // created atomically, with its content
		if err == nil {
			return func() { _ = os.Remove(file) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		holder, err := os.ReadFile(file)
		if pid, e := strconv.Atoi(string(holder)); err == nil && e == nil && !running(pid) {
			_ = os.Remove(file)
			continue
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// installedByHand reports whether npm ran in the folder after the last change of the lock file.
func (p *Project) installedByHand(dir string) bool {
	lock, err := os.Stat(p.Path(path.Join(dir, "package-lock.json")))
	if err != nil {
		return false
	}
	installed, err := os.Stat(p.Path(path.Join(dir, "node_modules/.package-lock.json")))
	return err == nil && !installed.ModTime().Before(lock.ModTime())
}

// Frontend builds the frontend of the data source and the panel into dist/ if a source changed.
func (p *Project) Frontend(ctx context.Context) error {
	if err := p.NodeModules(ctx); err != nil {
		return err
	}
	hash, err := p.fingerprint(frontendSources)
	if err != nil {
		return err
	}
	outputs := []string{
		"dist/module.js", "dist/plugin.json", "dist/README.md", "dist/LICENSE", "dist/CHANGELOG.md",
		"dist/panel/module.js", "dist/panel/plugin.json",
	}
	return p.unlessBuilt("frontend", hash, outputs, func() error {
		return p.npm(ctx, "build the plugin's frontend", "run", "build")
	})
}

// PageHost is a Grafana version that the demo page imitates, with the packages that it shares with
// plugins.
type PageHost struct {
	Grafana  string // major version
	OnDemand bool   // tests run only with PAGE_GRAFANA
	packages string // folder of the repository with their package-lock.json
}

// NodeModules is the folder of the packages.
func (h PageHost) NodeModules(p *Project) string {
	return p.Path(path.Join(h.packages, "node_modules"))
}

// PageHosts are Grafana 12 with React 18, as in the demo, Grafana 13 with React 19, and 11.6, the
// oldest supported version.
var PageHosts = []PageHost{
	{Grafana: "12", packages: "."},
	{Grafana: "13", packages: "devstack/page-13"},
	{Grafana: "11", OnDemand: true, packages: "devstack/page-11"},
}

// Page builds the demo page and returns its folder.
func (p *Project) Page(ctx context.Context, host PageHost) (string, error) {
	if err := p.NodeModules(ctx); err != nil {
		return "", err
	}
	if err := p.nodeModules(ctx, host.packages); err != nil {
		return "", err
	}
	lock := path.Join(host.packages, "package-lock.json")
	hash, err := p.fingerprint([]string{"devstack/page", "src/types.ts", "package-lock.json", lock})
	if err != nil {
		return "", err
	}
	dir := p.cached("page/" + p.id() + "-" + host.Grafana)
	return dir, p.unlessBuilt("page-"+host.Grafana, hash, []string{dir}, func() error {
		return p.Report.Step("build the demo page for Grafana "+host.Grafana, func() error {
			return process.Run(ctx, process.Spec{
				Name: "devstack/page/build.mjs", Command: []string{"node", "devstack/page/build.mjs"},
				Dir: p.Root, Env: []string{"PAGE_OUT=" + dir, "PAGE_PACKAGES=" + host.packages},
				Log: p.Log("page-" + host.Grafana),
			})
		})
	})
}

func (p *Project) npm(ctx context.Context, title string, args ...string) error {
	return p.Report.Step(title, func() error { return p.Npm(ctx, nil, nil, args...) })
}

// Npm runs npm in the repository. env is added to the environment. echo, unless nil, gets the
// output.
func (p *Project) Npm(ctx context.Context, env []string, echo io.Writer, args ...string) error {
	name := strings.Join(args, " ")
	return process.Run(ctx, process.Spec{
		Name:    "npm " + name,
		Command: append([]string{npmProgram()}, args...),
		Dir:     p.Root,
		Env:     env,
		Echo:    echo,
		Log:     p.Log("npm-" + strings.NewReplacer(" ", "-", ":", "-", "/", "-").Replace(name)),
	})
}

func npmProgram() string {
	if runtime.GOOS == "windows" {
		return "npm.cmd"
	}
	return "npm"
}
