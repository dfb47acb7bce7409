package alerting

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/export"
)

var update = flag.Bool("update", false, "write the provisioned alert rules")

const head = `# Alert rules for both named policies, over every SLO of the catalog. Written by the tests in tests/alerting (-update).
# Those of sre-workbook are paused: run one policy, or two that go to different people.
`

// Link targets of the alerts: the bundled dashboard of one SLO, and its burn rates.
const (
	dashboardUID = "burnline-slo"
	burnRates    = 3
)

func TestTheAlertsLinkToAPanelThatIsThere(t *testing.T) {
	text, err := os.ReadFile("../../src/dashboards/slo.json")
	require.NoError(t, err)
	var dashboard struct {
		UID    string
		Panels []struct {
			ID    int
			Title string
		}
		Templating struct{ List []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	require.Equal(t, dashboardUID, dashboard.UID)
	titles := map[int]string{}
	for _, p := range dashboard.Panels {
		titles[p.ID] = p.Title
	}
	require.Equal(t, "Burn rates", titles[burnRates])
	var variables []string
	for _, v := range dashboard.Templating.List {
		variables = append(variables, v.Name)
	}
	require.Subset(t, variables, []string{"slo", "namespace", "workload"})
}

// provisioning/alerting/rules.yaml, and its copies in deploy/alerting, are the output of the code.
func TestProvisionedRulesAreThoseOfTheCode(t *testing.T) {
	text, err := export.GrafanaPolicies(export.Options{DashboardUID: dashboardUID, PanelID: burnRates})
	require.NoError(t, err)
	const file = "../../provisioning/alerting/rules.yaml"
	if *update {
		require.NoError(t, os.WriteFile(file, append([]byte(head), text...), 0o600))
	}
	provisioned, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, head+string(text), string(provisioned))
}

// configMap contains the files of provisioning/alerting, for Grafana's sidecar, which mounts
// ConfigMaps with its label.
type configMap struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   metadata          `yaml:"metadata"`
	Data       map[string]string `yaml:"data"`
}

type metadata struct {
	Name   string            `yaml:"name"`
	Labels map[string]string `yaml:"labels"`
}

const mapHead = `# The files of provisioning/alerting for the sidecar of Grafana's Helm chart (sidecar.alerts.enabled), by its label.
# Written by the tests in tests/alerting (-update). Put your addresses into contact-points.yaml.
`

func TestTheConfigMapCarriesTheProvisioning(t *testing.T) {
	m := configMap{
		"v1", "ConfigMap",
		metadata{"burnline-alerting", map[string]string{"grafana_alert": "1"}},
		map[string]string{},
	}
	for _, name := range []string{"contact-points.yaml", "policies.yaml", "rules.yaml", "templates.yaml"} {
		text, err := os.ReadFile("../../provisioning/alerting/" + name)
		require.NoError(t, err)
		var content map[string]any
		require.NoError(t, yaml.Unmarshal(text, &content), name)
		m.Data["burnline-"+name] = string(text)
	}
	text, err := yaml.MarshalWithOptions(m, yaml.UseLiteralStyleIfMultiline(true))
	require.NoError(t, err)
	const file = "../../deploy/alerting/kubernetes/grafana-alerting.yaml"
	if *update {
		require.NoError(t, os.WriteFile(file, append([]byte(mapHead), text...), 0o600))
	}
	deployed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, mapHead+string(text), string(deployed))
	var back configMap
	require.NoError(t, yaml.Unmarshal(deployed, &back))
	require.Equal(t, m, back, "what is mounted is what was provisioned")
}

// The rules for prometheus-operator and docker-compose.yaml are generated from the demo's catalog.
func TestExportedRulesAreTheDemos(t *testing.T) {
	c, err := os.ReadFile("../../devstack/workloads/catalog.yaml")
	require.NoError(t, err)
	for file, format := range map[string]export.Format{
		"../../deploy/alerting/kubernetes/prometheus-rule.yaml": export.PrometheusRule,
		"../../devstack/alertmanager/rules.yaml":                export.Prometheus,
	} {
		text := rules(t, string(c), format)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		}
		deployed, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, text, string(deployed))
	}
}
