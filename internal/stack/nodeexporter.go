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

// HasNodeExporter reports whether there is a node-exporter for this machine: not for Windows.
const HasNodeExporter = runtime.GOOS != "windows"

// NodeExporter returns the path of the node-exporter binary, built when the cache has none.
func (p *Project) NodeExporter(ctx context.Context) (string, error) {
	return p.ensure(ctx, nodeExporterProgram)
}

// StartNodeExporter runs it where the stack's Prometheus scrapes it, where there is one for this
// machine.
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

// prometheusConfig is the demo's configuration, with the scrape of this run's node-exporter.
func (s *Stack) prometheusConfig() (string, error) {
	text, err := os.ReadFile(s.project.Path("devstack/prometheus/prometheus.yml"))
	if err != nil {
		return "", fmt.Errorf("the demo's configuration of Prometheus: %w", err)
	}
	if HasNodeExporter {
		text = fmt.Appendf(text, scrapeNodeExporter, s.nodeExporter)
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
