//go:build unix

package pluginhost_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
)

// TestMain runs this test binary as a plugin if it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv(grpcplugin.MagicCookieKey) != grpcplugin.MagicCookieValue {
		os.Exit(m.Run())
	}
	if err := backend.Manage("test-datasource", backend.ServeOpts{CheckHealthHandler: healthy{}}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type healthy struct{}

func (healthy) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: "as well as can be"}, nil
}

func TestAPluginAnswersUntilItIsKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	var log bytes.Buffer
	host, err := pluginhost.Start(self, &log)
	require.NoError(t, err)
	source, err := pluginhost.NewDataSource("test-datasource", "uid", "Test", "", nil)
	require.NoError(t, err)
	res, err := host.CheckHealth(context.Background(), source.Context())
	require.NoError(t, err)
	require.Equal(t, "as well as can be", res.Message)
	require.False(t, host.Exited())

	var killers sync.WaitGroup
	for range 8 {
		killers.Go(host.Kill)
	}
	killers.Wait()
	host.Kill()
	require.True(t, host.Exited())
	require.ErrorIs(t, syscall.Kill(host.PID(), 0), syscall.ESRCH)
}

func TestAProgramThatIsNoPluginIsEnded(t *testing.T) {
	dir := t.TempDir()
	program, file := filepath.Join(dir, "program"), filepath.Join(dir, "pid")
	script := "#!/bin/sh\necho $$ > " + file + "\necho I am no plugin\nexec sleep 60\n"
	require.NoError(t, os.WriteFile(program, []byte(script), 0o700))
	var log bytes.Buffer
	_, err := pluginhost.Start(program, &log)
	require.ErrorContains(t, err, "start the plugin "+program)

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
}
