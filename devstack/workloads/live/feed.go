// Package live goes on from a generated history: it writes every sample at its time and serves the
// truth about all of it.
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
	// batch is the longest time sent at once while catching up.
	batch = 5 * time.Minute
)

// Feed writes a simulation's samples as their time comes.
type Feed struct {
	writer *remote.Writer
	log    io.Writer
	now    func() time.Time

	mu       sync.Mutex // guards what follows
	sim      *history.Simulation
	sentMS   int64         // the server has everything before
	wrote    bool          // at least once
	sentMore chan struct{} // closed and replaced when sentMS rises
}

// NewFeed makes a feed that begins where the simulation stands.
func NewFeed(s *history.Simulation, remoteWriteURL string, log io.Writer) *Feed {
	f := &Feed{sim: s, log: log, now: time.Now, sentMS: s.Runs[0].AtMS, sentMore: make(chan struct{})}
	f.writer = &remote.Writer{
		URL:       remoteWriteURL,
		OnWait:    func(err error) { _, _ = fmt.Fprintf(log, "waiting for the server: %v\n", err) },
		OnRefused: func(n int, why error) { _, _ = fmt.Fprintf(log, "%d samples refused: %v\n", n, why) },
	}
	return f
}

// Run writes until the context ends. While the server is away time stands still for the simulation;
// what was missed is sent in order afterwards.
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

// CaughtUp says whether the server had everything a few seconds ago.
func (f *Feed) CaughtUp() bool {
	behind := f.behind(f.now())
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.wrote && behind < 5*time.Second
}

// Table is the truth of the window that ends at a whole minute. It waits until everything up to
// there is written, or the context ends.
func (f *Feed) Table(ctx context.Context, at time.Time, window time.Duration) (rows []truth.Row, err error) {
	err = f.written(ctx, at, func() { rows = f.sim.Table(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return rows, err
}

// SLOs is the truth about the SLOs of presets, as Table is about workloads.
func (f *Feed) SLOs(ctx context.Context, at time.Time, window time.Duration) (counts []cluster.Count, err error) {
	err = f.written(ctx, at, func() { counts = f.sim.SLOs(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return counts, err
}

// Resources is the truth about what workloads use, as Table is about what they answer.
func (f *Feed) Resources(ctx context.Context, at time.Time, window time.Duration) (all []cluster.Resource, err error) {
	err = f.written(ctx, at, func() { all = f.sim.Resources(at.Add(-window).UnixMilli(), at.UnixMilli()) })
	return all, err
}

// written calls read, alone with the simulation, once everything up to a time is written.
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

// step simulates up to now, but no more than a batch, and writes what came of it.
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
	if err := f.writer.Write(ctx, samples); err != nil {
		return err
	}
	f.mu.Lock()
	f.sentMS, f.wrote = until, true
	close(f.sentMore)
	f.sentMore = make(chan struct{})
	f.mu.Unlock()
	return nil
}
