package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/fault"
)

// reader reads fields of a JSON object. It collects a UserError for each field of a wrong type.
// Absent and null are the same. checkNames reports the fields that are not read.
type reader struct {
	fields   map[string]json.RawMessage
	names    map[string]bool // of the fields that were read, present or not
	path     string          // of the object within the query, "" for the query itself
	objects  []*reader       // nested objects that were read
	problems *[]error
}

// newReader reads an object. An empty source is an empty object. subject names it in errors: "the query".
func newReader(source []byte, subject string) (*reader, error) {
	r := &reader{names: map[string]bool{}, problems: new([]error)}
	if len(bytes.TrimSpace(source)) == 0 {
		return r, nil
	}
	if !json.Valid(source) {
		return nil, fault.UserErrorf("", "%s is not JSON", subject)
	}
	if err := json.Unmarshal(source, &r.fields); err != nil {
		return nil, fault.UserErrorf("", "%s must be a JSON object, not %s", subject, kindOfJSON(source))
	}
	return r, nil
}

func (r *reader) err() error { return errors.Join(*r.problems...) }

// checkNames reports unknown fields: all of a nested object, and those of the outer object that
// resemble a known one. The others belong to Grafana (datasource, hide, key).
func (r *reader) checkNames() {
	known := slices.Sorted(maps.Keys(r.names))
	for _, name := range slices.Sorted(maps.Keys(r.fields)) {
		if !r.names[name] && (r.path != "" || len(decode.Nearest(name, known)) > 0) {
			r.problem(name, "%s", decode.UnknownName("field", name, known))
		}
	}
	for _, nested := range r.objects {
		nested.checkNames()
	}
}

func (r *reader) get(name string) (json.RawMessage, bool) {
	r.names[name] = true
	raw, ok := r.fields[name]
	return raw, ok && kindOfJSON(raw) != "null"
}

func (r *reader) wrongType(field string, raw json.RawMessage, want, example string) {
	r.problem(field, "want %s, for example %s. Got %s", want, example, kindOfJSON(raw))
}

// problem reports a mistake in a field, or in the object itself when field is "".
func (r *reader) problem(field, format string, args ...any) {
	if r.path != "" && field != "" {
		field = r.path + "." + field
	} else if field == "" {
		field = r.path
	}
	*r.problems = append(*r.problems, fault.UserErrorf(field, format, args...))
}

// nested reads an object in a field. When the field is absent or not an object, it returns r and false.
func (r *reader) nested(name, example string) (*reader, bool) {
	raw := r.object(name, example)
	if raw == nil {
		return r, false
	}
	in := &reader{names: map[string]bool{}, path: name, problems: r.problems}
	if json.Unmarshal(raw, &in.fields) != nil {
		return r, false
	}
	r.objects = append(r.objects, in)
	return in, true
}

func (r *reader) hasProblems() bool {
	for _, err := range *r.problems {
		if user, ok := errors.AsType[*fault.UserError](err); ok && strings.HasPrefix(user.Field, r.path+".") {
			return true
		}
	}
	return false
}

func (r *reader) text(name, example string) string {
	raw, ok := r.get(name)
	if !ok {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		r.wrongType(name, raw, "text", strconv.Quote(example))
	}
	return text
}

// texts reads a list of texts: nil when it is absent, empty and not nil when it is empty.
func (r *reader) texts(name, example string) []string {
	return list(r, name, "a list of texts", "text", example, func(element json.RawMessage) (string, bool) {
		var text *string
		if json.Unmarshal(element, &text) != nil || text == nil {
			return "", false
		}
		return *text, true
	})
}

// numbers reads a list of numbers. A quoted number is valid too, because template variables arrive as text.
func (r *reader) numbers(name, example string) []float64 {
	return list(r, name, "a list of numbers", "a number", example, func(element json.RawMessage) (float64, bool) {
		var text string
		if json.Unmarshal(element, &text) != nil {
			text = string(element)
		}
		number, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		return number, err == nil && kindOfJSON(element) != "null"
	})
}

// list reads the elements of a list; nil when it is absent. what and element name both in errors.
func list[T any](r *reader, name, what, element, example string, read func(json.RawMessage) (T, bool)) []T {
	raw, ok := r.get(name)
	if !ok {
		return nil
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		r.wrongType(name, raw, what, example)
		return nil
	}
	out := make([]T, 0, len(elements))
	for i, one := range elements {
		if v, ok := read(one); ok {
			out = append(out, v)
		} else {
			r.wrongType(fmt.Sprintf("%s[%d]", name, i), one, element, "an element of "+example)
		}
	}
	return out
}

// words reads a list of known words without duplicates. what names a word. nil: any word is known.
func words[T ~string](r *reader, name, what, example string, known []T) []T {
	var out []T
	for i, text := range withoutDuplicates(r.texts(name, example)) {
		out = append(out, T(text))
		if known != nil && !slices.Contains(known, T(text)) {
			r.problem(fmt.Sprintf("%s[%d]", name, i), "unknown %s %s. There are %s", what, quote(text),
				decode.Join(known))
		}
	}
	return out
}

// object returns an object as JSON; nil when it is absent.
func (r *reader) object(name, example string) json.RawMessage {
	raw, ok := r.get(name)
	if !ok {
		return nil
	}
	if kindOfJSON(raw) != "an object" {
		r.wrongType(name, raw, "an object", example)
		return nil
	}
	return raw
}

// wholeNumber reads an integer. ok is false when it is absent or of a wrong type.
func (r *reader) wholeNumber(name, example string) (int64, bool) {
	raw, ok := r.get(name)
	if !ok {
		return 0, false
	}
	var number int64
	if json.Unmarshal(raw, &number) != nil {
		r.wrongType(name, raw, "a whole number", example)
		return 0, false
	}
	return number, true
}

func kindOfJSON(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		var text string
		_ = json.Unmarshal(raw, &text) // valid JSON that starts with a quote is text
		return "the text " + quote(text)
	}
	return decode.Clip(string(raw)) // a number, true, false or null
}

func quote(text string) string { return decode.Quote(text) }
