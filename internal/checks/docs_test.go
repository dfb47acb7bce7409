package checks

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/query"
)

const root = "../.."

var (
	relativeLink = regexp.MustCompile(`\]\(([^):]+)\)`)
	heading      = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchor  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	mageCommand  = regexp.MustCompile("go tool mage ([A-Za-z:]+(?: [A-Za-z:]+)*)")
	mageTarget   = regexp.MustCompile(`(?m)^func (?:\((\w+)\) )?([A-Z]\w*)\(`)
	yamlExample  = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	mageAlias    = regexp.MustCompile(`(?m)^\t"(\w+)":`)
)

// documents returns the texts of all pages, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md", "devstack/*/README.md", "src/README.md", "src/panel/README.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			texts[file] = string(text)
		}
	}
	return texts
}

func TestLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	links := 0
	for file, text := range documents(t) {
		for _, match := range relativeLink.FindAllStringSubmatch(text, -1) {
			links++
			path, anchor, _ := strings.Cut(match[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(path))
			}
			linked, err := os.ReadFile(target)
			require.NoError(t, err, "%s links to %s", file, match[1])
			if anchor != "" {
				require.Contains(t, anchors(string(linked)), anchor, "%s links to %s", file, match[1])
			}
		}
	}
	require.Greater(t, links, 10)
}

func TestEveryPageIsLinkedFromTheReadmeAndTheIndex(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	texts := documents(t)
	for _, page := range pages {
		name := filepath.Base(page)
		require.Contains(t, texts[filepath.Join(root, "README.md")], "(docs/"+name+")")
		if name != "README.md" {
			require.Contains(t, texts[filepath.Join(root, "docs", "README.md")], "("+name+")")
		}
	}
}

// The data source accepts the settings of all examples.
func TestDataSourcesOfTheDocumentationAreSound(t *testing.T) {
	sources := 0
	for file, text := range documents(t) {
		for _, match := range yamlExample.FindAllStringSubmatch(text, -1) {
			var provisioned struct {
				Datasources []struct {
					URL      string
					JSONData map[string]any `yaml:"jsonData"`
				}
			}
			if !strings.Contains(match[1], "\ndatasources:\n") {
				continue
			}
			require.NoError(t, yaml.Unmarshal([]byte(match[1]), &provisioned), file)
			for _, source := range provisioned.Datasources {
				sources++
				if catalog, ok := source.JSONData["catalog"].(string); ok && strings.HasPrefix(catalog, "$__file{") {
					delete(source.JSONData, "catalog")
				}
				jsonData, err := json.Marshal(source.JSONData)
				require.NoError(t, err, file)
				settings, err := query.ParseSettings(backend.DataSourceInstanceSettings{URL: source.URL, JSONData: jsonData})
				require.NoError(t, err, file)
				require.Empty(t, settings.CatalogProblems, file)
			}
		}
	}
	require.GreaterOrEqual(t, sources, 2)
}

// anchors returns the anchors that GitHub gives to the headings of a text.
func anchors(text string) (names []string) {
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		names = append(names, strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-"))
	}
	return names
}

func TestCommandsOfTheDocumentationAreTargets(t *testing.T) {
	magefile, err := os.ReadFile(filepath.Join(root, "Magefile.go"))
	require.NoError(t, err)
	var targets []string
	for _, match := range mageTarget.FindAllStringSubmatch(string(magefile), -1) {
		name := strings.ToLower(match[2])
		if match[1] != "" {
			name = strings.ToLower(match[1]) + ":" + name
		}
		targets = append(targets, name)
	}
	for _, match := range mageAlias.FindAllStringSubmatch(string(magefile), -1) {
		targets = append(targets, match[1])
	}
	commands := 0
	for file, text := range documents(t) {
		for _, match := range mageCommand.FindAllStringSubmatch(text, -1) {
			commands++
			name := strings.ToLower(strings.Fields(match[1])[0])
			namespace := strings.HasSuffix(name, ":") && slices.ContainsFunc(targets, func(s string) bool { return strings.HasPrefix(s, name) })
			require.True(t, namespace || slices.Contains(targets, name), "%s has %q", file, match[0])
		}
	}
	require.Greater(t, commands, 10)
}

func TestCatalogsOfTheDocumentationAreSound(t *testing.T) {
	catalogs := 0
	for file, text := range documents(t) {
		for _, match := range yamlExample.FindAllStringSubmatch(text, -1) {
			if !strings.Contains("\n"+match[1], "\nslos:\n") {
				continue
			}
			catalogs++
			parsed, problems := catalog.Parse([]byte(match[1]))
			require.Empty(t, problems, "%s:\n%s", file, match[1])
			require.NotEmpty(t, parsed.SLOs, file)
		}
	}
	require.GreaterOrEqual(t, catalogs, 3)
}
