package counting

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
)

// lateSource is a server at which samples arrive after a delay.
type lateSource struct {
	*promtest.Server
	now     *time.Time
	arrives func(series labels.Labels, taken time.Time) time.Time
}

func (s *lateSource) StreamSamples(ctx context.Context, list *prom.SeriesList, selections []prom.Selection,
	sink prom.SampleSink,
) (prom.StreamStats, error) {
	return s.Server.StreamSamples(ctx, list, selections, &lateSink{sink, s})
}

type lateSink struct {
	prom.SampleSink
	source *lateSource
}

func (s *lateSink) Series(selection int, metric labels.Labels, samples prom.SampleIterator) error {
	return s.SampleSink.Series(selection, metric, &arrived{SampleIterator: samples, source: s.source, metric: metric})
}

type arrived struct {
	prom.SampleIterator
	source *lateSource
	metric labels.Labels
	floats []prom.Sample
}

func (a *arrived) Next() chunkenc.ValueType {
	for kind := a.SampleIterator.Next(); kind != chunkenc.ValNone; kind = a.SampleIterator.Next() {
		a.floats = slices.DeleteFunc(slices.Clone(a.SampleIterator.Floats()), func(s prom.Sample) bool {
			return a.source.arrives(a.metric, time.UnixMilli(s.T)).After(*a.source.now)
		})
		if len(a.floats) > 0 {
			return kind
		}
	}
	return chunkenc.ValNone
}

func (a *arrived) Floats() []prom.Sample { return a.floats }

// outage is three days of two pods with 100 requests and 2 errors a minute. Half of all requests
// fail in the 20 minutes from hour 60 on.
func outage() promtest.Recording {
	rec := promtest.Recording{}
	for _, p := range []string{"a", "b"} {
		ok, bad := 0.0, 0.0
		for m := range int64(72 * 60) {
			failing := m >= 60*60 && m < 60*60+20
			if ok, bad = ok+98, bad+2; failing {
				ok, bad = ok-48, bad+48
			}
			for code, v := range map[string]float64{"200": ok, "500": bad} {
				name := fmt.Sprintf(`requests_total{workload="w",job="j",instance=%q,code=%q}`, p, code)
				rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000 + 7_000, V: v})
			}
		}
	}
	return rec
}

// Remote write fails for a while. Two refreshes after the samples arrive, a data source that read
// during the outage returns the same as a new one.
func TestLateSamplesAreCounted(t *testing.T) {
	server := promtest.New(t, outage())
	began := origin.Add(59*time.Hour + 55*time.Minute)
	for _, c := range []struct {
		name  string
		stall time.Duration
		skew  time.Duration // offset of the plugin's clock
		pods  []string
	}{
		{"5m", 5 * time.Minute, 0, []string{"a", "b"}},
		{"25m", 25 * time.Minute, 0, []string{"a", "b"}},
		{"25m of one pod", 25 * time.Minute, 0, []string{"b"}},
		{"90m", 90 * time.Minute, 0, []string{"a", "b"}},
		{"90m of one pod", 90 * time.Minute, 0, []string{"a"}},
		{"6h", 6 * time.Hour, 0, []string{"a", "b"}},
		{"clock ahead", 0, 14 * time.Minute, nil},
		{"clock behind", 0, -14 * time.Minute, nil},
		{"25m and clock ahead", 25 * time.Minute, 14 * time.Minute, []string{"a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := began.Add(-30 * time.Minute)
			source := &lateSource{server, &now, func(series labels.Labels, taken time.Time) time.Time {
				for _, pod := range c.pods {
					if end := began.Add(c.stall); series.Get("instance") == pod && taken.After(began) &&
						taken.Before(end) {
						return end
					}
				}
				return taken
			}}
			open := func() *cells.Cache {
				return cells.New(memory.NewStore(64<<20), "", newReader(source, Samples),
					cells.Options{Now: func() time.Time { return now.Add(c.skew) }})
			}
			read := func(c2 *cells.Cache) (total, bad float64, queries int) {
				at := now.Add(c.skew).Truncate(time.Minute)
				counts, err := c2.Read(t.Context(), requests(t),
					[]time.Time{at.Add(-48 * time.Hour), at.Add(-time.Hour), at})
				require.NoError(t, err)
				g := &counts.Groups[0]
				return counts.Window(g, 0, at.Add(-48*time.Hour), at), counts.Window(g, 1, at.Add(-48*time.Hour), at),
					counts.Cost.Queries
			}
			watched := open()
			for end := began.Add(c.stall + 2*time.Minute); now.Before(end); now = now.Add(time.Minute) {
				read(watched)
			}
			total, bad, _ := read(watched)
			newTotal, newBad, _ := read(open())
			require.Equal(t, newTotal, total)
			require.Equal(t, newBad, bad)
			// After the outage, no cell is requested again.
			now = now.Add(5 * time.Hour)
			read(watched)
			now = now.Add(time.Minute)
			total, bad, queries := read(watched)
			newTotal, newBad, _ = read(open())
			require.Equal(t, newTotal, total)
			require.Equal(t, newBad, bad)
			require.LessOrEqual(t, queries, 2)
		})
	}
}

// Samples that are backfilled days later are counted within a day, or right after Forget.
func TestBackfilledSamplesAreSeen(t *testing.T) {
	server := promtest.New(t, outage())
	now := origin.Add(58 * time.Hour)
	filled := origin.Add(60 * time.Hour)
	source := &lateSource{server, &now, func(_ labels.Labels, taken time.Time) time.Time {
		if taken.After(origin.Add(30*time.Hour)) && taken.Before(origin.Add(33*time.Hour)) {
			return filled
		}
		return taken
	}}
	c := cells.New(memory.NewStore(64<<20), "", newReader(source, Samples),
		cells.Options{Now: func() time.Time { return now }})
	coverage := func() float64 {
		at := now.Truncate(time.Minute)
		counts, err := c.Read(t.Context(), requests(t),
			[]time.Time{origin.Add(24 * time.Hour), origin.Add(48 * time.Hour), at})
		require.NoError(t, err)
		return counts.Coverage(&counts.Groups[0], origin.Add(24*time.Hour), origin.Add(48*time.Hour))
	}
	require.InDelta(t, 21.0/24, coverage(), 0.002)
	now = filled.Add(time.Hour)
	require.InDelta(t, 21.0/24, coverage(), 0.002)
	c.Forget()
	require.InDelta(t, 1, coverage(), 1e-9)

	c = cells.New(memory.NewStore(64<<20), "", newReader(source, Samples),
		cells.Options{Now: func() time.Time { return now }})
	now = filled.Add(-time.Hour)
	require.InDelta(t, 21.0/24, coverage(), 0.002)
	for now = filled; now.Before(filled.Add(24 * time.Hour)); now = now.Add(time.Hour) {
		coverage()
	}
	require.InDelta(t, 1, coverage(), 1e-9)
}

// A counter correction in one run of a read applies to the later runs of this read. They are
// separate pieces, and no cell before the read has a correction.
func TestACorrectionInAnEarlierRunOfARead(t *testing.T) {
	const name = `requests_total{workload="w",job="j",instance="a",code="500"}`
	rec := promtest.Recording{}
	for m := range int64(20 * 60) {
		v := 20_000 + float64(m/17)
		if m >= 15*60+49 && m < 18*60+49 {
			v -= 3
		}
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000, V: v})
	}
	server := promtest.New(t, rec)
	at := func(hour, minute int) time.Time {
		return origin.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	for _, c := range []struct {
		source    Source
		estimator Estimator
	}{{server, Samples}, {server.WithoutStream(), Samples}, {server.WithoutStream(), Borders}} {
		reader := pieces{newReader(c.source, c.estimator), 100_000}
		watched := cells.New(memory.NewStore(64<<20), "", reader,
			cells.Options{Now: func() time.Time { return at(20, 0) }})
		_, err := watched.Read(t.Context(), requests(t), []time.Time{at(2, 0), at(15, 0)})
		require.NoError(t, err)
		counts, err := watched.Read(t.Context(), requests(t), []time.Time{at(15, 0), at(16, 2), at(19, 9)})
		require.NoError(t, err)
		// The value rises by 3 and by 15. The step back of 3 and its recovery count nothing.
		require.Equal(t, 3.0, counts.Window(&counts.Groups[0], 1, at(15, 0), at(16, 2)), c.estimator)
		require.Equal(t, 15.0, counts.Window(&counts.Groups[0], 1, at(15, 0), at(19, 9)), c.estimator)
	}
}
