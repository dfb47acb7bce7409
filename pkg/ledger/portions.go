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

// How long a size that worked is kept to before a larger one is tried again:
// limits change seldom, and a server may have been slow for once.
const (
	portionsKept = time.Hour
	slowKept     = 5 * time.Minute
)

// portions remembers how much of a reading the server was willing to answer.
type portions struct {
	mu    sync.Mutex
	known map[portionKey]portion
}

type portionKey struct {
	reading string
	level   level
	slow    bool // what a server ran out of time for, not what it refuses
}

type portion struct {
	cells  int           // at most, 0 for any number
	late   time.Duration // what was too long, where a server was slow
	groups bool          // not all groups at once
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
	if kept := portionsKept; !now.Before(known.until) {
		if k.slow {
			kept = slowKept
		}
		known = portion{until: now.Add(kept)}
	}
	change(&known)
	p.known[k] = known
}

// forget takes back what has shown to be wrong.
func (p *portions) forget(k portionKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, k)
}

// fetchPortions reads r in portions that the server answers: first less time,
// then fewer groups, or the other way round where the limit is on series. What
// worked is tried first the next time.
func (l *Ledger) fetchPortions(ctx context.Context, q Reading, r run, arrive func(*fetched)) error {
	limited, slow := portionKey{q.key(), r.level, false}, portionKey{q.key(), r.level, true}
	pace, most := pace{}, 0
	for r.from < r.to {
		if known := l.portions.of(slow, l.now()); known.cells > 0 {
			pace.cells, pace.late = known.cells, known.late
		}
		part := r.first(pace.cells).first(most).first(l.portions.of(limited, l.now()).cells)
		began := l.now()
		got, err := l.fetchGroups(ctx, q, part)
		switch late := outOfTime(err); {
		case err == nil: // now it is known that smaller portions are better: a fault may refuse them all
			arrive(got)
			r.from = part.to
			if most > 0 {
				l.portions.learn(limited, l.now(), func(p *portion) { p.cells = most })
			}
			if pace.worked(l.now().Sub(began)) {
				l.portions.learn(slow, l.now(), func(p *portion) { p.cells, p.late = pace.cells, pace.late })
			}
		case !l.tooMuch(ctx, err) || part.cells() < 2:
			return l.unread(ctx, part, err)
		case late:
			telemetry.SplitByTime()
			pace.wasLate(part.cells(), l.now().Sub(began))
			l.portions.forget(slow)
		default:
			telemetry.SplitByTime()
			most = (part.cells() + 1) / 2
		}
	}
	return nil
}

// pace is how much to ask of a server that ran out of time: far less at first, as
// every such try costs a whole timeout, and more again while it answers soon.
type pace struct {
	cells int           // at most, 0 for any number
	late  time.Duration // what was too long
}

const (
	slowDown   = 8 // the part of a portion that is tried after the server was late
	soonEnough = 4 // an answer in this part of the time lets the next portion be twice as large
)

func (p *pace) wasLate(cells int, after time.Duration) {
	p.cells, p.late = max(cells/slowDown, 1), after
}

// worked tells whether something was learnt.
func (p *pace) worked(took time.Duration) bool {
	if p.cells == 0 {
		return false
	}
	if took < p.late/soonEnough {
		p.cells = min(2*p.cells, mostCells)
	}
	return true
}

// first is the beginning of a run, of n cells at most; 0 for all.
func (r run) first(n int) run {
	if n > 0 && n < r.cells() {
		r.to = r.from + int64(n)*r.step()
	}
	return r
}

// fetchGroups reads all groups of r at once or, where that is too much and less
// time does not help, in two halves.
func (l *Ledger) fetchGroups(ctx context.Context, q Reading, r run) (*fetched, error) {
	limited, slow := portionKey{q.key(), r.level, false}, portionKey{q.key(), r.level, true}
	var err error
	if !l.portions.of(limited, l.now()).groups && !l.portions.of(slow, l.now()).groups {
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
	whyHalves := err
	got, err := l.fetchGroups(ctx, one, r)
	if err != nil {
		return nil, err
	}
	rest, err := l.fetchGroups(ctx, other, r)
	if err != nil {
		return nil, err
	}
	if whyHalves != nil {
		key := limited
		if outOfTime(whyHalves) {
			key = slow
		}
		l.portions.learn(key, l.now(), func(p *portion) { p.groups = true })
		telemetry.SplitByGroup()
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

// outOfTime tells that the server was too slow, and not that it refuses so much.
func outOfTime(err error) bool {
	var server *promclient.Error
	return errors.As(err, &server) && server.Reason == promclient.Timeout
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
