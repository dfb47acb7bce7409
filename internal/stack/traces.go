package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/burnline/burnline/internal/process"
)

// jaegerVersion is the release in devstack/jaeger/go.mod.
const jaegerVersion = "1.76.0"

var jaegerProgram = goProgram{
	name: "jaeger", title: "Jaeger " + jaegerVersion, dir: "devstack/jaeger",
	pkg: "github.com/jaegertracing/jaeger/cmd/all-in-one", ldflags: "-s -w",
	sources: []string{"devstack/jaeger/go.mod", "devstack/jaeger/go.sum"},
}

// startTraces runs a Jaeger that keeps traces in memory. The generator sends traces to it.
func (s *Stack) startTraces(ctx context.Context) error {
	binary, err := s.project.ensure(ctx, jaegerProgram)
	if err != nil {
		return err
	}
	at, err := addresses(ctx, 7)
	if err != nil {
		return err
	}
	s.TracesURL, s.tracesWriteURL = "http://"+at[0], "http://"+at[1]+"/v1/traces"
	return s.project.Report.Step("start Jaeger", func() error {
		return s.startReady(ctx, s.TracesURL+"/api/services", process.Spec{
			Name: "Jaeger",
			Command: []string{
				binary, "--query.http-server.host-port=" + at[0], "--collector.otlp.http.host-port=" + at[1],
				"--collector.otlp.grpc.host-port=" + at[2], "--collector.grpc-server.host-port=" + at[3],
				"--collector.http-server.host-port=" + at[4],
				"--query.grpc-server.host-port=" + at[5], "--admin.http.host-port=" + at[6],
				"--memory.max-traces=100000", "--log-level=warn",
			},
			Log: s.project.Log("jaeger"),
		})
	})
}

// provisioning returns the folder of Grafana's provisioning: the repository's, and a data source of
// traces if there are traces.
func (s *Stack) provisioning() (string, error) {
	if s.TracesURL == "" {
		return s.project.Path("provisioning"), nil
	}
	dir := filepath.Join(s.dir, "provisioning")
	if err := os.CopyFS(dir, os.DirFS(s.project.Path("provisioning"))); err != nil {
		return "", fmt.Errorf("copy provisioning/: %w", err)
	}
	source, err := os.ReadFile(s.project.Path("devstack/jaeger/grafana-datasource.yaml"))
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "datasources", "traces.yaml"), source, 0o600)
}
