package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/devstack/workloads/blocks"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

// FreshFor is how long data is extended. Afterwards the incidents of "the last hour" are too old,
// and it is generated again.
const FreshFor = 50 * time.Minute

// Request configures Generate.
type Request struct {
	Dir   string
	Fleet []*sim.Workload
	Seed  uint64
	// Anchor is the end of the history, and the reference time of incidents. Zero: now, and recent
	// data is extended.
	Anchor time.Time
	Now    time.Time
	Days   int // length of the history
	// Links become new data directories for Prometheus, with hard links to the blocks.
	Links []string
	Log   io.Writer // progress, one line per block
}

// Generate brings a data directory up to now (or to the anchor), with as little work as possible.
func Generate(ctx context.Context, req Request) (*State, error) {
	if err := os.MkdirAll(BlocksDir(req.Dir), 0o750); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, req.Dir, req.Log)
	if err != nil {
		return nil, err
	}
	defer unlock()
	fingerprint, err := fingerprint()
	if err != nil {
		return nil, err
	}

	s, state, err := Load(req.Dir, req.Fleet)
	if err != nil || !req.canAddTo(state, fingerprint) {
		if s, state, err = req.startAnew(fingerprint); err != nil {
			return nil, err
		}
	}
	if err := sweep(req.Dir, state); err != nil {
		return nil, err
	}
	to := req.Now.Truncate(time.Minute)
	if !req.Anchor.IsZero() {
		to = state.Anchor
	}
	if err := s.writeBlocks(ctx, req, state, to); err != nil {
		return nil, err
	}
	for _, to := range req.Links {
		if err := link(req.Dir, to); err != nil {
			return nil, err
		}
	}
	return state, nil
}

func (req Request) canAddTo(state *State, fingerprint string) bool {
	if state.Generator != fingerprint || state.Seed != req.Seed ||
		state.Anchor.Sub(state.From) != time.Duration(req.Days)*24*time.Hour {
		return false
	}
	if !req.Anchor.IsZero() {
		return state.Anchor.Equal(req.Anchor.Truncate(time.Minute))
	}
	age := req.Now.Sub(state.Anchor)
	return age >= 0 && age < FreshFor
}

func (req Request) startAnew(fingerprint string) (*Simulation, *State, error) {
	anchor := req.Anchor
	if anchor.IsZero() {
		anchor = req.Now
	}
	anchor = anchor.Truncate(time.Minute).UTC()
	state := &State{
		Generator: fingerprint, Seed: req.Seed, Anchor: anchor,
		From: anchor.Add(-time.Duration(req.Days) * 24 * time.Hour),
	}
	state.To = state.From
	if err := os.RemoveAll(statePath(req.Dir)); err != nil {
		return nil, nil, err
	}
	s, err := New(req.Fleet, state.Seed, anchor.UnixMilli(), state.From.UnixMilli())
	return s, state, err
}

// writeBlocks adds blocks up to a time and saves the state.
func (s *Simulation) writeBlocks(ctx context.Context, req Request, state *State, to time.Time) error {
	spans := blocks.Spans(state.To.UnixMilli(), to.UnixMilli())
	started, total := time.Now(), uint64(0)
	for i, span := range spans {
		series, err := s.advance(ctx, span)
		if err != nil {
			return err
		}
		if len(series) > 0 {
			written, err := blocks.Write(ctx, BlocksDir(req.Dir), span, series)
			if err != nil {
				return err
			}
			state.Blocks = append(state.Blocks, written)
			total += written.Samples
		}
		_, _ = fmt.Fprintf(req.Log, "block %d/%d: history up to %s, %.1f M samples, %.1f s\n", i+1, len(spans),
			time.UnixMilli(span.ToMS).UTC().Format("2006-01-02 15:04"), float64(total)/1e6,
			time.Since(started).Seconds())
	}
	state.To = to.UTC()
	return s.save(req.Dir, state)
}

// advance moves all workloads through a span, several concurrently, and returns their samples as
// the series of a block.
func (s *Simulation) advance(ctx context.Context, span blocks.Span) ([]*blocks.Series, error) {
	parts := s.Parts(span.ToMS)
	perPart := make([][]*blocks.Series, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, advance := range parts {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := collector{}
			advance(c.add)
			perPart[i] = c.series
			return c.err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var all []*blocks.Series
	for _, series := range perPart {
		all = append(all, series...)
	}
	return all, nil
}

// collector groups the samples of one workload by series. Targets are consecutive, so only the
// current one is indexed.
type collector struct {
	target *labels.Labels // first label set of the current target, which identifies it
	byIdx  []*blocks.Series
	series []*blocks.Series
	err    error
}

func (c *collector) add(target []labels.Labels, index int, atMS int64, v float64) {
	if c.target != &target[0] {
		c.target, c.byIdx = &target[0], make([]*blocks.Series, len(target))
	}
	s := c.byIdx[index]
	if s == nil {
		s = &blocks.Series{Labels: target[index]}
		c.byIdx[index] = s
		c.series = append(c.series, s)
	}
	if err := s.Append(atMS, v); err != nil && c.err == nil {
		c.err = err
	}
}

// fingerprint identifies this program: data of another build is not extended.
func fingerprint() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program's own file: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
