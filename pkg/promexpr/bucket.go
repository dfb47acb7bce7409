package promexpr

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Bound matches the bucket that ends at a number, however a server writes it.
func Bound(bound float64) *labels.Matcher { return OneOf(model.BucketLabel, Spellings(bound)...) }

// Spellings are the ways in which servers and client libraries write the bound of a bucket: "1" as it was exposed to
// Prometheus 2, "1.0" in Prometheus 3, "1e+06" by client_golang and "1.0E6" by Java.
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

// round takes off the last digits, in which 3 x 0.1 is not 0.3.
func round(v float64) float64 {
	out, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64) // what was formatted parses
	return out
}

// javaSpelling is what Java's Double.toString writes outside of 0.001 to 10,000,000.
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

// NumericBounds replaces the matchers of `le` that list bounds by ones that match each of these bounds as a number. Other
// matchers, and regular expressions that are no list, stay as they are.
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
