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

// RangeError reports a range that could not be read. There is no result of the rest, because its
// budget would look too good.
type RangeError struct {
	From, To time.Time // (From, To]
	cause    error
}

func (e *RangeError) Error() string {
	const layout = "2006-01-02 15:04"
	return fmt.Sprintf("the events from %s to %s UTC could not be counted: %v", e.From.UTC().Format(layout),
		e.To.UTC().Format(layout), e.cause)
}

// Unwrap returns the error of the server.
func (e *RangeError) Unwrap() error { return e.cause }

func rangeError(ctx context.Context, runs []cells.Run, err error) error {
	var known *RangeError
	var mistake interface{ UserMistake() bool }
	if ctx.Err() != nil || errors.As(err, &known) || errors.As(err, &mistake) {
		return err
	}
	return &RangeError{time.Unix(runs[0].From, 0), time.Unix(runs[len(runs)-1].To, 0), err}
}

// size is the largest part of a query that the server answered.
type size struct {
	seconds int64         // the longest range; 0 unlimited
	late    time.Duration // the range that timed out, if the server was slow
	groups  bool          // groups must be split
}

// Time after which a larger size is tried again: limits seldom change, but a server may have been
// slow only once.
const (
	limitTTL = time.Hour
	slowTTL  = 5 * time.Minute
)

func (r *Reader) learn(key string, err error, change func(*size)) {
	known, _ := r.sizes.Get(key)
	change(&known)
	ttl := limitTTL
	if isTimeout(err) {
		ttl = slowTTL
	}
	r.sizes.Add(key, known, ttl)
}

// timeoutDivisor is the divisor of a range after a timeout. It is large, because each attempt costs
// a whole timeout.
const timeoutDivisor = 8

// growBelow is the divisor of the duration of a timeout. Below the result, the next piece may be
// twice as long.
const growBelow = 4

// count counts runs of a query.
type count func(ctx context.Context, q Counters, runs []cells.Run) (*cells.Fetched, error)

// split counts runs in pieces that the server answers: first shorter ranges, then fewer groups; or
// the other way round if the limit is on series. The next read starts with the size that worked.
func (f *fetch) split(ctx context.Context, q Counters, runs []cells.Run, count count) error {
	key := q.Key()
	known, _ := f.reader.sizes.Get(key)
	var tooMuch error
	for len(runs) > 0 {
		piece, rest := runs, []cells.Run(nil)
		if known.seconds > 0 && secondsOf(runs) > known.seconds {
			pieces := cutRuns(runs, known.seconds)
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
			if known.late > 0 && took < known.late/growBelow {
				known.seconds *= 2 // the server was slow only once
				tooMuch = context.DeadlineExceeded
			}
			if tooMuch != nil { // only now smaller pieces are known to help: a fault may refuse them all
				f.reader.learn(key, tooMuch, func(s *size) { s.seconds, s.late = known.seconds, known.late })
				tooMuch = nil
			}
		case !isTooMuch(ctx, err) || cells.TotalCells(piece) < 2:
			return rangeError(ctx, piece, err)
		default:
			telemetry.SplitByTime()
			tooMuch = err
			parts := int64(2)
			if isTimeout(err) {
				parts, known.late = timeoutDivisor, took
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

// splitGroups counts all groups at once, or in two halves if that exceeds a limit and shorter
// ranges do not help.
func (f *fetch) splitGroups(ctx context.Context, q Counters, runs []cells.Run, count count) (*cells.Fetched, error) {
	key := q.Key()
	var tooMuch error
	if known, _ := f.reader.sizes.Get(key); !known.groups {
		got, err := f.countWithinMemory(ctx, q, runs, count)
		if err == nil || !isTooMuch(ctx, err) || cells.TotalCells(runs) > 1 && !isOnSeries(err) {
			return got, err
		}
		tooMuch = err
	}
	one, other, ok, err := f.reader.splitByLabel(ctx, q, runs)
	switch {
	case err != nil:
		return nil, err
	case !ok && tooMuch != nil:
		return nil, tooMuch
	case !ok: // only one group is left
		return f.countWithinMemory(ctx, q, runs, count)
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

func (f *fetch) countWithinMemory(ctx context.Context, q Counters, runs []cells.Run, count count) (*cells.Fetched,
	error,
) {
	if f.request.Memory != nil {
		values := min(int64(cells.TotalCells(runs))*int64(f.request.Width)*int64(len(q.Parts)+1), pieceValues)
		if err := f.request.Memory.Acquire(ctx, values); err != nil {
			return nil, err
		}
		defer f.request.Memory.Release(values)
	}
	return count(ctx, q, runs)
}

func join(a, b *cells.Fetched) *cells.Fetched {
	a.Groups = append(a.Groups, b.Groups...)
	a.Warnings, a.Sent = cells.AppendNew(a.Warnings, b.Warnings), cells.AppendNew(a.Sent, b.Sent)
	a.Queries, a.Samples, a.Streamed, a.Width = a.Queries+b.Queries, a.Samples+b.Samples, a.Streamed+b.Streamed,
		a.Width+b.Width
	a.Interval = max(a.Interval, b.Interval)
	switch {
	case a.Corrected == nil:
		a.Corrected = b.Corrected
	case b.Corrected != nil:
		for i, irregular := range b.Corrected {
			a.Corrected[i] = a.Corrected[i] || irregular
		}
	}
	for key, seen := range b.Series {
		a.Series[key] = seen
	}
	return a
}

// isTooMuch reports whether a smaller request may succeed.
func isTooMuch(ctx context.Context, err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.CanSplit() && ctx.Err() == nil
}

// isTimeout reports whether the server was too slow, and did not refuse the size.
func isTimeout(err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.Reason == prom.Timeout
}

// isOnSeries reports whether the limit is on the number of series, independent of the range.
func isOnSeries(err error) bool {
	var server *prom.Error
	return errors.As(err, &server) && server.Limit == prom.Series
}

// splitByLabel returns two queries that share the groups of q: by the first byte in which the
// values of a group label differ. Any value, also an absent or new one, belongs to exactly one of
// them. ok is false if q has one group.
func (r *Reader) splitByLabel(ctx context.Context, q Counters, runs []cells.Run) (one, other Counters, ok bool,
	err error,
) {
	from, to := time.Unix(runs[0].From, 0).Add(-cells.ReadContext), time.Unix(runs[len(runs)-1].To, 0)
	for _, label := range q.By {
		var values []string
		for _, s := range q.Selectors {
			found, _, err := r.source.LabelValues(ctx, label, promexpr.Selector(s.Matchers).String(), from, to)
			if err != nil {
				return Counters{}, Counters{}, false, err
			}
			// Servers may list values of other series too.
			values = append(values,
				slices.DeleteFunc(found, func(v string) bool { return !canMatch(s.Matchers, label, v) })...)
		}
		if pattern := firstHalf(values); pattern != "" {
			return q.withMatcher(labels.MustNewMatcher(labels.MatchRegexp, label, pattern)),
				q.withMatcher(labels.MustNewMatcher(labels.MatchNotRegexp, label, pattern)), true, nil
		}
	}
	return Counters{}, Counters{}, false, nil
}

func canMatch(ms []*labels.Matcher, label, value string) bool {
	return !slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return m.Name == label && !m.Matches(value) })
}

// firstHalf returns a pattern for about half of the values, or "" if they do not differ.
func firstHalf(values []string) string {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) < 2 {
		return ""
	}
	first, last := values[0], values[len(values)-1]
	n := 0 // length of the common prefix in bytes
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
	if taken == 0 { // "a" and "ab": one is a prefix of the other
		letters = []string{regexp.QuoteMeta(firstLetter(last[n:]))}
	}
	return regexp.QuoteMeta(first[:n]) + "(?:" + strings.Join(letters, "|") + ").*"
}

func firstLetter(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
