package ledger

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/prometheus/model/labels"
)

// halves are two readings that share the groups of q between them: by the first
// letter in which the values of a group label differ. Whatever value appears
// later, or none, is in one of them. ok is false where q has one group.
func (q Counters) halves(ctx context.Context, source Source, r run) (one, other Counters, ok bool, err error) {
	for _, label := range q.By {
		values, _, err := source.LabelValues(ctx, label, selector(q.Matchers).String(), time.Unix(r.from-lookback, 0), time.Unix(r.to, 0))
		if err != nil {
			return Counters{}, Counters{}, false, err
		}
		values = slices.DeleteFunc(values, func(v string) bool { return !q.takes(label, v) })
		if pattern := firstHalf(values); pattern != "" {
			return q.where(labels.MustNewMatcher(labels.MatchRegexp, label, pattern)),
				q.where(labels.MustNewMatcher(labels.MatchNotRegexp, label, pattern)), true, nil
		}
	}
	return Counters{}, Counters{}, false, nil
}

// takes tells whether a value passes the matchers on its label; servers may list
// those of other series too.
func (q Counters) takes(label, value string) bool {
	for _, m := range q.Matchers {
		if m.Name == label && !m.Matches(value) {
			return false
		}
	}
	return true
}

// where is q for fewer counters. What the others show of the record's beginning
// still holds.
func (q Counters) where(m *labels.Matcher) Counters {
	if len(q.Beside) == 0 {
		q.Beside = q.Matchers
	}
	q.Matchers = append(slices.Clone(q.Matchers), m)
	return q
}

// firstHalf is a pattern for about half of the values, "" when they do not differ.
func firstHalf(values []string) string {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) < 2 {
		return ""
	}
	first, last := values[0], values[len(values)-1]
	n := 0 // bytes that all have in common
	for n < len(first) {
		c, size := utf8.DecodeRuneInString(first[n:])
		if d, _ := utf8.DecodeRuneInString(last[n:]); n >= len(last) || c != d {
			break
		}
		n += size
	}
	var letters []string
	taken := 0
	for i := 0; i < len(values); {
		letter := firstLetter(values[i][n:])
		j := i
		for j < len(values) && firstLetter(values[j][n:]) == letter {
			j++
		}
		if letter != "" && j < len(values) && (taken == 0 || taken+j-i <= len(values)/2) {
			letters = append(letters, regexp.QuoteMeta(letter))
			taken += j - i
		}
		i = j
	}
	if taken == 0 { // "a" and "ab": one ends where the other goes on
		letters = []string{regexp.QuoteMeta(firstLetter(last[n:]))}
	}
	return regexp.QuoteMeta(first[:n]) + "(?:" + strings.Join(letters, "|") + ").*"
}

func firstLetter(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
