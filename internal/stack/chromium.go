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

// Chromium returns the path of a Chromium that runs here: $PLAYWRIGHT_CHROMIUM, an installed one,
// or one that it installs from Debian's packages (as root), from npm, or by Playwright. If all
// fail, the error contains the output of each.
func (p *Project) Chromium(ctx context.Context) (string, error) {
	if err := p.NodeModules(ctx); err != nil { // for playwright-core
		return "", err
	}
	if program := os.Getenv("PLAYWRIGHT_CHROMIUM"); program != "" {
		if err := p.runsHeadless(ctx, program); err != nil {
			return "", fmt.Errorf("PLAYWRIGHT_CHROMIUM: %w", err)
		}
		return program, nil
	}
	if program, ok := p.installedChromium(ctx); ok {
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
			return p.runsHeadless(ctx, program)
		})
		if err == nil {
			return program, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", way.title, err))
	}
	return "",
		fmt.Errorf("no Chromium for the browser tests, and none could be installed; install one, or set PLAYWRIGHT_CHROMIUM to its path:\n%w",
			errors.Join(failed...))
}

func (p *Project) installedChromium(ctx context.Context) (string, bool) {
	candidates := []string{
		"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		`C:\Program Files\Google\Chrome\Application\chrome.exe`,
	}
	for _, candidate := range candidates {
		program, err := exec.LookPath(candidate)
		if err == nil && p.runsHeadless(ctx, program) == nil {
			return program, true
		}
	}
	return "", false
}

// probePage opens a page as the tests do. It fails for a program with a missing library, and for
// one that only prints how to install the real one. Some builds of the headless shell would hang
// with --dump-dom.
const probePage = `
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[1], args: ['--no-sandbox', '--disable-gpu'], timeout: 60000 });
  const page = await browser.newPage();
  await page.setContent('<h1>ready</h1>');
  const title = await page.textContent('h1');
  await browser.close();
  if (title !== 'ready') throw new Error('it showed no page');
})().catch((error) => { console.error(String(error.message).split('\n')[0]); process.exit(1); });`

func (p *Project) runsHeadless(ctx context.Context, program string) error {
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	err := process.Run(ctx, process.Spec{
		Name: program, Command: []string{"node", "-e", probePage, program}, Dir: p.Root, Log: p.Log("chromium"),
	})
	if err != nil {
		return fmt.Errorf("no page could be opened with it: %w", err)
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
		// The layout of pages depends on the fonts.
		{"apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation"},
	} {
		err := process.Run(ctx, process.Spec{
			Name: strings.Join(command, " "), Command: command, Env: []string{"DEBIAN_FRONTEND=noninteractive"},
			Log: p.Log("apt"),
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
		Command: []string{
			npmProgram(), "install", "--no-audit", "--no-fund", "--prefix", dir,
			"@sparticuz/chromium@153",
		},
	})
	if err != nil {
		return "", err
	}
	return p.nodePrints(ctx, dir,
		`import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))`)
}

func (p *Project) chromiumFromPlaywright(ctx context.Context) (string, error) {
	if err := p.Npm(ctx, nil, nil, "exec", "--", "playwright", "install", "chromium"); err != nil {
		return "", err
	}
	return p.nodePrints(ctx, p.Root, `console.log(require('playwright-core').chromium.executablePath())`)
}

// nodePrints runs a line of JavaScript and returns the last line of its output.
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
