package checks

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned = regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40} # \S+$`)
)

// Actions are pinned by commit, because a tag can be moved, and have minimal permissions.
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
				require.True(t, kind == "read" ||
					filepath.Base(file) == "release.yml", "%s: %s may write %s", file, name, right)
			}
		}
		// packages installed in a job can read the secrets in its environment
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "secrets.GRAFANA") {
				require.GreaterOrEqual(t, len(line)-len(strings.TrimLeft(line, " ")), 10, "%s: of a step, not of a job",
					file)
			}
		}
	}
}

// The dependency bot updates every module. Others would keep known vulnerabilities.
func TestDependencyBotSeesEveryModule(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, ".github", "dependabot.yml"))
	require.NoError(t, err)
	var bot struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &bot))
	seen := map[string][]string{}
	for _, u := range bot.Updates {
		seen[u.Ecosystem] = append(append(seen[u.Ecosystem], u.Directories...), u.Directory)
	}
	require.Contains(t, seen, "github-actions")
	for ecosystem, name := range map[string]string{
		"gomod": "go.mod", "npm": "package.json", "docker": "Dockerfile",
		"docker-compose": "docker-compose.yaml",
	} {
		files, err := filepath.Glob(filepath.Join(root, "devstack", "*", name))
		require.NoError(t, err)
		for _, file := range append(files, filepath.Join(root, name)) {
			dir, err := filepath.Rel(root, filepath.Dir(file))
			require.NoError(t, err)
			require.Contains(t, seen[ecosystem], path.Join("/", filepath.ToSlash(dir)), ecosystem)
		}
	}
}

// Every package of tests/ belongs to a step.
func TestEveryPackageOfTestsIsRun(t *testing.T) {
	listed := strings.Join(slices.Concat(quickPackages, serverPackages), " ") + " "
	files, err := filepath.Glob(filepath.Join(root, "tests", "*", "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := "./tests/" + filepath.Base(filepath.Dir(file))
		require.True(t, strings.Contains(listed, name+" ") ||
			strings.Contains(listed, name+"/... "), "no step runs %s", name)
	}
}

func TestPackagesThatShareMemoryAreFound(t *testing.T) {
	found, err := sharing(t.Context(), root)
	require.NoError(t, err)
	const pkg = "github.com/burnline/burnline/pkg/"
	require.Subset(t, found,
		[]string{pkg + "cells", pkg + "counting", pkg + "engine", pkg + "memory", pkg + "plugin", pkg + "prom"})
	require.NotContains(t, found, pkg+"slo")
	require.NotContains(t, strings.Join(found, " "), "burnline/tests")
	found, err = sharing(t.Context(), filepath.Join(root, workloads))
	require.NoError(t, err)
	require.Contains(t, found, "github.com/burnline/burnline/devstack/workloads/live")
}

// CI runs every step of `go tool mage test`, the longest ones at night.
func TestWorkflowsRunEveryGroupOfChecks(t *testing.T) {
	targets := map[string][]string{}
	for _, name := range []string{"ci", "nightly"} {
		text, err := os.ReadFile(filepath.Join(root, ".github", "workflows", name+".yml"))
		require.NoError(t, err)
		var workflow struct {
			Jobs map[string]struct {
				Strategy struct{ Matrix any }
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &workflow))
		for _, job := range workflow.Jobs {
			matrix, _ := job.Strategy.Matrix.(map[string]any)
			list, _ := matrix["target"].([]any)
			for _, target := range list {
				targets[name] = append(targets[name], target.(string))
			}
		}
	}
	for _, s := range steps() {
		switch s.group {
		case "build": // part of the others
		case "conformance":
			require.Contains(t, targets["nightly"], s.group)
		default:
			require.Contains(t, targets["ci"], "test:"+s.group)
		}
	}
	require.Subset(t, targets["nightly"], []string{"soak", "fuzz", "test:alertmanager"})
}
