package promclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// decoded is what may be large of an answer: series with their values, or sets of
// labels.
type decoded struct {
	bytes   int          // of the answer, uncompressed
	samples int64        // of an answer in chunks
	matrix  model.Matrix // a vector is one with a value, or a histogram, per series
	sets    []model.LabelSet
}

// Bytes that a series, a label and the parts of a histogram take beside their text.
const (
	seriesBytes = 448 // with the first eight labels
	labelBytes  = 64
	valueBytes  = 16
	bucketBytes = 48
)

const checkValues = 1024 // values between two looks at the limit

// decoder reads an answer of the Prometheus API as it comes, and takes out what
// may be large; the rest is JSON of the same form for client_golang.
type decoder struct {
	*scanner
	meter  *meter
	rest   []byte
	into   *decoded
	values []model.SamplePair // of a series that is being read
	failed error
}

// decode reads an answer. Its error is one of reading, or a *v1.Error; nothing of
// the answer is kept then.
func decode(m *meter, into *decoded) (rest []byte, err error) {
	*into = decoded{}
	defer func() {
		if into.bytes = int(m.read); err != nil {
			*into = decoded{bytes: into.bytes}
		}
	}()
	s := newScanner(m)
	defer s.release()
	if s.peek() != '{' {
		return page(io.MultiReader(bytes.NewReader(s.buf[s.pos:s.end]), m))
	}
	d := &decoder{scanner: s, meter: m, into: into}
	d.passOn(func(field string) {
		if field == "data" {
			d.data()
		} else {
			d.copied()
		}
	})
	return d.rest, d.failure()
}

// longestPage is how much is read of what is no answer.
const longestPage = 1 << 20

// page reads what is no answer: its beginning tells enough.
func page(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, longestPage)) }

func (d *decoder) failure() error {
	switch {
	case d.meter.err != nil:
		return d.meter.err
	case d.failed != nil:
		return &v1.Error{Type: v1.ErrBadResponse, Msg: d.failed.Error()}
	case d.bad:
		return &v1.Error{Type: v1.ErrBadResponse, Msg: "the answer is no valid JSON"}
	case d.cut:
		return &v1.Error{Type: v1.ErrBadResponse, Msg: "unexpected end of JSON input"}
	}
	return nil
}

// passOn copies an object, whose values each does.
func (d *decoder) passOn(each func(field string)) {
	next := byte('{')
	d.object(func(field string) bool {
		name, _ := json.Marshal(field) // a string can be
		d.rest = append(append(append(d.rest, next), name...), ':')
		next = ','
		each(field)
		return d.going()
	})
	if next == '{' {
		d.rest = append(d.rest, next)
	}
	d.rest = append(d.rest, '}')
}

func (d *decoder) going() bool { return !d.bad && !d.cut && d.failed == nil && d.meter.err == nil }

func (d *decoder) fail(err error) bool {
	if d.failed == nil {
		d.failed = err
	}
	return d.going()
}

// copied passes a value on to the rest as it is.
func (d *decoder) copied() { d.rest = d.raw(d.rest) }

func (d *decoder) data() {
	switch d.peek() {
	case '{':
		d.passOn(func(field string) {
			if field == "result" && d.peek() == '[' {
				d.takeOut(func() { d.series() })
			} else {
				d.copied()
			}
		})
	case '[':
		d.takeOut(func() { d.into.sets = append(d.into.sets, model.LabelSet(d.labels())) })
	default:
		d.copied()
	}
}

// takeOut takes the objects out of an array and passes other elements on.
func (d *decoder) takeOut(object func()) {
	d.rest = append(d.rest, '[')
	first := true
	d.array(func() bool {
		if d.peek() == '{' {
			object()
			return d.going()
		}
		if !first {
			d.rest = append(d.rest, ',')
		}
		first = false
		d.copied()
		_ = d.meter.hold(valueBytes)
		return d.going()
	})
	d.rest = append(d.rest, ']')
}

func (d *decoder) labels() model.Metric {
	m := model.Metric{}
	bytes := seriesBytes
	d.object(func(name string) bool {
		value, ok := d.text()
		m[model.LabelName(name)] = model.LabelValue(value)
		bytes += len(name) + len(value) + labelBytes
		return ok
	})
	_ = d.meter.hold(bytes)
	return m
}

func (d *decoder) series() {
	s := &model.SampleStream{}
	d.object(func(field string) bool {
		switch field {
		case "metric":
			s.Metric = d.labels()
		case "value":
			s.Values = []model.SamplePair{d.sample()}
		case "values":
			s.Values = d.samples()
		case "histogram":
			d.histogram(s)
		case "histograms":
			d.array(func() bool {
				d.histogram(s)
				return d.going()
			})
		default:
			_ = d.raw(nil)
		}
		return d.going()
	})
	if s.Metric == nil {
		s.Metric = model.Metric{}
	}
	d.into.matrix = append(d.into.matrix, s)
}

func (d *decoder) samples() []model.SamplePair {
	d.values = d.values[:0]
	d.array(func() bool {
		if d.values = append(d.values, d.sample()); len(d.values)%checkValues == 0 {
			_ = d.meter.hold(checkValues * valueBytes)
		}
		return d.going()
	})
	_ = d.meter.hold(len(d.values) % checkValues * valueBytes)
	if len(d.values) == 0 {
		return nil
	}
	return slices.Clone(d.values)
}

// sample reads [seconds, "value"].
func (d *decoder) sample() (p model.SamplePair) {
	if p, ok := d.pair(); ok {
		return p
	}
	n := 0
	d.array(func() bool {
		switch n++; n {
		case 1:
			p.Timestamp = model.Time(math.Round(d.number() * 1000))
		case 2:
			text, ok := d.text()
			if !ok {
				return false
			}
			v, err := strconv.ParseFloat(string(text), 64)
			if p.Value = model.SampleValue(v); err != nil {
				return d.fail(err)
			}
		default:
			_ = d.raw(nil)
		}
		return d.going()
	})
	if n != 2 && d.going() {
		d.fail(errors.New("a value that is no pair of a time and a number"))
	}
	return p
}

func (d *decoder) histogram(s *model.SampleStream) {
	var p model.SampleHistogramPair
	text := d.raw(nil)
	if !d.going() {
		return
	}
	if err := json.Unmarshal(text, &p); err != nil {
		d.fail(err)
		return
	}
	s.Histograms = append(s.Histograms, p)
	_ = d.meter.hold((len(p.Histogram.Buckets) + 2) * bucketBytes)
}
