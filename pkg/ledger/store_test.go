package ledger

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

func TestFailuresAreNotCached(t *testing.T) {
	rec := randomRecording(rand.New(rand.NewPCG(3, 1)), 1, 8)
	source := promtest.New(t, rec)
	now := origin.Add(24 * time.Hour)
	l := ledgerAt(source, now)
	borders := []time.Time{origin.Add(12 * time.Hour), now}
	source.Fail(errors.New("down"))
	_, err := l.Read(t.Context(), requests(t), borders)
	require.ErrorContains(t, err, "down")
	source.Fail(nil)
	counts, err := l.Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	checkWindow(t, rec, counts, borders[0], now)
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	l := ledgerAt(promtest.New(t, promtest.Recording{}), origin)
	e := l.store.entry(requests(t))
	e.width = 1
	e.flights = []*flight{{run: run{minuteCells, origin.Add(-time.Hour).Unix(), origin.Unix()}, landed: make(chan struct{})}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.Read(ctx, requests(t), []time.Time{origin.Add(-time.Hour), origin})
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheStoreForgetsWhatWasUsedLongestAgo(t *testing.T) {
	rec := randomRecording(rand.New(rand.NewPCG(5, 1)), 1, 8)
	now := origin.Add(24 * time.Hour)
	l := New(promtest.New(t, rec), Options{CacheBytes: 20_000, Now: func() time.Time { return now }})
	borders := []time.Time{origin.Add(2 * time.Hour), now}
	first, second := requests(t), requests(t)
	second.By = []string{"instance"}
	for _, q := range []Counters{first, second} {
		_, err := l.Read(t.Context(), q, borders)
		require.NoError(t, err)
	}
	again, err := l.Read(t.Context(), first, borders)
	require.NoError(t, err)
	require.Zero(t, again.Cost.CellsHit)
	checkWindow(t, rec, again, borders[0], now)
}
