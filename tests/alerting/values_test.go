package alerting

import (
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
)

// With the chart's values, Grafana's sidecar mounts the ConfigMap, and the data source of its rules
// is provisioned.
func TestTheChartsValuesFitTheConfigMap(t *testing.T) {
	text, err := os.ReadFile("../../deploy/alerting/helm/grafana-values.yaml")
	require.NoError(t, err)
	var values struct {
		Sidecar struct {
			Alerts struct {
				Enabled         bool
				Label           string
				SearchNamespace string `yaml:"searchNamespace"`
			}
		}
		Datasources map[string]struct {
			Datasources []struct {
				UID, Type string
				JSONData  struct{ Catalog string } `yaml:"jsonData"`
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &values))
	require.True(t, values.Sidecar.Alerts.Enabled)
	require.Equal(t, "ALL", values.Sidecar.Alerts.SearchNamespace)

	text, err = os.ReadFile("../../deploy/alerting/kubernetes/grafana-alerting.yaml")
	require.NoError(t, err)
	var mounted configMap
	require.NoError(t, yaml.Unmarshal(text, &mounted))
	require.Equal(t, "1", mounted.Metadata.Labels[values.Sidecar.Alerts.Label])

	source := values.Datasources["burnline.yaml"].Datasources[0]
	require.Equal(t, "burnline-slo-datasource", source.Type)
	c, problems := catalog.Parse([]byte(source.JSONData.Catalog))
	require.NoError(t, problems.Err())
	require.NotEmpty(t, c.SLOs)
	var rules struct {
		Groups []struct {
			Rules []struct {
				Data []struct {
					DatasourceUID string `yaml:"datasourceUid"`
				}
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(mounted.Data["burnline-rules.yaml"]), &rules))
	require.Len(t, rules.Groups, 2)
	for _, group := range rules.Groups {
		require.Len(t, group.Rules, 3)
		for _, rule := range group.Rules {
			require.Equal(t, source.UID, rule.Data[0].DatasourceUID)
		}
	}
}
