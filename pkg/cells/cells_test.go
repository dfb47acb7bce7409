package cells

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/memory"
)

// origin is midnight UTC, a border of cells of every size.
var origin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func at(hours, minutes int) time.Time {
	return origin.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
}

type query string

func (q query) Key() string     { return string(q) }
func (query) GroupBy() []string { return []string{"g"} }
func (query) PartCount() int    { return 1 }

// second counts one event a second of group a, with full coverage.
type second struct {
	mu       sync.Mutex
	requests []Request
	hold     func(ctx context.Context, r Request) error // called for each request; may be nil
}

func (s *second) Fetch(ctx context.Context, _ Query, r Request, store func(*Fetched)) error {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	if s.hold != nil {
		if err := s.hold(ctx, r); err != nil {
			return err
		}
	}
	for _, run := range r.Runs {
		g := NewGroupCells(map[string]string{"g": "a"}, 1, run.Cells())
		for i := range run.Cells() {
			g.Counts[0][i], g.Coverage[i] = float64(run.Step()), 1
		}
		store(&Fetched{Runs: []Run{run}, Groups: []*GroupCells{g}, Width: 1, Queries: 1})
	}
	return nil
}

func (s *second) cells() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		n += TotalCells(r.Runs)
	}
	return n
}

func cacheOver(f Fetcher, now *time.Time) *Cache {
	return New(memory.NewStore(64<<20), "", f, Options{Now: func() time.Time { return *now }})
}

func TestWindowsAreSumsOfWholeCells(t *testing.T) {
	now := at(30, 17)
	c := cacheOver(&second{}, &now)
	borders := []time.Time{at(3, 7), at(4, 0), at(5, 25), at(5, 50), at(7, 25), at(30, 17), at(30, 12)}
	counts, err := c.Read(t.Context(), query("q"), borders)
	require.NoError(t, err)
	for _, from := range borders {
		for _, to := range borders {
			want := max(to.Sub(from).Seconds(), 0)
			require.Equal(t, want, counts.Window(&counts.Groups[0], 0, from, to), "(%s, %s]", from, to)
		}
	}
	require.Equal(t, []Run{
		{Minute, at(3, 7).Unix(), at(4, 0).Unix()},
		{Hour, at(4, 0).Unix(), at(5, 0).Unix()},
		{FiveMinutes, at(5, 0).Unix(), at(6, 0).Unix()},
		{Hour, at(6, 0).Unix(), at(7, 0).Unix()},
		{Minute, at(7, 0).Unix(), at(8, 0).Unix()},
		{Hour, at(8, 0).Unix(), at(30, 0).Unix()},
		{Minute, at(30, 0).Unix(), at(30, 17).Unix()},
	}, planRuns(gridMarks(borders), now.Add(-10*time.Minute).Unix()))
}

func TestARefreshFetchesOpenCells(t *testing.T) {
	now := at(60, 17)
	f := &second{}
	c := cacheOver(f, &now)
	read := func() *Counts {
		counts, err := c.Read(t.Context(), query("q"), []time.Time{now.Add(-48 * time.Hour), now.Add(-time.Hour), now})
		require.NoError(t, err)
		return counts
	}
	require.Zero(t, read().Cost.CellsHit)
	now = now.Add(time.Minute)
	require.Equal(t, 11, read().Cost.CellsMissed, "ten unsettled minutes and the new one")
	for range 60 {
		now = now.Add(5 * time.Minute)
		counts := read()
		require.Equal(t, 48*3600.0, counts.Window(&counts.Groups[0], 0, now.Add(-48*time.Hour), now))
	}
	hours := 0
	for _, r := range f.requests[1:] {
		for _, run := range r.Runs {
			if run.Level == Hour {
				hours += run.Cells()
			}
		}
	}
	require.LessOrEqual(t, hours, 6, "an hour is fetched as one at most once, as it settles")
}

func TestQueriesOfOneRefreshThatEndAtDifferentMinutesShareAFetch(t *testing.T) {
	now := at(60, 17)
	f := &second{}
	c := cacheOver(f, &now)
	read := func(to time.Time) Cost {
		counts, err := c.Read(t.Context(), query("q"), []time.Time{at(50, 0), to})
		require.NoError(t, err)
		require.Equal(t, to.Sub(at(50, 0)).Seconds(), counts.Window(&counts.Groups[0], 0, at(50, 0), to))
		return counts.Cost
	}
	read(now)
	now = now.Add(time.Minute)
	require.Equal(t, 11, read(now.Add(-2*time.Minute)).CellsMissed, "up to now")
	require.Zero(t, read(now).CellsMissed)
	require.Len(t, f.requests, 2)
	read(now.Add(-time.Hour))
	require.Equal(t, []Run{{Minute, at(59, 0).Unix(), at(59, 18).Unix()}}, f.requests[2].Runs, "a settled end")
}

func TestCellsSettleLaterWhereSamplesAreFarApart(t *testing.T) {
	now := at(60, 17)
	f := fetcherFunc(func(ctx context.Context, q Query, r Request, store func(*Fetched)) error {
		return (&second{}).Fetch(ctx, q, r, func(got *Fetched) {
			got.Lookahead = 40 * 60
			store(got)
		})
	})
	c := cacheOver(f, &now)
	missed := func() int {
		counts, err := c.Read(t.Context(), query("q"), []time.Time{at(30, 0), now})
		require.NoError(t, err)
		return counts.Cost.CellsMissed
	}
	missed()
	now = now.Add(time.Minute)
	// The hour that was one cell ended 18 minutes ago. It is requested as minutes now.
	require.Equal(t, 60+18, missed())
	now = now.Add(time.Minute)
	require.Equal(t, 41, missed(), "forty unsettled minutes and the new one")
}

func TestCellsUnderWayAreWaitedFor(t *testing.T) {
	for name, fails := range map[string]bool{"arrives": false, "fails": true} {
		t.Run(name, func(t *testing.T) {
			now := at(40, 0)
			let, began := make(chan struct{}), make(chan struct{}, 8)
			var first atomic.Bool
			f := &second{hold: func(context.Context, Request) error {
				if first.Swap(true) {
					return nil
				}
				began <- struct{}{}
				<-let
				if fails {
					return errors.New("down")
				}
				return nil
			}}
			c := cacheOver(f, &now)
			borders := []time.Time{at(10, 0), at(20, 0)}
			one, two := make(chan error, 1), make(chan error, 1)
			go func() {
				_, err := c.Read(t.Context(), query("q"), borders)
				one <- err
			}()
			<-began
			go func() {
				counts, err := c.Read(t.Context(), query("q"), borders)
				if err == nil && counts.Window(&counts.Groups[0], 0, borders[0], borders[1]) != 36_000 {
					err = errors.New("wrong count")
				}
				two <- err
			}()
			close(let)
			require.Equal(t, fails, <-one != nil)
			require.NoError(t, <-two)
			if !fails {
				require.Equal(t, 10, f.cells(), "fetched once for both")
			}
		})
	}
}

// Two caches of one owner share cells. Requests of one cache (alert rules) never wait for those of
// the other (dashboards).
func TestACacheDoesNotWaitForAnother(t *testing.T) {
	now := at(40, 0)
	let, began := make(chan struct{}), make(chan struct{}, 1)
	store := memory.NewStore(64 << 20)
	slow := &second{hold: func(context.Context, Request) error {
		began <- struct{}{}
		<-let
		return nil
	}}
	quick := &second{}
	clock := Options{Now: func() time.Time { return now }}
	dashboards, alerts := New(store, "o", slow, clock), New(store, "o", quick, clock)
	borders := []time.Time{at(10, 0), at(20, 0)}
	done := make(chan error, 1)
	go func() {
		_, err := dashboards.Read(t.Context(), query("q"), borders)
		done <- err
	}()
	<-began
	counts, err := alerts.Read(t.Context(), query("q"), borders)
	require.NoError(t, err)
	require.Equal(t, 36_000.0, counts.Window(&counts.Groups[0], 0, borders[0], borders[1]))
	close(let)
	require.NoError(t, <-done)
	again, err := dashboards.Read(t.Context(), query("q"), borders)
	require.NoError(t, err)
	require.Zero(t, again.Cost.CellsMissed)
}

func TestOwnersShareBytesNotCells(t *testing.T) {
	now := at(40, 0)
	store, f := memory.NewStore(64<<20), &second{}
	clock := Options{Now: func() time.Time { return now }}
	ann, ben := New(store, "ann", f, clock), New(store, "ben", f, clock)
	borders := []time.Time{at(10, 0), at(20, 0)}
	for _, c := range []*Cache{ann, ben, ann, ben} {
		_, err := c.Read(t.Context(), query("q"), borders)
		require.NoError(t, err)
	}
	require.Equal(t, 20, f.cells(), "once for each")
	ann.Forget()
	_, err := ben.Read(t.Context(), query("q"), borders)
	require.NoError(t, err)
	require.Equal(t, 20, f.cells())
	_, err = ann.Read(t.Context(), query("q"), borders)
	require.NoError(t, err)
	require.Equal(t, 30, f.cells())
}

func TestTheStoreForgetsWhatWasUsedLongestAgo(t *testing.T) {
	now := at(400, 0)
	f := &second{}
	store := memory.NewStore(12_000)
	c := New(store, "", f, Options{Now: func() time.Time { return now }})
	borders := []time.Time{at(0, 0), at(240, 0)}
	for _, q := range []query{"first", "second", "first"} {
		counts, err := c.Read(t.Context(), q, borders)
		require.NoError(t, err)
		require.Equal(t, 240, counts.Cost.CellsMissed, q)
	}
	held, limit := store.Bytes()
	require.LessOrEqual(t, held, limit)
}

func TestAnotherServerEmptiesTheCache(t *testing.T) {
	now, generation := at(40, 0), uint64(0)
	f := &second{}
	c := New(memory.NewStore(64<<20), "", f,
		Options{Now: func() time.Time { return now }, Generation: func() uint64 { return generation }})
	borders := []time.Time{at(10, 0), at(20, 0)}
	for _, want := range []int{10, 10, 20, 20} {
		if want == 20 {
			generation = 1
		}
		_, err := c.Read(t.Context(), query("q"), borders)
		require.NoError(t, err)
		require.Equal(t, want, f.cells())
	}
	f.hold = func(context.Context, Request) error { generation++; return nil } // changes the generation during the read
	now = at(80, 0)
	borders = []time.Time{at(50, 0), at(60, 0)}
	for _, want := range []int{30, 40} {
		_, err := c.Read(t.Context(), query("q"), borders)
		require.NoError(t, err)
		require.Equal(t, want, f.cells(), "what may be of either server is not kept")
	}
}

func TestPartialAnswersAreUsedOnce(t *testing.T) {
	now := at(40, 0)
	warned := false
	f := fetcherFunc(func(_ context.Context, _ Query, r Request, store func(*Fetched)) error {
		g := NewGroupCells(map[string]string{"g": "a"}, 1, TotalCells(r.Runs))
		out := &Fetched{Runs: r.Runs, Groups: []*GroupCells{g}, Queries: 1}
		if !warned {
			warned, out.Warnings = true, []string{"a part is missing"}
		}
		for i := range g.Coverage {
			g.Coverage[i] = 1
		}
		store(out)
		return nil
	})
	c := cacheOver(f, &now)
	for i, want := range [][]string{{"a part is missing"}, nil, nil} {
		counts, err := c.Read(t.Context(), query("q"), []time.Time{at(10, 0), at(20, 0)})
		require.NoError(t, err)
		require.Equal(t, want, counts.Warnings)
		require.Equal(t, i < 2, counts.Cost.CellsMissed > 0)
	}
}

type fetcherFunc func(ctx context.Context, q Query, r Request, store func(*Fetched)) error

func (f fetcherFunc) Fetch(ctx context.Context, q Query, r Request, store func(*Fetched)) error {
	return f(ctx, q, r, store)
}

func TestAClockThatIsSetBackForgets(t *testing.T) {
	now := at(40, 0)
	f := &second{}
	c := cacheOver(f, &now)
	borders := []time.Time{at(30, 0), at(35, 0)}
	for _, want := range []int{5, 10} {
		_, err := c.Read(t.Context(), query("q"), borders)
		require.NoError(t, err)
		require.Equal(t, want, f.cells())
		now = at(36, 0)
	}
}

func TestIncompleteCellsAreReadAgain(t *testing.T) {
	read := at(40, 0)
	now := read
	whole := false
	n := 0
	f := fetcherFunc(func(_ context.Context, _ Query, r Request, store func(*Fetched)) error {
		g := NewGroupCells(map[string]string{"g": "a"}, 1, TotalCells(r.Runs))
		for i := range g.Coverage {
			g.Coverage[i] = 1
			if !whole {
				g.Coverage[i] = 0.5
			}
		}
		n += TotalCells(r.Runs)
		store(&Fetched{Runs: r.Runs, Groups: []*GroupCells{g}})
		return nil
	})
	c := cacheOver(f, &now)
	for _, step := range []struct {
		after time.Duration
		cells int // number of cells requested
	}{
		{0, 20}, {20 * time.Minute, 20}, // 11 h to 31 h: the last cell is 9 h old
		{16 * time.Hour, 21 + 19 - 4 - 15}, // the youngest cell became a day old
	} {
		now = read.Add(step.after)
		_, err := c.Read(t.Context(), query("q"), []time.Time{at(11, 0), at(31, 0)})
		require.NoError(t, err)
		if step.after < time.Hour {
			require.Equal(t, step.cells, n)
		} else {
			require.Greater(t, n, 20)
		}
	}
	whole = true
	now = read.Add(41 * time.Hour)
	_, err := c.Read(t.Context(), query("q"), []time.Time{at(11, 0), at(31, 0)})
	require.NoError(t, err)
	before := n
	now = read.Add(90 * time.Hour)
	_, err = c.Read(t.Context(), query("q"), []time.Time{at(11, 0), at(31, 0)})
	require.NoError(t, err)
	require.Equal(t, before, n, "complete cells are final")
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	now := at(40, 0)
	began := make(chan struct{}, 1)
	f := &second{hold: func(ctx context.Context, _ Request) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}
	c := cacheOver(f, &now)
	first, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(first, query("q"), []time.Time{at(10, 0), at(20, 0)})
		done <- err
	}()
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Read(ctx, query("q"), []time.Time{at(10, 0), at(20, 0)})
	require.ErrorIs(t, err, context.Canceled)
	stop()
	require.ErrorIs(t, <-done, context.Canceled)
}

func TestAPanicReleasesWaitingReaders(t *testing.T) {
	now := at(40, 0)
	f := &second{hold: func(context.Context, Request) error { panic("a fault") }}
	c := cacheOver(f, &now)
	_, err := c.Read(t.Context(), query("q"), []time.Time{at(10, 0), at(20, 0)})
	require.Error(t, err)
	f.hold = nil
	counts, err := c.Read(t.Context(), query("q"), []time.Time{at(10, 0), at(20, 0)})
	require.NoError(t, err)
	require.Equal(t, 36_000.0, counts.Window(&counts.Groups[0], 0, at(10, 0), at(20, 0)))
}

// Replacing cells of a block builds new cumulative rows. Rows that were handed out do not change.
func TestRowsAreReplacedNotChanged(t *testing.T) {
	cells := func(counts ...float64) GroupCells {
		return GroupCells{Counts: [][]float64{counts}, Coverage: make([]float64, len(counts))}
	}
	var r *row
	require.Nil(t, r.with(3, cells(0, 0), 60))
	a := r.with(10, cells(1, 2, 3), 60)
	b := a.with(11, cells(20), 60)
	c := b.with(15, cells(5), 60)
	require.Equal(t, []float64{1, 3, 6}, a.sums, "who holds the old row keeps its numbers")
	require.Equal(t, []float64{1, 21, 24}, b.sums)
	require.Equal(t, []float64{1, 21, 24, 24, 24, 29}, c.sums)
	require.Equal(t, 21.0, c.eventsUpTo(0, 12))
	require.Equal(t, 0.0, c.eventsUpTo(0, 10))
	require.Equal(t, 29.0, c.eventsUpTo(0, 60))
}

// After a gap, the first cell holds the increase over the gap. It is requested again even if its
// size differs.
func TestTheCellsAroundAGapAreReadAgainAtWhateverSize(t *testing.T) {
	read := at(60, 0)
	now := read
	var again []Run
	f := fetcherFunc(func(_ context.Context, _ Query, r Request, store func(*Fetched)) error {
		g := NewGroupCells(map[string]string{"g": "a"}, 1, TotalCells(r.Runs))
		i := 0
		for _, run := range r.Runs {
			again = append(again, run)
			for from := run.From; from < run.To; from += run.Step() {
				if g.Coverage[i] = 1; from == at(20, 0).Unix() && run.Level == Hour {
					g.Coverage[i] = 0.5
				}
				i++
			}
		}
		store(&Fetched{Runs: r.Runs, Groups: []*GroupCells{g}})
		return nil
	})
	c := cacheOver(f, &now)
	borders := []time.Time{at(10, 0), at(21, 30), at(30, 0)}
	for range 2 {
		_, err := c.Read(t.Context(), query("q"), borders)
		require.NoError(t, err)
		if now.Equal(read) {
			again, now = nil, read.Add(48*time.Hour)
		}
	}
	require.Equal(t, []Run{
		{Hour, at(19, 0).Unix(), at(21, 0).Unix()}, {Minute, at(21, 0).Unix(), at(21, 1).Unix()},
	}, again, "and the cell before the gap")
}
