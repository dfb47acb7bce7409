package randomdefinition

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// labelSet is the labels of a series without the metric's name: job, code and, of a bucket, le. ""
// is an absent label.
type labelSet struct{ job, code, le string }

func (l labelSet) get(name string) string {
	return map[string]string{"job": l.job, "code": l.code, "le": l.le}[name]
}

// only keeps the labels with these names.
func (l labelSet) only(names []string) labelSet {
	var out labelSet
	if slices.Contains(names, "job") {
		out.job = l.job
	}
	if slices.Contains(names, "code") {
		out.code = l.code
	}
	return out
}

// vector is the value of an expression: events a minute by labels.
type vector map[labelSet]float64

// matcher is a matcher of a selector.
type matcher struct{ label, op, value string }

func (m matcher) matches(l labelSet) bool {
	v := l.get(m.label)
	switch m.op {
	case "=":
		return v == m.value
	case "!=":
		return v != m.value
	case "=~":
		return regexp.MustCompile("^(?:" + m.value + ")$").MatchString(v)
	}
	return !regexp.MustCompile("^(?:" + m.value + ")$").MatchString(v)
}

// expression is a tree over counters. Its value is calculated here, by the definition of each
// operator, without PromQL.
type expression interface {
	value(w *World) vector
	text(s style) string
}

// style is the notation of expressions in a definition.
type style struct {
	read       func(selector string) string // such as rate(...[5m])
	parenthese func() bool                  // adds redundant parentheses
}

type selector struct {
	metric   string
	matchers []matcher
}

func (s selector) value(w *World) vector {
	out := vector{}
	for l, v := range w.metrics[s.metric] {
		if !slices.ContainsFunc(s.matchers, func(m matcher) bool { return !m.matches(l) }) {
			out[l] = v
		}
	}
	return out
}

func (s selector) text(st style) string { return st.read(s.String()) }

func (s selector) String() string {
	var parts []string
	for _, m := range s.matchers {
		parts = append(parts, fmt.Sprintf("%s%s%q", m.label, m.op, m.value))
	}
	if len(parts) == 0 {
		return s.metric
	}
	return s.metric + "{" + strings.Join(parts, ",") + "}"
}

type sum struct {
	by []string
	of expression
}

func (s sum) value(w *World) vector {
	out := vector{}
	for l, v := range s.of.value(w) {
		out[l.only(s.by)] += v
	}
	return out
}

func (s sum) text(st style) string {
	if len(s.by) == 0 {
		return "sum(" + s.of.text(st) + ")"
	}
	return "sum by (" + strings.Join(s.by, ", ") + ") (" + s.of.text(st) + ")"
}

type binary struct {
	op          string
	left, right expression
}

func (b binary) value(w *World) vector {
	left, right := b.left.value(w), b.right.value(w)
	out := vector{}
	switch b.op {
	case "or":
		maps.Copy(out, right)
		maps.Copy(out, left)
		return out
	}
	for l, v := range left {
		other, has := right[l]
		switch {
		case b.op == "and" && has || b.op == "unless" && !has:
			out[l] = v
		case b.op == "+" && has:
			out[l] = v + other
		case b.op == "-" && has:
			out[l] = v - other
		}
	}
	return out
}

var precedence = map[string]int{"or": 1, "and": 2, "unless": 2, "+": 3, "-": 3, "*": 4}

func (b binary) text(st style) string {
	side := func(e expression, right bool) string {
		text := e.text(st)
		inner, ok := operator(e)
		needed := ok && (precedence[inner] < precedence[b.op] || right && precedence[inner] == precedence[b.op])
		if needed || st.parenthese() {
			return "(" + text + ")"
		}
		return text
	}
	return side(b.left, false) + " " + b.op + " " + side(b.right, true)
}

func operator(e expression) (string, bool) {
	switch e := e.(type) {
	case binary:
		return e.op, true
	case multiple:
		return "*", true
	case orZero:
		return "or", true
	}
	return "", false
}

// multiple is an expression with a factor.
type multiple struct {
	of     expression
	factor float64
	first  bool // the factor comes first
}

func (m multiple) value(w *World) vector {
	out := vector{}
	for l, v := range m.of.value(w) {
		out[l] = v * m.factor
	}
	return out
}

func (m multiple) text(st style) string {
	of := m.of.text(st)
	if inner, ok := operator(m.of); ok && inner != "*" || ok && m.first {
		of = "(" + of + ")"
	}
	if m.first {
		return fmt.Sprintf("%v * %s", m.factor, of)
	}
	return fmt.Sprintf("%s * %v", of, m.factor)
}

// orZero is 0 if the expression has no series at all.
type orZero struct {
	of expression
	on bool
}

func (o orZero) value(w *World) vector {
	if v := o.of.value(w); len(v) > 0 {
		return v
	}
	return vector{{}: 0}
}

func (o orZero) text(st style) string {
	of := o.of.text(st)
	if o.on {
		return of + " or on() vector(0)"
	}
	return of + " or vector(0)"
}
