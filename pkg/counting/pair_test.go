package counting

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/promexpr"
)

// pair is two servers with different samples behind a balancer that chooses one at random for each
// request.
type pair struct {
	*promtest.Server
	mu      sync.Mutex
	r       *rand.Rand
	servers [2]*promtest.Server
}

func (p *pair) server() *promtest.Server {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.servers[p.r.IntN(2)]
}

func (p *pair) QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	return p.server().QueryRange(ctx, expr, r)
}

func (p *pair) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	return p.server().Query(ctx, expr, at)
}

func (p *pair) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error) {
	return p.server().Series(ctx, selector, start, end)
}

// withGap returns a recording without the samples in (from, to). If a pod is named, only this pod
// loses them.
func withGap(rec promtest.Recording, from, to time.Time) promtest.Recording {
	out := promtest.Recording{}
	for name, samples := range rec {
		out[name] = slices.DeleteFunc(slices.Clone(samples), func(s promtest.Sample) bool {
			return s.Ms > from.UnixMilli() && s.Ms < to.UnixMilli()
		})
	}
	return out
}

// restarts makes a pod restart at the given minutes.
func restarts(rec promtest.Recording, pod string, minutes ...int) {
	for name, samples := range rec {
		if strings.Contains(name, fmt.Sprintf("instance=%q", pod)) {
			for _, m := range minutes {
				was := samples[m-1].V
				for i := m; i < len(samples); i++ {
					samples[i].V -= was
				}
			}
		}
	}
}

// One of two servers has a gap. A result has all events, a coverage that shows the gap, or is an
// error.
func TestAPairThatAnswersByChance(t *testing.T) {
	twoMetrics := Counters{
		Selectors: []Selector{{Matchers: matchers(t, `requests_total`)}, {Matchers: matchers(t, `failures_total`)}},
		By:        []string{"workload"},
		Parts:     []Part{{Terms: []Term{{Weight: 1}}}, {Terms: []Term{{Weight: 1, Selector: 1}}}},
	}
	var right, partial, refused int
	seeds := 60
	if testing.Short() {
		seeds = 6
	}
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 9))
		rec := outage()
		for i := range r.IntN(3) {
			restarts(rec, []string{"a", "b"}[i], 20*60+r.IntN(20*60), 40*60+r.IntN(20*60))
		}
		for name, samples := range rec {
			if strings.Contains(name, `"500"`) {
				rec[strings.Replace(name, "requests_total", "failures_total", 1)] = samples
			}
		}
		from := origin.Add(30*time.Hour + time.Duration(r.Int64N(int64(32*time.Hour))))
		to := from.Add(20*time.Minute + time.Duration(r.Int64N(int64(6*time.Hour))))
		whole := promtest.New(t, rec)
		p := &pair{
			whole.WithoutStream(),
			sync.Mutex{},
			r,
			[2]*promtest.Server{whole, promtest.New(t, withGap(rec, from, to))},
		}
		now := origin.Add(72 * time.Hour)
		for _, q := range []cells.Query{requests(t), twoMetrics, serverCounts()} {
			begin, end := now.Add(-48*time.Hour), now.Add(-time.Hour)
			read := func(source Source) (total, bad, coverage float64, err error) {
				counts, err := cacheAt(source, now, Borders).Read(t.Context(), q, []time.Time{begin, end, now})
				if err != nil {
					return 0, 0, 0, err
				}
				require.Len(t, counts.Groups, 1)
				g := &counts.Groups[0]
				return counts.Window(g, 0, begin, end), counts.Window(g, 1, begin, end), counts.Coverage(g, begin, end),
					nil
			}
			wantTotal, wantBad, _, err := read(whole.WithoutStream())
			require.NoError(t, err)
			total, bad, coverage, err := read(p)
			switch {
			case err != nil:
				require.True(t, errors.As(err, new(*ServersError)), err)
				refused++
			// A query returns a value for five minutes after the last sample, so up to five minutes
			// at the beginning of a gap may be lost.
			case total >= wantTotal-5*200 && bad >= wantBad-5*4:
				right++
			default:
				require.Less(t, coverage, 0.999, "seed %d, %T, gap (%s, %s): %g bad of %g", seed, q, from, to, bad,
					wantBad)
				partial++
			}
		}
	}
	t.Logf("%d right, %d partial, %d refused", right, partial, refused)
	require.Greater(t, right, seeds)
	require.Greater(t, partial, seeds/6)
}

// serverCounts counts requests and errors by queries at the server.
func serverCounts() Sums {
	of := func(selector string) CellExpr {
		return func(cell time.Duration) parser.Expr {
			vs, err := promexpr.ParseSelector(selector)
			if err != nil {
				panic(err)
			}
			return promexpr.Sum([]string{"workload"}, promexpr.Over("increase", vs, cell))
		}
	}
	coverage := func(cell time.Duration) parser.Expr {
		e, err := promexpr.Parse("count by (workload) (requests_total)")
		if err != nil {
			panic(err)
		}
		return promexpr.Times(promexpr.Call("count_over_time", promexpr.Subquery(e, cell-time.Second, time.Minute)),
			float64(time.Minute)/float64(cell))
	}
	return Sums{
		ID: "by chance", By: []string{"workload"},
		Parts: []CellExpr{of("requests_total"), of(`requests_total{code="500"}`)}, Coverage: coverage,
	}
}
