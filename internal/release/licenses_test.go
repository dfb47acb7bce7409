package release

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BSD, MIT, Apache and MPL licenses require their text next to a binary.
func TestEveryModuleThatIsCompiledInHasItsLicense(t *testing.T) {
	text, err := licenses(t.Context(), pluginPackage, commandLinePackage)
	require.NoError(t, err)
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f",
		"{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}", pluginPackage, commandLinePackage)
	out, err := list.Output()
	require.NoError(t, err)
	modules := strings.Fields(strings.ReplaceAll(string(out), " ", "@"))
	require.Greater(t, len(modules), 100)
	for _, module := range modules {
		require.Contains(t, string(text), strings.Replace(module, "@", " ", 1)+": ")
	}
	require.Contains(t, string(text), "\nGo go1.")
	require.NotContains(t, string(text), "AFFERO GENERAL PUBLIC LICENSE")
	require.ErrorContains(t, module{"example.org/none", "v1.0.0", t.TempDir()}.write(os.Stderr),
		"module example.org/none v1.0.0 has no license")
}
