package resources

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/common/model"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
)

type gridKey struct {
	expr   string
	step   time.Duration
	alerts bool
}

// grid contains the settled points of an expression from `from` up to `to`. turn is held during a read.
type grid struct {
	turn     *semaphore.Weighted
	from, to time.Time
	longest  time.Duration // the longest requested range
	series   map[model.Fingerprint]*model.SampleStream
	bytes    atomic.Int64
}

// Memory of a series with its labels, and of a point.
const (
	seriesBytes = 1024
	pointBytes  = 16
)

// grid evaluates an expression at the multiples of step in [from, to]. It caches settled points, so
// that a refresh queries only the last minutes. Concurrent equal reads share a result.
func (r *Reader) grid(ctx context.Context, expr string, from, to time.Time, step time.Duration) (model.Matrix, cost,
	error,
) {
	from, to = from.Add(step-1).Truncate(step), to.Truncate(step)
	key := gridKey{expr, step, r.options.Alerts}
	k := r.grids.GetOrAdd(key, func() *grid { return &grid{turn: semaphore.NewWeighted(1)} })
	if err := k.turn.Acquire(ctx, 1); err != nil {
		return nil, cost{}, err
	}
	defer k.turn.Release(1)
	if k.series == nil || from.Before(k.from) || from.After(k.to.Add(step)) {
		k.series, k.from, k.to = map[model.Fingerprint]*model.SampleStream{}, from, from.Add(-step)
	}
	var fresh model.Matrix
	var took cost
	if start := k.to.Add(step); !start.After(to) {
		m, warnings, err := r.server.QueryRange(ctx, expr, prom.Range{Start: start, End: to, Step: step})
		if err != nil {
			return nil, took, err
		}
		fresh, took = m, costOf(expr, m, warnings)
	}
	out := k.with(fresh, from, to)
	k.longest = max(k.longest, to.Sub(from))
	settled := r.options.Now().Add(-r.options.Settle).Truncate(step)
	if settled.After(to) {
		settled = to
	}
	if settled.After(k.to) && len(took.warnings) == 0 { // an incomplete response is not cached
		k.keep(fresh, settled)
		r.grids.UpdateSize(key, k)
	}
	return out, took, nil
}

// Range evaluates an expression at the multiples of step in [from, to], and requests only the points that
// may have changed since it was last read. Series have no order. The cost includes the number of requests.
func (r *Reader) Range(ctx context.Context, expr string, from, to time.Time, step time.Duration) (model.Matrix,
	cells.Cost, []string, error,
) {
	m, took, err := r.grid(ctx, expr, from, to, step)
	return m, took.Cost, took.warnings, err
}

// with returns the cached and the new points within [from, to].
func (k *grid) with(fresh model.Matrix, from, to time.Time) model.Matrix {
	out := make(model.Matrix, 0, len(k.series)+len(fresh))
	for _, s := range k.series {
		if i, j := between(s.Values, from, to); i < j {
			out = append(out, &model.SampleStream{Metric: s.Metric, Values: s.Values[i:j:j]})
		}
	}
	return joinSeries(out, fresh)
}

// keep caches new points up to an instant, and drops those older than the longest requested range.
func (k *grid) keep(fresh model.Matrix, until time.Time) {
	for _, s := range fresh {
		id := s.Metric.Fingerprint()
		known := k.series[id]
		if known == nil {
			known = &model.SampleStream{Metric: s.Metric}
			k.series[id] = known
		}
		_, j := between(s.Values, time.Time{}, until)
		known.Values = append(known.Values, s.Values[:j]...)
	}
	k.to = until
	defer k.measure()
	oldest := until.Add(-k.longest - k.longest/4)
	if !k.from.Before(oldest) {
		return
	}
	k.from = until.Add(-k.longest)
	for id, s := range k.series {
		i, _ := between(s.Values, k.from, until)
		if s.Values = slices.Clone(s.Values[i:]); len(s.Values) == 0 {
			delete(k.series, id)
		}
	}
}

func (k *grid) measure() {
	n := seriesBytes * len(k.series)
	for _, s := range k.series {
		n += pointBytes * cap(s.Values)
	}
	k.bytes.Store(int64(n))
}

func between(points []model.SamplePair, from, to time.Time) (i, j int) {
	place := func(t model.Time) int {
		i, _ := slices.BinarySearchFunc(points, t,
			func(p model.SamplePair, t model.Time) int { return cmp.Compare(p.Timestamp, t) })
		return i
	}
	if !from.IsZero() {
		i = place(model.TimeFromUnixNano(from.UnixNano()))
	}
	return i, place(model.TimeFromUnixNano(to.UnixNano()) + 1)
}

type instantKey struct {
	expr string
	at   int64 // Unix seconds
}

// instant is the result of an expression at an instant.
type instant struct {
	values model.Matrix
	cost
}

const sameTime = 10 * time.Second

// instant evaluates an expression at an instant. Panels of a dashboard that evaluate the same at
// about the same time share a result.
func (r *Reader) instant(ctx context.Context, expr string, at time.Time) (model.Matrix, cost, error) {
	out, isFresh, err := r.instants.Load(ctx, instantKey{expr, at.Unix()},
		func(ctx context.Context) (instant, time.Duration, error) {
			values, warnings, err := r.server.Query(ctx, expr, at)
			ttl := sameTime
			if len(warnings) > 0 {
				ttl = 0
			}
			return instant{values, costOf(expr, values, warnings)}, ttl, err
		})
	if !isFresh {
		out.cost = cost{warnings: out.warnings}
	}
	return out.values, out.cost, err
}
