package promexpr

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Bound matches the bucket at a bound, in any spelling.
func Bound(bound float64) *labels.Matcher { return OneOf(model.BucketLabel, Spellings(bound)...) }

// Spellings returns the spellings of a bucket's bound in servers and client libraries: "1" in
// Prometheus 2, "1.0" in Prometheus 3, "1e+06" in client_golang and "1.0E6" in Java.
func Spellings(bound float64) []string {
	if math.IsInf(bound, 1) {
		return []string{"+Inf"}
	}
	bound = round(bound)
	decimal := strconv.FormatFloat(bound, 'f', -1, 64)
	short := strconv.FormatFloat(bound, 'g', -1, 64)
	out := []string{decimal}
	if !strings.Contains(decimal, ".") {
		out = append(out, decimal+".0")
	}
	if short != decimal {
		out = append(out, short)
	}
	if java, ok := javaSpelling(bound); ok {
		out = append(out, java)
	}
	return out
}

// round rounds to 12 significant digits: 3 x 0.1 is not exactly 0.3.
func round(v float64) float64 {
	out, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64) // formatted numbers parse
	return out
}

// javaSpelling is the result of Java's Double.toString outside of 0.001 to 10,000,000.
func javaSpelling(v float64) (string, bool) {
	if a := math.Abs(v); a == 0 || a >= 1e-3 && a < 1e7 {
		return "", false
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	power, err := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(power), err == nil
}

// NumericBounds replaces matchers of `le` that list bounds by matchers of each bound in all
// spellings. Other matchers, and regular expressions that are not lists, are unchanged.
func NumericBounds(ms []*labels.Matcher) []*labels.Matcher {
	out := slices.Clone(ms)
	for i, m := range ms {
		if m.Name == model.BucketLabel {
			out[i] = numericBound(m)
		}
	}
	return out
}

func numericBound(m *labels.Matcher) *labels.Matcher {
	values := []string{m.Value}
	if m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp {
		values = m.SetMatches()
	}
	var all []string
	for _, v := range values {
		all = append(all, v)
		if bound, err := strconv.ParseFloat(v, 64); err == nil && !math.IsNaN(bound) {
			all = append(all, Spellings(bound)...)
		}
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	if len(all) <= len(values) {
		return m
	}
	kind := labels.MatchRegexp
	if m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp {
		kind = labels.MatchNotRegexp
	}
	return labels.MustNewMatcher(kind, m.Name, alternatives(all))
}
