package presetdocs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePageIsUpToDate(t *testing.T) {
	want, err := Markdown()
	require.NoError(t, err)
	have, err := os.ReadFile(filepath.Join("../..", Page))
	require.NoError(t, err)
	require.Equal(t, want, string(have), "write it anew with `go tool mage docs`")
}
