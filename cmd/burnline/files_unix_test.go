//go:build unix

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPipeIsNotWaitedFor(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(name, 0o600))
	code, _, errs := command(t, "", "check", name)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, name+": it is a pipe, not a file. To read it, give it to standard input (-)")
}
