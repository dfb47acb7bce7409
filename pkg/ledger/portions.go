package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/promclient"
	"github.com/burnline/burnline/pkg/telemetry"
)

// Unread is what could not be read, and why. Nothing is said about such a time:
// a budget of the rest would look better than it is.
type Unread struct {
	From, To time.Time // open at the left
	cause    error
}

func (e *Unread) Error() string {
	const layout = "2006-01-02 15:04"
	return fmt.Sprintf("the events from %s to %s UTC could not be counted: %v", e.From.UTC().Format(layout), e.To.UTC().Format(layout), e.cause)
}

// Unwrap gives the server's error.
func (e *Unread) Unwrap() error { return e.cause }

// portionsKept is how long a size that worked is kept to before a larger one is
// tried again: limits change seldom, and a server may have been slow for once.
const portionsKept = time.Hour

// portions remembers how much of a reading the server was willing to answer.
type portions struct {
	mu    sync.Mutex
	known map[portionKey]portion
}

type portionKey struct {
	reading string
	level   level
}

type portion struct {
	cells  int  // at most, 0 for any number
	groups bool // not all groups at once
	until  time.Time
}

// portionsHeld bounds what is remembered.
const portionsHeld = 4096

func (p *portions) of(k portionKey, now time.Time) portion {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.known[k]; now.Before(known.until) {
		return known
	}
	return portion{}
}

func (p *portions) learn(k portionKey, now time.Time, change func(*portion)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= portionsHeld {
		p.known = map[portionKey]portion{}
	}
	known := p.known[k]
	if !now.Before(known.until) {
		known = portion{until: now.Add(portionsKept)}
	}
	change(&known)
	p.known[k] = known
}

// fetchPortions reads r in portions that the server answers: first less time,
// then fewer groups, or the other way round where the limit is on series. What
// worked is tried first the next time.
func (l *Ledger) fetchPortions(ctx context.Context, q Reading, r run, arrive func(*fetched)) error {
	known := l.portions.of(portionKey{q.key(), r.level}, l.now())
	if known.cells > 0 && r.cells() > known.cells {
		for _, part := range r.pieces(known.cells) {
			if err := l.fetchPortions(ctx, q, part, arrive); err != nil {
				return err
			}
		}
		return nil
	}
	got, err := l.fetchGroups(ctx, q, r)
	if err == nil {
		arrive(got)
		return nil
	}
	if !l.tooMuch(ctx, err) || r.cells() < 2 {
		return l.unread(ctx, r, err)
	}
	half := (r.cells() + 1) / 2
	l.portions.learn(portionKey{q.key(), r.level}, l.now(), func(p *portion) { p.cells = half })
	telemetry.SplitByTime()
	return l.fetchPortions(ctx, q, r, arrive)
}

// pieces cuts a run at multiples of n cells from its start.
func (r run) pieces(n int) []run {
	var out []run
	for from := r.from; from < r.to; from += int64(n) * r.step() {
		out = append(out, run{r.level, from, min(from+int64(n)*r.step(), r.to)})
	}
	return out
}

// fetchGroups reads all groups of r at once or, where that is too much and less
// time does not help, in two halves.
func (l *Ledger) fetchGroups(ctx context.Context, q Reading, r run) (*fetched, error) {
	key := portionKey{q.key(), r.level}
	var err error
	if !l.portions.of(key, l.now()).groups {
		var got *fetched
		if got, err = q.fetch(ctx, l.source, r); err == nil || !l.tooMuch(ctx, err) || r.cells() > 1 && !onSeries(err) {
			return got, err
		}
	}
	whole, ok := q.(Counters)
	if !ok {
		return nil, err // the server sums; it would read the same for half the groups
	}
	one, other, ok, listErr := whole.halves(ctx, l.source, r)
	switch {
	case listErr != nil:
		return nil, listErr
	case !ok && err == nil: // the groups have become one
		return q.fetch(ctx, l.source, r)
	case !ok:
		return nil, err
	}
	if err != nil {
		l.portions.learn(key, l.now(), func(p *portion) { p.groups = true })
		telemetry.SplitByGroup()
	}
	got, err := l.fetchGroups(ctx, one, r)
	if err != nil {
		return nil, err
	}
	rest, err := l.fetchGroups(ctx, other, r)
	if err != nil {
		return nil, err
	}
	return got.with(rest), nil
}

// with joins the answers for different groups of the same run.
func (f *fetched) with(o *fetched) *fetched {
	f.groups = append(f.groups, o.groups...)
	f.warnings = union(f.warnings, o.warnings)
	f.sent = union(f.sent, o.sent)
	f.queries += o.queries
	f.samples += o.samples
	f.width += o.width
	return f
}

// tooMuch tells that less may be answered where this was not.
func (l *Ledger) tooMuch(ctx context.Context, err error) bool {
	var server *promclient.Error
	return errors.As(err, &server) && server.Smaller() && ctx.Err() == nil
}

// onSeries tells that the limit is on how many series there are, at whatever time.
func onSeries(err error) bool {
	var server *promclient.Error
	return errors.As(err, &server) && server.Limit == promclient.Series
}

func (l *Ledger) unread(ctx context.Context, r run, err error) error {
	if ctx.Err() != nil {
		return err
	}
	var known *Unread
	if errors.As(err, &known) {
		return err
	}
	return &Unread{time.Unix(r.from, 0), time.Unix(r.to, 0), err}
}
