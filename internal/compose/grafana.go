package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// DataSource is a provisioned data source.
type DataSource struct {
	Name     string         `yaml:"name"`
	UID      string         `yaml:"uid"`
	Type     string         `yaml:"type"`
	URL      string         `yaml:"url"`
	JSONData map[string]any `yaml:"jsonData"`
}

// DataSources returns the data sources in the folder that the service grafana mounts. As in
// Grafana, $NAME is replaced by its environment, and $__file{path} by the content of the mounted
// file.
func (n *Native) DataSources() ([]DataSource, error) {
	files, err := filepath.Glob(filepath.Join(n.Volume("datasources"), "*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []DataSource
	for _, file := range files {
		text, err := os.ReadFile(file) // #nosec G304 - of our own run
		if err != nil {
			return nil, err
		}
		var content struct {
			DataSources []DataSource `yaml:"datasources"`
		}
		if err := yaml.Unmarshal(text, &content); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, d := range content.DataSources {
			if d.URL, err = n.grafanaText(d.URL); err != nil {
				return nil, fmt.Errorf("data source %s: %w", d.Name, err)
			}
			for key, value := range d.JSONData {
				if text, ok := value.(string); ok {
					if d.JSONData[key], err = n.grafanaText(text); err != nil {
						return nil, fmt.Errorf("data source %s: %w", d.Name, err)
					}
				}
			}
			all = append(all, d)
		}
	}
	return all, nil
}

var fileVariable = regexp.MustCompile(`^\$__file\{([^}]*)\}$`)

func (n *Native) grafanaText(text string) (string, error) {
	grafana := n.File.Services["grafana"]
	if m := fileVariable.FindStringSubmatch(text); m != nil {
		for _, v := range grafana.Volumes {
			if source, ok := strings.CutSuffix(v, ":"+m[1]+":ro"); ok {
				content, err := os.ReadFile(filepath.Join(n.Root, filepath.FromSlash(source)))
				if err != nil {
					return "", err
				}
				text = string(content)
			}
		}
		if strings.HasPrefix(text, "$__file") {
			return "", fmt.Errorf("the service grafana mounts no %s", m[1])
		}
	}
	var unknown []string
	out := os.Expand(text, func(name string) string {
		value, ok := grafana.Environment[name]
		if !ok {
			unknown = append(unknown, name)
		}
		return value
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("the service grafana has no variable %v", unknown)
	}
	return n.Addresses(out)
}
