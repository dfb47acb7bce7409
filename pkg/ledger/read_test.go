package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/promclient"
)

// slowSource holds requests that ask about times before some border until it is let go.
type slowSource struct {
	Source
	before time.Time
	asked  chan struct{} // receives a value when such a request waits
	let    chan struct{}

	mu    sync.Mutex
	exprs []string
}

func (s *slowSource) QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error) {
	s.mu.Lock()
	s.exprs = append(s.exprs, expr)
	s.mu.Unlock()
	if r.Start.Before(s.before) {
		select {
		case s.asked <- struct{}{}:
		default:
		}
		select {
		case <-s.let:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	return s.Source.QueryRange(ctx, expr, r)
}

func slow(t *testing.T) (*slowSource, promtest.Recording) {
	rec := randomRecording(rand.New(rand.NewPCG(11, 1)), 3, 6)
	return &slowSource{Source: promtest.New(t, rec), before: origin.Add(40 * time.Hour), asked: make(chan struct{}, 1), let: make(chan struct{})}, rec
}

// Somebody looks at a long time, which takes long; an alert asks about the last hour of the same query.
func TestALongReadDoesNotHoldUpAShortOne(t *testing.T) {
	source, rec := slow(t)
	now := origin.Add(72 * time.Hour)
	l := ledgerAt(source, now)
	long := make(chan error, 1)
	go func() {
		_, err := l.Read(t.Context(), requests(t), []time.Time{origin.Add(2 * time.Hour), now})
		long <- err
	}()
	<-source.asked
	counts, err := l.Read(t.Context(), requests(t), []time.Time{now.Add(-time.Hour), now})
	require.NoError(t, err)
	checkWindow(t, rec, counts, now.Add(-time.Hour), now)
	close(source.let)
	require.NoError(t, <-long)
}

// Cells that are under way are waited for, not asked for again; when their request is given up, who waits asks.
func TestCellsUnderWayAreWaitedFor(t *testing.T) {
	for name, giveUp := range map[string]bool{"arrives": false, "is given up": true} {
		t.Run(name, func(t *testing.T) {
			source, rec := slow(t)
			now := origin.Add(72 * time.Hour)
			l := ledgerAt(source, now)
			borders := []time.Time{origin.Add(2 * time.Hour), origin.Add(60 * time.Hour)}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			first := make(chan error, 1)
			go func() {
				_, err := l.Read(ctx, requests(t), borders)
				first <- err
			}()
			<-source.asked
			type answer struct {
				counts *Counts
				err    error
			}
			second := make(chan answer, 1)
			go func() {
				counts, err := l.Read(t.Context(), requests(t), borders)
				second <- answer{counts, err}
			}()
			if giveUp {
				cancel()
				require.ErrorIs(t, <-first, context.Canceled)
				close(source.let)
			} else {
				close(source.let)
				require.NoError(t, <-first)
			}
			got := <-second
			require.NoError(t, got.err)
			checkWindow(t, rec, got.counts, borders[0], borders[1])
			if !giveUp {
				n := 0
				for _, expr := range source.exprs {
					if expr == "requests_total" {
						n++
					}
				}
				require.Equal(t, 1, n, "the borders are read once for both")
			}
		})
	}
}

// The clock was an hour fast for a while: what was read then is read again.
func TestAClockThatIsSetBackForgets(t *testing.T) {
	rec := promtest.Recording{}
	name := `requests_total{workload="a",code="200"}`
	for m := int64(0); m < 600; m++ {
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000, V: float64(m)})
	}
	now := origin.Add(6 * time.Hour)
	early := promtest.Recording{name: rec[name][:301]} // five hours have passed when the clock says six
	source := &switched{Source: promtest.New(t, early)}
	l := New(source, Options{Now: func() time.Time { return now }})
	borders := []time.Time{origin.Add(3 * time.Hour), origin.Add(5*time.Hour + 30*time.Minute)}
	fast, err := l.Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	require.Equal(t, 120.0, fast.Window(&fast.Groups[0], 0, borders[0], borders[1]))

	now = origin.Add(5*time.Hour + 31*time.Minute)
	source.Source = promtest.New(t, rec)
	right, err := l.Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	require.Equal(t, 150.0, right.Window(&right.Groups[0], 0, borders[0], borders[1]))
}

type switched struct{ Source }

// A partial answer about an hour that was then watched by the minute leaves nothing behind.
func TestFoldedHoursForgetPartialAnswers(t *testing.T) {
	e := newEntry(Counters{By: []string{"g"}, Parts: []Part{{}}})
	hour := run{hourCells, 0, 3600}
	partial := newCells(hour, e.by, 1)
	partial.group(model.Metric{"g": "ghost"}).counts[0][0] = 7
	e.put(&fetched{run: hour, groups: partial.groups, warnings: []string{"partial response"}}, 100_000)
	minutes := newCells(run{minuteCells, 0, 3600}, e.by, 1)
	for i := range 60 {
		minutes.group(model.Metric{"g": "a"}).counts[0][i] = 2
	}
	e.put(&fetched{run: minutes.run, groups: minutes.groups}, 100_000)
	e.fold(hour, 100_000, 600)
	counts := e.counts([]run{hour})
	require.Len(t, counts.Groups, 1)
	require.Equal(t, "a", counts.Groups[0].Labels["g"])
	require.Equal(t, 120.0, counts.Window(&counts.Groups[0], 0, time.Unix(0, 0), time.Unix(3600, 0)))
}

// Running sums of a block are put together anew whenever cells are replaced.
func TestRowsAreReplacedNotChanged(t *testing.T) {
	cells := func(counts ...float64) groupCells {
		return groupCells{counts: [][]float64{counts}, coverage: make([]float64, len(counts))}
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

func TestFailingFlightsAreNotWaitedForForever(t *testing.T) {
	source := promtest.New(t, randomRecording(rand.New(rand.NewPCG(3, 1)), 1, 4))
	l := ledgerAt(source, origin.Add(24*time.Hour))
	source.Fail(errors.New("down"))
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			_, err := l.Read(t.Context(), requests(t), []time.Time{origin.Add(2 * time.Hour), origin.Add(20 * time.Hour)})
			if err == nil || !strings.Contains(err.Error(), "down") {
				t.Errorf("got %v, want the server's error", err)
			}
		})
	}
	wait.Wait()
	require.Empty(t, l.store.entry(requests(t)).flights)
}
