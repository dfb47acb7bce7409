package measure

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/memory"
)

// watched counts requests for buckets.
type watched struct {
	*promtest.Server
	requested atomic.Int64
}

func (w *watched) LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values,
	warnings []string, err error,
) {
	w.requested.Add(1)
	return w.Server.LabelValues(ctx, label, selector, start, end)
}

func hour(n float64) time.Time {
	return time.Unix(0, 0).Add(time.Duration(n * float64(time.Hour))).UTC()
}

// The bucket at 0.3 s disappears after 30 hours. The one at 0.2 s begins then.
const moved = `load 1m
  h_seconds_bucket{le="0.3"} 0+5x1800
  h_seconds_bucket{le="0.2"} _x1800 0+5x1800
  h_seconds_bucket{le="+Inf"} 0+10x3600
`

func TestALayoutIsKeptForItsTimeOnly(t *testing.T) {
	server := &watched{Server: promtest.Load(t, moved)}
	now := hour(60)
	r := NewReader(server, nil, nil,
		memory.Scope{Store: memory.NewStore(1 << 20), Now: func() time.Time { return now }}, 0)
	layout := func(from, to float64) []string {
		found, _, err := r.layout(t.Context(), "h_seconds", hour(from), hour(to))
		require.NoError(t, err)
		return found.LEs
	}
	require.Equal(t, []string{"+Inf", "0.3"}, layout(2, 20), "of the past")
	require.Equal(t, []string{"+Inf", "0.2"}, layout(40, 60), "of the present, although it is later")
	require.Equal(t, []string{"+Inf", "0.2", "0.3"}, layout(20, 59.5))
	require.EqualValues(t, 3, server.requested.Load())

	layout(20.2, 59.9) // the same hours, rounded
	require.EqualValues(t, 3, server.requested.Load())
	now = now.Add(5*time.Minute - time.Second)
	layout(20.2, 59.9)
	require.EqualValues(t, 3, server.requested.Load())
	now = now.Add(time.Second)
	layout(20.2, 59.9)
	require.EqualValues(t, 4, server.requested.Load(), "after five minutes")
}
