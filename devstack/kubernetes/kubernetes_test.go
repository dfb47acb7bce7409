// Package kubernetes checks the Kubernetes objects as a cluster does: with the schemas of the
// custom resource definitions, as the API server reads them, and with the admission webhooks of
// prometheus-operator.
package kubernetes

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

func TestPrometheusRulesAreTaken(t *testing.T) {
	for file, groups := range map[string]int{
		"../../deploy/alerting/kubernetes/prometheus-rule.yaml": 2, // the demo's SLOs
		// SLOs of every kind, long windows in separate files
		"../../pkg/export/testdata/prometheusrule.yaml": 8,
	} {
		object := read(t, file)
		require.Empty(t, refused(t, "prometheusrules", "v1", object), file)
		require.Len(t, object["spec"].(map[string]any)["groups"], groups, file)
	}
}

func TestAlertmanagerConfigIsTaken(t *testing.T) {
	object := read(t, "../../deploy/alerting/kubernetes/alertmanager-routes.yaml")
	require.Empty(t, refused(t, "alertmanagerconfigs", "v1alpha1", object))
}

// The schema or the webhook rejects wrong objects, so the tests above can fail.
func TestWhatIsWrongIsRefused(t *testing.T) {
	const rules, routes = "../../deploy/alerting/kubernetes/prometheus-rule.yaml",
		"../../deploy/alerting/kubernetes/alertmanager-routes.yaml"
	for _, c := range []struct{ file, resource, version, from, to, message string }{
		{rules, "prometheusrules", "v1", "interval: 1m", "interval: often", "spec.groups[0].interval"},
		{rules, "prometheusrules", "v1", "interval: 1m", "every: 1m", "unknown field spec.groups[0].every"},
		{
			rules, "prometheusrules", "v1", "sum by (namespace, workload) (", "sum by (namespace, workload) ((",
			"could not parse expression",
		},
		{routes, "alertmanagerconfigs", "v1alpha1", "receiver: pager", "receiver: nobody", "nobody"},
		{routes, "alertmanagerconfigs", "v1alpha1", "urlSecret:", "secretURL:", "unknown field"},
	} {
		text, err := os.ReadFile(c.file)
		require.NoError(t, err)
		require.Contains(t, string(text), c.from)
		var object map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(strings.Replace(string(text), c.from, c.to, 1)), &object))
		require.Contains(t, strings.Join(refused(t, c.resource, c.version, object), "\n"), c.message)
	}
}

func TestTheConfigMapIsTaken(t *testing.T) {
	text, err := os.ReadFile("../../deploy/alerting/kubernetes/grafana-alerting.yaml")
	require.NoError(t, err)
	var m corev1.ConfigMap
	require.NoError(t, yaml.UnmarshalStrict(text, &m))
	require.Equal(t, "v1 ConfigMap", m.APIVersion+" "+m.Kind)
	require.Empty(t, apivalidation.IsDNS1123Subdomain(m.Name))
	require.Len(t, m.Data, 4)
	size := 0
	for name, content := range m.Data {
		require.Empty(t, apivalidation.IsConfigMapKey(name))
		size += len(content)
	}
	require.Less(t, size, corev1.MaxSecretSize, "the limit of a ConfigMap too")
}

func read(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, yaml.UnmarshalStrict(text, &object))
	return object
}
