package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// ErrInUse says that a running Prometheus holds the directory.
var ErrInUse = errors.New("a running Prometheus holds it")

// Link makes runDir a data directory for Prometheus with hard links to the blocks. What Prometheus does there (write-ahead log, compaction,
// retention) leaves the blocks themselves alone. An earlier run's directory is replaced; one that is in use is left as it is (ErrInUse).
func Link(dir, runDir string) error {
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
		if err := linkTree(filepath.Join(BlocksDir(dir), b.ID), filepath.Join(runDir, b.ID)); err != nil {
			return fmt.Errorf("linking block %s into %s: %w", b.ID, runDir, err)
		}
	}
	return nil
}

// InUse returns ErrInUse while a Prometheus runs over a directory.
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

// emptyDir removes what is in a directory but not the directory, which may be a mounted volume.
func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
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

func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		return os.Link(path, filepath.Join(to, rel))
	})
}

// lock waits until no other generate works on the directory.
func lock(ctx context.Context, dir string, log io.Writer) (unlock func(), err error) {
	for said := false; ; {
		held, _, err := fileutil.Flock(filepath.Join(dir, "lock"))
		if err == nil {
			return func() { _ = held.Release() }, nil
		}
		if !said {
			fmt.Fprintf(log, "another generate works on %s (%v): waiting for it\n", dir, err)
			said = true
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s stayed locked by another generate: %w", dir, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
