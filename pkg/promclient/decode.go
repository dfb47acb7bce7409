package promclient

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"

	jsoniter "github.com/json-iterator/go"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// decoded is what may be large of an answer: series with their values, or sets of
// labels.
type decoded struct {
	bytes  int          // of the answer, uncompressed
	matrix model.Matrix // a vector is one with a value, or a histogram, per series
	sets   []model.LabelSet
}

// Bytes that a series, a label and the parts of a histogram take beside their text.
const (
	seriesBytes = 448 // with the first eight labels
	labelBytes  = 64
	valueBytes  = 16
	bucketBytes = 48
)

const (
	readBuffer  = 64 << 10
	checkValues = 1024 // values between two looks at the limit
)

// decoder reads an answer of the Prometheus API as it comes, and takes out what
// may be large; the rest is JSON of the same form for client_golang.
type decoder struct {
	meter *meter
	iter  *jsoniter.Iterator
	rest  []byte
	into  *decoded
	err   error
}

// decode reads an answer. Its error is one of reading, or a *v1.Error.
func decode(m *meter, into *decoded) (rest []byte, err error) {
	*into = decoded{}
	defer func() { into.bytes = int(m.read) }()
	body := bufio.NewReaderSize(m, readBuffer)
	if first, err := firstByte(body); err != nil || first != '{' {
		return page(body)
	}
	d := &decoder{meter: m, iter: jsoniter.Parse(jsoniter.ConfigDefault, body, readBuffer), into: into}
	d.object(func(field string) {
		if field == "data" {
			d.data()
		} else {
			d.copied()
		}
	})
	return d.rest, d.failure()
}

// firstByte skips white space.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		c, err := r.ReadByte()
		if err != nil || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			_ = r.UnreadByte() // there is one to unread, or an error to be met again
			return c, err
		}
	}
}

// longestPage is how much is read of what is no answer.
const longestPage = 1 << 20

// page reads what is no answer: its beginning tells enough.
func page(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, longestPage)) }

func (d *decoder) failure() error {
	switch failed := d.iter.Error; {
	case d.meter.err != nil:
		return d.meter.err
	case d.err != nil:
		return &v1.Error{Type: v1.ErrBadResponse, Msg: d.err.Error()}
	case failed == nil:
		return nil
	case errors.Is(failed, io.EOF):
		return &v1.Error{Type: v1.ErrBadResponse, Msg: "unexpected end of JSON input"}
	}
	return &v1.Error{Type: v1.ErrBadResponse, Msg: "the answer is no valid JSON"}
}

// object copies an object, whose values each does.
func (d *decoder) object(each func(field string)) {
	next := byte('{')
	d.iter.ReadObjectCB(func(_ *jsoniter.Iterator, field string) bool {
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

func (d *decoder) going() bool { return d.iter.Error == nil && d.err == nil && d.meter.err == nil }

func (d *decoder) fail(err error) bool {
	if d.err == nil {
		d.err = err
	}
	return d.going()
}

// copied passes a value on to the rest as it is.
func (d *decoder) copied() { d.rest = d.iter.SkipAndAppendBytes(d.rest) }

func (d *decoder) data() {
	switch d.iter.WhatIsNext() {
	case jsoniter.ObjectValue:
		d.object(func(field string) {
			if field == "result" && d.iter.WhatIsNext() == jsoniter.ArrayValue {
				d.list(func() { d.series() })
			} else {
				d.copied()
			}
		})
	case jsoniter.ArrayValue:
		d.list(func() { d.into.sets = append(d.into.sets, model.LabelSet(d.labels())) })
	default:
		d.copied()
	}
}

// list takes the objects out of an array and passes other elements on.
func (d *decoder) list(object func()) {
	d.rest = append(d.rest, '[')
	first := true
	d.iter.ReadArrayCB(func(*jsoniter.Iterator) bool {
		if d.iter.WhatIsNext() == jsoniter.ObjectValue {
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
	d.iter.ReadMapCB(func(_ *jsoniter.Iterator, name string) bool {
		value := d.iter.ReadString()
		m[model.LabelName(name)] = model.LabelValue(value)
		bytes += len(name) + len(value) + labelBytes
		return d.going()
	})
	_ = d.meter.hold(bytes)
	return m
}

func (d *decoder) series() {
	s := &model.SampleStream{}
	d.iter.ReadObjectCB(func(_ *jsoniter.Iterator, field string) bool {
		switch field {
		case "metric":
			s.Metric = d.labels()
		case "value":
			s.Values = []model.SamplePair{d.pair()}
		case "values":
			d.iter.ReadArrayCB(func(*jsoniter.Iterator) bool {
				if s.Values = append(s.Values, d.pair()); len(s.Values)%checkValues == 0 {
					_ = d.meter.hold(checkValues * valueBytes)
				}
				return d.going()
			})
		case "histogram":
			d.histogram(s)
		case "histograms":
			d.iter.ReadArrayCB(func(*jsoniter.Iterator) bool {
				d.histogram(s)
				return d.going()
			})
		default:
			d.iter.Skip()
		}
		return d.going()
	})
	if s.Metric == nil {
		s.Metric = model.Metric{}
	}
	_ = d.meter.hold(len(s.Values) % checkValues * valueBytes)
	d.into.matrix = append(d.into.matrix, s)
}

// pair reads [seconds, "value"].
func (d *decoder) pair() (p model.SamplePair) {
	n := 0
	d.iter.ReadArrayCB(func(*jsoniter.Iterator) bool {
		switch n++; n {
		case 1:
			p.Timestamp = model.Time(math.Round(d.iter.ReadFloat64() * 1000))
		case 2:
			v, err := strconv.ParseFloat(string(d.iter.ReadStringAsSlice()), 64)
			if p.Value = model.SampleValue(v); err != nil && d.iter.Error == nil {
				return d.fail(err)
			}
		default:
			d.iter.Skip()
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
	text := d.iter.SkipAndReturnBytes()
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
