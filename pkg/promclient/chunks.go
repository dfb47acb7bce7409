package promclient

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// chunkedType is the content type of an answer in chunks.
const chunkedType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frames are the parts of an answer in chunks: each a length, a checksum and a
// ChunkedReadResponse.
type frames struct {
	in   *bufio.Reader
	text bytes.Buffer
}

// next reads a frame; io.EOF after the last. What the server says in plain text
// when it fails in the middle has no checksum.
func (f *frames) next(into *prompb.ChunkedReadResponse) error {
	size, err := binary.ReadUvarint(f.in)
	if err != nil {
		return err // io.EOF only before its first byte
	}
	var sum [crc32.Size]byte
	if _, err := io.ReadFull(f.in, sum[:]); err != nil {
		return cutShort(err)
	}
	f.text.Reset()
	if n, err := io.CopyN(&f.text, f.in, int64(min(size, math.MaxInt64))); err != nil || uint64(n) != size {
		return cutShort(err)
	}
	if crc32.Checksum(f.text.Bytes(), castagnoli) != binary.BigEndian.Uint32(sum[:]) {
		return errors.New("a part of the answer is damaged")
	}
	into.Reset()
	return into.Unmarshal(f.text.Bytes())
}

func cutShort(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// decodeChunks reads an answer in chunks: of the samples in the stretch, without
// marks of staleness, what a range selector gives. It is errNotRemote where that
// cannot be told by what came, errNoRemote where what came makes no sense.
func decodeChunks(m *meter, s *stretch, into *decoded) (err error) {
	*into = decoded{}
	defer func() {
		if into.bytes = int(m.read); err != nil {
			*into = decoded{bytes: into.bytes}
		}
	}()
	in := frames{in: bufio.NewReaderSize(m, readBuffer)}
	var response prompb.ChunkedReadResponse
	d := chunkDecoder{stretch: s, meter: m, into: into}
	for {
		switch err := in.next(&response); {
		case m.err != nil:
			return m.err
		case err == io.EOF: //nolint:errorlint // wrapped, it is not the end
			d.end()
			return m.err
		case err != nil:
			return fmt.Errorf("%w: %v", errNoRemote, err) //nolint:errorlint // not a broken connection, which is tried again
		}
		for _, series := range response.ChunkedSeries {
			if err := d.add(series); err != nil {
				return err
			}
		}
	}
}

// chunkDecoder puts series together, whose chunks may come in several frames.
type chunkDecoder struct {
	stretch *stretch
	meter   *meter
	into    *decoded

	labels   []prompb.Label // of the series that is being read
	values   []model.SamplePair
	iterator chunkenc.Iterator
}

func (d *chunkDecoder) add(s *prompb.ChunkedSeries) error {
	if d.labels == nil || !slices.EqualFunc(d.labels, s.Labels, func(a, b prompb.Label) bool { return a.Name == b.Name && a.Value == b.Value }) {
		d.end()
		d.labels = s.Labels
	}
	for _, c := range s.Chunks {
		if err := d.samples(c); err != nil {
			return err
		}
		if err := d.meter.check(); err != nil {
			return err
		}
	}
	return nil
}

func (d *chunkDecoder) samples(c prompb.Chunk) error {
	if c.Type != prompb.Chunk_XOR {
		return errNotRemote // histograms
	}
	chunk, err := chunkenc.FromData(chunkenc.EncXOR, c.Data)
	if err != nil {
		return fmt.Errorf("%w: %v", errNoRemote, err) //nolint:errorlint // not a broken connection, which is tried again
	}
	had := len(d.values)
	it := chunk.Iterator(d.iterator)
	for it.Next() == chunkenc.ValFloat {
		at, v := it.At()
		if at <= d.stretch.from || at > d.stretch.to || value.IsStaleNaN(v) {
			continue
		}
		if n := len(d.values); n > 0 && at <= int64(d.values[n-1].Timestamp) {
			return errNotRemote // chunks that overlap: the server knows which sample a query sees
		}
		d.values = append(d.values, model.SamplePair{Timestamp: model.Time(at), Value: model.SampleValue(v)})
	}
	d.iterator = it
	if err := it.Err(); err != nil {
		return fmt.Errorf("%w: %v", errNoRemote, err) //nolint:errorlint // not a broken connection, which is tried again
	}
	return d.meter.hold((len(d.values) - had) * valueBytes)
}

// end takes the series that is being read as whole.
func (d *chunkDecoder) end() {
	if len(d.values) > 0 {
		metric, bytes := make(model.Metric, len(d.labels)), seriesBytes
		for _, l := range d.labels {
			metric[model.LabelName(l.Name)] = model.LabelValue(l.Value)
			bytes += len(l.Name) + len(l.Value) + labelBytes
		}
		_ = d.meter.hold(bytes)
		d.into.matrix = append(d.into.matrix, &model.SampleStream{Metric: metric, Values: slices.Clone(d.values)})
		d.into.samples += int64(len(d.values))
	}
	d.labels, d.values = nil, d.values[:0]
}
