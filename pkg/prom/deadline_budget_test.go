package prom

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheFirstLateRequestBoundsItsQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := WithDeadlineBudget(t.Context())
		require.Equal(t, ctx, WithDeadlineBudget(ctx), "a part of a question belongs to it")
		q := budgetOf(ctx)
		bounded, done := q.withDeadline(ctx)
		defer done()
		_, bound := bounded.Deadline()
		require.False(t, bound, "nothing was late")

		before := time.Now()
		q.noteTimeout(10 * time.Second)
		after := time.Now()
		q.noteTimeout(time.Hour) // began before the first timeout
		bounded, done = q.withDeadline(ctx)
		defer done()
		until, _ := bounded.Deadline()
		require.WithinRange(t, until, before.Add(20*time.Second), after.Add(20*time.Second))

		other := budgetOf(WithDeadlineBudget(t.Context()))
		other.noteTimeout(time.Millisecond)
		require.WithinRange(t, other.until, before.Add(minDeadlineBudget), time.Now().Add(minDeadlineBudget))
	})
}

func TestALateServerStartsTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := slow(t, func(r *http.Request) bool { return r.URL.Query().Get("query") == "1" })
		ctx := WithDeadlineBudget(t.Context())
		_, _, err := c.QueryRange(ctx, "up", hour)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.True(t, e.CanSplit(), "%v", err)
		require.False(t, budgetOf(ctx).until.IsZero())
		require.True(t, budgetOf(WithDeadlineBudget(t.Context())).until.IsZero(), "of another question")
	})
}

func TestAQueryOverItsBudgetIsNotSplit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, requested := slow(t, func(*http.Request) bool { return true })
		ctx := WithDeadlineBudget(t.Context())
		budgetOf(ctx).until = time.Now().Add(-time.Second)
		for range 2 * DefaultConcurrency { // every slot is released
			_, _, err := c.QueryRange(ctx, "up", hour)
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, Timeout, e.Reason)
			require.False(t, e.CanSplit())
			require.EqualError(t, err,
				"Prometheus query_range failed: no answer within the timeout, and none to smaller requests within twice that time. "+
					"Partial results are cached. Retry to continue, raise the data source timeout, or shorten the window")
		}
		require.Zero(t, requested.Load())
		_, _, err := c.Query(t.Context(), "up", time.Unix(0, 0))
		require.NoError(t, err, "another question")
	})
}

func TestARequestEndsWithItsQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := slow(t, func(*http.Request) bool { return false })
		c.http.Timeout = time.Hour
		ctx := WithDeadlineBudget(t.Context())
		budgetOf(ctx).until = time.Now().Add(100 * time.Millisecond)
		_, _, err := c.Query(ctx, "up", time.Unix(0, 0))
		require.ErrorContains(t, err, "none to smaller requests")
		require.NotErrorIs(t, err, errSilent)
	})
}
