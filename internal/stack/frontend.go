package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/burnline/burnline/internal/process"
)

// frontendSources decide what webpack writes to dist/.
var frontendSources = []string{
	".config", "src", "tsconfig.json", "webpack.config.ts", "package.json", "package-lock.json", "CHANGELOG.md", "LICENSE",
}

// NodeModules installs what package-lock.json says, unless node_modules already holds it.
func (p *Project) NodeModules(ctx context.Context) error {
	lock, err := p.fingerprint([]string{"package-lock.json"})
	if err != nil {
		return err
	}
	marker := p.Path("node_modules/.burnline-lock")
	if have, err := os.ReadFile(marker); err == nil && string(have) == lock {
		return nil
	}
	if !p.installedByHand() {
		if _, err := exec.LookPath("npm"); err != nil {
			return errors.New("npm is not on the PATH: install Node.js 20 or later (nodejs.org), which brings it")
		}
		if err := p.npm(ctx, "install npm packages (npm ci)", "ci", "--no-audit", "--no-fund"); err != nil {
			return err
		}
	}
	return os.WriteFile(marker, []byte(lock), 0o600)
}

// installedByHand tells whether somebody has run npm since the lock file changed.
func (p *Project) installedByHand() bool {
	lock, err := os.Stat(p.Path("package-lock.json"))
	if err != nil {
		return false
	}
	installed, err := os.Stat(p.Path("node_modules/.package-lock.json"))
	return err == nil && !installed.ModTime().Before(lock.ModTime())
}

// Frontend builds the data source's and the panel's frontend into dist/ when a source changed.
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

// Npm runs an npm script of package.json; extra is added to the environment.
func (p *Project) Npm(ctx context.Context, title, script string, extra ...string) error {
	return p.Report.Step(title, func() error { return p.runNpm(ctx, title, extra, "run", script) })
}

func (p *Project) npm(ctx context.Context, title string, args ...string) error {
	return p.Report.Step(title, func() error { return p.runNpm(ctx, title, nil, args...) })
}

func (p *Project) runNpm(ctx context.Context, title string, env []string, args ...string) error {
	program := "npm"
	if runtime.GOOS == "windows" {
		program = "npm.cmd"
	}
	return process.Run(ctx, process.Spec{
		Name:    fmt.Sprintf("npm %s (%s)", strings.Join(args, " "), title),
		Command: append([]string{program}, args...),
		Dir:     p.Root,
		Env:     env,
		Log:     p.Log("npm-" + strings.ReplaceAll(strings.Join(args, "-"), ":", "-")),
	})
}
