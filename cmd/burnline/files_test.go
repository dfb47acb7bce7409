package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Input files are read up to a maximum size. An endless file is an error.
func TestFilesAreReadUpToABound(t *testing.T) {
	large := write1(t, "large.yaml", "")
	require.NoError(t, os.Truncate(large, 3<<30)) // a sparse file: uses no disk space
	for _, command1 := range []string{"check", "import", "export"} {
		code, out, errs := command(t, "", command1, large)
		require.Equal(t, exitUsage, code, command1)
		require.Empty(t, out)
		require.Contains(t, errs, large+": it is larger than 4 MiB, the most that is read")
		for name, is := range map[string]string{"/dev/zero": "a device", filepath.Dir(large): "a directory"} {
			code, _, errs := command(t, "", command1, name)
			require.Equal(t, exitUsage, code, "%s %s", command1, name)
			require.Contains(t, errs, name+": it is "+is+", not a file. To read it, give it to standard input (-)")
		}
		code, _, errs = command(t, strings.Repeat("#", maxFileBytes+1), command1, "-")
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, "stdin: it is larger than 4 MiB")
		code, _, errs = command(t, "", command1, filepath.Join(t.TempDir(), "none.yaml"))
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, "no such file")
	}
}

// CI checks files of pull requests by unknown authors. A followed symbolic link would print lines
// of any readable file.
func TestCheckFollowsNoLinks(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	require.NoError(t, os.Mkdir(secret, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(secret, "slos.yaml"), []byte(good), 0o600))
	t.Chdir(dir)
	require.NoError(t, os.Symlink(filepath.Join("secret", "slos.yaml"), "link.yaml"))
	require.NoError(t, os.Symlink("secret", "folder"))
	require.NoError(t, os.Symlink("link.yaml", "again.yaml"))
	for name, link := range map[string]string{
		"link.yaml": "link.yaml", "again.yaml": "again.yaml", filepath.Join("folder", "slos.yaml"): "folder",
		filepath.Join(dir, "link.yaml"):                      filepath.Join(dir, "link.yaml"),
		filepath.Join(dir, "folder", "slos.yaml"):            filepath.Join(dir, "folder"),
		filepath.Join("secret", "..", "folder", "slos.yaml"): "folder",
	} {
		code, out, errs := command(t, "", "check", name)
		require.Equal(t, exitUsage, code, name)
		require.Empty(t, out)
		require.Contains(t, errs,
			name+": "+link+" is a symbolic link, which check does not follow. Add --follow-links to do so")
		code, out, errs = command(t, "", "check", "--follow-links", name)
		require.Equal(t, exitOK, code, errs)
		require.Contains(t, out, "1 SLO")
		code, _, errs = command(t, "", "export", name)
		require.Equal(t, exitOK, code, "a catalog that is mounted in Kubernetes is a link: %s", errs)
	}
	code, _, errs := command(t, "", "check", filepath.Join("secret", "slos.yaml"),
		filepath.Join(dir, "secret", "slos.yaml"))
	require.Equal(t, exitBad, code, errs)
	require.Contains(t, errs, "Each needs its own name", "both were read")
}
