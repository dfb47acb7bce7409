package kubernetes

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

const manifests = "../../deploy/kubernetes/"

// documents returns the objects of a file as text.
func documents(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(manifests + file)
	require.NoError(t, err)
	return strings.Split(string(text), "\n---\n")
}

func decoded[T any](t *testing.T, text string) T {
	t.Helper()
	var object T
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &object))
	return object
}

func TestMonitorsAreTaken(t *testing.T) {
	kinds := map[string]int{}
	for _, text := range documents(t, "monitors.yaml") {
		object := decoded[map[string]any](t, text)
		kind := object["kind"].(string)
		kinds[kind]++
		name := object["metadata"].(map[string]any)["name"].(string)
		require.Empty(t, apivalidation.IsDNS1123Subdomain(name))
		require.Equal(t, group+"/v1", object["apiVersion"])
		require.Empty(t, bySchema(t, strings.ToLower(kind)+"s", "v1", object), name)
	}
	require.Equal(t, map[string]int{"PodMonitor": 12, "ServiceMonitor": 2, "Probe": 1}, kinds)
}

func TestAMonitorThatIsWrongIsRefused(t *testing.T) {
	for from, message := range map[string]string{
		"podMetricsEndpoints:": "unknown field spec.podEndpoints",
		"interval: 30s":        "spec.podMetricsEndpoints[0].interval",
	} {
		to := map[string]string{"podMetricsEndpoints:": "podEndpoints:", "interval: 30s": "interval: often"}[from]
		object := decoded[map[string]any](t, strings.Replace(documents(t, "monitors.yaml")[0], from, to, 1))
		require.Contains(t, strings.Join(bySchema(t, "podmonitors", "v1", object), "\n"), message)
	}
}

// Kubernetes' own types decode every object strictly, and objects that refer to each other exist.
func TestGrafanaFitsTogether(t *testing.T) {
	objects := documents(t, "grafana.yaml")
	require.Len(t, objects, 5)
	namespace := decoded[corev1.Namespace](t, objects[0]).Name
	account := decoded[corev1.ServiceAccount](t, objects[1])
	boards := decoded[corev1.ConfigMap](t, objects[2])
	source := decoded[corev1.ConfigMap](t, documents(t, "datasource.yaml")[0])
	deployment := decoded[appsv1.Deployment](t, objects[3])
	service := decoded[corev1.Service](t, objects[4])
	for _, in := range []string{
		account.Namespace, boards.Namespace, source.Namespace, deployment.Namespace,
		service.Namespace,
	} {
		require.Equal(t, namespace, in)
	}
	pod := deployment.Spec.Template
	require.Equal(t, deployment.Spec.Selector.MatchLabels, pod.Labels)
	require.Equal(t, service.Spec.Selector, pod.Labels)
	require.Equal(t, account.Name, pod.Spec.ServiceAccountName)

	volumes, mounted := map[string]bool{}, map[string]bool{}
	for _, v := range pod.Spec.Volumes {
		volumes[v.Name] = true
		if v.ConfigMap != nil {
			mounted[v.ConfigMap.Name] = true
		}
	}
	require.Equal(t, map[string]bool{boards.Name: true, source.Name: true}, mounted)
	ports := map[string]bool{}
	for _, c := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		for _, m := range c.VolumeMounts {
			require.True(t, volumes[m.Name], "%s of %s", m.Name, c.Name)
		}
		for _, p := range c.Ports {
			ports[p.Name] = true
		}
	}
	require.True(t, ports[service.Spec.Ports[0].TargetPort.StrVal])
	require.True(t, ports[pod.Spec.Containers[0].ReadinessProbe.HTTPGet.Port.StrVal])
}

func TestConfigMapsOfTheSidecarsAreTaken(t *testing.T) {
	for file, label := range map[string]string{
		"dashboards.yaml": "grafana_dashboard",
		"datasource.yaml": "grafana_datasource",
	} {
		m := decoded[corev1.ConfigMap](t, documents(t, file)[0])
		require.Equal(t, "v1 ConfigMap", m.APIVersion+" "+m.Kind)
		require.Equal(t, map[string]string{label: "1"}, m.Labels)
		size := 0
		for name, content := range m.Data {
			require.Empty(t, apivalidation.IsConfigMapKey(name))
			size += len(content)
		}
		require.Less(t, size, corev1.MaxSecretSize, "the limit of a ConfigMap too")
	}
}

// strict are Kubernetes' own types of the objects in deploy/ that are not custom resources.
var strict = map[string]func() any{
	"v1 Namespace":       func() any { return &corev1.Namespace{} },
	"v1 ServiceAccount":  func() any { return &corev1.ServiceAccount{} },
	"v1 ConfigMap":       func() any { return &corev1.ConfigMap{} },
	"v1 Service":         func() any { return &corev1.Service{} },
	"apps/v1 Deployment": func() any { return &appsv1.Deployment{} },
}

// Every object in deploy/ is accepted: by Kubernetes' types, or by the schema of its definition.
func TestEveryObjectIsTaken(t *testing.T) {
	kinds := map[string]int{}
	require.NoError(t, filepath.WalkDir("../../deploy", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" || filepath.Base(filepath.Dir(file)) == "helm" {
			return err
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, document := range strings.Split(string(text), "\n---\n") {
			object := decoded[map[string]any](t, document)
			kind := object["apiVersion"].(string) + " " + object["kind"].(string)
			kinds[kind]++
			name := object["metadata"].(map[string]any)["name"].(string)
			require.Empty(t, apivalidation.IsDNS1123Subdomain(name), file)
			if version, ok := strings.CutPrefix(object["apiVersion"].(string), group+"/"); ok {
				require.Empty(t, bySchema(t, strings.ToLower(object["kind"].(string))+"s", version, object), "%s of %s",
					name, file)
				continue
			}
			require.Contains(t, strict, kind, "%s: nothing here knows such an object", file)
			require.NoError(t, yaml.UnmarshalStrict([]byte(document), strict[kind]()), "%s of %s", name, file)
		}
		return nil
	}))
	require.Equal(t, map[string]int{
		"v1 Namespace": 1, "v1 ServiceAccount": 1, "v1 ConfigMap": 4, "v1 Service": 1, "apps/v1 Deployment": 1,
		group + "/v1 PodMonitor": 12, group + "/v1 ServiceMonitor": 2, group + "/v1 Probe": 1,
		group + "/v1 PrometheusRule": 1, group + "/v1alpha1 AlertmanagerConfig": 1,
	}, kinds)
}
