package decode

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns up to three names that a misspelt name probably means, the likeliest first.
func Nearest(misspelt string, names []string) []string {
	if len(misspelt) > 200 {
		return nil // too long for a misspelling; the comparison takes the product of the lengths
	}
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for _, name := range names {
		d := editDistance(strings.ToLower(misspelt), strings.ToLower(name))
		if d <= max(1, min(len(misspelt), len(name))/3) || len(misspelt) >= 3 && strings.HasPrefix(name, misspelt) {
			near = append(near, candidate{name, d})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var found []string
	for _, c := range near[:min(len(near), 3)] {
		found = append(found, c.name)
	}
	return found
}

// editDistance is the number of bytes to insert, delete, replace or swap with a neighbor to turn a into b.
func editDistance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// Join lists words: "a, b, c".
func Join[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// foreignName is the name of a field in other tools, and its equivalent here.
type foreignName struct{ name, how string }

func (o foreignName) text() string { return strings.TrimSuffix("write "+o.name+". "+o.how, ". ") }

var foreignNames = map[string]foreignName{
	"target": {"objective", ""}, "goal": {"objective", ""}, "slo": {"objective", ""}, "indicator": {"sli", ""},
	"period":     {"window", ""},
	"timeWindow": {"window", "For a calendar: {calendar: month}"}, "errors": {"bad", ""}, "error": {"bad", ""},
	"failed": {"bad", ""}, "success": {"good", ""},
	"valid": {"total", ""}, "all": {"total", ""}, "groupBy": {"by", ""}, "grouping": {"by", ""},
	"alerting": {"policy", "It is the name of a policy, for example page-and-slack"},
	"alerts":   {"policy", "It is the name of a policy, for example page-and-slack"}, "latency": {"threshold", ""},
	"percentile": {"quantile", "It is a share, for example 0.95"},
	"factor": {
		"percent",
		"It is the percent of the budget that is spent in long: a factor of 14.4 in 1h of 30d is 2",
	},
	"burnrate": {
		"percent",
		"It is the percent of the budget that is spent in long: a burn rate of 14.4 in 1h of 30d is 2",
	},
}

// UnknownName is the message for an unknown name, with the nearest names, else all names, or the first ten.
func UnknownName(what, name string, names []string) string {
	if foreign, ok := foreignNames[name]; ok && what == "field" && slices.Contains(names, foreign.name) {
		return "unknown field " + Quote(name) + "; " + foreign.text()
	}
	text := "unknown " + what + " " + Quote(name)
	if near := Nearest(name, names); len(near) == 1 {
		return text + ". Did you mean " + near[0] + "?"
	} else if len(near) > 1 {
		return text + ". Did you mean one of " + strings.Join(near, ", ") + "?"
	}
	if len(names) == 0 {
		return text + ". There are none"
	}
	if len(names) > 10 {
		return text + ". There are " + strings.Join(names[:10], ", ") + " and others"
	}
	return text + ". There are " + strings.Join(names, ", ")
}
