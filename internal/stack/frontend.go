package stack

import (
	"context"
	"errors"
	"io"
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

// Page builds the demo page and returns its folder.
func (p *Project) Page(ctx context.Context) (string, error) {
	if err := p.NodeModules(ctx); err != nil {
		return "", err
	}
	sources := []string{"devstack/page", "src/types.ts", "package-lock.json"}
	hash, err := p.fingerprint(sources)
	if err != nil {
		return "", err
	}
	dir := p.cached("page/" + p.id())
	return dir, p.unlessBuilt("page", hash, []string{dir}, func() error {
		return p.Report.Step("build the demo page", func() error {
			return process.Run(ctx, process.Spec{
				Name: "devstack/page/build.mjs", Command: []string{"node", "devstack/page/build.mjs"},
				Dir: p.Root, Env: []string{"PAGE_OUT=" + dir}, Log: p.Log("page"),
			})
		})
	})
}

func (p *Project) npm(ctx context.Context, title string, args ...string) error {
	return p.Report.Step(title, func() error { return p.Npm(ctx, nil, nil, args...) })
}

// Npm runs npm in the repository. Env is added to the environment; echo, unless nil, sees what npm prints.
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
