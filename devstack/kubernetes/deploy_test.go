package kubernetes

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
	"sigs.k8s.io/kubectl-validate/pkg/validator"
)

const (
	deploy  = "../../deploy"
	version = "1.30" // the newest that the validator carries
	// Its definitions of custom resources are read, and nothing of it is built: what it needs of Kubernetes is newer than what
	// the validator can be built with.
	operator = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
)

func schemas(t *testing.T) *validator.Validator {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", operator).Output()
	if err != nil {
		t.Fatalf("the module %s cannot be had: %v\n%s", operator, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	crds := os.DirFS(filepath.Join(module.Dir, "example", "prometheus-operator-crd"))
	v, err := validator.New(openapiclient.NewComposite(openapiclient.NewHardcodedBuiltins(version), openapiclient.NewLocalCRDFiles(crds)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func check(v *validator.Validator, document []byte) error {
	_, object, err := v.Parse(document)
	if err != nil {
		return err
	}
	return v.Validate(object)
}

func TestObjectsAreValid(t *testing.T) {
	v := schemas(t)
	objects := 0
	err := filepath.WalkDir(deploy, func(file string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" || filepath.Base(filepath.Dir(file)) != "kubernetes" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
		for {
			document, err := documents.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			objects++
			if err := check(v, document); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if objects < 20 {
		t.Errorf("%d objects were found; are they where they were?", objects)
	}
}

func TestMistakesAreFound(t *testing.T) {
	v := schemas(t)
	for what, document := range map[string]string{
		"an unknown field":   "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {selector: {}, endpoints: [{prot: http}]}\n",
		"a missing field":    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {endpoints: []}\n",
		"a wrong type":       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n",
		"an unknown kind":    "apiVersion: v1\nkind: ConfigMapp\nmetadata: {name: a}\n",
		"an unlawful number": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: x}]}\n",
	} {
		if check(v, []byte(document)) == nil {
			t.Errorf("%s passes", what)
		}
	}
}
