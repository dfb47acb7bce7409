package presetdocs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePagesAreUpToDate(t *testing.T) {
	require.Len(t, Pages, 2)
	for page, markdown := range Pages {
		want, err := markdown()
		require.NoError(t, err)
		have, err := os.ReadFile(filepath.Join("../..", page))
		require.NoError(t, err)
		require.Equal(t, want, string(have), "write it anew with `go tool mage docs`")
	}
}
