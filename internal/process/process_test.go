//go:build unix

package process_test

import (
	"context"
	"errors"
	"fmt"
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

func shell(t *testing.T, name, script string) process.Spec {
	t.Helper()
	return process.Spec{Name: name, Command: []string{"sh", "-c", script}, Log: filepath.Join(t.TempDir(), name+".log")}
}

func TestRunReportsWhyAProgramFailed(t *testing.T) {
	err := process.Run(context.Background(), shell(t, "loader", "seq 1 40; echo no such bucket >&2; exit 3"))

	var exit *process.ExitError
	require.ErrorAs(t, err, &exit)
	require.Len(t, exit.Tail, 25)
	require.Equal(t, "17", exit.Tail[0])
	require.Equal(t, "no such bucket", exit.Tail[24])
	require.ErrorContains(t, err, "loader ended with exit status 3")
}

func TestRunReportsAProgramThatCannotStart(t *testing.T) {
	err := process.Run(context.Background(), process.Spec{
		Name: "nothing", Command: []string{"/no/such/program"},
		Log: filepath.Join(t.TempDir(), "log"),
	})
	require.ErrorContains(t, err, "start nothing: fork/exec /no/such/program: no such file or directory")
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := errors.New("the user has had enough")
	time.AfterFunc(100*time.Millisecond, func() { cancel(stop) })

	err := process.Run(ctx, shell(t, "sleeper", "sleep 60"))
	require.ErrorIs(t, err, stop)
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	children := filepath.Join(t.TempDir(), "children")
	p, err := process.Start(shell(t, "family",
		fmt.Sprintf(`trap "" TERM; sleep 60 & echo $! > %s; wait; sleep 60`, children)))
	require.NoError(t, err)
	require.Nil(t, p.Err(), "still running")

	var child int
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(children)
		child, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	}, 30*time.Second, 10*time.Millisecond)

	p.Stop(100 * time.Millisecond) // the parent ignores TERM
	p.Stop(time.Second)            // a second call is harmless
	require.ErrorContains(t, p.Err(), "family ended with signal: killed and wrote nothing")
	require.Eventually(t, func() bool { return !alive(child) }, 30*time.Second, 10*time.Millisecond)
}

// alive reports whether a process runs. A zombie does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err == nil {
		return !strings.Contains(string(stat), ") Z ")
	}
	return syscall.Kill(pid, 0) == nil
}
