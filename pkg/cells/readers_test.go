package cells

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slow is a fetcher that takes a time, or until its context ends.
func slow(takes time.Duration) *second {
	return &second{hold: func(ctx context.Context, _ Request) error {
		select {
		case <-time.After(takes):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// A dashboard that refreshes every five seconds never waits for a read of 43 seconds. The read is
// done once all the same.
func TestARefreshDoesNotEndTheReadBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := at(40, 0)
		f := slow(43 * time.Second)
		c := cacheOver(f, &now)
		borders := []time.Time{at(10, 0), at(20, 0)}
		for refresh := 1; ; refresh++ {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(5*time.Second, cancel)
			counts, err := c.Read(ctx, query("q"), borders)
			if err == nil {
				require.Equal(t, 36_000.0, counts.Window(&counts.Groups[0], 0, borders[0], borders[1]))
				require.Equal(t, 9, refresh)
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			require.Less(t, refresh, 9)
		}
		require.Equal(t, 10, f.cells(), "fetched once for all refreshes")
	})
}

func TestAFetchThatNoReadWaitsForIsKeptOrEnds(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		cells int // fetched by both reads
	}{
		"ready within the time": {DefaultLinger - time.Second, 10},
		"too slow":              {DefaultLinger + time.Second, 20},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := at(40, 0)
				f := slow(c.takes)
				cache := cacheOver(f, &now)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(0, cancel)
				_, err := cache.Read(ctx, query("q"), []time.Time{at(10, 0), at(20, 0)})
				require.ErrorIs(t, err, context.Canceled)
				time.Sleep(2 * DefaultLinger)
				_, err = cache.Read(t.Context(), query("q"), []time.Time{at(10, 0), at(20, 0)})
				require.NoError(t, err)
				require.Equal(t, c.cells, f.cells())
			})
		})
	}
}

func TestADeadlineEndsTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := at(40, 0)
		f := slow(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err := cacheOver(f, &now).Read(ctx, query("q"), []time.Time{at(10, 0), at(20, 0)})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(began))
	})
}
