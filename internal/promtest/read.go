package promtest

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net/http"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/storage"
)

// Remote adds remote read in chunks to an API without it: with a configuration, and with external
// labels in responses.
func (p *Server) Remote(api http.Handler, config string, adds map[string]string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("/api/v1/status/config", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"yaml": config}, nil, nil)
	})
	mux.HandleFunc("/api/v1/read", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse")
		if err := p.read(w, r, adds); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

// ReadRequest decodes a remote read request.
func ReadRequest(r *http.Request) (*prompb.ReadRequest, error) {
	packed, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	raw, err := snappy.Decode(nil, packed)
	if err != nil {
		return nil, err
	}
	var request prompb.ReadRequest
	return &request, request.Unmarshal(raw)
}

func (p *Server) read(w io.Writer, r *http.Request, adds map[string]string) error {
	request, err := ReadRequest(r)
	if err != nil {
		return err
	}
	chunked, ok := p.storage.(storage.ChunkQueryable)
	if !ok {
		return errors.New("this storage has no chunks")
	}
	for i, q := range request.Queries {
		if err := p.stream(r.Context(), w, chunked, q, int64(i), adds); err != nil {
			return err
		}
	}
	return nil
}

// stream writes the result of one query of a request.
func (p *Server) stream(ctx context.Context, w io.Writer, chunked storage.ChunkQueryable, q *prompb.Query, index int64,
	adds map[string]string,
) error {
	querier, err := chunked.ChunkQuerier(q.StartTimestampMs, q.EndTimestampMs)
	if err != nil {
		return err
	}
	defer func() { _ = querier.Close() }()
	var ms []*labels.Matcher
	for _, m := range q.Matchers {
		matcher, err := labels.NewMatcher(labels.MatchType(m.Type), m.Name, m.Value) // the numbers are the same
		if err != nil {
			return err
		}
		ms = append(ms, matcher)
	}
	set := querier.Select(ctx, true, nil, ms...)
	for set.Next() {
		s := set.At()
		b := labels.NewBuilder(s.Labels())
		for name, value := range adds {
			if s.Labels().Get(name) == "" {
				b.Set(name, value)
			}
		}
		for it := s.Iterator(nil); it.Next(); { // a frame for each chunk, as for large series
			meta := it.At()
			chunk := prompb.Chunk{
				MinTimeMs: meta.MinTime, MaxTimeMs: meta.MaxTime,
				Type: prompb.Chunk_Encoding(meta.Chunk.Encoding()), Data: meta.Chunk.Bytes(),
			}
			frame, err := (&prompb.ChunkedReadResponse{ChunkedSeries: []*prompb.ChunkedSeries{
				{Labels: prompb.FromLabels(b.Labels(), nil), Chunks: []prompb.Chunk{chunk}},
			}, QueryIndex: index}).Marshal()
			if err != nil {
				return err
			}
			head := binary.AppendUvarint(nil, uint64(len(frame)))
			head = binary.BigEndian.AppendUint32(head, crc32.Checksum(frame, crc32.MakeTable(crc32.Castagnoli)))
			if _, err := w.Write(append(head, frame...)); err != nil {
				return err
			}
		}
	}
	return set.Err()
}
