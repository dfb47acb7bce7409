package benchdata

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/devstack/workloads/blocks"
)

// Sets are the names of the sets.
var Sets = []string{"accuracy", "upstream", "servers", "fleet", "scale", "scale-small"}

// Manifest is the description of the blocks, in dataset.json. It is written after all blocks.
type Manifest struct {
	Set     string  `json:"set"`
	Seed    uint64  `json:"seed"`
	From    int64   `json:"from"` // Unix seconds
	End     int64   `json:"end"`
	Samples uint64  `json:"samples"`
	Truth   []Truth `json:"truth,omitempty"`
}

// ManifestName is the file of the manifest.
const ManifestName = "dataset.json"

// Write writes a set as a data directory for Prometheus. day is any time on the day of its use:
// accuracy ends at the start of this day, servers ServersAhead days later, and the others AheadDays
// later.
func Write(ctx context.Context, dir, set string, seed uint64, day time.Time, log io.Writer) error {
	midnight := day.UTC().Truncate(24 * time.Hour).UnixMilli()
	m := Manifest{Set: set, Seed: seed}
	var targets []*target
	var worlds []*world
	ahead := midnight + AheadDays*dayMS
	var fromMS, endMS int64
	switch set {
	case "accuracy":
		fromMS, endMS = midnight-accuracyDays*dayMS, midnight
		for _, s := range scenarios {
			w := newWorld(s, seed, endMS)
			worlds = append(worlds, w)
			targets = append(targets, w.targets...)
		}
	case "upstream":
		fromMS, endMS = midnight-upstreamDays*dayMS, ahead
		targets = append(longLived(seed, "long", 15_000, fromMS, endMS), churning(seed, "churn", 60, fromMS, endMS)...)
	case "servers":
		fromMS, endMS = midnight-serversDays*dayMS, midnight+ServersAhead*dayMS
		for _, seconds := range []int64{15, 60} {
			targets = append(targets, longLived(seed, fmt.Sprintf("long-%ds", seconds), seconds*1000, fromMS, endMS)...)
			targets = append(targets, churning(seed, fmt.Sprintf("churn-%ds", seconds), seconds, fromMS, endMS)...)
		}
	case "fleet":
		fromMS, endMS = midnight-fleetDays*dayMS, ahead
		targets = services(seed, fleetWorkloads, fromMS, endMS)
	case "scale":
		fromMS, endMS = midnight-scaleDays*dayMS, ahead
		targets = mesh(seed, 8807, fromMS, endMS)
	case "scale-small":
		fromMS, endMS = midnight-scaleDays*dayMS, ahead
		targets = mesh(seed, 440, fromMS, endMS)
	default:
		return fmt.Errorf("no set %q. There are %v", set, Sets)
	}
	m.From, m.End = fromMS/1000, endMS/1000
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	began := time.Now()
	spans := blocks.Spans(fromMS, endMS)
	for i, s := range spans {
		n, err := writeBlock(ctx, dir, s, targets)
		if err != nil {
			return err
		}
		m.Samples += n
		targets = slices.DeleteFunc(targets, (*target).done)
		_, _ = fmt.Fprintf(log, "block %d/%d of %s: %.1f M samples, %.1f s\n", i+1, len(spans), set,
			float64(m.Samples)/1e6, time.Since(began).Seconds())
	}
	for _, w := range worlds {
		m.Truth = append(m.Truth, Truth{Scenario: w.name, Windows: w.truth.windows})
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ManifestName), text, 0o600)
}

// writeBlock advances all targets through a span. Targets of one world share its truth, so they run
// on one thread.
func writeBlock(ctx context.Context, dir string, s blocks.Span, targets []*target) (uint64, error) {
	lanes := runtime.GOMAXPROCS(0)
	found := make([][]*blocks.Series, lanes)
	byTruth := map[*truth]int{}
	of := make([][]*target, lanes)
	for i, t := range targets {
		lane := i % lanes
		if t.truth != nil {
			known, ok := byTruth[t.truth]
			if !ok {
				known = len(byTruth) % lanes
				byTruth[t.truth] = known
			}
			lane = known
		}
		of[lane] = append(of[lane], t)
	}
	g, gctx := errgroup.WithContext(ctx)
	for lane := range lanes {
		g.Go(func() error {
			for _, t := range of[lane] {
				if err := gctx.Err(); err != nil {
					return err
				}
				series, err := t.collect(s.ToMS)
				if err != nil {
					return err
				}
				found[lane] = append(found[lane], series...)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	all := slices.Concat(found...)
	if len(all) == 0 {
		return 0, nil
	}
	w, err := blocks.Write(ctx, dir, s, all)
	return w.Samples, err
}

// collect advances a target and returns its samples, series by series.
func (t *target) collect(untilMS int64) ([]*blocks.Series, error) {
	series := make([]*blocks.Series, len(t.counters)+1)
	err := t.advance(untilMS, func(i int, atMS int64, v float64) error {
		if series[i] == nil {
			series[i] = &blocks.Series{Labels: t.startTime}
			if i < len(t.counters) {
				series[i].Labels = t.counters[i].labels
			}
		}
		return series[i].Append(atMS, v)
	})
	return slices.DeleteFunc(series, func(s *blocks.Series) bool { return s == nil }), err
}
