// Package compose checks docker-compose.yaml with Docker Compose's own parser, without Docker: the
// schema of the Compose specification, its interpolation, and its checks of references.
package compose

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
)

const file = "../../docker-compose.yaml"

// load reads a file as `docker compose --profile ... config` does.
func load(ctx context.Context, path string, profiles ...string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithProfiles(profiles), cli.WithName("burnline"))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(ctx)
}

func TestEveryProfileIsTaken(t *testing.T) {
	for profile, services := range map[string][]string{
		"": {"datasources", "grafana", "history", "node-exporter", "plugin", "prometheus", "workloads"},
		"thanos": {
			"bucket", "compactor", "datasource-thanos", "minio", "prometheus-b", "querier", "query-frontend",
			"sidecar-a", "sidecar-b", "store", "upload-a", "upload-b", "workloads-b",
		},
		"mimir":    {"datasource-mimir", "mimir", "prometheus-agent", "workloads-mimir"},
		"alerting": {"alertmanager", "datasource-alerting", "prometheus-alerting", "webhook", "workloads-alerting"},
	} {
		p, err := load(t.Context(), file, profile)
		require.NoError(t, err, profile)
		var got []string
		for name, s := range p.Services {
			if profile == "" || len(s.Profiles) > 0 {
				got = append(got, name)
			}
			published(t, name, s)
			mounted(t, name, s)
		}
		slices.Sort(got)
		require.Equal(t, services, got, profile)
		_, waits := p.Services["grafana"].DependsOn["datasource-"+profile]
		require.Equal(t, profile != "", waits,
			"Grafana starts when it has its data sources, and waits for nothing that is not there")
	}
}

func published(t *testing.T, name string, s types.ServiceConfig) {
	t.Helper()
	for _, port := range s.Ports {
		require.Equal(t, "127.0.0.1", port.HostIP, "%s publishes %s", name, port.Published)
	}
}

// mounted fails the test if a file or folder that a service mounts from the repository does not
// exist. Docker would create a folder instead.
func mounted(t *testing.T, name string, s types.ServiceConfig) {
	t.Helper()
	for _, v := range s.Volumes {
		if v.Type == types.VolumeTypeBind {
			_, err := os.Stat(v.Source)
			require.NoError(t, err, "%s mounts it", name)
			require.True(t, v.ReadOnly, "%s may write to %s", name, v.Source)
		}
	}
	if s.Build != nil {
		_, err := os.Stat(filepath.Join(s.Build.Context, s.Build.Dockerfile))
		require.NoError(t, err, "%s is built from it", name)
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, c := range []struct{ from, to, message string }{
		{"    command: [generate", "    comand: [generate", "services.history.comand"},
		{"history: {condition: service_completed_successfully}", "history: {condition: service_done}", "depends_on"},
		{"history: {condition: service_completed_successfully}", "histry: {condition: service_started}", "histry"},
		{"volumes: [demo:/data]", "volumes: [dmo:/data]", "dmo"},
		{"127.0.0.1:9090:9090", "127.0.0.1:9090:many", "many"},
	} {
		path := filepath.Join(t.TempDir(), "docker-compose.yaml")
		require.Contains(t, string(text), c.from)
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), c.from, c.to, 1)), 0o600))
		_, err := load(t.Context(), path, "thanos", "mimir", "alerting")
		require.ErrorContains(t, err, c.message, c.to)
	}
}
