package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/burnline/burnline/internal/process"
)

// nodeExporterVersion is what devstack/node_exporter pins.
const nodeExporterVersion = "1.12.1"

var nodeExporterProgram = goProgram{
	name: "node_exporter", title: "node-exporter " + nodeExporterVersion, dir: "devstack/node_exporter",
	pkg:     "github.com/prometheus/node_exporter",
	ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + nodeExporterVersion,
	sources: []string{"devstack/node_exporter/go.mod", "devstack/node_exporter/go.sum"},
}

// HasNodeExporter says whether there is a node-exporter for this machine: not for Windows.
const HasNodeExporter = runtime.GOOS != "windows"

// NodeExporter returns the path of the node-exporter binary, built when the cache has none.
func (p *Project) NodeExporter(ctx context.Context) (string, error) {
	return p.ensure(ctx, nodeExporterProgram)
}

// startNodeExporter runs it on the loopback, and returns its address.
func (s *Stack) startNodeExporter(ctx context.Context, binary string) (string, error) {
	port, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	err = s.project.Report.Step("start node-exporter", func() error {
		return s.startReady(ctx, "http://"+address+"/", process.Spec{
			Name:    "node-exporter",
			Command: []string{binary, "--web.listen-address=" + address},
			Log:     s.project.Log("node-exporter"),
		})
	})
	return address, err
}

// prometheusConfig is the demo's configuration, and what is to be scraped in this run: a node-exporter, unless its address is "".
func (s *Stack) prometheusConfig(nodeExporter string) (string, error) {
	text, err := os.ReadFile(s.project.Path("devstack/prometheus/prometheus.yml"))
	if err != nil {
		return "", fmt.Errorf("the demo's configuration of Prometheus: %w", err)
	}
	if nodeExporter != "" {
		text = fmt.Appendf(text, scrapeNodeExporter, nodeExporter)
	}
	file := filepath.Join(s.dir, "prometheus.yml")
	return file, os.WriteFile(file, text, 0o600)
}

// scrapeNodeExporter is read every 15 s, so that a demo that has just begun soon has numbers.
const scrapeNodeExporter = `
scrape_configs:
  - job_name: node-exporter
    scrape_interval: 15s
    static_configs:
      - targets: [%q]
        labels: {namespace: monitoring}
`
