package ledger

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/promclient"
)

// tripping has a mistake once, in whatever goroutine asks first.
type tripping struct {
	*promtest.Server
	tripped atomic.Bool
}

func (s *tripping) QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error) {
	if s.tripped.CompareAndSwap(false, true) {
		panic("a mistake")
	}
	return s.Server.QueryRange(ctx, expr, r)
}

// A panic while cells are fetched is the read's error: those cells are not taken
// for read, nobody waits for them for ever, and the next read has them.
func TestAPanicLosesNoCell(t *testing.T) {
	now := time.Unix(0, 0).Add(30 * time.Hour)
	l := New(&tripping{Server: promtest.Load(t, "load 1m\n  r_total 0+10x1800\n")}, Options{Now: func() time.Time { return now }})
	q := Counters{Matchers: []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "r_total")}, Parts: []Part{{Name: "all"}}}
	borders := []time.Time{now.Add(-24 * time.Hour), now}
	_, err := l.Read(t.Context(), q, borders)
	require.ErrorContains(t, err, "Burnline made a mistake of its own and stopped this query; the log of the plugin has the details, please report them")
	counts, err := l.Read(t.Context(), q, borders)
	require.NoError(t, err)
	require.Equal(t, 14_400.0, counts.Window(&counts.Groups[0], 0, borders[0], borders[1]))
}

// native answers selectors as a server with a native histogram does.
type native struct{ *promtest.Server }

var histograms = model.Matrix{{
	Metric: model.Metric{"__name__": "h"}, Histograms: []model.SampleHistogramPair{{Timestamp: 3600_000, Histogram: &model.SampleHistogram{Count: 1}}},
}}

func (native) QueryRange(context.Context, string, promclient.Range) (model.Matrix, []string, error) {
	return histograms, nil, nil
}

func (native) Query(context.Context, string, time.Time) (model.Matrix, []string, error) {
	return histograms, nil, nil
}

func TestANativeHistogramIsTheUsersMistake(t *testing.T) {
	now := time.Unix(0, 0).Add(30 * time.Hour)
	q := Counters{Matchers: []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "h")}, Parts: []Part{{Name: "all"}}}
	for _, span := range []time.Duration{24 * time.Hour, 10 * time.Minute} { // by borders, by samples
		l := New(native{promtest.Load(t, "load 1m\n  x 0x1\n")}, Options{Now: func() time.Time { return now }})
		_, err := l.Read(t.Context(), q, []time.Time{now.Add(-span), now})
		var native *NativeError
		require.ErrorAs(t, err, &native)
		require.True(t, native.UserMistake())
		require.EqualError(t, native, "h is a native histogram, not a counter; a latency SLI counts its observations")
	}
}
