package deploy

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
)

var update = flag.Bool("update", false, "write the dashboards' ConfigMap")

const root = "../../"

// configMap is a ConfigMap for the sidecar of Grafana's chart, which mounts those with its label.
type configMap struct {
	APIVersion string            `yaml:"apiVersion"`
	Kind       string            `yaml:"kind"`
	Metadata   metadata          `yaml:"metadata"`
	Data       map[string]string `yaml:"data"`
}

type metadata struct {
	Name        string            `yaml:"name"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

const mapHead = `# The plugin's dashboards for the sidecar of Grafana's Helm chart (sidecar.dashboards.enabled), by its label.
# Written by the tests in tests/deploy (-update) from src/dashboards.
`

func TestTheConfigMapCarriesTheDashboards(t *testing.T) {
	m := configMap{"v1", "ConfigMap", metadata{
		"burnline-dashboards",
		map[string]string{"grafana_dashboard": "1"},
		map[string]string{"grafana_folder": "Burnline"},
	}, map[string]string{}}
	files, err := filepath.Glob(root + "src/dashboards/*.json")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		m.Data["burnline-"+filepath.Base(file)] = string(text)
	}
	require.GreaterOrEqual(t, len(m.Data), 4)
	text, err := yaml.MarshalWithOptions(m, yaml.UseLiteralStyleIfMultiline(true))
	require.NoError(t, err)
	require.Less(t, len(text), 1<<20, "a ConfigMap holds less than 1 MiB")
	const file = root + "deploy/kubernetes/dashboards.yaml"
	if *update {
		require.NoError(t, os.WriteFile(file, append([]byte(mapHead), text...), 0o600))
	}
	deployed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, mapHead+string(text), string(deployed))
	var back configMap
	require.NoError(t, yaml.Unmarshal(deployed, &back))
	require.Equal(t, m, back, "what is mounted is what the plugin brings")
}

// Every deployed catalog is valid. Grafana replaces two dollar signs by one.
func TestDeployedCatalogsAreValid(t *testing.T) {
	found := 0
	require.NoError(t, filepath.WalkDir(root+"deploy", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, document := range strings.Split(string(text), "\n---\n") {
			var content any
			require.NoError(t, yaml.Unmarshal([]byte(document), &content), file)
			for _, source := range catalogs(content) {
				found++
				c, problems := catalog.Parse([]byte(strings.ReplaceAll(source, "$$", "$")))
				require.NoError(t, problems.Err(), file)
				require.NotEmpty(t, c.SLOs, file)
			}
		}
		return nil
	}))
	require.Equal(t, 4, found)
}

// catalogs returns the texts under the key catalog, including files in a ConfigMap.
func catalogs(content any) []string {
	var out []string
	switch content := content.(type) {
	case map[string]any:
		for key, value := range content {
			text, isText := value.(string)
			var inner any
			switch {
			case isText && key == "catalog":
				out = append(out, text)
			case isText && strings.HasSuffix(key, ".yaml") && yaml.Unmarshal([]byte(text), &inner) == nil:
				out = append(out, catalogs(inner)...)
			default:
				out = append(out, catalogs(value)...)
			}
		}
	case []any:
		for _, value := range content {
			out = append(out, catalogs(value)...)
		}
	}
	return out
}
