package catalog

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// selector reads a plain vector selector; nil, with a problem at the character where it is known, when it is none.
func (d *decoder) selector(n node) (string, *parser.VectorSelector) {
	text, ok := d.text(n, `'requests_total{job="x"}'`)
	if !ok {
		return "", nil
	}
	text = strings.TrimSpace(text) // a block of text ends with a line break
	s, err := parseSelector(text)
	if err == nil {
		return text, s
	}
	d.promQLProblem(n, text, err)
	return "", nil
}

// counters reads a selector or an expression of counters.
func (d *decoder) counters(n node) (string, parser.Expr) {
	return d.expression(n, `'requests_total{job="x"}'`, parseCounters)
}

// vector reads any expression that gives an instant vector.
func (d *decoder) vector(n node) (string, parser.Expr) {
	return d.expression(n, `'sum(up{job="x"})'`, parseVector)
}

func (d *decoder) expression(n node, example string, parse func(string) (parser.Expr, *selectorError)) (string, parser.Expr) {
	text, ok := d.text(n, example)
	if !ok {
		return "", nil
	}
	text = strings.TrimSpace(text)
	expr, err := parse(text)
	if err == nil {
		return text, expr
	}
	d.promQLProblem(n, text, err)
	return "", nil
}

func (d *decoder) promQLProblem(n node, text string, err *selectorError) {
	if skip, verbatim := n.verbatim(); verbatim && err.offset >= 0 {
		n.column += skip + len([]rune(text[:err.offset]))
	}
	d.problem(n, "%s: %s", quote(text), err.message)
}
