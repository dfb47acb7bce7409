package kubernetes

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus-operator/prometheus-operator/pkg/admission"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

const group = "monitoring.coreos.com"

// refused returns the reasons why a cluster would reject the object: by the schema of its
// definition first, then by the webhook.
func refused(t *testing.T, resource, version string, object map[string]any) []string {
	t.Helper()
	require.Equal(t, group+"/"+version, object["apiVersion"])
	if problems := bySchema(t, resource, version, object); len(problems) > 0 {
		return problems
	}
	return byWebhook(t, resource, version, object)
}

func bySchema(t *testing.T, resource, version string, object map[string]any) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(operator(t), "example", "prometheus-operator-crd",
		group+"_"+resource+".yaml"))
	require.NoError(t, err)
	var definition apiextensionsv1.CustomResourceDefinition
	require.NoError(t, yaml.Unmarshal(text, &definition))
	require.Equal(t, definition.Spec.Names.Kind, object["kind"])
	at := slices.IndexFunc(definition.Spec.Versions,
		func(v apiextensionsv1.CustomResourceDefinitionVersion) bool { return v.Name == version && v.Served })
	require.GreaterOrEqual(t, at, 0, "%s is not served", version)
	var schema apiextensions.JSONSchemaProps
	require.NoError(t,
		apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(definition.Spec.Versions[at].Schema.OpenAPIV3Schema, &schema, nil))

	var problems []string
	structural, err := structuralschema.NewStructural(&schema)
	require.NoError(t, err)
	unknown := pruning.PruneWithOptions(runtime.DeepCopyJSON(object), structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, field := range unknown {
		problems = append(problems, "unknown field "+field)
	}
	validator, _, err := validation.NewSchemaValidator(&schema)
	require.NoError(t, err)
	for _, problem := range validation.ValidateCustomResource(nil, object, validator) {
		problems = append(problems, problem.Error())
	}
	return problems
}

// byWebhook sends an object to prometheus-operator's own admission webhook, which parses PromQL and
// routes.
func byWebhook(t *testing.T, resource, version string, object map[string]any) []string {
	t.Helper()
	raw, err := json.Marshal(object)
	require.NoError(t, err)
	review, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "1", Resource: metav1.GroupVersionResource{Group: group, Version: version, Resource: resource},
			Object: runtime.RawExtension{Raw: raw},
		},
	})
	require.NoError(t, err)
	mux := http.NewServeMux()
	admission.New(slog.New(slog.DiscardHandler), model.UTF8Validation).Register(mux)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/admission-"+resource+"/validate",
		bytes.NewReader(review))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code)
	var answer admissionv1.AdmissionReview
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	require.NotNil(t, answer.Response)
	if answer.Response.Allowed {
		return nil
	}
	problems := []string{answer.Response.Result.Message}
	for _, cause := range answer.Response.Result.Details.Causes {
		problems = append(problems, cause.Message)
	}
	return problems
}

// operator is the folder of prometheus-operator's module, which contains the definitions of its
// release.
func operator(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/prometheus-operator/prometheus-operator").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
