// Package docs compares the generated pages of docs/ with their sources, and writes them with
// -update.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the pages anew")

func TestThePagesAreUpToDate(t *testing.T) {
	for page, markdown := range map[string]func() (string, error){
		"presets.md":   presetsPage,
		"resources.md": resourcesPage,
	} {
		want, err := markdown()
		require.NoError(t, err)
		file := filepath.Join("../../docs", page)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
		}
		have, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, want, string(have), "write it anew with `go tool mage docs`")
	}
}
