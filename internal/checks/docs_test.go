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
	for _, pattern := range []string{
		"*.md", "docs/*.md", "docs/adr/*.md", "devstack/*/README.md", "src/README.md",
		"src/panel/README.md",
	} {
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
				settings, err := query.ParseSettings(backend.DataSourceInstanceSettings{
					URL:      source.URL,
					JSONData: jsonData,
				})
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
			namespace := strings.HasSuffix(name, ":") &&
				slices.ContainsFunc(targets, func(s string) bool { return strings.HasPrefix(s, name) })
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

// codeFile matches a source file in backticks, with or without its directory.
var codeFile = regexp.MustCompile("`((?:[a-zA-Z0-9_.-]+/)*[a-zA-Z0-9_]+\\.(?:go|tsx?|json|yaml))`")

// Every source file that the pages about the code name exists.
func TestFilesThatTheDocumentationNamesExist(t *testing.T) {
	names := map[string]bool{}
	for _, dir := range []string{
		"pkg", "src", "cmd", "internal", "tests", "devstack", "deploy", "provisioning",
		".config", ".github",
	} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ os.DirEntry, err error) error {
			names[filepath.Base(path)] = true
			return err
		})
		require.NoError(t, err)
	}
	named := 0
	for file, text := range documents(t) {
		if base := filepath.Base(file); base != "ARCHITECTURE.md" && base != "internals.md" && base != "counting.md" &&
			filepath.Base(filepath.Dir(file)) != "adr" {
			continue
		}
		for _, match := range codeFile.FindAllStringSubmatch(text, -1) {
			named++
			if strings.Contains(match[1], "/") {
				require.FileExists(t, filepath.Join(root, filepath.FromSlash(match[1])), file)
			} else {
				require.True(t, names[match[1]], "%s names %s", file, match[1])
			}
		}
	}
	require.Greater(t, named, 60)
}

// symptoms are the headings of the troubleshooting page that are not texts of Burnline.
var symptoms = []string{
	"The budget changed after an outage of remote write", "Plugin is not signed",
	"Open in Explore does nothing",
}

// An error can be found on the troubleshooting page by its text.
func TestHeadingsOfTheTroubleshootingPageAreErrorTexts(t *testing.T) {
	var code strings.Builder
	for _, dir := range []string{"pkg", "cmd", "src"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ os.DirEntry, err error) error {
			if ext := filepath.Ext(path); err != nil || strings.Contains(path, "test") ||
				ext != ".go" && ext != ".ts" && ext != ".tsx" {
				return err
			}
			text, err := os.ReadFile(path)
			code.Write(text)
			return err
		})
		require.NoError(t, err)
	}
	texts := regexp.MustCompile(`"\s*\+\s*"`).ReplaceAllString(code.String(), "")
	page, err := os.ReadFile(filepath.Join(root, "docs/troubleshooting.md"))
	require.NoError(t, err)
	var absent []string
	headings := 0
	for _, match := range heading.FindAllStringSubmatch(string(page), -1) {
		if !strings.HasPrefix(match[0], "### ") || slices.Contains(symptoms, match[1]) {
			continue
		}
		headings++
		for part := range strings.SplitSeq(match[1], "…") {
			if part = strings.TrimSpace(part); part != "" && !strings.Contains(texts, part) {
				absent = append(absent, part)
			}
		}
	}
	require.Greater(t, headings, 20)
	require.Empty(t, absent)
}
