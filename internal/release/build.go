// Package release builds the plugin into dist/ and writes the archives for users.
package release

import (
	"context"
	"errors"
	"os"
	"runtime"

	"github.com/grafana/grafana-plugin-sdk-go/build"

	"github.com/burnline/burnline/internal/stack"
)

// Build builds dist/ for this machine and for Linux containers on it, and the command line in bin/.
func Build(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	if err := project.Frontend(ctx); err != nil {
		return err
	}
	if _, err = project.CommandLine(ctx, stack.ThisPlatform()); err != nil {
		return err
	}
	if _, err = project.Plugin(ctx); err != nil || runtime.GOOS == "linux" {
		return err
	}
	if runtime.GOARCH == "arm64" {
		return (build.Build{}).LinuxARM64()
	}
	return (build.Build{}).Linux()
}

// BuildFrontend builds the frontend's part of dist/.
func BuildFrontend(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	return project.Frontend(ctx)
}

// Clean removes files of builds and tests from the tree.
func Clean() error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	var failed error
	for _, dir := range []string{"dist", "bin", archives, "coverage", "test-results", "playwright-report"} {
		failed = errors.Join(failed, os.RemoveAll(project.Path(dir)))
	}
	return failed
}
