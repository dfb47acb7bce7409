package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/stack"
)

func unpacked(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range files {
		name := filepath.Join(dir, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
		require.NoError(t, os.WriteFile(name, []byte("#!/bin/sh\n"), 0o700))
	}
	return dir
}

func TestFindGrafana(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		t.Setenv("GRAFANA_HOME", "")
		t.Setenv("PATH", t.TempDir())
		_, found, err := stack.FindGrafana()
		require.NoError(t, err)
		require.False(t, found)
	})
	t.Run("home", func(t *testing.T) {
		home := unpacked(t, "bin/grafana", "conf/defaults.ini")
		t.Setenv("GRAFANA_HOME", home)
		install, found, err := stack.FindGrafana()
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, stack.GrafanaInstall{Program: filepath.Join(home, "bin", "grafana"), Home: home}, install)
	})
	t.Run("wrong home", func(t *testing.T) {
		t.Setenv("GRAFANA_HOME", unpacked(t, "README.md"))
		_, _, err := stack.FindGrafana()
		require.ErrorContains(t, err, "takes the folder of an unpacked Grafana")
	})
	t.Run("path, as packages install it", func(t *testing.T) {
		prefix := unpacked(t, "bin/grafana", "share/grafana/conf/defaults.ini")
		t.Setenv("GRAFANA_HOME", "")
		t.Setenv("PATH", filepath.Join(prefix, "bin"))
		install, found, err := stack.FindGrafana()
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, filepath.Join(prefix, "share", "grafana"), install.Home)
	})
	t.Run("path, without a home", func(t *testing.T) {
		t.Setenv("GRAFANA_HOME", "")
		t.Setenv("PATH", filepath.Join(unpacked(t, "bin/grafana"), "bin"))
		_, _, err := stack.FindGrafana()
		require.ErrorContains(t, err, "set GRAFANA_HOME")
	})
}
