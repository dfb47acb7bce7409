package prom

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// answer is a successful response of the Prometheus API.
type answer struct {
	resultType string
	matrix     model.Matrix // a vector has one value, or histogram, per series; a scalar is a series without labels
	sets       []model.LabelSet
	names      []string
	raw        json.RawMessage // other data
	warnings   []string        // of the server, unchanged
	bytes      int             // uncompressed
	stats      json.RawMessage // of a query
}

// Memory of a series, a label and the parts of a histogram, in addition to their text.
const (
	seriesBytes = 448 // including the first eight labels
	labelBytes  = 64
	valueBytes  = 16
	bucketBytes = 48
)

const checkValues = 1024 // values between two checks of the limit

// decoder decodes a response of the Prometheus API as a stream.
type decoder struct {
	hasData bool
	*scanner
	body               *bodyLimiter
	into               *answer
	raw                bool               // data is returned unchanged
	values             []model.SamplePair // of the present series
	scalar             []json.RawMessage  // elements of a result that are not series
	status, kind, text string             // of the envelope
	partial            bool
	failed             error
}

// decode decodes a response. With raw, data is returned unchanged. The error is an error of
// reading, or an *answerError; into is then empty.
func decode(body *bodyLimiter, into *answer, raw bool) (err error) {
	*into = answer{}
	defer func() {
		if into.bytes = int(body.read); err != nil {
			*into = answer{bytes: into.bytes}
		}
	}()
	s := newScanner(body)
	defer s.release()
	if s.peek() != '{' {
		page, err := readPage(io.MultiReader(bytes.NewReader(s.buf[s.pos:s.end]), body))
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(string(page), "\n")
		return &answerError{status: 200, about: "the answer is no JSON: ", text: line}
	}
	d := &decoder{scanner: s, body: body, into: into, raw: raw}
	d.envelope()
	return d.failure()
}

// maxPageBytes bounds the read part of a response that is not of the API.
const maxPageBytes = 1 << 20

func readPage(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, maxPageBytes)) }

func (d *decoder) failure() error {
	switch {
	case d.body.err != nil:
		return d.body.err
	case d.failed != nil:
		return badAnswer(d.failed.Error())
	case d.bad:
		return badAnswer("the answer is no valid JSON")
	case d.cut:
		return badAnswer("unexpected end of JSON input")
	case d.text != "" || d.status == "error":
		return &answerError{status: 200, kind: v1.ErrorType(d.kind), text: d.text}
	case d.status != "success":
		return badAnswer("the answer has no status")
	case d.partial:
		return errPartial
	case !d.hasData:
		return badAnswer("the answer has no data")
	}
	return nil
}

func (d *decoder) canContinue() bool { return !d.bad && !d.cut && d.failed == nil && d.body.err == nil }

func (d *decoder) fail(err error) bool {
	if d.failed == nil {
		d.failed = err
	}
	return d.canContinue()
}

func (d *decoder) envelope() {
	d.object(func(field string) bool {
		switch field {
		case "status":
			d.status = d.string()
		case "errorType":
			d.kind = d.string()
		case "error":
			d.text = d.string()
		case "isPartial":
			d.partial = string(d.scanner.raw(nil)) == "true"
		case "warnings":
			d.into.warnings = d.strings()
		case "data":
			d.hasData = true
			d.data()
		default:
			d.scanner.raw(nil)
		}
		return d.canContinue()
	})
}

// string reads a string; it skips other values.
func (d *decoder) string() string {
	if d.peek() != '"' {
		d.scanner.raw(nil)
		return ""
	}
	text, _ := d.scanner.text()
	_ = d.body.reserve(len(text) + valueBytes)
	return string(text)
}

// strings reads a list of strings, or null.
func (d *decoder) strings() (all []string) {
	if d.peek() != '[' {
		d.scanner.raw(nil)
		return nil
	}
	d.array(func() bool {
		all = append(all, d.string())
		return d.canContinue()
	})
	return all
}

func (d *decoder) data() {
	switch next := d.peek(); {
	case d.raw:
		d.into.raw = d.scanner.raw(nil)
	case next == '{':
		d.object(func(field string) bool {
			switch {
			case field == "resultType":
				d.into.resultType = d.string()
			case field == "result" && d.peek() == '[':
				d.result()
			case field == "stats":
				d.into.stats = d.scanner.raw(nil)
			default:
				d.scanner.raw(nil)
			}
			return d.canContinue()
		})
	case next == '[':
		d.array(func() bool {
			if d.peek() == '{' {
				d.into.sets = append(d.into.sets, model.LabelSet(d.labels()))
			} else {
				d.into.names = append(d.into.names, d.string())
			}
			return d.canContinue()
		})
	default:
		d.scanner.raw(nil)
	}
	if d.into.resultType == "scalar" && len(d.scalar) == 2 {
		var p model.SamplePair
		if text, err := json.Marshal(d.scalar); err != nil || json.Unmarshal(text, &p) != nil {
			d.fail(errors.New("a scalar is not a pair of a time and a number"))
		}
		d.into.matrix = model.Matrix{{Metric: model.Metric{}, Values: []model.SamplePair{p}}}
	}
}

func (d *decoder) result() {
	d.array(func() bool {
		if d.peek() == '{' {
			d.series()
			return d.canContinue()
		}
		if text := d.scanner.raw(nil); len(d.scalar) < 3 {
			d.scalar = append(d.scalar, text)
		}
		_ = d.body.reserve(valueBytes)
		return d.canContinue()
	})
}

func (d *decoder) labels() model.Metric {
	m := model.Metric{}
	bytes := seriesBytes
	d.object(func(name string) bool {
		value, ok := d.scanner.text()
		m[model.LabelName(name)] = model.LabelValue(value)
		bytes += len(name) + len(value) + labelBytes
		return ok
	})
	_ = d.body.reserve(bytes)
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
				return d.canContinue()
			})
		default:
			d.scanner.raw(nil)
		}
		return d.canContinue()
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
			_ = d.body.reserve(checkValues * valueBytes)
		}
		return d.canContinue()
	})
	_ = d.body.reserve(len(d.values) % checkValues * valueBytes)
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
			text, ok := d.scanner.text()
			if !ok {
				return false
			}
			v, err := strconv.ParseFloat(string(text), 64)
			if p.Value = model.SampleValue(v); err != nil {
				return d.fail(err)
			}
		default:
			d.scanner.raw(nil)
		}
		return d.canContinue()
	})
	if n != 2 && d.canContinue() {
		d.fail(errors.New("a value is not a pair of a time and a number"))
	}
	return p
}

func (d *decoder) histogram(s *model.SampleStream) {
	var p model.SampleHistogramPair
	text := d.scanner.raw(nil)
	if !d.canContinue() {
		return
	}
	if err := json.Unmarshal(text, &p); err != nil {
		d.fail(err)
		return
	}
	s.Histograms = append(s.Histograms, p)
	_ = d.body.reserve((len(p.Histogram.Buckets) + 2) * bucketBytes)
}
