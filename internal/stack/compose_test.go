package stack

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/compose"
)

// The shipped versions are tested: each image has a program of its version in devstack/.
func TestEveryImageHasAProgramOfItsVersion(t *testing.T) {
	file, err := compose.Read("../../docker-compose.yaml")
	require.NoError(t, err)
	used := map[string]bool{}
	for name, s := range file.Services {
		if name == "grafana" || name == "plugin" || strings.HasPrefix(s.Image, "busybox:") {
			continue
		}
		require.Contains(t, ours, s.Image+s.Build, name)
		used[s.Image+s.Build] = true
	}
	require.Len(t, used, len(ours), "no image here that nothing runs")
}
