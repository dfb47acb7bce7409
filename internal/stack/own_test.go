//go:build unix

package stack

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/process"
)

// unreachable is the discard port of this machine.
const unreachable = "http://127.0.0.1:9/"

// sleeper is a program that writes its process id to a file and then sleeps.
func sleeper(t *testing.T, name string) (spec process.Spec, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "pid")
	return process.Spec{
		Name: name, Command: []string{"sh", "-c", "echo $$ > " + file + "; exec sleep 60"},
		Log: filepath.Join(t.TempDir(), "log"),
	}, file
}

// pidIn waits for the process id of a sleeper.
func pidIn(t *testing.T, file string) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	}, 30*time.Second, 10*time.Millisecond)
	return pid
}

func requireGone(t *testing.T, pid int) {
	t.Helper()
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH, "process %d", pid)
}

func TestAProgramThatDoesNotGetReadyIsEnded(t *testing.T) {
	s := &Stack{}
	spec, file := sleeper(t, "Prometheus")
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() { failed <- s.startReady(ctx, unreachable, spec) }()
	pid := pidIn(t, file)
	cancel()

	require.ErrorContains(t, <-failed, "Prometheus: context canceled")
	requireGone(t, pid)
	require.Empty(t, s.programs(), "one that does not run must not be mistaken for the next of its name")
}

func TestStoppingPrometheusLeavesTheRest(t *testing.T) {
	s := &Stack{}
	t.Cleanup(s.Stop)
	for _, name := range []string{"Prometheus", "Grafana"} {
		spec, _ := sleeper(t, name)
		_, err := s.own(spec)
		require.NoError(t, err)
	}
	prometheus := s.PID("Prometheus")
	s.StopPrometheus()
	requireGone(t, prometheus)
	require.Len(t, s.programs(), 1)
	require.NoError(t, syscall.Kill(s.PID("Grafana"), 0), "still there")
}

func TestNothingStartsAfterStop(t *testing.T) {
	s := &Stack{}
	early, _ := sleeper(t, "early")
	p, err := s.own(early)
	require.NoError(t, err)
	s.Stop()
	s.Stop()
	requireGone(t, p.PID())

	late, _ := sleeper(t, "late")
	_, err = s.own(late)
	require.EqualError(t, err, "late is not started: the stack was stopped")
}
