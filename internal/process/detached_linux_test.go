package process_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/process"
)

// Playwright starts its browser in a separate session. Stop ends it, too.
func TestAChildThatLeftTheGroupIsEndedToo(t *testing.T) {
	for _, c := range []struct{ name, after string }{
		{"its parent is killed", `trap "" TERM; wait; sleep 60`},
		{"its parent ends by itself", `exit 0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "child")
			p, err := process.Start(shell(t, "launcher",
				fmt.Sprintf("setsid sleep 60 & echo $! > %s; %s", file, c.after)))
			require.NoError(t, err)
			var child int
			require.Eventually(t, func() bool {
				text, _ := os.ReadFile(file)
				child, err = strconv.Atoi(strings.TrimSpace(string(text)))
				return err == nil
			}, 30*time.Second, 10*time.Millisecond)

			p.Stop(100 * time.Millisecond)
			require.Eventually(t, func() bool { return !alive(child) }, 30*time.Second, 10*time.Millisecond)
		})
	}
}

func TestOwnProgramsAreDistinguished(t *testing.T) {
	outer, err := process.Start(shell(t, "outer", "sleep 60"))
	require.NoError(t, err)
	t.Cleanup(func() { outer.Stop(time.Second) })
	inner, err := process.Start(shell(t, "inner", "sleep 60"))
	require.NoError(t, err)
	inner.Stop(time.Second)
	require.True(t, alive(outer.PID()))
}
