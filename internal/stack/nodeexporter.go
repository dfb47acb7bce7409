package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/burnline/burnline/internal/process"
)

// nodeExporterVersion is the version in devstack/node_exporter.
const nodeExporterVersion = "1.12.1"

var nodeExporterProgram = goProgram{
	name: "node_exporter", title: "node-exporter " + nodeExporterVersion, dir: "devstack/node_exporter",
	pkg:     "github.com/prometheus/node_exporter",
	ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + nodeExporterVersion,
	sources: []string{"devstack/node_exporter/go.mod", "devstack/node_exporter/go.sum"},
}

// HasNodeExporter reports whether the node-exporter supports this system. It does not support
// Windows.
const HasNodeExporter = runtime.GOOS != "windows"

// NodeExporter returns the path of the node-exporter binary, built if the cache does not contain
// it.
func (p *Project) NodeExporter(ctx context.Context) (string, error) {
	return p.ensure(ctx, nodeExporterProgram)
}

// StartNodeExporter runs the node-exporter for the scrapes of the stack's Prometheus, if it
// supports this system.
func (s *Stack) StartNodeExporter(ctx context.Context) error {
	if !HasNodeExporter {
		return nil
	}
	binary, err := s.project.NodeExporter(ctx)
	if err != nil {
		return err
	}
	return s.project.Report.Step("start node-exporter", func() error {
		return s.startReady(ctx, "http://"+s.nodeExporter+"/", process.Spec{
			Name:    "node-exporter",
			Command: []string{binary, "--web.listen-address=" + s.nodeExporter},
			Log:     s.project.Log("node-exporter"),
		})
	})
}

// prometheusConfig is the demo's configuration, with scrapes of this run's Grafana and node-exporter.
func (s *Stack) prometheusConfig() (string, error) {
	text, err := os.ReadFile(s.project.Path("devstack/prometheus/prometheus.yml"))
	if err != nil {
		return "", fmt.Errorf("the demo's configuration of Prometheus: %w", err)
	}
	text = fmt.Appendf(text, scrapePlugin, s.grafanaTargets())
	if HasNodeExporter {
		text = fmt.Appendf(text, scrapeNodeExporter, s.nodeExporter)
	}
	file := filepath.Join(s.dir, "prometheus.yml")
	return file, os.WriteFile(file, text, 0o600)
}

// grafanaTargets is the file with the address of Grafana, once it is started.
func (s *Stack) grafanaTargets() string { return filepath.Join(s.dir, "grafana-targets.json") }

// Intervals of 15 s, so that a new demo has numbers soon.
const (
	scrapePlugin = `
scrape_configs:
  - job_name: burnline
    scrape_interval: 15s
    metrics_path: /metrics/plugins/` + DatasourceID + `
    file_sd_configs:
      - files: [%q]
`
	scrapeNodeExporter = `
  - job_name: node-exporter
    scrape_interval: 15s
    static_configs:
      - targets: [%q]
        labels: {namespace: monitoring}
`
)
