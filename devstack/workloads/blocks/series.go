package blocks

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// samplesPerChunk is the chunk size of Prometheus's head.
const samplesPerChunk = 120

// Series collects the samples of one series of a block in compressed chunks.
type Series struct {
	Labels labels.Labels

	chunks  []chunks.Meta
	open    *chunkenc.XORChunk
	app     chunkenc.Appender
	inChunk int
	samples uint64
}

// Append adds a sample. Times must increase.
func (s *Series) Append(atMS int64, v float64) error {
	if s.open == nil || s.inChunk == samplesPerChunk {
		s.open, s.inChunk = chunkenc.NewXORChunk(), 0
		app, err := s.open.Appender()
		if err != nil {
			return fmt.Errorf("blocks: new chunk of %s: %w", s.Labels, err)
		}
		s.app = app
		s.chunks = append(s.chunks, chunks.Meta{Chunk: s.open, MinTime: atMS})
	}
	last := &s.chunks[len(s.chunks)-1]
	if s.samples > 0 && atMS <= s.lastMS() {
		return fmt.Errorf("blocks: sample of %s at %d ms does not come after the one at %d ms", s.Labels, atMS,
			s.lastMS())
	}
	s.app.Append(0, atMS, v)
	last.MaxTime = atMS
	s.inChunk++
	s.samples++
	return nil
}

// lastMS is the time of the latest sample. A new chunk has none.
func (s *Series) lastMS() int64 {
	last := s.chunks[len(s.chunks)-1]
	if s.inChunk == 0 && len(s.chunks) > 1 {
		last = s.chunks[len(s.chunks)-2]
	}
	return last.MaxTime
}
