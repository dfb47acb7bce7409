package tstypes

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated file")

func TestTheFrontendHasTheTypesOfTheSchemas(t *testing.T) {
	const path = "../../src/schema.gen.ts"
	want, err := Generate()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run go test ./internal/tstypes -update")
}
