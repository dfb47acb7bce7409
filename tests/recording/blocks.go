package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"slices"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// WriteBlock writes all series as one TSDB block under dir, and returns its ULID.
func WriteBlock(ctx context.Context, dir string, series []Series) (id string, err error) {
	first, last, ok := span(series)
	if !ok {
		return "", fmt.Errorf("a block without samples")
	}
	if hasStarts(series) {
		return writeWithStarts(ctx, dir, series, blockRange(first, last))
	}
	w, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), dir, blockRange(first, last))
	if err != nil {
		return "", err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	for _, s := range series {
		if err := appendAll(w.Appender(ctx), s); err != nil {
			return "", fmt.Errorf("%s: %w", s.Labels, err)
		}
	}
	made, err := w.Flush(ctx)
	return made.String(), err
}

// blockRange is the range of a head that accepts samples up to half of it behind the latest: series
// are written one after the other.
func blockRange(first, last int64) int64 { return 2*(last-first) + 2*60_000 }

func hasStarts(series []Series) bool {
	return slices.ContainsFunc(series, func(s Series) bool {
		return slices.ContainsFunc(s.Samples, func(one Sample) bool { return one.Start != 0 })
	})
}

// writeWithStarts writes a block in the encoding with start timestamps, which Prometheus reads with
// --enable-feature=st-storage.
func writeWithStarts(ctx context.Context, dir string, series []Series, blockRange int64) (id string, err error) {
	log := slog.New(slog.DiscardHandler)
	work, err := os.MkdirTemp("", "head")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	options := tsdb.DefaultHeadOptions()
	options.ChunkRange, options.ChunkDirRoot = blockRange, work
	options.EnableSTStorage.Store(true)
	options.FloatChunkEncoding.Store(uint32(chunkenc.EncXOR2))
	head, err := tsdb.NewHead(nil, log, nil, nil, options, tsdb.NewHeadStats())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, head.Close()) }()
	if err := head.Init(math.MinInt64); err != nil {
		return "", err
	}
	for _, s := range series {
		app := head.AppenderV2(ctx)
		var ref storage.SeriesRef
		for _, one := range s.Samples {
			if ref, err = app.Append(ref, s.Labels, one.Start, one.Ms, one.V, nil, one.H,
				storage.AppendV2Options{}); err != nil {
				return "", fmt.Errorf("%s: %w", s.Labels, err)
			}
		}
		if err := app.Commit(); err != nil {
			return "", fmt.Errorf("%s: %w", s.Labels, err)
		}
	}
	compactor, err := tsdb.NewLeveledCompactor(ctx, nil, log, []int64{blockRange}, chunkenc.NewPool(), nil)
	if err != nil {
		return "", err
	}
	made, err := compactor.Write(dir, head, head.MinTime(), head.MaxTime()+1, nil)
	if err != nil || len(made) == 0 {
		return "", err
	}
	return made[0].String(), nil
}

func appendAll(app storage.Appender, s Series) error {
	var ref storage.SeriesRef
	for _, sample := range s.Samples {
		var err error
		if sample.H != nil {
			ref, err = app.AppendHistogram(ref, s.Labels, sample.Ms, nil, sample.H)
		} else {
			ref, err = app.Append(ref, s.Labels, sample.Ms, sample.V)
		}
		if err != nil {
			return err
		}
	}
	return app.Commit()
}

// span is the time of the first and the last sample; ok is false without any.
func span(series []Series) (first, last int64, ok bool) {
	for _, s := range series {
		if len(s.Samples) == 0 {
			continue
		}
		from, to := s.Samples[0].Ms, s.Samples[len(s.Samples)-1].Ms
		if !ok {
			first, last, ok = from, to, true
		}
		first, last = min(first, from), max(last, to)
	}
	return first, last, ok
}
