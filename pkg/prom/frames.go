package prom

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// chunkedType is the content type of a response in chunks.
const chunkedType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"

// readBuffer is the size of the buffer of a response in bytes.
const readBuffer = 64 << 10

// maxFrameBytes bounds the memory of one frame. Prometheus limits frames to 1 MiB, unless
// --storage.remote.read-max-bytes-in-frame is set.
const maxFrameBytes = 32 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frameReader reads the frames of a response in chunks: each is a length, a checksum and a
// ChunkedReadResponse. (Prometheus' own reader accepts a response that ends after a length or checksum.)
type frameReader struct {
	in   *bufio.Reader
	text bytes.Buffer
}

// next reads a frame. It returns io.EOF if the response ends after a frame. The reader contains
// errors of the connection. Text that a server writes when it fails has no checksum.
func (f *frameReader) next(into *prompb.ChunkedReadResponse) error {
	size, err := binary.ReadUvarint(f.in)
	if err == io.EOF { //nolint:errorlint // before the first byte
		return err
	}
	if err != nil {
		return incomplete("the length of a frame cannot be read")
	}
	if size > maxFrameBytes {
		return incomplete("a frame has %d bytes", size)
	}
	var sum [crc32.Size]byte
	if _, err := io.ReadFull(f.in, sum[:]); err != nil {
		return incomplete("it ends within a frame")
	}
	f.text.Reset()
	if _, err := io.CopyN(&f.text, f.in, int64(size)); err != nil {
		return incomplete("it ends within a frame")
	}
	if crc32.Checksum(f.text.Bytes(), castagnoli) != binary.BigEndian.Uint32(sum[:]) {
		return incomplete("the checksum of a frame is wrong")
	}
	into.Reset()
	if err := into.Unmarshal(f.text.Bytes()); err != nil {
		return incomplete("a frame is no ChunkedReadResponse")
	}
	return nil
}

// errIncomplete means that a response ended normally in HTTP, but is damaged or incomplete.
var errIncomplete = fmt.Errorf("%w: the stream of samples is damaged", errBroken)

func incomplete(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errIncomplete}, args...)...)
}

// chunkReader decodes chunks and reuses their memory.
type chunkReader struct {
	chunks [math.MaxUint8 + 1]chunkenc.Chunk // by encoding
	it     chunkenc.Iterator
	// hasStarts reports whether the open chunk may contain start timestamps.
	hasStarts bool
}

// leastChunkBytes is the header of every encoding: the number of samples, and the flags of a histogram.
const leastChunkBytes = 3

func (r *chunkReader) open(c prompb.Chunk) (chunkenc.Iterator, error) {
	encoding := chunkenc.Encoding(c.Type) // the same numbers
	if c.Type <= 0 || !chunkenc.IsValidEncoding(encoding) {
		return nil, incomplete("a chunk has the unknown encoding %d", c.Type)
	}
	if len(c.Data) < leastChunkBytes {
		return nil, incomplete("a chunk has %d bytes", len(c.Data))
	}
	if encoding != chunkenc.EncXOR && encoding != chunkenc.EncXOR2 && !fitsBuckets(c.Data[leastChunkBytes:]) {
		return nil, incomplete("a histogram has more buckets than its chunk can hold")
	}
	if r.chunks[encoding] == nil {
		chunk, err := chunkenc.NewEmptyChunk(encoding)
		if err != nil {
			return nil, err
		}
		r.chunks[encoding] = chunk
	}
	r.hasStarts = encoding != chunkenc.EncXOR
	r.chunks[encoding].Reset(c.Data)
	r.it = r.chunks[encoding].Iterator(r.it)
	return r.it, nil
}

// fitsBuckets reports whether the layout at the start of a histogram chunk has no more buckets than
// the rest of the chunk can contain: each takes at least a bit in the first sample. The decoder
// allocates all buckets of the layout, and 30 bytes can describe 34 GB.
//
// Format: https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md
func fitsBuckets(layout []byte) bool {
	b := bitReader{data: layout}
	if b.read(8) == math.MaxUint8 { // the threshold of the zero bucket
		b.read(64)
	}
	b.varbit() // schema
	most, buckets := uint64(8*len(layout)), uint64(0)
	for range 2 { // positive and negative spans
		// the decoder too takes a negative number for none
		for spans := int64(b.varbit()); spans > 0 && !b.ended; spans-- {
			length := b.varbit()
			b.varbit() // offset
			if buckets += min(length, most+1); buckets > most {
				return false
			}
		}
	}
	return true
}

// bitReader reads numbers of several bits, and 0 after the end.
type bitReader struct {
	data  []byte
	at    int // position in bits
	ended bool
}

func (b *bitReader) read(bits int) (v uint64) {
	if b.ended = b.ended || b.at+bits > 8*len(b.data); b.ended {
		return 0
	}
	for range bits {
		v = v<<1 | uint64(b.data[b.at/8]>>(7-b.at%8)&1)
		b.at++
	}
	return v
}

// varbitSizes are the bit lengths of a value by the number of leading ones.
var varbitSizes = [9]int{0, 3, 6, 9, 12, 18, 25, 56, 64}

func (b *bitReader) varbit() uint64 {
	ones := 0
	for ones < len(varbitSizes)-1 && b.read(1) == 1 {
		ones++
	}
	return b.read(varbitSizes[ones])
}
