package promexpr

import (
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"
)

func TestTextsFromOutsideAreBounded(t *testing.T) {
	nested := func(open, middle, end string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(end, n)
	}
	for name, tt := range map[string]struct {
		text string
		want string // part of the error; "" for none
	}{
		"bytes":                 {`x{a="` + strings.Repeat("b", MaxBytes-7) + `"}`, ""},
		"too many bytes":        {`x{a="` + strings.Repeat("b", MaxBytes-6) + `"}`, "8193 bytes. At most 8192"},
		"megabytes":             {strings.Repeat("(", 3<<20), "3145728 bytes. At most 8192"},
		"parentheses":           {nested("(", "x", ")", MaxNesting), ""},
		"too many parentheses":  {nested("(", "x", ")", MaxNesting+1), "257 nested brackets. At most 256"},
		"calls":                 {nested("abs(", "x", ")", MaxNesting), ""},
		"too many calls":        {nested("abs(", "x", ")", 1000), "1000 nested brackets. At most 256"},
		"subqueries":            {nested("max_over_time(", "x", "[1m:])", MaxNesting-1), ""},
		"too many subqueries":   {nested("max_over_time(", "x", "[1m:])", 300), "301 nested brackets. At most 256"},
		"parentheses in quotes": {`x{a="` + strings.Repeat("(", 5000) + `"}`, ""},
		"operators":             {"x" + strings.Repeat("+x", MaxOperators), ""},
		"too many operators":    {"x" + strings.Repeat("+x", MaxOperators+1), "513 operators. At most 512"},
		"too many minuses":      {strings.Repeat("-", 8000) + "x", "8000 operators. At most 512"},
		"too many powers":       {strings.Repeat("2^", 4000) + "2", "4000 operators. At most 512"},
		"too many alternatives": {"x" + strings.Repeat(" or x", 1000), "1000 operators. At most 512"},
		"matchers":              {"x{" + strings.Repeat(`a!="b",`, 1000) + "}", ""},
		"repetitions":           {`x{a=~"[a-z]{999}b{1}"}`, ""},
		"too many repetitions":  {`x{a=~"[a-z]{999}b{1,2}"}`, "1001 repetitions in regular expressions. At most 1000"},
		"repetitions in several": {
			`x{` + strings.Repeat(`a=~".{1,99}",`, 11) + `}`,
			"1089 repetitions in regular expressions. At most 1000",
		},
		"a braced word": {`x{a="{1000000}",b!="{1000000}"}`, ""},
		"no PromQL":     {"x{", "unexpected end of input"},
		"no text":       {"", "no expression found"},
		"not closed":    {strings.Repeat("(", 300), "300 nested brackets"},
		"an open quote": {strings.Repeat("(", 300) + `"`, "300 nested brackets"},
	} {
		_, err := ParseUntrusted(tt.text)
		if tt.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, tt.want, name)
	}
}

func TestMatchersAreBoundedToo(t *testing.T) {
	for _, op := range []labels.MatchType{
		labels.MatchEqual, labels.MatchNotEqual, labels.MatchRegexp,
		labels.MatchNotRegexp,
	} {
		_, err := NewUntrustedMatcher(op, "a", strings.Repeat("b", MaxBytes))
		require.NoError(t, err)
		_, err = NewUntrustedMatcher(op, "a", strings.Repeat("b", MaxBytes+1))
		require.ErrorContains(t, err, "8193 bytes")
	}
	_, err := NewUntrustedMatcher(labels.MatchRegexp, "a", ".{999}.{2}")
	require.ErrorContains(t, err, "1001 repetitions")
	_, err = NewUntrustedMatcher(labels.MatchEqual, "a", ".{999}.{2}")
	require.NoError(t, err, "no regular expression")
	_, err = NewUntrustedMatcher(labels.MatchRegexp, "a", "(")
	require.ErrorContains(t, err, "missing closing )")
}

// FuzzParseUntrusted: accepted expressions are walked and printed quickly, and their printed text
// is accepted.
func FuzzParseUntrusted(f *testing.F) {
	for _, seed := range []string{
		`x{a="b"}`, "sum by (a) (rate(x[5m])) / -y", "x or vector(0)", `{"ä.b",c=~"d{2}"}`,
		"x[5m:1m] offset 1h @ 3",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := ParseUntrusted(text)
		if err == nil && len(expr.String()) <= MaxBytes {
			_, err = ParseUntrusted(expr.String())
			require.NoError(t, err, "%q printed as %q", text, expr)
		}
	})
}
