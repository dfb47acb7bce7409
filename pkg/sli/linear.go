package sli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// Term is a selector of counters and the factor of their increase.
type Term struct {
	Weight   float64
	Matchers []*labels.Matcher // one equality matcher on the metric name
}

// NotLinearError is why an expression of counters is not a weighted sum of selectors.
type NotLinearError struct {
	Reason  string
	Mistake bool // the expression cannot be counted at all: group labels are dropped, or two sides never match
}

func (e *NotLinearError) Error() string { return e.Reason }

// Linear converts an expression of counters to a weighted sum: the increase of a group, by the labels of
// by, is the sum of weight times increase over all terms. An operand without series is 0 if another has
// some. Constants (`or vector(0)`) and guards of counts (`> 0`, `clamp_min(…, 0)`) do not change counts and
// are left out. The caller applies the outermost guard of a group's count by clamping counts to 0. Terms
// have distinct matchers and no weight is 0; there is at least one term.
//
// The error is a *NotLinearError.
func Linear(e parser.Expr, by []string) ([]Term, error) {
	return linearTerms(withoutOuterGuard(e, by), by)
}

func linearTerms(e parser.Expr, by []string) ([]Term, error) {
	l, err := linearOf(e)
	if err != nil {
		return nil, err
	}
	if len(l.terms) == 0 {
		return nil, notLinear("%s is always 0", e)
	}
	for _, name := range by {
		if !l.labels.has(name) {
			return nil, linearMistake("%s drops the label %s, which makes the groups", e, name)
		}
		if slices.Contains(l.made, name) {
			return nil, notLinear("the label %s is made by label_replace() or label_join()", name)
		}
	}
	return l.terms, nil
}

func notLinear(format string, args ...any) error {
	return &NotLinearError{Reason: fmt.Sprintf(format, args...)}
}

func linearMistake(format string, args ...any) error {
	return &NotLinearError{Reason: fmt.Sprintf(format, args...), Mistake: true}
}

// linear is a weighted sum and the labels of its results.
type linear struct {
	terms  []Term // none: always 0
	labels labelSet
	made   []string // labels that the series do not have
}

// labelSet is a set of label names, or the complement of one.
type labelSet struct {
	only  bool
	names []string
}

func (s labelSet) has(name string) bool { return slices.Contains(s.names, name) == s.only }

func (s labelSet) keep(names []string) labelSet {
	return labelSet{
		true,
		slices.DeleteFunc(slices.Sorted(slices.Values(names)), func(name string) bool { return !s.has(name) }),
	}
}

func (s labelSet) without(names []string) labelSet {
	if s.only {
		return labelSet{
			true,
			slices.DeleteFunc(slices.Clone(s.names), func(name string) bool { return slices.Contains(names, name) }),
		}
	}
	return labelSet{false, append(slices.Clone(s.names), names...)}
}

func (s labelSet) with(name string) labelSet {
	if s.has(name) {
		return s
	}
	if s.only {
		return labelSet{true, append(slices.Clone(s.names), name)}
	}
	return labelSet{false, slices.DeleteFunc(slices.Clone(s.names), func(n string) bool { return n == name })}
}

// intersect returns the common labels of two sides. ok is false if their labels differ and never match.
func (s labelSet) intersect(o labelSet) (labelSet, bool) {
	switch {
	case s.only && o.only:
		a, b := slices.Sorted(slices.Values(s.names)), slices.Sorted(slices.Values(o.names))
		return s, slices.Equal(slices.Compact(a), slices.Compact(b))
	case s.only:
		return o.keep(s.names), true
	case o.only:
		return s.keep(o.names), true
	}
	return s.without(o.names), true
}

func (s labelSet) String() string {
	switch names := strings.Join(s.names, ", "); {
	case !s.only && names == "":
		return "all labels"
	case !s.only:
		return "all labels but " + names
	case names == "":
		return "no labels"
	default:
		return "only " + names
	}
}

func linearOf(e parser.Expr) (linear, error) {
	switch e := e.(type) {
	case *parser.VectorSelector:
		if promexpr.IsShifted(e) || e.Anchored || e.Smoothed {
			return linear{}, notLinear("%s is read at other times", e)
		}
		if promexpr.Metric(e.LabelMatchers) == "" {
			return linear{}, notLinear("%s names no metric", e)
		}
		return linear{terms: []Term{{1, promexpr.NumericBounds(e.LabelMatchers)}}}, nil
	case *parser.ParenExpr:
		return linearOf(e.Expr)
	case *parser.UnaryExpr:
		l, err := linearOf(e.Expr)
		if e.Op == parser.SUB {
			l = l.times(-1)
		}
		return l, err
	case *parser.AggregateExpr:
		return linearAggregate(e)
	case *parser.Call:
		return linearCall(e)
	case *parser.BinaryExpr:
		return linearBinary(e)
	}
	return linear{}, notLinear("%s is no sum of counters", e)
}

func linearAggregate(e *parser.AggregateExpr) (linear, error) {
	if e.Op != parser.SUM {
		return linear{}, notLinear("%s() is no sum", e.Op)
	}
	l, err := linearOf(e.Expr)
	if err != nil {
		return linear{}, err
	}
	if e.Without {
		l.labels = l.labels.without(e.Grouping)
	} else {
		l.labels = l.labels.keep(e.Grouping)
	}
	return l, nil
}

func linearCall(e *parser.Call) (linear, error) {
	switch e.Func.Name {
	case "vector":
		if _, ok := promexpr.Constant(e.Args[0]); ok { // a constant has no increase
			return linear{labels: labelSet{only: true}}, nil
		}
	case "label_replace", "label_join":
		l, err := linearOf(e.Args[0])
		if name, ok := e.Args[1].(*parser.StringLiteral); ok && err == nil {
			l.labels, l.made = l.labels.with(name.Val), append(slices.Clone(l.made), name.Val)
		}
		return l, err
	case "clamp_min":
		l, err := linearOf(e.Args[0])
		if floor, ok := promexpr.Constant(e.Args[1]); err == nil && (!ok || floor != 0 || !l.neverNegative()) {
			return linear{}, notLinear("%s changes what may be below its limit", e)
		}
		return l, err
	}
	return linear{}, notLinear("%s() is no sum", e.Func.Name)
}

func linearBinary(e *parser.BinaryExpr) (linear, error) {
	left, isLeft := promexpr.Constant(e.LHS)
	right, isRight := promexpr.Constant(e.RHS)
	switch {
	case isLeft && isRight:
		return linear{}, notLinear("%s is a number", e)
	case e.Op.IsComparisonOperator():
		return linearGuard(e, left, isLeft, right, isRight)
	case isLeft && e.Op == parser.MUL:
		return linearScaled(e, e.RHS, left)
	case isRight && e.Op == parser.MUL:
		return linearScaled(e, e.LHS, right)
	case isRight && e.Op == parser.DIV:
		return linearScaled(e, e.LHS, 1/right)
	case isLeft || isRight:
		return linear{}, notLinear("%s between a number and counters is no sum of counters", e.Op)
	}
	switch e.Op {
	case parser.ADD, parser.SUB, parser.LOR:
	default:
		return linear{}, notLinear("%s between counters is no sum of counters", e.Op)
	}
	a, err := linearOf(e.LHS)
	if err != nil {
		return linear{}, err
	}
	b, err := linearOf(e.RHS)
	if err != nil {
		return linear{}, err
	}
	if e.Op == parser.LOR {
		return linearUnion(e, a, b)
	}
	if e.Op == parser.SUB {
		b = b.times(-1)
	}
	return linearSum(e, a, b)
}

func linearScaled(e *parser.BinaryExpr, of parser.Expr, factor float64) (linear, error) {
	if math.IsInf(factor, 0) || math.IsNaN(factor) {
		return linear{}, notLinear("%s divides by 0", e)
	}
	l, err := linearOf(of)
	return l.times(factor), err
}

// linearSum adds two sides, which match on the labels that both have.
func linearSum(e *parser.BinaryExpr, a, b linear) (linear, error) {
	if m := e.VectorMatching; m != nil {
		if m.Card == parser.CardManyToOne || m.Card == parser.CardOneToMany {
			return linear{}, notLinear("group_left and group_right take one side several times")
		}
		for _, side := range []*linear{&a, &b} {
			switch {
			case m.On:
				side.labels = side.labels.keep(m.MatchingLabels)
			case len(m.MatchingLabels) > 0:
				side.labels = side.labels.without(m.MatchingLabels)
			}
		}
	}
	switch { // a side that is always 0 has no labels to match
	case len(b.terms) == 0:
		return a, nil
	case len(a.terms) == 0:
		return b, nil
	}
	common, match := a.labels.intersect(b.labels)
	if !match {
		return linear{},
			linearMistake("the sides of %s in %s never match: one has %s, the other %s", e.Op, e, a.labels, b.labels)
	}
	return linear{
		mergeTerms(append(slices.Clone(a.terms), b.terms...)), common,
		append(slices.Clone(a.made), b.made...),
	}, nil
}

// linearUnion converts `a or b` to a sum, if no series of the two sides can have equal labels.
func linearUnion(e *parser.BinaryExpr, a, b linear) (linear, error) {
	if len(b.terms) == 0 {
		return a, nil
	}
	if m := e.VectorMatching; m == nil || !m.On && len(m.MatchingLabels) == 0 {
		if common, match := a.labels.intersect(b.labels); match && len(a.terms) > 0 && areDisjoint(a, b, common) {
			return linear{
				mergeTerms(append(slices.Clone(a.terms), b.terms...)), common,
				append(slices.Clone(a.made), b.made...),
			}, nil
		}
	}
	return linear{}, notLinear("or takes one of two counts where both are there")
}

func areDisjoint(a, b linear, common labelSet) bool {
	differ := func(x, y Term) bool {
		return slices.ContainsFunc(x.Matchers, func(m *labels.Matcher) bool {
			if m.Name == model.MetricNameLabel || m.Type != labels.MatchEqual || !common.has(m.Name) ||
				slices.Contains(a.made, m.Name) || slices.Contains(b.made, m.Name) {
				return false
			}
			other, ok := promexpr.EqualValue(y.Matchers, m.Name)
			return ok && other != m.Value
		})
	}
	for _, x := range a.terms {
		for _, y := range b.terms {
			if !differ(x, y) {
				return false
			}
		}
	}
	return true
}

// linearGuard accepts a comparison that only removes counts of 0.
func linearGuard(e *parser.BinaryExpr, left float64, isLeft bool, right float64, isRight bool) (linear, error) {
	op, limit, of := e.Op, right, e.LHS
	if isLeft {
		op, limit, of = promexpr.Mirrored[op], left, e.RHS
	}
	if !isLeft && !isRight || e.ReturnBool || limit != 0 || op != parser.GTR && op != parser.GTE && op != parser.NEQ {
		return linear{}, notLinear("%s compares", e)
	}
	l, err := linearOf(of)
	if err == nil && op != parser.NEQ && !l.neverNegative() {
		return linear{}, notLinear("%s leaves out what may be below 0", e)
	}
	return l, err
}

// withoutOuterGuard removes outer comparisons and clamp_min() that only keep the count of a group
// at or above 0. A guard of each series stays: a series below 0 would take events from the others.
func withoutOuterGuard(e parser.Expr, by []string) parser.Expr {
	guarded := guardedAtZero(e)
	if guarded == nil {
		return e
	}
	if l, err := linearOf(guarded); err == nil && (!l.labels.only || len(l.labels.without(by).names) > 0) {
		return e
	}
	return withoutOuterGuard(guarded, by)
}

// guardedAtZero returns x of `x > 0`, `x >= 0` and clamp_min(x, 0), else nil.
func guardedAtZero(e parser.Expr) parser.Expr {
	switch inner := promexpr.Bare(e).(type) {
	case *parser.Call:
		if limit, ok := promexpr.Constant(inner.Args[len(inner.Args)-1]); inner.Func.Name == "clamp_min" && ok &&
			limit == 0 {
			return inner.Args[0]
		}
	case *parser.BinaryExpr:
		limit, ok := promexpr.Constant(inner.RHS)
		if ok && limit == 0 && !inner.ReturnBool && (inner.Op == parser.GTR || inner.Op == parser.GTE) {
			return inner.LHS
		}
	}
	return nil
}

func (l linear) times(factor float64) linear {
	terms := make([]Term, len(l.terms))
	for i, t := range l.terms {
		terms[i] = Term{t.Weight * factor, t.Matchers}
	}
	l.terms = mergeTerms(terms)
	return l
}

// mergeTerms adds the weights of equal selectors and removes terms of weight 0.
func mergeTerms(terms []Term) []Term {
	var out []Term
	for _, t := range terms {
		i := slices.IndexFunc(out, func(o Term) bool { return sameSelector(o.Matchers, t.Matchers) })
		if i < 0 {
			out = append(out, t)
		} else {
			out[i].Weight += t.Weight
		}
	}
	return slices.DeleteFunc(out, func(t Term) bool { return math.Abs(t.Weight) < 1e-12 })
}

func sameSelector(a, b []*labels.Matcher) bool {
	_, isPart := extraMatchers(a, b)
	_, isWhole := extraMatchers(b, a)
	return isPart && isWhole
}

// neverNegative reports whether every subtracted selector is a subset of an added one.
func (l linear) neverNegative() bool {
	left := make([]float64, len(l.terms))
	for i, t := range l.terms {
		left[i] = t.Weight
	}
	for _, t := range l.terms {
		if t.Weight >= 0 {
			continue
		}
		need := -t.Weight
		for i, o := range l.terms {
			if _, part := extraMatchers(t.Matchers, o.Matchers); part && o.Weight > 0 {
				taken := min(need, left[i])
				need, left[i] = need-taken, left[i]-taken
			}
		}
		if need > 1e-12 {
			return false
		}
	}
	return true
}

// termLabel distinguishes equal series of two terms in a sum.
const termLabel = "burnline_term"

// sumOf returns an expression of counters, by group, with each counter replaced by the result of
// `of`. An operand of + and - without series is 0; PromQL's + has no result in that case. Set
// operators, guards of a part, and group_left keep their meaning.
func sumOf(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	return sumOfPart(withoutOuterGuard(e, by), by, of)
}

func sumOfPart(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	if terms, err := linearTerms(e, by); err == nil {
		var all []parser.Expr
		for _, t := range terms {
			all = append(all, promexpr.Times(of(promexpr.Selector(t.Matchers)), t.Weight))
		}
		return promexpr.Sum(by, unionAll(all))
	}
	switch e := promexpr.Bare(e).(type) {
	case *parser.AggregateExpr:
		keeps := func(name string) bool { return slices.Contains(e.Grouping, name) != e.Without }
		if e.Op == parser.SUM && !slices.ContainsFunc(by, func(name string) bool { return !keeps(name) }) {
			return sumOfPart(e.Expr, by, of)
		}
	case *parser.BinaryExpr:
		left, isLeft := promexpr.Constant(e.LHS)
		right, isRight := promexpr.Constant(e.RHS)
		switch {
		case e.Op == parser.MUL && isLeft:
			return promexpr.Times(sumOfPart(e.RHS, by, of), left)
		case e.Op == parser.MUL && isRight:
			return promexpr.Times(sumOfPart(e.LHS, by, of), right)
		case e.Op == parser.DIV && isRight:
			return promexpr.Times(sumOfPart(e.LHS, by, of), 1/right)
		case (e.Op == parser.ADD || e.Op == parser.SUB) && e.VectorMatching.Card == parser.CardOneToOne:
			one, other := sumOfPart(e.LHS, by, of), sumOfPart(e.RHS, by, of)
			if e.Op == parser.SUB {
				other = promexpr.Times(other, -1)
			}
			return promexpr.Sum(by, unionAll([]parser.Expr{one, other}))
		}
	}
	return promexpr.Sum(by, whereEither(withoutConstant(e), of))
}

// whereEither replaces the counters of an expression. A sum or difference of series also has a
// result where one side has none.
func whereEither(e parser.Expr, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	sum, ok := e.(*parser.BinaryExpr)
	if !ok || sum.Op != parser.ADD && sum.Op != parser.SUB || sum.VectorMatching == nil ||
		sum.VectorMatching.On || len(sum.VectorMatching.MatchingLabels) > 0 {
		switch e.(type) {
		case *parser.VectorSelector, *parser.SubqueryExpr:
			return promexpr.ReplaceSelectors(e, of)
		}
		return promexpr.MapOperands(e, func(e parser.Expr) parser.Expr { return whereEither(e, of) })
	}
	left, right := whereEither(sum.LHS, of), whereEither(sum.RHS, of)
	alone := right
	if sum.Op == parser.SUB {
		alone = promexpr.Times(right, -1)
	}
	return promexpr.Paren(unionOrFirst(unionOrFirst(promexpr.Binary(sum.Op, left, right), left), alone))
}

// unionAll returns all series of the operands, including series with equal labels.
func unionAll(operands []parser.Expr) parser.Expr {
	if len(operands) == 1 {
		return operands[0]
	}
	var all parser.Expr
	for i, one := range operands {
		all = unionOrFirst(all,
			promexpr.Call("label_replace", one, promexpr.Text(termLabel), promexpr.Text(strconv.Itoa(i)),
				promexpr.Text(""), promexpr.Text("")))
	}
	return all
}

// anySeries returns all series that an expression of counters reads, each replaced by the result of `of`.
func anySeries(e parser.Expr, by []string, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	var all parser.Expr
	terms, err := Linear(e, by)
	if err != nil {
		return operands(e, of)
	}
	for _, t := range terms {
		if t.Weight > 0 || len(terms) == 1 {
			all = unionOrFirst(all, of(promexpr.Selector(t.Matchers)))
		}
	}
	if all == nil { // all terms are subtracted
		all = of(promexpr.Selector(terms[0].Matchers))
	}
	return all
}

func unionOrFirst(a, b parser.Expr) parser.Expr {
	if a == nil {
		return b
	}
	return promexpr.Binary(parser.LOR, a, b)
}

// operands returns all series of an expression, except operands that only restrict others (`and`, `unless`).
func operands(e parser.Expr, of func(*parser.VectorSelector) parser.Expr) parser.Expr {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return operands(e.Expr, of)
	case *parser.UnaryExpr:
		return operands(e.Expr, of)
	case *parser.AggregateExpr:
		out := *e
		out.Expr = operands(e.Expr, of)
		return &out
	case *parser.Call:
		out := *e
		out.Args = slices.Clone(e.Args)
		out.Args[0] = operands(e.Args[0], of)
		return &out
	case *parser.BinaryExpr:
		_, isLeft := promexpr.Constant(e.LHS)
		_, isRight := promexpr.Constant(e.RHS)
		call, _ := promexpr.Bare(e.RHS).(*parser.Call)
		switch {
		case isLeft:
			return operands(e.RHS, of)
		case isRight, e.Op == parser.LAND, e.Op == parser.LUNLESS, call != nil && call.Func.Name == "vector":
			return operands(e.LHS, of)
		}
		return unionOrFirst(operands(e.LHS, of), operands(e.RHS, of))
	}
	return promexpr.ReplaceSelectors(e, of)
}

// withoutConstant removes `or vector(0)`: a constant has no increase, and would add another group.
func withoutConstant(e parser.Expr) parser.Expr {
	e = promexpr.Bare(e)
	if b, ok := e.(*parser.BinaryExpr); ok && b.Op == parser.LOR {
		if call, ok := promexpr.Bare(b.RHS).(*parser.Call); ok && call.Func.Name == "vector" {
			return withoutConstant(b.LHS)
		}
	}
	return e
}
