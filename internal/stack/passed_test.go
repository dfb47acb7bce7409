package stack

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/progress"
)

func TestACheckRunsAgainOnlyOnOtherFiles(t *testing.T) {
	var out strings.Builder
	p := &Project{Root: t.TempDir(), Cache: t.TempDir(), Report: progress.New(&out)}
	write := func(name, text string) {
		file := filepath.Join(p.Root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	ran := 0
	check := func(result error) error {
		return p.UnlessPassed("conformance", []string{"pkg", "tests"}, func() error { ran++; return result })
	}
	write("pkg/a.go", "package a")
	write("tests/conformance/run_test.go", "package conformance")
	require.EqualError(t, check(errors.New("wrong number")), "wrong number")
	require.NoError(t, check(nil), "a failure is not remembered")
	require.NoError(t, check(nil))
	require.Equal(t, 2, ran)
	require.Contains(t, out.String(), "not run again")
	write("pkg/a_test.go", "package a")
	require.NoError(t, check(nil), "unit tests are no input")
	require.Equal(t, 2, ran)
	write("tests/conformance/run_test.go", "package conformance // changed")
	require.NoError(t, check(nil))
	write("pkg/b.go", "package a")
	require.NoError(t, check(nil))
	require.Equal(t, 4, ran)
}
