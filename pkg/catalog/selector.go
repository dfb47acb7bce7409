package catalog

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// selectorError is why a text is no plain selector.
type selectorError struct {
	offset  int // bytes into the text where the parser stopped; -1 when it is about the whole
	message string
}

// parseSelector reads a plain vector selector: no range, offset, @ or function.
func parseSelector(text string) (*parser.VectorSelector, *selectorError) {
	whole := func(format string, args ...any) (*parser.VectorSelector, *selectorError) {
		return nil, &selectorError{-1, fmt.Sprintf(format, args...)}
	}
	expr, err := parsePromQL(text)
	if err != nil {
		return nil, err
	}
	const plain = "give the plain selector, as Burnline counts its increase itself"
	switch expr := expr.(type) {
	case *parser.VectorSelector:
		if expr.OriginalOffset != 0 || expr.OriginalOffsetExpr != nil || expr.Timestamp != nil || expr.StartOrEnd != 0 {
			return whole("has an offset or @; %s at the times asked for", plain)
		}
		if expr.Anchored || expr.Smoothed {
			return whole("has a modifier; %s", plain)
		}
		return expr, nil
	case *parser.MatrixSelector:
		return whole("has a range; %s", plain)
	case *parser.Call:
		return whole("calls %s(); %s", expr.Func.Name, plain)
	}
	return whole("is an expression; %s", plain)
}

func parsePromQL(text string) (parser.Expr, *selectorError) {
	if strings.TrimSpace(text) == "" {
		return nil, &selectorError{-1, `empty; give a selector, e.g. http_requests_total{job="x"}`}
	}
	expr, err := promexpr.ParseUntrusted(text)
	var limit *promexpr.LimitError
	if errors.As(err, &limit) {
		return nil, &selectorError{-1, limit.Error()}
	}
	if err != nil {
		return nil, promQLError(text, err)
	}
	return expr, nil
}

func promQLError(text string, err error) *selectorError {
	e := &selectorError{-1, "is not PromQL: " + err.Error()}
	var all parser.ParseErrors
	if errors.As(err, &all) && len(all) > 0 {
		first := all[0]
		e.offset = min(max(int(first.PositionRange.Start), 0), len(text))
		e.message = fmt.Sprintf("is not PromQL: %v (at character %d)", first.Err, 1+len([]rune(text[:e.offset])))
	}
	return e
}

// metricName is the one metric that a selector names, "" when it names none or several.
func metricName(s *parser.VectorSelector) string {
	if s.Name != "" {
		return s.Name
	}
	for _, m := range s.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// labelNameProblem says why a label cannot be grouped by; "" when it can.
func labelNameProblem(name string) string {
	if name == model.MetricNameLabel {
		return "__name__ is no label to group by; it is the metric's name"
	}
	for i, r := range name {
		inside := i > 0 && (unicode.IsDigit(r) || strings.ContainsRune(".-/:", r))
		if r != '_' && !unicode.IsLetter(r) && !inside || r == unicode.ReplacementChar {
			return quote(name) + " is not a label name; it needs a letter or '_', then letters, digits and any of _ . - / :"
		}
	}
	if name == "" {
		return "empty; give a label name, e.g. namespace"
	}
	return ""
}
