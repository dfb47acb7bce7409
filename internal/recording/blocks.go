package recording

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// WriteBlock writes all series as one TSDB block under dir, and returns its ULID.
func WriteBlock(ctx context.Context, dir string, series []Series) (id string, err error) {
	first, last, ok := span(series)
	if !ok {
		return "", fmt.Errorf("a block without samples")
	}
	// The head takes samples up to half of its range behind the latest; series come one after the other.
	w, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), dir, 2*(last-first)+2*60_000)
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
