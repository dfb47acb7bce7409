package archives_test

import (
	"archive/zip"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/release"
	"github.com/burnline/burnline/tests/archives"
)

const datasourceJSON = `{"id":"burnline-slo-datasource","type":"datasource","name":"Burnline","backend":true,"alerting":true,"executable":"gpx_burnline",
	"info":{"version":"1.2.3","updated":"2026-11-23","description":"d","keywords":["slo"],"author":{"name":"Burnline"},
	"links":[{"name":"Docs","url":"https://example.com"}],"logos":{"small":"img/logo.svg","large":"img/logo.svg"}},
	"includes":[{"type":"panel","name":"Burnline workloads","path":"panel/plugin.json"}],
	"dependencies":{"grafanaDependency":">=12.3.0-0","plugins":[]}}`

const panelJSON = `{"id":"burnline-workloads-panel","type":"panel","name":"Burnline workloads",
	"info":{"version":"1.2.3","updated":"2026-11-23","description":"d","keywords":["slo"],"author":{"name":"Burnline"},
	"logos":{"small":"img/logo.svg","large":"img/logo.svg"}},"dependencies":{"grafanaDependency":">=12.3.0-0","plugins":[]}}`

var src = fstest.MapFS{"module.ts": text("export {};"), "panel/module.ts": text("export { p };")}

func text(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s), Mode: 0o644} }

// built is a dist/ that complies with every rule.
func built() fstest.MapFS {
	binary := text("ELF")
	binary.Mode = 0o755
	return fstest.MapFS{
		"LICENSE": text("Apache License 2.0"), "CHANGELOG.md": text("## 1.2.3"),
		"README.md": text(strings.Repeat("What this plugin does and what it needs. ", 10) +
			"[more](https://example.com)"),
		"plugin.json": text(datasourceJSON), "module.js": text("define()"), "img/logo.svg": text("<svg/>"),
		"module.js.map":            text(`{"sources":["webpack://x/./module.ts","webpack://x/./node_modules/a.ts"],"sourcesContent":["export {};","?"]}`),
		"gpx_burnline_linux_amd64": binary, "go_plugin_build_manifest": text("aa:pkg/main.go"),
		"panel/plugin.json": text(panelJSON), "panel/module.js": text("define()"), "panel/img/logo.svg": text("<svg/>"),
		"panel/module.js.map": text(`{"sources":["webpack://x/./panel/module.ts"],"sourcesContent":["export { p };"]}`),
	}
}

func TestProblemsOfASoundPlugin(t *testing.T) {
	require.Empty(t, archives.Problems(built(), src, archives.SelfHosted))
	require.Equal(t, []string{"2 plugin.json: Grafana's catalog takes no plugin nested in a data source"},
		archives.Problems(built(), src, archives.Catalog))
}

func TestProblems(t *testing.T) {
	with := func(name, from, to string) func(fstest.MapFS) {
		return func(m fstest.MapFS) { m[name].Data = []byte(strings.Replace(string(m[name].Data), from, to, 1)) }
	}
	without := func(name string) func(fstest.MapFS) { return func(m fstest.MapFS) { delete(m, name) } }
	add := func(name, content string) func(fstest.MapFS) {
		return func(m fstest.MapFS) { m[name] = text(content) }
	}
	for _, c := range []struct {
		name    string
		spoil   func(fstest.MapFS)
		message string
	}{
		{"no license", without("LICENSE"), "LICENSE is missing or empty"},
		{"template license", with("LICENSE", "2.0", "{yyyy}"), "LICENSE has its placeholders left"},
		{
			"id", with("plugin.json", `"burnline-slo-datasource"`, `"Burnline"`),
			`plugin.json: id "Burnline" is not org-name-type`,
		},
		{
			"suffix", with("panel/plugin.json", `"type":"panel"`, `"type":"app"`),
			`panel/plugin.json: id "burnline-workloads-panel" does not end with its type "app"`,
		},
		{"version", with("panel/plugin.json", "1.2.3", "%VERSION%"), `panel/plugin.json: version "%VERSION%"`},
		{"date", with("plugin.json", "2026-11-23", "%TODAY%"), `plugin.json: updated "%TODAY%" is no date`},
		{
			"dependency", with("plugin.json", ">=12.3.0-0", ">=11 || >=12"),
			`plugin.json: grafanaDependency ">=11 || >=12"`,
		},
		{"logo", without("panel/img/logo.svg"), `panel/plugin.json: logo "img/logo.svg" is missing`},
		{"include", without("panel/plugin.json"), `plugin.json: includes "panel/plugin.json", which is missing`},
		{
			"panel with a backend", with("panel/plugin.json", `"name"`, `"executable":"x","name"`),
			"panel/plugin.json: executable and alerting need backend: true",
		},
		{"binary", without("gpx_burnline_linux_amd64"), "no binary gpx_burnline_linux_amd64"},
		{
			"mode", func(m fstest.MapFS) { m["gpx_burnline_linux_amd64"].Mode = 0o644 },
			"gpx_burnline_linux_amd64 does not have mode 0755",
		},
		{"manifest", without("go_plugin_build_manifest"), "no go_plugin_build_manifest"},
		{"source map", without("panel/module.js.map"), "panel/module.js.map is missing or empty"},
		{
			"stale source map", with("module.js.map", "export {}", "export {a}"),
			"module.js.map carries another module.ts than src/ has",
		},
		{"comment", with("README.md", "What", "<!-- badges -->"), "README.md has an HTML comment"},
		{
			"relative link", with("README.md", "https://example.com", "docs/a.md"),
			"README.md has a relative link: ](docs/a.md)",
		},
		{"debug file", add("pid.txt", "1"), "pid.txt has no place in a plugin"},
		{"hidden file", add("panel/.DS_Store", "1"), "panel/.DS_Store has no place in a plugin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plugin := built()
			c.spoil(plugin)
			require.Contains(t, archives.Problems(plugin, src, archives.SelfHosted), c.message)
		})
	}
}

func TestWriteMakesOneArchiveForPeopleAndTwoForTheCatalog(t *testing.T) {
	root := t.TempDir()
	files := maps.Clone(built())
	for name, file := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, "dist", name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(root, "dist", name), file.Data, 0o600))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(root, "src", "panel"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(root, "src", "panel", "README.md"), built()["README.md"].Data, 0o600))

	written, err := release.Write(root, filepath.Join(root, "archives"))
	require.NoError(t, err)
	var names []string
	for i, c := range []struct {
		folder string
		kind   archives.Kind
	}{
		{"burnline-slo-datasource", archives.SelfHosted},
		{"burnline-slo-datasource", archives.Catalog},
		{"burnline-workloads-panel", archives.Catalog},
	} {
		names = append(names, filepath.Base(written[i]))
		r, err := zip.OpenReader(written[i])
		require.NoError(t, err)
		defer func() { _ = r.Close() }()
		top, err := fs.ReadDir(r, ".")
		require.NoError(t, err)
		require.Len(t, top, 1)
		require.Equal(t, c.folder, top[0].Name())
		plugin, err := fs.Sub(r, c.folder)
		require.NoError(t, err)
		sources := fs.FS(src)
		require.Empty(t, archives.Problems(plugin, sources, c.kind), written[i])
	}
	require.Equal(t,
		[]string{
			"burnline-slo-datasource-1.2.3-with-panel.zip", "burnline-slo-datasource-1.2.3.zip",
			"burnline-workloads-panel-1.2.3.zip",
		}, names)

	alone, err := zip.OpenReader(written[1])
	require.NoError(t, err)
	defer func() { _ = alone.Close() }()
	plugin, err := fs.ReadFile(alone, "burnline-slo-datasource/plugin.json")
	require.NoError(t, err)
	require.Contains(t, string(plugin), `"id": "burnline-workloads-panel"`)
	require.NotContains(t, string(plugin), "panel/plugin.json")
}
