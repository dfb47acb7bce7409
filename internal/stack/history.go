package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// historyAge is how old generated blocks may be. The live generator goes on from where they end.
const historyAge = 12 * time.Hour

// History returns a folder of pristine TSDB blocks with the demo's history, generated when the cache has none that is
// young enough. Nothing may write to it.
func (p *Project) History(ctx context.Context, generator string) (string, error) {
	name := strings.TrimSuffix(filepath.Base(generator), exeSuffix())
	dir := p.cached("demo/history-" + name)
	if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) < historyAge {
		return dir, nil
	}
	err := p.Report.Step("generate 32 days of demo workloads", func() error { return p.generate(ctx, generator, dir) })
	return dir, err
}

func (p *Project) generate(ctx context.Context, generator, dir string) error {
	unfinished := fmt.Sprintf("%s.%d", dir, os.Getpid())
	defer func() { _ = os.RemoveAll(unfinished) }()
	if err := os.MkdirAll(unfinished, 0o750); err != nil {
		return err
	}
	err := process.Run(ctx, process.Spec{
		Name: "workloads generate", Command: []string{generator, "generate", "--dir", unfinished}, Log: p.Log("generate"),
	})
	if err != nil {
		return err
	}
	// A run that still reads the old blocks has links of its own to them.
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Rename(unfinished, dir); err != nil && !exists(dir) {
		return err
	}
	return nil
}

// runDir makes a data folder for one run, filled with hard links to the pristine blocks: Prometheus deletes and
// compacts blocks, but never changes a file of one.
func (p *Project) runDir(history string) (string, error) {
	p.forgetDeadRuns()
	if err := os.MkdirAll(p.cached("demo"), 0o750); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(p.cached("demo"), fmt.Sprintf("run-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	if err := linkTree(history, filepath.Join(dir, "prometheus")); err != nil {
		return "", errors.Join(fmt.Errorf("link the demo's blocks: %w", err), os.RemoveAll(dir))
	}
	return dir, nil
}

// forgetDeadRuns removes the data of runs that were killed before they could.
func (p *Project) forgetDeadRuns() {
	runs, err := filepath.Glob(p.cached("demo/run-*"))
	if err != nil {
		return
	}
	for _, run := range runs {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(run), "run-"), "-")
		if id, err := strconv.Atoi(pid); err == nil && !running(id) {
			_ = os.RemoveAll(run)
		}
	}
}

func running(pid int) bool {
	found, err := os.FindProcess(pid) // on Windows this fails for a process that is gone
	if err != nil {
		return false
	}
	err = found.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM) || exeSuffix() != ""
}

func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		if err := os.Link(file, target); err != nil { // some file systems have no hard links
			return copyFile(file, target)
		}
		return nil
	})
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
