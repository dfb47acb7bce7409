package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/promclient"
)

// strict refuses answers of more than so many series or values, as servers do.
type strict struct {
	*promtest.Server
	series, values int  // 0: any number
	late           bool // what is too much takes too long
	asked, refused atomic.Int64
	spell          atomic.Int64 // so many requests for a range are too late, whatever they ask
	wait           func()       // by such a request
}

func (s *strict) judge(m model.Matrix, err error) error {
	s.asked.Add(1)
	if err != nil {
		return err
	}
	if s.wait != nil && len(m) > 1 && s.spell.Add(-1) >= 0 {
		s.wait()
		return &promclient.Error{Op: "query", Reason: promclient.Timeout, Message: "too slow"}
	}
	n := 0
	for _, series := range m {
		n += len(series.Values)
	}
	var limit promclient.LimitKind
	switch {
	case s.series > 0 && len(m) > s.series:
		limit = promclient.Series
	case s.values > 0 && n > s.values:
		limit = promclient.Samples
	default:
		return nil
	}
	s.refused.Add(1)
	if s.late {
		return &promclient.Error{Op: "query", Reason: promclient.Timeout, Message: "too slow"}
	}
	return &promclient.Error{Op: "query", Reason: promclient.Limit, Limit: limit, Message: "too much"}
}

func (s *strict) QueryRange(ctx context.Context, expr string, r promclient.Range) (model.Matrix, []string, error) {
	m, w, err := s.Server.QueryRange(ctx, expr, r)
	return m, w, s.judge(m, err)
}

func (s *strict) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	m, w, err := s.Server.Query(ctx, expr, at)
	return m, w, s.judge(m, err)
}

// Forty workloads, the third and the last of which fail now and then.
func workloads() promtest.Recording {
	rec := promtest.Recording{}
	for w := range 40 {
		for minute := range 3 * 24 * 60 {
			ms := origin.UnixMilli() + int64(minute)*60_000 + 1000
			name := fmt.Sprintf(`workload="shop-%02d",job="j",instance="i-%d"`, w, w)
			rec[`requests_total{code="200",`+name+`}`] = append(rec[`requests_total{code="200",`+name+`}`], promtest.Sample{Ms: ms, V: float64(minute * (w + 1))})
			if w%37 == 2 {
				rec[`requests_total{code="500",`+name+`}`] = append(rec[`requests_total{code="500",`+name+`}`], promtest.Sample{Ms: ms, V: float64(minute / 100)})
			}
		}
	}
	return rec
}

func TestWhatIsTooMuchIsReadInPortions(t *testing.T) {
	server := promtest.New(t, workloads())
	now := origin.Add(3*24*time.Hour - time.Minute)
	borders := []time.Time{origin.Add(time.Hour), origin.Add(49 * time.Hour), now.Add(-time.Hour), now}
	want, err := ledgerAt(server, now).Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	require.Len(t, want.Groups, 40)
	for _, tt := range []struct {
		name           string
		series, values int
		late           bool
	}{
		{"few values", 0, 700, false},
		{"very few values", 0, 61, false},
		{"few series", 7, 0, false},
		{"few of both", 9, 300, false},
		{"few values in time", 0, 700, true},
		{"very few values in time", 0, 61, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			source := &strict{Server: server, series: tt.series, values: tt.values, late: tt.late}
			l := ledgerAt(source, now)
			got, err := l.Read(t.Context(), requests(t), borders)
			require.NoError(t, err)
			require.NotZero(t, source.refused.Load())
			require.Len(t, got.Groups, len(want.Groups))
			for g := range want.Groups {
				require.Equal(t, want.Groups[g].Labels, got.Groups[g].Labels)
				for part := range 2 {
					for i, from := range borders[:len(borders)-1] {
						require.Equal(t, want.Window(&want.Groups[g], part, from, borders[i+1]), got.Window(&got.Groups[g], part, from, borders[i+1]))
						require.Equal(t, want.Coverage(&want.Groups[g], from, borders[i+1]), got.Coverage(&got.Groups[g], from, borders[i+1]))
					}
				}
			}
			// The sizes that worked are known by now.
			before := source.refused.Load()
			l.store = newStore(l.store.limit)
			_, err = l.Read(t.Context(), requests(t), borders)
			require.NoError(t, err)
			require.Less(t, source.refused.Load()-before, before/2)
		})
	}
}

// What a server that is slow for a while makes of a reading is not kept.
func TestASlowSpellIsForgotten(t *testing.T) {
	now := origin.Add(3*24*time.Hour - time.Minute)
	borders := []time.Time{origin.Add(time.Hour), origin.Add(65 * time.Hour)} // 64 cells
	source := &strict{Server: promtest.New(t, workloads())}
	l := ledgerAt(source, now)
	source.wait = func() { now = now.Add(time.Second) }
	l.now = func() time.Time { return now }
	cold := func() int64 {
		source.asked.Store(0)
		l.store = newStore(l.store.limit)
		_, err := l.Read(t.Context(), requests(t), borders)
		require.NoError(t, err)
		return source.asked.Load()
	}
	portion := cold() - 1 // requests, apart from that for the width
	source.spell.Store(2) // of the first two requests for 64 cells, then 8
	require.Equal(t, 1+2+7*portion, cold(), "1, 2, 4, ... 32 cells and one more")
	require.Equal(t, 1+portion, cold(), "64 are known to work by now")
	now = now.Add(slowKept)
	require.Equal(t, 1+portion, cold())
	require.Empty(t, l.portions.of(portionKey{requests(t).key(), hourCells, true}, now))
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	source := &strict{Server: promtest.New(t, workloads()), series: 1}
	now := origin.Add(3*24*time.Hour - time.Minute)
	_, err := ledgerAt(source, now).Read(t.Context(), requests(t), []time.Time{origin.Add(24 * time.Hour), origin.Add(25 * time.Hour)})
	var unread *Unread
	require.ErrorAs(t, err, &unread)
	require.ErrorContains(t, err, "the events from 2026-03-03 00:00 to 2026-03-03 01:00 UTC could not be counted: Prometheus query failed: too much")
	var server *promclient.Error
	require.True(t, errors.As(err, &server))
	require.Equal(t, promclient.Series, server.Limit)
}

func TestGroupsAreHalvedWithoutALoss(t *testing.T) {
	for _, values := range [][]string{
		{"a", "b"}, {"a", "ab"}, {"", "a"}, {"shop-1", "shop-2", "shop-3"}, {"x", "x.y", "x.z"}, {"ä", "ö", "ü"}, {"a.b", "a|b"}, {"aa", "ab", "b"},
	} {
		halved(t, values)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		values := make([]string, 2+r.IntN(20))
		for i := range values {
			for range r.IntN(5) {
				values[i] += string([]rune(`ab.|(\ö-`)[r.IntN(8)])
			}
		}
		if len(slices.Compact(slices.Sorted(slices.Values(values)))) > 1 {
			halved(t, values)
		}
	}
}

func halved(t *testing.T, values []string) {
	t.Helper()
	pattern := regexp.MustCompile(`^(?s:` + firstHalf(values) + `)$`)
	var in, out int
	for _, v := range values {
		if pattern.MatchString(v) {
			in++
		} else {
			out++
		}
	}
	require.NotZero(t, in, "%q: %s", values, pattern)
	require.NotZero(t, out, "%q: %s", values, pattern)
}
