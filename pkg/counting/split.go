package counting

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/telemetry"
)

// RangeError reports a part of the time that could not be read. There is no
// result of the rest: its budget would look better than it is.
type RangeError struct {
	From, To time.Time // open at the left
	cause    error
}

func (e *RangeError) Error() string {
	const layout = "2006-01-02 15:04"
	return fmt.Sprintf("the events from %s to %s UTC could not be counted: %v", e.From.UTC().Format(layout), e.To.UTC().Format(layout), e.cause)
}

// Unwrap gives the server's error.
func (e *RangeError) Unwrap() error { return e.cause }

func rangeError(ctx context.Context, runs []cells.Run, err error) error {
	var known *RangeError
	var mistake interface{ UserMistake() bool }
	if ctx.Err() != nil || errors.As(err, &known) || errors.As(err, &mistake) {
		return err
	}
	return &RangeError{time.Unix(runs[0].From, 0), time.Unix(runs[len(runs)-1].To, 0), err}
}

// size is how much of a query the server was willing to answer.
type size struct {
	seconds int64         // at most so long a time, 0 any
	late    time.Duration // what was too long, where the server was slow
	groups  bool          // not all groups at once
}

// How long a size that worked is kept to before a larger one is tried again:
// limits seldom change, and a server may have been slow for once.
const (
	limitKept = time.Hour
	slowKept  = 5 * time.Minute
)

func (r *Reader) learn(key string, err error, change func(*size)) {
	known, _ := r.sizes.Get(key)
	change(&known)
	ttl := limitKept
	if isTimeout(err) {
		ttl = slowKept
	}
	r.sizes.Add(key, known, ttl)
}

// slowDown is the part of a time that is tried after the server ran out of time
// for it: each such try costs a whole timeout.
const slowDown = 8

// soonEnough is the part of what was too long in which an answer lets the next
// piece be twice as long.
const soonEnough = 4

// count counts runs of a query.
type count func(ctx context.Context, q Counters, runs []cells.Run) (*cells.Fetched, error)

// split counts runs in pieces that the server answers: first less time, then
// fewer groups, or the other way round where the limit is on series. What worked
// is tried first the next time.
func (f *fetch) split(ctx context.Context, q Counters, runs []cells.Run, count count) error {
	key := q.Key()
	known, _ := f.reader.sizes.Get(key)
	var tooMuch error
	for len(runs) > 0 {
		piece, rest := runs, []cells.Run(nil)
		if known.seconds > 0 && secondsOf(runs) > known.seconds {
			pieces := cut(runs, known.seconds)
			piece, rest = pieces[0], slices.Concat(pieces[1:]...)
		}
		began := time.Now()
		got, err := f.splitGroups(ctx, q, piece, count)
		took := time.Since(began)
		switch {
		case err == nil:
			f.mu.Lock()
			f.store(got)
			f.mu.Unlock()
			runs = rest
			if known.late > 0 && took < known.late/soonEnough {
				known.seconds *= 2 // the server was slow for once
				tooMuch = context.DeadlineExceeded
			}
			if tooMuch != nil { // only now it is known that smaller pieces help: a fault may refuse them all
				f.reader.learn(key, tooMuch, func(s *size) { s.seconds, s.late = known.seconds, known.late })
				tooMuch = nil
			}
		case !isTooMuch(ctx, err) || cellsOf(piece) < 2:
			return rangeError(ctx, piece, err)
		default:
			telemetry.SplitByTime()
			tooMuch = err
			parts := int64(2)
			if isTimeout(err) {
				parts, known.late = slowDown, took
			}
			known.seconds = max(secondsOf(piece)/parts, piece[0].Step())
		}
	}
	return nil
}

func secondsOf(runs []cells.Run) (n int64) {
	for _, r := range runs {
		n += r.To - r.From
	}
	return n
}

// splitGroups counts all groups at once or, where that is too much and less time
// does not help, in two halves.
func (f *fetch) splitGroups(ctx context.Context, q Counters, runs []cells.Run, count count) (*cells.Fetched, error) {
	key := q.Key()
	var tooMuch error
	if known, _ := f.reader.sizes.Get(key); !known.groups {
		got, err := f.bounded(ctx, q, runs, count)
		if err == nil || !isTooMuch(ctx, err) || cellsOf(runs) > 1 && !isOnSeries(err) {
			return got, err
		}
		tooMuch = err
	}
	one, other, ok, err := f.reader.halves(ctx, q, runs)
	switch {
	case err != nil:
		return nil, err
	case !ok && tooMuch != nil:
		return nil, tooMuch
	case !ok: // the groups have become one
		return f.bounded(ctx, q, runs, count)
	}
	got, err := f.splitGroups(ctx, one, runs, count)
	if err != nil {
		return nil, err
	}
	rest, err := f.splitGroups(ctx, other, runs, count)
	if err != nil {
		return nil, err
	}
	if tooMuch != nil {
		f.reader.learn(key, tooMuch, func(s *size) { s.groups = true })
		telemetry.SplitByGroup()
	}
	return join(got, rest), nil
}

// bounded counts within the memory of all fetches.
func (f *fetch) bounded(ctx context.Context, q Counters, runs []cells.Run, count count) (*cells.Fetched, error) {
	if f.request.Memory != nil {
		values := min(int64(cellsOf(runs))*int64(f.request.Width)*int64(len(q.Parts)+1), pieceValues)
		if err := f.request.Memory.Acquire(ctx, values); err != nil {
			return nil, err
		}
		defer f.request.Memory.Release(values)
	}
	return count(ctx, q, runs)
}

// join puts the answers for different groups of the same runs together.
func join(a, b *cells.Fetched) *cells.Fetched {
	a.Groups = append(a.Groups, b.Groups...)
	a.Warnings, a.Sent = union(a.Warnings, b.Warnings), union(a.Sent, b.Sent)
	a.Queries, a.Samples, a.Streamed, a.Width = a.Queries+b.Queries, a.Samples+b.Samples, a.Streamed+b.Streamed, a.Width+b.Width
	a.Interval = max(a.Interval, b.Interval)
	switch {
	case a.Irregular == nil:
		a.Irregular = b.Irregular
	case b.Irregular != nil:
		for i, irregular := range b.Irregular {
			a.Irregular[i] = a.Irregular[i] || irregular
		}
	}
	for key, seen := range b.Series {
		a.Series[key] = seen
	}
	return a
}

// isTooMuch reports whether less may be answered where this was not.
func isTooMuch(ctx context.Context, err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.Smaller() && ctx.Err() == nil
}

// isTimeout reports whether the server was too slow, and did not refuse so much.
func isTimeout(err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.Reason == prom.Timeout
}

// isOnSeries reports whether the limit is on how many series there are, at
// whatever time.
func isOnSeries(err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.Limit == prom.Series
}

// halves are two queries that share the groups of q between them: by the first
// letter in which the values of a group label differ. Whatever value appears
// later, or none, is in one of them. ok is false where q has one group.
func (r *Reader) halves(ctx context.Context, q Counters, runs []cells.Run) (one, other Counters, ok bool, err error) {
	from, to := time.Unix(runs[0].From, 0).Add(-cells.Context), time.Unix(runs[len(runs)-1].To, 0)
	for _, label := range q.By {
		var values []string
		for _, s := range q.Selectors {
			found, _, err := r.source.LabelValues(ctx, label, promexpr.Selector(s.Matchers).String(), from, to)
			if err != nil {
				return Counters{}, Counters{}, false, err
			}
			// Servers may list values of other series too.
			values = append(values, slices.DeleteFunc(found, func(v string) bool { return !mayBe(s.Matchers, label, v) })...)
		}
		if pattern := firstHalf(values); pattern != "" {
			return q.narrowed(labels.MustNewMatcher(labels.MatchRegexp, label, pattern)),
				q.narrowed(labels.MustNewMatcher(labels.MatchNotRegexp, label, pattern)), true, nil
		}
	}
	return Counters{}, Counters{}, false, nil
}

func mayBe(ms []*labels.Matcher, label, value string) bool {
	return !slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return m.Name == label && !m.Matches(value) })
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
