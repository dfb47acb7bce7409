package importer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

// counters is a query without its rates: the counters of which it estimates the increase.
type counters struct {
	expr parser.Expr // in the form of a catalog's events.total or bad
	by   []string    // group labels of the query
}

func (c counters) text() string { return promexpr.Print(c.expr) }

func (c counters) selector() (*parser.VectorSelector, bool) {
	vs, ok := c.expr.(*parser.VectorSelector)
	return vs, ok
}

func sameCounters(a, b parser.Expr) bool { return promexpr.Print(a) == promexpr.Print(b) }

// role is what a query counts.
type role string

const (
	ofTotal role = "total"
	ofPart  role = "part" // good or bad events
)

// place is the position of an expression in its query.
type place int

const (
	outermost place = iota // the query itself, or an operand of its guard
	summed                 // an argument of sum()
	operand
)

// reader converts queries to counters and collects the changes. One reader reads both queries of an SLI.
type reader struct {
	grown   map[*parser.VectorSelector]growth
	order   []*parser.VectorSelector
	notes   []string    // omitted parts that make no difference
	changes []string    // parts with another meaning in Burnline
	each    bool        // a query has a result for each series
	total   parser.Expr // after it was read
}

// growth is how a query reads a counter.
type growth struct {
	function string // "": the counter's own value
	over     time.Duration
	offset   time.Duration
}

// unit is the time of one unit of the result; 0 for the counter's own value.
func (g growth) unit() time.Duration {
	switch g.function {
	case "":
		return 0
	case "increase":
		return g.over
	}
	return time.Second
}

func newReader() *reader {
	return &reader{grown: map[*parser.VectorSelector]growth{}}
}

func (r *reader) note(text string) { r.notes = append(r.notes, text) }

func (r *reader) change(format string, args ...any) {
	r.changes = append(r.changes, fmt.Sprintf(format, args...))
}

func (r *reader) query(text string, as role) (counters, error) {
	expr, err := parse(text)
	if err != nil {
		return counters{}, err
	}
	return r.counters(expr, as)
}

func (r *reader) counters(expr parser.Expr, as role) (counters, error) {
	read, err := r.count(expr, as, outermost)
	if err != nil {
		return counters{}, err
	}
	var out counters
	groups := groupsOf(read)
	if groups.mixed {
		r.change("the operands are grouped by different labels. The SLO is grouped by %v", groups.by)
	}
	if groups.without != nil {
		r.change("sum without (%s) keeps all other labels. The SLO has one group, give by",
			strings.Join(groups.without, ", "))
	}
	r.each = r.each || groups.each
	out.by = groups.by
	out.expr = withoutSum(read) // the SLO sums by itself
	if as == ofTotal {
		r.total = out.expr
	}
	return out, nil
}

// groups describes the label sets of a result.
type groups struct {
	by      []string
	without []string
	each    bool // one for each series
	mixed   bool
}

func groupsOf(expr parser.Expr) groups {
	switch e := promexpr.Bare(expr).(type) {
	case *parser.AggregateExpr:
		if e.Without {
			return groups{without: append([]string{}, e.Grouping...)}
		}
		return groups{by: e.Grouping}
	case *parser.UnaryExpr:
		return groupsOf(e.Expr)
	case *parser.BinaryExpr:
		if _, ok := promexpr.Constant(e.LHS); ok {
			return groupsOf(e.RHS)
		}
		if _, ok := promexpr.Constant(e.RHS); ok {
			return groupsOf(e.LHS)
		}
		if _, ok := constantVectorOf(e.RHS); ok {
			return groupsOf(e.LHS)
		}
		left, right := groupsOf(e.LHS), groupsOf(e.RHS)
		left.each = left.each || right.each
		left.mixed = left.mixed || right.mixed || !promexpr.SameLabels(left.by, right.by)
		if left.without == nil {
			left.without = right.without
		}
		return left
	}
	return groups{each: true}
}

// count replaces every rate by its counter, and removes guards of a quotient. at is the position of expr.
func (r *reader) count(expr parser.Expr, as role, at place) (parser.Expr, error) {
	switch e := promexpr.Bare(expr).(type) {
	case *parser.VectorSelector:
		return r.selector(e, growth{})
	case *parser.Call:
		return r.call(e, as, at)
	case *parser.AggregateExpr:
		if e.Op != parser.SUM {
			return nil, fmt.Errorf("calculates the %s, which counts no events", e.Op)
		}
		out := *e
		inner, err := r.count(e.Expr, as, summed)
		out.Expr = inner
		return &out, err
	case *parser.UnaryExpr:
		if e.Op == parser.ADD {
			return r.count(e.Expr, as, at)
		}
		inner, err := r.count(e.Expr, as, operand)
		return &parser.UnaryExpr{Op: e.Op, Expr: inner}, err
	case *parser.BinaryExpr:
		return r.binary(e, as, at)
	case *parser.NumberLiteral:
		return nil, fmt.Errorf("is the number %s, which counts no events", e)
	case *parser.MatrixSelector:
		return nil, fmt.Errorf("is the range %s, which needs rate() or increase()", display(e))
	case *parser.SubqueryExpr:
		return nil, fmt.Errorf("is the subquery %s, which counts no events", display(e))
	}
	return nil, fmt.Errorf("counts no events: %s", display(expr))
}

func (r *reader) selector(vs *parser.VectorSelector, how growth) (parser.Expr, error) {
	switch {
	case vs.Timestamp != nil || vs.StartOrEnd != 0:
		return nil, fmt.Errorf("reads %s at a fixed time (@)", display(vs))
	case vs.OriginalOffsetExpr != nil || vs.Anchored || vs.Smoothed:
		return nil, fmt.Errorf("has a modifier in %s", display(vs))
	case promexpr.Metric(vs.LabelMatchers) == "":
		return nil, fmt.Errorf("names no metric in %s", display(vs))
	}
	out := &parser.VectorSelector{Name: vs.Name, LabelMatchers: slices.Clone(vs.LabelMatchers)}
	how.offset = vs.OriginalOffset
	r.grown[out] = how
	r.order = append(r.order, out)
	return out, nil
}

func (r *reader) call(e *parser.Call, as role, at place) (parser.Expr, error) {
	switch name := e.Func.Name; name {
	case "rate", "increase", "irate":
		m, ok := e.Args[0].(*parser.MatrixSelector)
		if !ok {
			return nil, fmt.Errorf("calls %s() over a subquery", name)
		}
		vs, _ := m.VectorSelector.(*parser.VectorSelector)
		if vs == nil || m.RangeExpr != nil {
			return nil, fmt.Errorf("has a range that is no duration in %s", display(e))
		}
		if name == "irate" {
			r.change("irate() looks at the last two samples only. Burnline counts every event")
		}
		return r.selector(vs, growth{function: name, over: m.Range})
	case "label_replace", "label_join":
		out := *e
		out.Args = slices.Clone(e.Args)
		inner, err := r.count(e.Args[0], as, operand)
		out.Args[0] = inner
		return &out, err
	case "sort", "sort_desc":
		return r.count(e.Args[0], as, at)
	case "round", "ceil", "floor":
		r.change("%s() rounds the result. Burnline does not round", name)
		return r.count(e.Args[0], as, at)
	case "clamp_min":
		return r.clampMin(e, as, at)
	case "vector":
		return nil, errors.New("is a constant, which counts no events")
	default:
		return nil, fmt.Errorf("calls %s(), which counts no events", name)
	}
}

func (r *reader) clampMin(e *parser.Call, as role, at place) (parser.Expr, error) {
	least, ok := promexpr.Constant(e.Args[1])
	switch {
	case !ok || at != outermost:
		return nil, fmt.Errorf("calls clamp_min() on a part of the events: %s", display(e))
	case least > 0 && as == ofPart:
		return nil, fmt.Errorf("has at least %v events at any time: %s", least, display(e))
	case least > 0:
		r.change("clamp_min(..., %v) makes the ratio smaller where the total is below %v. Burnline divides by the total", least, least)
	}
	return r.count(e.Args[0], as, outermost)
}

func (r *reader) binary(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	if e.Op.IsComparisonOperator() {
		return r.guard(e, as, at)
	}
	switch e.Op {
	case parser.LOR:
		return r.or(e, as, at)
	case parser.LAND, parser.LUNLESS:
		return r.condition(e, as, at)
	case parser.ADD, parser.SUB:
		return r.sum(e, as, at)
	case parser.MUL, parser.DIV:
		return r.factor(e, as, at)
	}
	return nil, fmt.Errorf("has the operator %s between counters", e.Op)
}

const guardLeftOut = "the guard against a division by zero was left out: a window without events has no ratio in Burnline"

func (r *reader) guard(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	op := e.Op
	vector, limit, swapped, ok := splitNumber(e, promexpr.Constant)
	if swapped {
		op = promexpr.Mirrored[op]
	}
	above := op == parser.GTR || op == parser.GTE
	switch {
	case !ok:
		return nil, fmt.Errorf("compares counters with %s", e.Op)
	case e.ReturnBool:
		return nil, fmt.Errorf("compares with bool, which counts no events: %s", display(e))
	case above && limit < 0 || op == parser.GTE && limit == 0: // always true
	case limit == 0 && (op == parser.GTR || op == parser.NEQ):
		switch at {
		case outermost:
			r.note(guardLeftOut)
		case operand:
			r.change("an operand that is 0 has no value because of %s 0. Burnline adds 0", e.Op)
		}
	case above && limit > 0 && at == outermost && as == ofTotal:
		r.change("%s %v leaves out times in which the total is less. Burnline counts them", op, limit)
	default:
		return nil, fmt.Errorf("counts only where a comparison holds: %s", display(e))
	}
	return r.count(vector, as, at)
}

func (r *reader) or(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	switch instead, ok := constantVectorOf(e.RHS); {
	case ok && instead == 0 && at == operand:
		left, err := r.count(e.LHS, as, at)
		if err != nil {
			return nil, err
		}
		return &parser.BinaryExpr{
			Op: e.Op, LHS: left, RHS: promexpr.Call("vector", promexpr.Number(0)),
			VectorMatching: e.VectorMatching,
		}, nil
	case ok && instead == 0 && (as == ofPart || at != outermost):
		return r.count(e.LHS, as, at) // a missing operand adds 0
	case ok && as == ofTotal && at == outermost:
		r.note(guardLeftOut)
		return r.count(e.LHS, as, at)
	case ok:
		return nil, fmt.Errorf("counts %v events where nothing was counted: %s", instead, display(e))
	}
	if guarded, ok := promexpr.Bare(e.LHS).(*parser.BinaryExpr); ok && guarded.Op.IsComparisonOperator() {
		return nil, fmt.Errorf("counts something else where a comparison does not hold: %s", display(e))
	}
	return r.both(e, as)
}

// condition reads `and` and `unless`. A condition that only guards the quotient is removed.
func (r *reader) condition(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	compared, ok := promexpr.Bare(e.RHS).(*parser.BinaryExpr)
	if !ok || !compared.Op.IsComparisonOperator() {
		return r.both(e, as)
	}
	limit, isNumber := promexpr.Constant(compared.RHS)
	nonzero := compared.Op == parser.GTR || compared.Op == parser.NEQ
	guards := at == outermost && isNumber && limit == 0 && !compared.ReturnBool &&
		(e.Op == parser.LAND && nonzero ||
			e.Op == parser.LUNLESS && (compared.Op == parser.EQLC || compared.Op == parser.LTE))
	if !guards {
		return nil, fmt.Errorf("counts only where a comparison holds: %s", display(e))
	}
	counted, err := r.count(e.LHS, as, at)
	if err != nil {
		return nil, err
	}
	watched, err := newReader().counters(compared.LHS, ofTotal)
	if own := withoutSum(counted); err == nil &&
		(sameCounters(watched.expr, own) || r.total != nil && sameCounters(watched.expr, r.total)) {
		r.note(guardLeftOut)
	} else {
		r.change("%s (%s) counts only while another value is not 0. Burnline counts always", e.Op, display(compared))
	}
	return counted, nil
}

func withoutSum(expr parser.Expr) parser.Expr {
	if sum, ok := promexpr.Bare(expr).(*parser.AggregateExpr); ok {
		return promexpr.Bare(sum.Expr)
	}
	return expr
}

func (r *reader) both(e *parser.BinaryExpr, as role) (parser.Expr, error) {
	out := *e
	var left, right error
	out.LHS, left = r.count(e.LHS, as, operand)
	out.RHS, right = r.count(e.RHS, as, operand)
	if left != nil {
		return nil, left
	}
	return &out, right
}

// negligible is the largest number that counts as a mere protection against a total of 0.
const negligible = 1e-3

func (r *reader) sum(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	vector, number, swapped, ok := splitNumber(e, numberIn)
	switch {
	case !ok:
		return r.both(e, as)
	case swapped && e.Op == parser.SUB && number != 0:
		return nil, fmt.Errorf("subtracts from the number %v: %s", number, display(e))
	case swapped && e.Op == parser.SUB:
		inner, err := r.count(vector, as, operand)
		return &parser.UnaryExpr{Op: parser.SUB, Expr: inner}, err
	case number == 0:
	case at == outermost && e.Op == parser.ADD && number > 0 && number <= negligible:
		r.note(guardLeftOut)
	case at == outermost && e.Op == parser.ADD && number > 0 && as == ofTotal:
		r.change("+ %v makes the ratio smaller. Burnline divides by the total", number)
	default:
		return nil, fmt.Errorf("adds the number %v to a count: %s", number, display(e))
	}
	return r.count(vector, as, at)
}

// splitNumber returns the operands of a vector and a number. swapped: the number comes first.
func splitNumber(e *parser.BinaryExpr, numberOf func(parser.Expr) (float64, bool)) (vector parser.Expr, number float64,
	swapped, ok bool,
) {
	if number, ok = numberOf(e.RHS); ok {
		return e.LHS, number, false, true
	}
	number, ok = numberOf(e.LHS)
	return e.RHS, number, ok, ok
}

// numberIn returns the value of a number, or of a vector of one.
func numberIn(e parser.Expr) (float64, bool) {
	if v, ok := promexpr.Constant(e); ok {
		return v, true
	}
	return constantVectorOf(e)
}

func (r *reader) factor(e *parser.BinaryExpr, as role, at place) (parser.Expr, error) {
	vector, by, swapped, ok := splitNumber(e, promexpr.Constant)
	if !ok || swapped && e.Op == parser.DIV {
		return nil, fmt.Errorf("has the operator %s between counters", e.Op)
	}
	if !(by > 0 && by <= 1e12) {
		return nil, fmt.Errorf("has the factor %v: %s", by, display(e))
	}
	inner, err := r.count(vector, as, at)
	if err != nil || by == 1 {
		return inner, err
	}
	return &parser.BinaryExpr{Op: e.Op, LHS: inner, RHS: &parser.NumberLiteral{Val: by}}, nil
}

// alignRanges returns counters of two queries that may have different ranges. Their quotient equals
// that of the queries.
func (r *reader) alignRanges(all, some counters, windowed bool) (counters, counters, error) {
	if len(r.order) == 0 {
		return all, some, errors.New("reads no counter")
	}
	first := r.grown[r.order[0]]
	unit := first.unit()
	anyIs := func(is func(growth) bool) bool {
		return slices.ContainsFunc(r.order, func(vs *parser.VectorSelector) bool { return is(r.grown[vs]) })
	}
	switch {
	case anyIs(func(g growth) bool { return g.offset != first.offset }):
		return all, some, errors.New("reads counters with different offsets")
	case anyIs(func(g growth) bool { return (g.function == "") != (first.function == "") }):
		return all, some, errors.New("divides a counter's own value by a rate")
	case anyIs(func(g growth) bool { return (g.unit() == windowRange) != (unit == windowRange) }):
		return all, some,
			errors.New("divides increase() over the window by rate(), which gives another ratio for each window")
	}
	if first.offset != 0 {
		r.change("the queries read %s earlier (offset). Burnline reads at the time of the query",
			slo.FormatDuration(first.offset))
	}
	if windowed && first.function == "" {
		r.change("the counters are compared since their processes started. Burnline counts what they grew by in the window")
	}
	if windowed && first.function != "" && anyIs(func(g growth) bool { return g.over != windowRange }) {
		r.change("a range is fixed in the query. Burnline counts over the SLO's window and the windows of its alerts")
	}
	if anyIs(func(g growth) bool { return g.unit() != unit }) {
		r.note("increase() over ranges of different lengths are multiples of each other. The factors were kept")
		scaled := func(vs *parser.VectorSelector) parser.Expr {
			return promexpr.Times(vs, r.grown[vs].unit().Seconds()/unit.Seconds())
		}
		all.expr, some.expr = promexpr.ReplaceSelectors(all.expr, scaled), promexpr.ReplaceSelectors(some.expr, scaled)
	}
	return all, some, nil
}

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
