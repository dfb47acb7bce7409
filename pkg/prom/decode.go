package prom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
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

// decoder decodes a response of the Prometheus API as a stream.
type decoder struct {
	*jsontext.Decoder
	body    *bodyLimiter
	into    *answer
	raw     bool               // data is returned unchanged
	values  []model.SamplePair // of the present series
	scalar  []string           // elements of a result that is not series
	hasData bool
	// Fields of the envelope.
	status, kind, text string
	isPartial          bool
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
	d := &decoder{Decoder: jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true),
		jsontext.AllowInvalidUTF8(true)), body: body, into: into, raw: raw}
	if d.PeekKind() != jsontext.KindBeginObject {
		page, err := readPage(io.MultiReader(bytes.NewReader(d.UnreadBuffer()), body))
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(strings.TrimSpace(string(page)), "\n")
		return &answerError{status: 200, about: "the answer is no JSON: ", text: line}
	}
	err = d.object(d.envelope)
	var syntax *jsontext.SyntacticError
	switch {
	case body.err != nil:
		return body.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badAnswer("unexpected end of JSON input")
	case errors.As(err, &syntax):
		return badAnswer("the answer is no valid JSON")
	case err != nil:
		return badAnswer(err.Error())
	case d.text != "" || d.status == "error":
		return &answerError{status: 200, kind: v1.ErrorType(d.kind), text: d.text}
	case d.status != "success":
		return badAnswer("the answer has no status")
	case d.isPartial:
		return errPartial
	case !d.hasData:
		return badAnswer("the answer has no data")
	}
	return nil
}

// maxPageBytes bounds the read part of a response that is not of the API.
const maxPageBytes = 1 << 20

func readPage(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, maxPageBytes)) }

// object reads an object. field must read the value of a field.
func (d *decoder) object(field func(name string) error) error {
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != jsontext.KindEndObject {
		var name jsontext.Token
		if name, err = d.ReadToken(); err == nil {
			err = field(name.String())
		}
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// array reads an array, and skips other values. element must read an element.
func (d *decoder) array(element func() error) error {
	if d.PeekKind() != jsontext.KindBeginArray {
		return d.SkipValue()
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != jsontext.KindEndArray {
		err = element()
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// string reads a string; it skips other values.
func (d *decoder) string(into *string) error {
	if d.PeekKind() != jsontext.KindString {
		return cmp.Or(d.SkipValue(), d.body.reserve(valueBytes))
	}
	text, err := d.ReadToken()
	if err != nil {
		return err
	}
	*into = text.String()
	return d.body.reserve(len(*into) + valueBytes)
}

func (d *decoder) appendString(to *[]string) error {
	var text string
	err := d.string(&text)
	*to = append(*to, text)
	return err
}

func (d *decoder) value(into *json.RawMessage) error {
	v, err := d.ReadValue()
	*into = bytes.Clone(v)
	return err
}

func (d *decoder) envelope(field string) error {
	switch field {
	case "status":
		return d.string(&d.status)
	case "errorType":
		return d.string(&d.kind)
	case "error":
		return d.string(&d.text)
	case "isPartial":
		v, err := d.ReadValue()
		d.isPartial = v.Kind() == jsontext.KindTrue
		return err
	case "warnings":
		return d.array(func() error { return d.appendString(&d.into.warnings) })
	case "data":
		d.hasData = true
		return d.data()
	}
	return d.SkipValue()
}

func (d *decoder) data() error {
	switch {
	case d.raw:
		return d.value(&d.into.raw)
	case d.PeekKind() != jsontext.KindBeginObject:
		return d.array(d.listed)
	}
	err := d.object(func(field string) error {
		switch field {
		case "resultType":
			return d.string(&d.into.resultType)
		case "result":
			return d.array(d.result)
		case "stats":
			return d.value(&d.into.stats)
		}
		return d.SkipValue()
	})
	if err != nil || d.into.resultType != "scalar" {
		return err
	}
	p, err := pairOf(jsontext.Value("[" + strings.Join(d.scalar, ",") + "]"))
	d.into.matrix = model.Matrix{{Metric: model.Metric{}, Values: []model.SamplePair{p}}}
	return err
}

func (d *decoder) listed() error {
	if d.PeekKind() != jsontext.KindBeginObject {
		return d.appendString(&d.into.names)
	}
	m, err := d.labels()
	d.into.sets = append(d.into.sets, model.LabelSet(m))
	return err
}

// result reads a series, or an element of a scalar.
func (d *decoder) result() error {
	if d.PeekKind() == jsontext.KindBeginObject {
		return d.series()
	}
	v, err := d.ReadValue()
	d.scalar = append(d.scalar, string(v))
	return cmp.Or(err, d.body.reserve(len(v)+valueBytes))
}

func (d *decoder) labels() (model.Metric, error) {
	m := model.Metric{}
	bytes := seriesBytes
	err := d.object(func(name string) error {
		var value string
		if d.PeekKind() != jsontext.KindString {
			return errors.New("the value of a label is no string")
		}
		err := d.string(&value)
		m[model.LabelName(name)] = model.LabelValue(value)
		bytes += len(name) + labelBytes
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, d.body.reserve(bytes)
}

func (d *decoder) series() error {
	s := &model.SampleStream{Metric: model.Metric{}}
	d.values = d.values[:0]
	err := d.object(func(field string) (err error) {
		switch field {
		case "metric":
			s.Metric, err = d.labels()
			return err
		case "value":
			return d.sample()
		case "values":
			return d.array(d.sample)
		case "histogram":
			return d.histogram(s)
		case "histograms":
			return d.array(func() error { return d.histogram(s) })
		}
		return d.SkipValue()
	})
	if len(d.values) > 0 {
		s.Values = slices.Clone(d.values)
	}
	d.into.matrix = append(d.into.matrix, s)
	return err
}

func (d *decoder) sample() error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	p, err := pairOf(v)
	d.values = append(d.values, p)
	return cmp.Or(err, d.body.reserve(valueBytes))
}

var errPair = errors.New("a value is not a pair of a time and a number")

// pairOf parses [seconds, "value"].
func pairOf(v jsontext.Value) (p model.SamplePair, err error) {
	comma := bytes.IndexByte(v, ',')
	if comma < 1 {
		return p, errPair
	}
	text := bytes.TrimSpace(v[comma+1 : len(v)-1])
	at, err := strconv.ParseFloat(string(bytes.TrimSpace(v[1:comma])), 64)
	if err != nil || len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return p, errPair
	}
	number, err := strconv.ParseFloat(string(text[1:len(text)-1]), 64)
	return model.SamplePair{Timestamp: model.Time(math.Round(at * 1000)), Value: model.SampleValue(number)}, err
}

func (d *decoder) histogram(s *model.SampleStream) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	var p model.SampleHistogramPair
	if err := json.Unmarshal(v, &p); err != nil {
		return err
	}
	s.Histograms = append(s.Histograms, p)
	return d.body.reserve((len(p.Histogram.Buckets) + 2) * bucketBytes)
}
