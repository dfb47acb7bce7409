package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// ErrInUse means that a running Prometheus uses the directory.
var ErrInUse = errors.New("a running Prometheus holds it")

// link makes runDir a data directory for Prometheus, with hard links to the blocks. Changes by
// Prometheus (write-ahead log, compaction, retention) do not affect the blocks in dir. State and
// truth are copied, so that live can continue from exactly these blocks. The directory of an
// earlier run is replaced. If it is in use, it is left unchanged (ErrInUse).
func link(dir, runDir string) error {
	state, err := LoadState(dir)
	if err != nil {
		return err
	}
	if err := InUse(runDir); err != nil {
		return err
	}
	if err := emptyDir(runDir); err != nil {
		return err
	}
	for _, b := range state.Blocks {
		if err := linkFiles(filepath.Join(BlocksDir(dir), b.ID), filepath.Join(runDir, b.ID), "*",
			"chunks/*"); err != nil {
			return err
		}
	}
	return linkFiles(dir, runDir, "state.json", "truth/*.bin")
}

// InUse returns ErrInUse while a Prometheus uses a directory.
func InUse(runDir string) error {
	lockFile := filepath.Join(runDir, "lock") // Prometheus's own
	if _, err := os.Stat(lockFile); err != nil {
		return nil
	}
	held, _, err := fileutil.Flock(lockFile)
	if err != nil {
		return fmt.Errorf("%s: %w", runDir, ErrInUse)
	}
	return held.Release()
}

// emptyDir removes the content of a directory. The directory itself may be a mounted volume.
func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// linkFiles links the files that match the patterns, with their folders.
func linkFiles(from, to string, patterns ...string) error {
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue // its files have their own pattern
			}
			target := filepath.Join(to, filepath.Dir(pattern), filepath.Base(path))
			if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
				return err
			}
			if err := os.Link(path, target); err != nil {
				return fmt.Errorf("%w: both must lie on one file system", err)
			}
		}
	}
	return nil
}

// lock waits until no other generate works on the directory.
func lock(ctx context.Context, dir string, log io.Writer) (unlock func(), err error) {
	for isReported := false; ; {
		held, _, err := fileutil.Flock(filepath.Join(dir, "lock"))
		if err == nil {
			return func() { _ = held.Release() }, nil
		}
		if !isReported {
			_, _ = fmt.Fprintf(log, "another generate works on %s (%v): waiting for it\n", dir, err)
			isReported = true
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s stayed locked by another generate: %w", dir, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
