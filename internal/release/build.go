// Package release builds the plugin into dist/ and writes the archives that people install.
package release

import (
	"context"
	"errors"
	"os"

	"github.com/burnline/burnline/internal/stack"
)

// Build makes dist/ complete for this machine.
func Build(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	if err := project.Frontend(ctx); err != nil {
		return err
	}
	_, err = project.Plugin(ctx)
	return err
}

// BuildFrontend makes the frontend's part of dist/.
func BuildFrontend(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	return project.Frontend(ctx)
}

// Clean removes what builds and tests leave in the tree.
func Clean() error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	var failed error
	for _, dir := range []string{"dist", archives, "coverage", "test-results", "playwright-report"} {
		failed = errors.Join(failed, os.RemoveAll(project.Path(dir)))
	}
	return failed
}
