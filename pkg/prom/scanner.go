package prom

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"sync"

	"github.com/prometheus/common/model"
)

const readBuffer = 64 << 10

var readBuffers = sync.Pool{New: func() any { return new([readBuffer]byte) }}

// scanner reads JSON as a stream. Large responses mostly consist of pairs of a time and a value,
// which it reads several times as fast as a general parser.
type scanner struct {
	in       io.Reader
	pooled   *[readBuffer]byte
	buf      []byte
	pos, end int   // the unread part of buf
	err      error // of the reader; io.EOF at the end
	cut      bool  // the reader ended before the JSON did
	bad      bool  // invalid JSON
}

// newScanner returns a scanner. The caller must call release.
func newScanner(in io.Reader) *scanner {
	pooled := readBuffers.Get().(*[readBuffer]byte) //nolint:forcetypeassert // the pool contains only these
	return &scanner{in: in, pooled: pooled, buf: pooled[:]}
}

func (s *scanner) release() { readBuffers.Put(s.pooled) }

// need reads more data that the JSON requires.
func (s *scanner) need() bool {
	s.cut = s.cut || !s.more()
	return !s.cut
}

// more reads more data. It returns false at the end, and after an error.
func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		s.pos, s.end = 0, copy(s.buf, s.buf[s.pos:s.end])
	}
	if s.end == len(s.buf) { // a string fills it
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 { // as in bufio: a reader may return nothing a few times
		n, err := s.in.Read(s.buf[s.end:min(s.end+readBuffer, len(s.buf))])
		s.end += n
		if s.err = err; n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// peek skips white space and returns the next byte; 0 at the end.
func (s *scanner) peek() byte {
	for {
		for ; s.pos < s.end; s.pos++ {
			if c := s.buf[s.pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c
			}
		}
		if !s.need() {
			return 0
		}
	}
}

// take reads one byte, which must be c.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		s.bad = s.bad || !s.cut
		return false
	}
	s.pos++
	return true
}

// list reads the elements of an array or object, until each returns false.
func (s *scanner) list(opens, closes byte, each func() bool) {
	if !s.take(opens) {
		return
	}
	if s.peek() == closes {
		s.pos++
		return
	}
	for each() {
		if s.peek() == closes {
			s.pos++
			return
		}
		if !s.take(',') {
			return
		}
	}
}

func (s *scanner) array(each func() bool) { s.list('[', ']', each) }

func (s *scanner) object(each func(name string) bool) {
	s.list('{', '}', func() bool {
		text, ok := s.text()
		name := string(text)
		return ok && s.take(':') && each(name)
	})
}

// text reads a string, which is valid until the next read.
func (s *scanner) text() (text []byte, ok bool) {
	if !s.take('"') {
		return nil, false
	}
	plain := true
	for i := 0; ; i++ {
		if s.pos+i == s.end && !s.need() {
			return nil, false
		}
		switch c := s.buf[s.pos+i]; {
		case c == '"':
			text = s.buf[s.pos : s.pos+i]
			s.pos += i + 1
			if plain {
				return text, true
			}
			var unquoted string
			s.bad = json.Unmarshal(append(append([]byte{'"'}, text...), '"'), &unquoted) != nil
			return []byte(unquoted), !s.bad
		case c == '\\':
			plain = false
			i++
			if s.pos+i == s.end && !s.need() {
				return nil, false
			}
		case c < ' ':
			s.bad = true
			return nil, false
		}
	}
}

// raw appends a whole value unchanged.
func (s *scanner) raw(to []byte) []byte {
	from, depth := len(to), 0
	s.peek()
	for inString := false; ; s.pos++ {
		if s.pos == s.end && !s.need() {
			break
		}
		c := s.buf[s.pos]
		closed := false
		switch {
		case inString && c == '\\':
			to = append(to, c)
			if s.pos++; s.pos == s.end && !s.need() {
				return to
			}
			c = s.buf[s.pos]
		case c == '"':
			inString = !inString
			closed = !inString
		case inString:
		case c == '[', c == '{':
			depth++
		case depth == 0 && (c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t'):
			s.bad = s.bad || !json.Valid(to[from:]) // a number, true, false or null
			return to
		case c == ']', c == '}':
			depth--
			closed = true
		}
		to = append(to, c)
		if closed && depth == 0 {
			s.pos++
			s.bad = s.bad || !json.Valid(to[from:])
			return to
		}
	}
	return to
}

// longestPair is the greatest length of a time and a value in a response.
const longestPair = 64

// pair reads [seconds, "value"] in the usual format. For other formats, or incomplete data, it
// reads nothing.
func (s *scanner) pair() (p model.SamplePair, ok bool) {
	if s.end-s.pos < longestPair {
		s.more()
	}
	b := s.buf[s.pos:s.end]
	if len(b) == 0 || b[0] != '[' {
		return p, false
	}
	at, decimals, n := decimal(b[1:])
	b = b[1+n:]
	if n == 0 || decimals > 3 || len(b) < 2 || b[0] != ',' || b[1] != '"' {
		return p, false
	}
	v, ok := 0.0, false
	b = b[2:]
	if digits, decimals, n := decimal(b); n > 0 && n < len(b) && b[n] == '"' {
		v, b = float64(digits)/powers[decimals], b[n+1:]
	} else if end := bytes.IndexByte(b[:min(len(b), longestPair)], '"'); end > 0 {
		parsed, err := strconv.ParseFloat(string(b[:end]), 64)
		if err != nil {
			return p, false
		}
		v, b = parsed, b[end+1:]
	} else {
		return p, false
	}
	if len(b) == 0 || b[0] != ']' {
		return p, ok
	}
	s.pos = s.end - len(b) + 1
	return model.SamplePair{Timestamp: model.Time(at * milliseconds[decimals]), Value: model.SampleValue(v)}, true
}

// maxExactDigits is the number of digits that float64 represents exactly, so that a division by a
// power of ten is rounded correctly.
const maxExactDigits = 15

var (
	powers       = [maxExactDigits + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
	milliseconds = [4]int64{1000, 100, 10, 1}
)

// decimal reads a plain number without sign, of at most maxExactDigits digits. It returns the
// digits as a number, the number of decimals, and the length; 0 for other formats.
func decimal(b []byte) (digits int64, decimals, n int) {
	point := -1
	for n < len(b) && n <= maxExactDigits {
		c := b[n]
		if c == '.' && n > 0 && point < 0 {
			point = n
		} else if c < '0' || c > '9' {
			break
		} else {
			digits = digits*10 + int64(c-'0')
		}
		n++
	}
	switch {
	case point < 0 && n <= maxExactDigits:
		return digits, 0, n
	case point > 0 && point < n-1:
		return digits, n - 1 - point, n
	}
	return 0, 0, 0
}

// number reads a number in any format.
func (s *scanner) number() float64 {
	v, err := strconv.ParseFloat(string(s.raw(nil)), 64)
	s.bad = s.bad || err != nil && !s.cut
	return v
}
