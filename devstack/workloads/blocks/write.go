package blocks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/index"
	"github.com/prometheus/prometheus/tsdb/tombstones"
)

// Written describes a block on disk.
type Written struct {
	ID      string `json:"id"` // ULID, the name of its directory
	Samples uint64 `json:"samples"`
}

// Write writes a block of the series to a directory. Each series needs at least one sample, and all
// samples must be within the span. The block is created completely or not at all.
func Write(ctx context.Context, dir string, span Span, series []*Series) (Written, error) {
	id := ulid.Make()
	tmp, final := filepath.Join(dir, id.String()+".tmp-for-creation"), filepath.Join(dir, id.String())
	defer func() { _ = os.RemoveAll(tmp) }() // does not exist after success
	if err := os.MkdirAll(tmp, 0o750); err != nil {
		return Written{}, fmt.Errorf("blocks: %w", err)
	}
	slices.SortFunc(series, func(a, b *Series) int { return labels.Compare(a.Labels, b.Labels) })

	meta := tsdb.BlockMeta{
		ULID: id, MinTime: span.FromMS, MaxTime: span.ToMS, Version: 1,
		Compaction: tsdb.BlockMetaCompaction{Level: 1, Sources: []ulid.ULID{id}},
	}
	for _, s := range series {
		meta.Stats.NumSeries++
		meta.Stats.NumChunks += uint64(len(s.chunks))
		meta.Stats.NumSamples += s.samples
		meta.Stats.NumFloatSamples += s.samples
	}
	if err := writeSeries(ctx, tmp, series); err != nil {
		return Written{}, fmt.Errorf("blocks: writing block %s: %w", id, err)
	}
	if err := writeMeta(tmp, &meta); err != nil {
		return Written{}, fmt.Errorf("blocks: writing block %s: %w", id, err)
	}
	if err := os.Rename(tmp, final); err != nil {
		return Written{}, fmt.Errorf("blocks: %w", err)
	}
	return Written{ID: id.String(), Samples: meta.Stats.NumSamples}, nil
}

// writeSeries writes chunks and index, in the order of the index format: symbols, then sorted
// series.
func writeSeries(ctx context.Context, dir string, series []*Series) (err error) {
	chunkWriter, err := chunks.NewWriter(filepath.Join(dir, "chunks"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, chunkWriter.Close()) }()
	indexWriter, err := index.NewWriter(ctx, filepath.Join(dir, "index"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, indexWriter.Close()) }()

	for _, symbol := range symbols(series) {
		if err := indexWriter.AddSymbol(symbol); err != nil {
			return err
		}
	}
	for i, s := range series {
		if err := chunkWriter.WriteChunks(s.chunks...); err != nil {
			return err
		}
		if err := indexWriter.AddSeries(storage.SeriesRef(i), s.Labels, s.chunks...); err != nil {
			return err
		}
	}
	return nil
}

func writeMeta(dir string, meta *tsdb.BlockMeta) error {
	if _, err := tombstones.WriteFile(slog.New(slog.DiscardHandler), dir, tombstones.NewMemTombstones()); err != nil {
		return err
	}
	b, err := json.MarshalIndent(meta, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "meta.json"), b, 0o600)
}

// symbols returns the distinct strings of all labels, sorted.
func symbols(series []*Series) []string {
	seen := map[string]struct{}{"": {}}
	for _, s := range series {
		s.Labels.Range(func(l labels.Label) {
			seen[l.Name], seen[l.Value] = struct{}{}, struct{}{}
		})
	}
	all := make([]string, 0, len(seen))
	for s := range seen {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}
