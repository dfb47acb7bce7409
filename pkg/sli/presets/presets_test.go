package presets_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/sli/presets"
)

func TestPresetsAreCompleteAndTheirSLOsValid(t *testing.T) {
	all, err := presets.All()
	require.NoError(t, err)
	files, err := filepath.Glob("*.yaml")
	require.NoError(t, err)
	require.Len(t, all, len(files))
	names := map[string]bool{}
	for _, p := range all {
		require.NotEmpty(t, p.Title, p.Name)
		require.NotEmpty(t, p.About, p.Name)
		require.NotEmpty(t, p.Enable, p.Name)
		require.NotEmpty(t, p.Traps, p.Name)
		require.Regexp(t, "^https://", p.Docs, p.Name)
		require.NotEmpty(t, p.SLOs, p.Name)
		for _, s := range p.SLOs {
			require.False(t, names[s.Name], "%s is given twice", s.Name)
			names[s.Name] = true
			require.NotEmpty(t, s.Description, s.Name)
			require.Equal(t, "cluster", s.By[0], s.Name)
		}
	}
}

func TestAnUnknownPresetIsNamed(t *testing.T) {
	_, err := presets.Find("none-such")
	require.ErrorContains(t, err, `there is no preset "none-such". There are beyla-tcp, cilium-health, cilium,`)
}
