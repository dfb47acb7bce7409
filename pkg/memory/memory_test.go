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
	room := NewRoom(100)
	a, b := room.Enter(), room.Enter()
	require.NoError(t, a.Take(t.Context(), 60))
	require.NoError(t, a.Take(t.Context(), 40), "one that holds room waits for none")
	require.EqualError(t, a.Take(t.Context(), 1), "The answer is too large: it needs about 1 MiB, and the plugin may use 1 MiB for answers. "+
		"Choose fewer groups or a shorter time, or raise memory_limit_mib of the plugin")
	ctx, leave := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() { waited <- b.Take(ctx, 50) }()
	leave()
	require.ErrorIs(t, <-waited, context.Canceled)
	ctx, leave = context.WithTimeout(t.Context(), 1)
	defer leave()
	require.ErrorContains(t, b.Take(ctx, 50), "Other answers take the memory that this one needs")
	go func() { waited <- b.Take(t.Context(), 50) }()
	a.Leave()
	require.NoError(t, <-waited)
	require.ErrorContains(t, room.Enter().Take(t.Context(), 101), "too large")
	b.Leave()
	b.Leave()
	require.Zero(t, room.taken)
	var none *Stay
	require.NoError(t, none.Take(t.Context(), 1<<40))
}

// Many answers of several parts each come to an end, and never take more together than one part of each beyond the room.
func TestAnswersDoNotWaitForEachOther(t *testing.T) {
	room := NewRoom(100)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 20 {
				s := room.Enter()
				for range 4 {
					if err := s.Take(t.Context(), 25); err != nil {
						t.Error(err)
					}
				}
				s.Leave()
			}
		})
	}
	all.Wait()
	require.Zero(t, room.taken)
}
