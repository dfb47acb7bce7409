// Package live continues a generated history: it writes every sample at its time and serves the
// truth of all of it.
package live

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/cluster"
	"github.com/burnline/burnline/devstack/workloads/history"
	"github.com/burnline/burnline/devstack/workloads/remote"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

const (
	tick = time.Second
	// batch is the longest range that is sent at once while catching up.
	batch = 5 * time.Minute
)

// Feed writes the samples of a simulation at their time.
type Feed struct {
	Traces *Traces // nil: none

	writer *remote.Writer
	log    io.Writer
	now    func() time.Time
	tracer tracer // of the only goroutine that runs step

	mu       sync.Mutex // guards the following fields
	sim      *history.Simulation
	sentMS   int64         // the server has all earlier samples
	wrote    bool          // at least once
	sentMore chan struct{} // closed and replaced when sentMS increases
}

// NewFeed returns a feed that begins at the current time of the simulation.
func NewFeed(s *history.Simulation, remoteWriteURL string, log io.Writer) *Feed {
	f := &Feed{sim: s, log: log, now: time.Now, sentMS: s.Runs[0].AtMS, sentMore: make(chan struct{})}
	f.writer = &remote.Writer{
		URL:       remoteWriteURL,
		OnWait:    func(err error) { _, _ = fmt.Fprintf(log, "waiting for the server: %v\n", err) },
		OnRefused: func(n int, why error) { _, _ = fmt.Fprintf(log, "%d samples refused: %v\n", n, why) },
	}
	return f
}

// Run writes until the context ends. While the server is down, the simulation stops. Missing
// samples are sent in order afterwards.
func (f *Feed) Run(ctx context.Context) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		for f.behind(f.now()) > 0 {
			if err := f.step(ctx, f.now()); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// CaughtUp reports whether the server had all samples a few seconds ago.
func (f *Feed) CaughtUp() bool {
	behind := f.behind(f.now())
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.wrote && behind < 5*time.Second
}

// Table returns the truth of the window that ends at a whole minute. It waits until all samples up
// to this time are written, or the context ends.
func (f *Feed) Table(ctx context.Context, at time.Time, window time.Duration) (rows []truth.Row, err error) {
	err = f.written(ctx, at, func() { rows = f.sim.Table(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return rows, err
}

// SLOs returns the truth of the presets' SLOs, as Table does for workloads.
func (f *Feed) SLOs(ctx context.Context, at time.Time, window time.Duration) (counts []cluster.Count, err error) {
	err = f.written(ctx, at, func() { counts = f.sim.SLOs(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return counts, err
}

// Resources returns the truth of the workloads' resources, as Table does for their requests.
func (f *Feed) Resources(ctx context.Context, at time.Time, window time.Duration) (all []cluster.Resource, err error) {
	err = f.written(ctx, at, func() { all = f.sim.Resources(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return all, err
}

// Stories returns the changes that made requests fail.
func (f *Feed) Stories() []cluster.Story { return f.sim.Stories() }

// written calls read with exclusive access to the simulation, after all samples up to a time are
// written.
func (f *Feed) written(ctx context.Context, at time.Time, read func()) error {
	for {
		f.mu.Lock()
		if f.sentMS >= at.UnixMilli() {
			defer f.mu.Unlock()
			read()
			return nil
		}
		sent, more := time.UnixMilli(f.sentMS), f.sentMore
		f.mu.Unlock()
		select {
		case <-ctx.Done():
			return fmt.Errorf("asked for the truth at %s, but samples are written only up to %s: ask later, or for an earlier time",
				at.UTC().Format(time.RFC3339), sent.UTC().Format(time.RFC3339))
		case <-more:
		}
	}
}

func (f *Feed) behind(now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Duration(now.UnixMilli()-f.sentMS) * time.Millisecond
}

// step simulates up to now, at most one batch, and writes the samples.
func (f *Feed) step(ctx context.Context, now time.Time) error {
	f.mu.Lock()
	until := min(now.UnixMilli(), f.sentMS+batch.Milliseconds())
	var samples []remote.Sample
	for _, advance := range f.sim.Parts(until) {
		advance(func(series []labels.Labels, index int, atMS int64, v float64) {
			samples = append(samples, remote.Sample{Labels: series[index], AtMS: atMS, V: v})
		})
	}
	f.mu.Unlock()

	slices.SortStableFunc(samples, func(a, b remote.Sample) int { return cmp.Compare(a.AtMS, b.AtMS) })
	f.tracer.trace(samples)
	if err := f.writer.Write(ctx, samples); err != nil {
		return err
	}
	if f.Traces != nil {
		f.Traces.send(ctx, samples)
	}
	f.mu.Lock()
	f.sentMS, f.wrote = until, true
	close(f.sentMore)
	f.sentMore = make(chan struct{})
	f.mu.Unlock()
	return nil
}
