package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// Chromium returns the path of a Chromium that runs here: $PLAYWRIGHT_CHROMIUM, an installed one, or one that it
// installs, from Debian's packages (as root), from npm, or by Playwright. All failing, it says what each said.
func (p *Project) Chromium(ctx context.Context) (string, error) {
	if program := os.Getenv("PLAYWRIGHT_CHROMIUM"); program != "" {
		if err := runsHeadless(ctx, program); err != nil {
			return "", fmt.Errorf("PLAYWRIGHT_CHROMIUM: %w", err)
		}
		return program, nil
	}
	if program, ok := installedChromium(ctx); ok {
		return program, nil
	}
	var failed []error
	for _, way := range []struct {
		title   string
		install func(context.Context) (string, error)
	}{
		{"install Chromium with apt-get", p.chromiumFromDebian},
		{"install Chromium from npm (@sparticuz/chromium)", p.chromiumFromNpm},
		{"install Playwright's Chromium", p.chromiumFromPlaywright},
	} {
		var program string
		err := p.Report.Step(way.title, func() (err error) {
			if program, err = way.install(ctx); err != nil {
				return err
			}
			return runsHeadless(ctx, program)
		})
		if err == nil {
			return program, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", way.title, err))
	}
	return "", fmt.Errorf("no Chromium for the browser tests, and none could be installed; install one, or set PLAYWRIGHT_CHROMIUM to its path:\n%w",
		errors.Join(failed...))
}

func installedChromium(ctx context.Context) (string, bool) {
	candidates := []string{
		"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
		`C:\Program Files\Google\Chrome\Application\chrome.exe`,
	}
	for _, candidate := range candidates {
		program, err := exec.LookPath(candidate)
		if err == nil && runsHeadless(ctx, program) == nil {
			return program, true
		}
	}
	return "", false
}

// runsHeadless starts the browser on an empty page: a program that lacks a library, or only tells how to install the
// real one, fails here.
func runsHeadless(ctx context.Context, program string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	profile, err := os.MkdirTemp("", "burnline-chromium-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	cmd := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+profile, "--dump-dom", "about:blank")
	process.Own(cmd)
	out, err := cmd.CombinedOutput()
	if err == nil && !strings.Contains(string(out), "<html>") {
		err = errors.New("it showed no page")
	}
	if err != nil {
		return fmt.Errorf("%s does not run: %w: %s", program, err, lastLine(string(out)))
	}
	return nil
}

func (p *Project) chromiumFromDebian(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "", errors.New("this is not a Debian")
	}
	if os.Geteuid() != 0 {
		return "", errors.New("not root")
	}
	for _, command := range [][]string{
		{"apt-get", "update", "-q"},
		// The fonts are what a page is measured with.
		{"apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation"},
	} {
		err := process.Run(ctx, process.Spec{
			Name: strings.Join(command, " "), Command: command, Env: []string{"DEBIAN_FRONTEND=noninteractive"}, Log: p.Log("apt"),
		})
		if err != nil {
			return "", err
		}
	}
	return exec.LookPath("chromium")
}

func (p *Project) chromiumFromNpm(ctx context.Context) (string, error) {
	if runtime.GOOS != "linux" {
		return "", errors.New("the package holds a browser for Linux only")
	}
	dir := p.cached("browser")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	err := process.Run(ctx, process.Spec{
		Name: "npm install @sparticuz/chromium", Dir: dir, Log: p.Log("npm-chromium"),
		Command: []string{npmProgram(), "install", "--no-audit", "--no-fund", "--prefix", dir, "@sparticuz/chromium@153"},
	})
	if err != nil {
		return "", err
	}
	return p.nodePrints(ctx, dir, `import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))`)
}

func (p *Project) chromiumFromPlaywright(ctx context.Context) (string, error) {
	if err := p.Npm(ctx, nil, nil, "exec", "--", "playwright", "install", "chromium"); err != nil {
		return "", err
	}
	return p.nodePrints(ctx, p.Root, `console.log(require('playwright-core').chromium.executablePath())`)
}

// nodePrints runs a line of JavaScript and returns the last line it prints.
func (p *Project) nodePrints(ctx context.Context, dir, script string) (string, error) {
	log := p.Log("node")
	err := process.Run(ctx, process.Spec{Name: "node", Command: []string{"node", "-e", script}, Dir: dir, Log: log})
	if err != nil {
		return "", err
	}
	return lastLine(strings.Join(process.Tail(log, 1), "")), nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
