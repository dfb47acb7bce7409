package memory

import (
	"context"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSetLimit(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv("GOMEMLIMIT", "")
	t.Setenv(Setting, "512")
	limit, err := SetLimit()
	require.NoError(t, err)
	require.EqualValues(t, 512<<20, limit)
	require.EqualValues(t, 512<<20*85/100, debug.SetMemoryLimit(-1), "the program itself takes memory, too")
	for _, written := range []string{"0.5", "-1", "64", "1 GiB", "99999999999999999999"} {
		t.Setenv(Setting, written)
		limit, err = SetLimit()
		require.ErrorContains(t, err, "memory_limit_mib: \""+written+"\" is no number of MiB from 128 on")
		require.EqualValues(t, 512<<20*85/100, limit, "the limit stays")
	}
	t.Setenv(Setting, "")
	t.Setenv("GOMEMLIMIT", "1GiB")
	limit, err = SetLimit()
	require.NoError(t, err)
	require.EqualValues(t, 512<<20*85/100, limit, "the runtime reads GOMEMLIMIT at its start")
	t.Setenv("GOMEMLIMIT", "")
	limit, err = SetLimit()
	require.NoError(t, err)
	require.NotEqualValues(t, 512<<20, limit, "half of what there is")
	require.GreaterOrEqual(t, limit, int64(minLimitMiB)<<20)
}

func TestRoom(t *testing.T) {
	room := NewAnswerLimiter(100)
	a, b := room.Start(), room.Start()
	require.NoError(t, a.Grow(t.Context(), 60))
	require.NoError(t, a.Grow(t.Context(), 40), "one that holds room waits for none")
	require.EqualError(t, a.Grow(t.Context(), 1),
		"The answer is too large: it needs about 1 MiB, and the plugin may use 1 MiB for answers. "+
			"Choose fewer groups or a shorter time, or raise memory_limit_mib of the plugin")
	ctx, leave := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() { waited <- b.Grow(ctx, 50) }()
	leave()
	require.ErrorIs(t, <-waited, context.Canceled)
	ctx, leave = context.WithTimeout(t.Context(), 1)
	defer leave()
	require.ErrorContains(t, b.Grow(ctx, 50), "Other answers use the memory that this one needs")
	go func() { waited <- b.Grow(t.Context(), 50) }()
	a.Release()
	require.NoError(t, <-waited)
	require.ErrorContains(t, room.Start().Grow(t.Context(), 101), "too large")
	b.Release()
	b.Release()
	require.Zero(t, room.taken)
	var none *Reservation
	require.NoError(t, none.Grow(t.Context(), 1<<40))
}

// Results of several parts all finish. Together they exceed the limit by at most one part each.
func TestAnswersDoNotWaitForEachOther(t *testing.T) {
	room := NewAnswerLimiter(100)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 20 {
				s := room.Start()
				for range 4 {
					if err := s.Grow(t.Context(), 25); err != nil {
						t.Error(err)
					}
				}
				s.Release()
			}
		})
	}
	all.Wait()
	require.Zero(t, room.taken)
}
