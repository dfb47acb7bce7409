package tests

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/release"
	"github.com/burnline/burnline/internal/stack"
)

// The command line of this machine runs from its archive, with the plugin's version.
func TestTheArchivedCommandLineRuns(t *testing.T) {
	written, err := release.WriteCommandLines(project.Root, t.TempDir(), "1.2.3")
	require.NoError(t, err)
	on := stack.ThisPlatform()
	mine := slices.IndexFunc(written, func(file string) bool {
		return strings.HasPrefix(filepath.Base(file), "burnline_1.2.3_"+on.OS+"_"+on.Arch+".")
	})
	require.GreaterOrEqual(t, mine, 0, written)
	files := unpack(t, written[mine])
	require.Equal(t, []string{"CHANGELOG.md", "LICENSE", "README.md", "THIRD_PARTY_LICENSES.txt", "burnline" + exe(on)},
		sorted(files))
	program := files["burnline"+exe(on)]
	info, err := os.Stat(program)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), info.Mode().Perm())

	plugin, err := os.ReadFile(project.Path("dist/plugin.json"))
	require.NoError(t, err)
	out, err := exec.CommandContext(within(t), program, "version").Output()
	require.NoError(t, err)
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "burnline ")
	require.Contains(t, string(plugin), `"version": "`+version+`"`)

	out, err = exec.CommandContext(within(t), program, "check",
		project.Path("devstack/workloads/catalog.yaml")).Output()
	require.NoError(t, err)
	require.Contains(t, string(out),
		": 2 SLOs, 0 own policies: availability (events, 99.9% over 30d, page-and-slack); latency (")
}

func exe(on stack.Platform) string {
	if on.OS == "windows" {
		return ".exe"
	}
	return ""
}

func sorted(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// unpack returns the paths of an archive's files by name. All are in one folder with the name of
// the archive.
func unpack(t *testing.T, file string) map[string]string {
	t.Helper()
	out, dir := map[string]string{}, t.TempDir()
	folder := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".zip"), ".tar.gz") + "/"
	save := func(name string, mode fs.FileMode, content io.Reader) {
		require.True(t, strings.HasPrefix(name, folder), name)
		name = strings.TrimPrefix(name, folder)
		require.NotContains(t, name, "/")
		text, err := io.ReadAll(content)
		require.NoError(t, err)
		out[name] = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(out[name], text, mode))
		require.NoError(t, os.Chmod(out[name], mode))
	}
	if strings.HasSuffix(file, ".zip") {
		archive, err := zip.OpenReader(file)
		require.NoError(t, err)
		defer func() { require.NoError(t, archive.Close()) }()
		for _, f := range archive.File {
			content, err := f.Open()
			require.NoError(t, err)
			save(f.Name, f.Mode(), content)
		}
		return out
	}
	packed, err := os.Open(file)
	require.NoError(t, err)
	defer func() { require.NoError(t, packed.Close()) }()
	compressed, err := gzip.NewReader(packed)
	require.NoError(t, err)
	for archive := tar.NewReader(compressed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		save(header.Name, header.FileInfo().Mode(), archive)
	}
}
