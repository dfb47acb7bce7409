package deploy

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli/presets"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(root + file)
	require.NoError(t, err)
	return string(text)
}

// The charts pass their list to Grafana's plugins.preinstall_sync, in the format id@version@URL.
// Only one of the archives contains the panel.
func TestTheChartsInstallTheArchiveWithThePanel(t *testing.T) {
	var pkg struct{ Version string }
	require.NoError(t, json.Unmarshal([]byte(read(t, "package.json")), &pkg))
	archive := "https://artifacts.example.org/burnline-slo-datasource-" + pkg.Version + "-with-panel.zip"
	type values struct{ Plugins []string }
	var own values
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/helm/grafana-values.yaml")), &own))
	var stack struct{ Grafana values }
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/helm/kube-prometheus-stack-values.yaml")), &stack))
	want := []string{"burnline-slo-datasource@" + pkg.Version + "@" + archive}
	require.Equal(t, want, own.Plugins)
	require.Equal(t, want, stack.Grafana.Plugins)
	require.Contains(t, read(t, "deploy/kubernetes/grafana.yaml"), `value: "`+archive+`"`)
}

// The ConfigMaps have the labels that the sidecars of both charts search for.
func TestTheSidecarsFindTheConfigMaps(t *testing.T) {
	type sidecars struct {
		Sidecar map[string]struct {
			Enabled         bool   `yaml:"enabled"`
			Label           string `yaml:"label"`
			SearchNamespace string `yaml:"searchNamespace"`
		} `yaml:"sidecar"`
	}
	var own sidecars
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/helm/grafana-values.yaml")), &own))
	var stack struct {
		Grafana sidecars `yaml:"grafana"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/helm/kube-prometheus-stack-values.yaml")), &stack))
	for name, file := range map[string]string{
		"dashboards": "deploy/kubernetes/dashboards.yaml", "datasources": "deploy/kubernetes/datasource.yaml",
		"alerts": "deploy/alerting/kubernetes/grafana-alerting.yaml",
	} {
		var m configMap
		require.NoError(t, yaml.Unmarshal([]byte(read(t, file)), &m))
		for _, s := range []sidecars{own, stack.Grafana} {
			require.True(t, s.Sidecar[name].Enabled, name)
			require.Equal(t, "1", m.Metadata.Labels[s.Sidecar[name].Label], name)
			require.Equal(t, "ALL", s.Sidecar[name].SearchNamespace, name)
		}
	}
}

var handler = regexp.MustCompile(`"(\w+):labelsContext=([\w,]+)"`)

// Hubble has the labels that its presets describe, and those that they group by.
func TestCiliumHasTheLabelsThatThePresetsRead(t *testing.T) {
	var values struct {
		Hubble struct {
			Metrics struct{ Enabled []string }
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/helm/cilium-values.yaml")), &values))
	has := map[string][]string{}
	for _, entry := range values.Hubble.Metrics.Enabled {
		name, options, _ := strings.Cut(entry, ":")
		for _, option := range strings.Split(options, ";") {
			if labels, ok := strings.CutPrefix(option, "labelsContext="); ok {
				has[name] = strings.Split(labels, ",")
			}
		}
	}
	handlers := 0
	for _, name := range []string{"hubble-http", "hubble-tcp", "hubble-drops", "hubble-dns"} {
		p, err := presets.Find(name)
		require.NoError(t, err)
		var labels []string
		for _, match := range handler.FindAllStringSubmatch(p.Enable, -1) {
			handlers++
			require.Subset(t, has[match[1]], strings.Split(match[2], ","), "%s of %s", match[1], name)
			labels = append(labels, has[match[1]]...)
		}
		for _, slo := range p.SLOs {
			require.Subset(t, append(labels, "cluster"), slo.By, slo.Name)
		}
	}
	require.Equal(t, 5, handlers)
}

// The exporter of every preset is scraped: by a monitor here, or by one of its chart, which a
// values file enables or the monitors name.
func TestEveryPresetIsScraped(t *testing.T) {
	all, err := presets.All()
	require.NoError(t, err)
	monitors := read(t, "deploy/kubernetes/monitors.yaml")
	cilium := read(t, "deploy/helm/cilium-values.yaml")
	stack := read(t, "deploy/helm/kube-prometheus-stack-values.yaml")
	for _, p := range all {
		text := monitors
		switch {
		case strings.HasPrefix(p.Name, "cilium") || strings.HasPrefix(p.Name, "hubble-"):
			text = cilium
		case slices.Contains([]string{"kube-apiserver", "kube-state-metrics", "node-exporter", "otel-http", "otel-rpc"},
			p.Name):
			text = stack
		}
		require.True(t, regexp.MustCompile(`#.*\b`+p.Name+`\b`).MatchString(text),
			"no file of deploy/ scrapes the exporter of %s", p.Name)
	}
}
