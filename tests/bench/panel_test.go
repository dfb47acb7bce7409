//go:build suite

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/burnline/burnline/internal/page"
	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/suite"
)

// panel shows a thousand generated workloads in the built panel, in a headless Chromium. The page
// has the packages of Grafana 12 or, with PAGE_GRAFANA=13, of Grafana 13. It measures the first
// paint and the frames of a scroll (tests/browser/panel.bench.ts).
func panel(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	host, err := pageHost()
	if err != nil {
		return err
	}
	if err := project.Frontend(ctx); err != nil {
		return err
	}
	assets, err := project.Page(ctx, host)
	if err != nil {
		return err
	}
	chromium, err := project.Chromium(ctx)
	if err != nil {
		return err
	}
	// No query reaches the backend: the browser test responds to them.
	source, err := pluginhost.NewDataSource(stack.DatasourceID, "bench", "Bench", "http://127.0.0.1:9", struct{}{})
	if err != nil {
		return err
	}
	server, err := page.Start(ctx, page.Config{
		Assets: assets, Dist: project.Path("dist"), NodeModules: host.NodeModules(project), PanelID: stack.PanelID,
		Source: source, Listen: "127.0.0.1:0",
	})
	if err != nil {
		return err
	}
	defer server.Close()
	dir, err := os.MkdirTemp("", "burnline-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "panel.json")
	err = project.Npm(ctx, []string{
		"PAGE_URL=" + server.URL, "PAGE_GRAFANA=" + host.Grafana, "PLAYWRIGHT_CHROMIUM=" + chromium, "BENCH_OUT=" + out,
	}, os.Stderr, "run", "test:browser")
	if err != nil {
		return err
	}
	text, err := os.ReadFile(out) // #nosec G304 - our own file
	if err != nil {
		return err
	}
	result := map[string]any{}
	if err := json.Unmarshal(text, &result); err != nil {
		return fmt.Errorf("the numbers of the browser: %w", err)
	}
	result["grafana"] = host.Grafana
	return suite.Result(result)
}

func pageHost() (stack.PageHost, error) {
	version := os.Getenv("PAGE_GRAFANA")
	if version == "" {
		return stack.PageHosts[0], nil
	}
	i := slices.IndexFunc(stack.PageHosts, func(h stack.PageHost) bool { return h.Grafana == version })
	if i < 0 {
		return stack.PageHost{}, fmt.Errorf("PAGE_GRAFANA=%s: there are pages of Grafana 11, 12 and 13", version)
	}
	return stack.PageHosts[i], nil
}
