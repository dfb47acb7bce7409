package tests

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/release"
	"github.com/burnline/burnline/tests/archives"
)

func TestDistPassesTheValidator(t *testing.T) {
	require.Empty(t,
		archives.Problems(os.DirFS(project.Path("dist")), os.DirFS(project.Path("src")), archives.SelfHosted))
}

// Files that every dashboard loads are small, and so are the editors that the data source loads on
// demand. The nested panel loads nothing later: Grafana would search in the data source's folder.
func TestBundlesAreSmall(t *testing.T) {
	const editors = 80_000
	most := map[string]int{"module.js": 25_000, "panel/module.js": 75_000}
	files, err := fs.Glob(os.DirFS(project.Path("dist")), "*.js")
	require.NoError(t, err)
	require.Greater(t, len(files), 3, "editors are in files of their own")
	for _, file := range append(files, "panel/module.js") {
		code, err := os.ReadFile(project.Path(filepath.Join("dist", file)))
		require.NoError(t, err)
		limit, ok := most[file]
		if !ok {
			limit = editors
		}
		if strings.Contains(string(code), "serviceAccountToImpersonate") {
			limit = 80_000 // Grafana's form for Google, loaded where it is chosen
		}
		require.LessOrEqual(t, len(code), limit, file)
	}
	loadsMore := regexp.MustCompile(`\bimport\(|\.src=|chunk`)
	code, err := os.ReadFile(project.Path("dist/panel/module.js"))
	require.NoError(t, err)
	require.Empty(t, loadsMore.FindString(string(code)), "dist/panel has one file")
	nested, err := fs.Glob(os.DirFS(project.Path("dist")), "panel/*.js")
	require.NoError(t, err)
	require.Equal(t, []string{"panel/module.js"}, nested)
}

func TestArchivesPassTheValidator(t *testing.T) {
	written, err := release.Write(project.Root, t.TempDir())
	require.NoError(t, err)
	require.Greater(t, len(written), 3, "and a command line")
	for i, c := range []struct {
		folder string
		kind   archives.Kind
	}{
		{"burnline-slo-datasource", archives.SelfHosted},
		{"burnline-slo-datasource", archives.Catalog},
		{"burnline-workloads-panel", archives.Catalog},
	} {
		archive, err := zip.OpenReader(written[i])
		require.NoError(t, err)
		top, err := fs.ReadDir(archive, ".")
		require.NoError(t, err)
		require.Len(t, top, 1, "one folder")
		require.Equal(t, c.folder, top[0].Name())
		plugin, err := fs.Sub(archive, c.folder)
		require.NoError(t, err)
		require.Empty(t, archives.Problems(plugin, os.DirFS(project.Path("src")), c.kind), filepath.Base(written[i]))
		require.NoError(t, archive.Close())
	}
}

// Grafana's validator compares the manifest with the sources of the submitted commit.
func TestBuildManifestListsTheBackendAsItIs(t *testing.T) {
	text, err := os.ReadFile(project.Path("dist/go_plugin_build_manifest"))
	require.NoError(t, err)
	listed := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		hash, file, ok := strings.Cut(line, ":")
		require.True(t, ok, line)
		listed[file] = hash
	}
	sources, err := filepath.Glob(project.Path("pkg/*/*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	for _, source := range append(sources, project.Path("pkg/main.go")) {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		content, err := os.ReadFile(source)
		require.NoError(t, err)
		sum := sha256.Sum256(content)
		name, err := filepath.Rel(project.Root, source)
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(sum[:]), listed[filepath.ToSlash(name)], name)
	}
}
