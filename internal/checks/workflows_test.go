package checks

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned = regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40} # \S+$`)
)

// An action runs with the rights of its job. A tag may be moved to other code, a commit cannot.
func TestWorkflowsArePinnedAndHaveFewRights(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := uses.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, found, file)
		for _, use := range found {
			require.Regexp(t, pinned, use[1], file)
		}
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct{ Permissions map[string]string }
		}
		require.NoError(t, yaml.Unmarshal(text, &workflow), file)
		require.NotNil(t, workflow.Permissions, file)
		require.Empty(t, workflow.Permissions, "%s: a job names its own", file)
		for name, job := range workflow.Jobs {
			require.NotEmpty(t, job.Permissions, "%s: %s", file, name)
			for right, kind := range job.Permissions {
				require.True(t, kind == "read" || filepath.Base(file) == "release.yml", "%s: %s may write %s", file, name, right)
			}
		}
		for line := range strings.Lines(string(text)) { // a secret in the environment of a job is seen by every package that is installed in it
			if strings.Contains(line, "secrets.GRAFANA") {
				require.GreaterOrEqual(t, len(line)-len(strings.TrimLeft(line, " ")), 10, "%s: of a step, not of a job", file)
			}
		}
	}
}
