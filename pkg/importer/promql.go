package importer

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
)

// windowRange replaces the window that Sloth or Grafana would insert, while a query is a syntax
// tree. No real query has this range.
const windowRange = 7_777_777 * time.Second

// windowVariable matches Sloth's template of the window, and Grafana's range variables.
var windowVariable = regexp.MustCompile(`\{\{-?\s*\$?\.[wW]indow\s*-?\}\}|\$__(rate_interval|interval|range)\b|\$\{__(rate_interval|interval|range)\}`)

// templateExpression matches the expressions of Go and Jinja templates.
var templateExpression = regexp.MustCompile(`\{\{[^}]*\}\}?|\{%[^%]*%?\}?`)

// parse parses PromQL. It removes the outermost parentheses; others are nodes of the tree.
func parse(query string) (parser.Expr, error) {
	if strings.TrimSpace(query) == "" {
		return nil, errors.New("is missing")
	}
	text := windowVariable.ReplaceAllString(query, fmt.Sprintf("%ds", windowRange/time.Second))
	if found := templateExpression.FindString(text); found != "" {
		return nil,
			fmt.Errorf("contains the template expression %q. Render the file first, then import the result", found)
	}
	expr, err := promexpr.ParseUntrusted(text)
	if _, ok := errors.AsType[*promexpr.LimitError](err); ok {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("is not PromQL: %s", display(err))
	}
	return promexpr.Bare(expr), nil
}

// display prints an expression with Sloth's template in place of windowRange.
func display(v any) string {
	text := fmt.Sprint(v)
	for _, written := range []string{"90d29m37s", "7777777s"} {
		text = strings.ReplaceAll(text, written, "{{.window}}")
	}
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "..."
	}
	return text
}

// constantVectorOf returns the value of a vector that is the same number at any time: vector(1), 0
// * sum(x), absent(x).
func constantVectorOf(expr parser.Expr) (float64, bool) {
	switch e := promexpr.Bare(expr).(type) {
	case *parser.Call:
		switch e.Func.Name {
		case "vector":
			return promexpr.Constant(e.Args[0])
		case "absent", "absent_over_time":
			return 1, true
		case "label_replace", "label_join":
			return constantVectorOf(e.Args[0])
		}
	case *parser.AggregateExpr:
		if v, ok := constantVectorOf(e.Expr); ok && v == 0 && e.Op == parser.SUM {
			return 0, true
		}
	case *parser.BinaryExpr:
		left, okL := promexpr.Constant(e.LHS)
		right, okR := promexpr.Constant(e.RHS)
		if e.Op == parser.MUL && (okL && left == 0 || okR && right == 0) {
			return 0, true
		}
		if e.Op == parser.MUL && okL != okR { // absent(x) * 2; the case above is absent(x) * 0
			factor, other := left, e.RHS
			if okR {
				factor, other = right, e.LHS
			}
			v, ok := constantVectorOf(other)
			return v * factor, ok
		}
	}
	return 0, false
}

// TemplateAt returns the first problem that an unrendered template causes, or nil. In a text of
// YAML any expression may be a template, as in alert rules.
func TemplateAt(source []byte, problems catalog.Problems) *catalog.Problem {
	for _, p := range problems {
		if expression := templateAt(string(source), p.Line); expression != "" {
			return &catalog.Problem{Line: p.Line, Column: p.Column, Path: p.Path, Message: renderFirst(expression)}
		}
	}
	return nil
}

func renderFirst(expression string) string {
	return fmt.Sprintf("%q is a template expression. Render the file first (helm template, kustomize, jinja2), then use the result", decode.Clip(expression))
}

func templateAt(source string, line int) string {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return templateExpression.FindString(windowVariable.ReplaceAllString(lines[line-1], ""))
}
