package promexpr

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Bounds of a text from outside: a definition, a resource call, a filter or an import. Texts that Burnline
// builds need no bound. Within all bounds, parsing, printing and walking a text take at most a few
// milliseconds. Each is quadratic in the nesting, or linear in the size of a compiled regular expression.
const (
	MaxBytes     = 8 << 10
	MaxNesting   = 256  // brackets that are open at a time
	MaxOperators = 512  // between operands, or before one
	MaxRepeats   = 1000 // sum of the counts {n} and {n,m} in regular expressions
)

// LimitError is a text that exceeds a bound.
type LimitError struct {
	What     string // the counted thing, a plural
	Max, Got int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("has %d %s. At most %d are read. Shorten it, or record it by a rule", e.Got, e.What, e.Max)
}

// UserMistake is always true.
func (e *LimitError) UserMistake() bool { return true }

// ParseUntrusted is ParseVerbatim for a text from outside. The error is a *LimitError or an error
// of the parser.
func ParseUntrusted(text string) (parser.Expr, error) {
	if err := checkLimits(text); err != nil {
		return nil, err
	}
	return ParseVerbatim(text)
}

// checkLimits counts what makes a text costly. It ignores syntax errors.
func checkLimits(text string) error {
	if len(text) > MaxBytes {
		return &LimitError{"bytes", MaxBytes, len(text)}
	}
	var item parser.Item
	var before parser.ItemType
	open, deepest, operators, repeats, braces := 0, 0, 0, 0, 0
	for lexer := parser.Lex(text); ; {
		lexer.NextItem(&item)
		switch item.Typ {
		case parser.EOF, parser.ERROR:
			switch {
			case deepest > MaxNesting:
				return &LimitError{"nested brackets", MaxNesting, deepest}
			case operators > MaxOperators:
				return &LimitError{"operators", MaxOperators, operators}
			case repeats > MaxRepeats:
				return &LimitError{"repetitions in regular expressions", MaxRepeats, repeats}
			}
			return nil
		case parser.LEFT_BRACE:
			braces++
		case parser.RIGHT_BRACE:
			braces--
		case parser.LEFT_PAREN, parser.LEFT_BRACKET:
			open++
			deepest = max(deepest, open)
		case parser.RIGHT_PAREN, parser.RIGHT_BRACKET:
			open--
		case parser.STRING:
			if before != parser.EQL && before != parser.NEQ {
				repeats += repeatsIn(item.Val)
			}
		default:
			if braces == 0 && item.Typ.IsOperator() {
				operators++
			}
		}
		before = item.Typ
	}
}

var repeat = regexp.MustCompile(`\{(\d+)(?:,(\d*))?\}`)

// repeatsIn returns the sum of the repeat counts of a regular expression.
func repeatsIn(pattern string) (sum int) {
	for _, m := range repeat.FindAllStringSubmatch(pattern, -1) {
		least, _ := strconv.Atoi(m[1])
		most, _ := strconv.Atoi(m[2])
		sum += max(least, most)
	}
	return sum
}

// NewUntrustedMatcher is labels.NewMatcher for a value from outside.
func NewUntrustedMatcher(op labels.MatchType, name, value string) (*labels.Matcher, error) {
	if len(value) > MaxBytes {
		return nil, &LimitError{"bytes", MaxBytes, len(value)}
	}
	if isRegexp := op == labels.MatchRegexp || op == labels.MatchNotRegexp; isRegexp {
		if n := repeatsIn(value); n > MaxRepeats {
			return nil, &LimitError{"repetitions in regular expressions", MaxRepeats, n}
		}
	}
	return labels.NewMatcher(op, name, value)
}
