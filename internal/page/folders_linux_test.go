package page_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/page"
	"github.com/burnline/burnline/internal/pluginhost"
)

// openBelow lists the files below dir that this process has open.
func openBelow(t *testing.T, dir string) (names []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	for _, link := range links {
		if name, err := os.Readlink(link); err == nil && strings.HasPrefix(name, dir) {
			names = append(names, name)
		}
	}
	return names
}

func TestFoldersAreClosedWithTheServerAndWhenItCannotStart(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), nil, 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "@grafana/ui/dist/img/icons"), 0o750))
	source, err := pluginhost.NewDataSource("burnline-slo-datasource", "demo", "Demo", "", nil)
	require.NoError(t, err)
	config := page.Config{Assets: dir, Dist: dir, NodeModules: dir, PanelID: "p", Source: source, Listen: "127.0.0.1:0"}

	server, err := page.Start(context.Background(), config)
	require.NoError(t, err)
	require.Len(t, openBelow(t, dir), 3)
	server.Close()
	require.Empty(t, openBelow(t, dir))

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	for _, c := range []struct{ listen, message string }{
		{taken.Addr().String(), "address for the demo page"},
		{"0.0.0.0:0", "served on the loopback only"},
	} {
		config.Listen = c.listen
		_, err = page.Start(context.Background(), config)
		require.ErrorContains(t, err, c.message)
		require.Empty(t, openBelow(t, dir))
	}
	config.Listen, config.Dist = "127.0.0.1:0", filepath.Join(dir, "none")
	_, err = page.Start(context.Background(), config)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Empty(t, openBelow(t, dir))
}
