package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/burnline/burnline/internal/process"
)

// historyDir is the generator's folder of the demo's history as TSDB blocks. Each version of the
// generator has its own.
func (p *Project) historyDir(generator string) string {
	return p.cached("demo/history-" + strings.TrimSuffix(filepath.Base(generator), exeSuffix()))
}

// newRun creates the data folder of one run: the history, extended up to now, and hard-linked for
// Prometheus.
func (p *Project) newRun(ctx context.Context, generator string) (string, error) {
	p.forgetDeadRuns("demo")
	if err := os.MkdirAll(p.cached("demo"), 0o750); err != nil {
		return "", err
	}
	run, err := os.MkdirTemp(p.cached("demo"), fmt.Sprintf("run-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	err = p.Report.Step("generate the demo's history", func() error {
		return process.Run(ctx, process.Spec{
			Name:    "workloads generate",
			Command: []string{generator, "generate", "--dir", p.historyDir(generator), "--link", prometheusData(run)},
			Log:     p.Log("generate"),
		})
	})
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(run))
	}
	forgetOld(p.cached("demo"), "history-")
	return run, nil
}

// prometheusData is Prometheus's part of a run's folder.
func prometheusData(run string) string { return filepath.Join(run, "prometheus") }

// forgetDeadRuns removes the data of killed runs from a folder of the cache.
func (p *Project) forgetDeadRuns(in string) {
	runs, err := filepath.Glob(p.cached(in + "/run-*"))
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
	found, err := os.FindProcess(pid) // on Windows this fails for an ended process
	if err != nil {
		return false
	}
	err = found.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM) || exeSuffix() != ""
}
