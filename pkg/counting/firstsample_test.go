package counting

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

const minuteMs = int64(60_000)

func metric(t *testing.T, text string) labels.Labels {
	t.Helper()
	l, err := parser.NewParser(parser.Options{}).ParseMetric(text)
	require.NoError(t, err)
	return l
}

func TestFirstSamples(t *testing.T) {
	now := 100 * maxAbsence
	s := Sample{T: now, V: 50}
	for _, tt := range []struct {
		name string
		fact firstSample
		want float64
	}{
		{"its own last value", firstSample{previous: &Sample{T: now - maxAbsence, V: 20}}, 30},
		{
			"its own last value, above: restarted meanwhile",
			firstSample{previous: &Sample{T: now - maxAbsence, V: 90}},
			50,
		},
		{"a little above, minutes ago", firstSample{previous: &Sample{T: now - minuteMs, V: 51}}, 0},
		{"the target was scraped before", firstSample{targetSeen: true}, 50},
		{"the process has just started", firstSample{started: now - minuteMs}, 50},
		{"the process is old", firstSample{started: now - 3*maxStartup}, 0},
		{"old, but nothing was scraped since", firstSample{started: now - 3*maxStartup, isUnscraped: true}, 50},
		{
			"old, at the beginning of the record",
			firstSample{started: now - 3*maxStartup, isUnscraped: true, isFirstOfAll: true},
			0,
		},
		{
			"the record begins with much",
			firstSample{isFirstOfAll: true, firstValues: 50, growth: 1.0 / float64(minuteMs)},
			0,
		},
		{
			"the record begins with a new target",
			firstSample{isFirstOfAll: true, firstValues: 4, growth: 1.0 / float64(minuteMs)},
			50,
		},
		{"an arrival with a day's worth", firstSample{firstValues: 1000, growth: 1.0 / float64(minuteMs)}, 50},
		{"an arrival with more", firstSample{firstValues: 2000, growth: 1.0 / float64(minuteMs)}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.fact.sample = s
			require.Equal(t, tt.want, tt.fact.increase())
		})
	}
	require.Equal(t, 50.0,
		firstSample{
			sample:   Sample{T: now, V: 50, Start: now - 1},
			previous: &Sample{T: now - minuteMs, V: 20},
		}.increase())
}

func TestPredecessors(t *testing.T) {
	series := func(text string, key uint64) *span {
		l := metric(t, text)
		return &span{key: key, target: targetOf(l).Hash(), labels: l}
	}
	const at = 10 * int64(time.Hour/time.Millisecond)
	for _, tt := range []struct {
		name, was, is string
		last          Sample
		v             float64
		started       int64
		want          bool
	}{
		{
			"label added", `x{job="a",instance="i"}`, `x{job="a",instance="i",cluster="c"}`,
			Sample{T: at - minuteMs, V: 90},
			100, 0, true,
		},
		{
			"label removed", `x{job="a",instance="i",cluster="c"}`, `x{job="a",instance="i"}`,
			Sample{T: at - minuteMs, V: 90},
			100, 0, true,
		},
		{
			"job renamed", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at - minuteMs, V: 90},
			100, 0,
			true,
		},
		{
			"shard moved", `x{job="a",instance="i",shard="1"}`, `x{job="a",instance="i",shard="2"}`,
			Sample{T: at - minuteMs, V: 90},
			100, 0, true,
		},
		{
			"overlap", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at + minuteMs, V: 101},
			100, 0,
			true,
		},
		{
			"a failover that shows a little less", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at - minuteMs, V: 101},
			100, 0, true,
		},
		{
			"restarted at the same time", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at - minuteMs, V: 900},
			100, 0, false,
		},
		{
			"restarted, its start time shows", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at - minuteMs, V: 90},
			100, at - 10, false,
		},
		{
			"another instance", `x{job="a",instance="i"}`, `x{job="a",instance="j"}`,
			Sample{T: at - minuteMs, V: 90},
			100,
			0, false,
		},
		{
			"another code", `x{code="1",instance="i"}`, `x{code="2",instance="i"}`,
			Sample{T: at - minuteMs, V: 90},
			100,
			0, false,
		},
		{
			"too long ago", `x{job="a",instance="i"}`, `x{job="b",instance="i"}`,
			Sample{T: at - lookback - 1, V: 90},
			100,
			0, false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was, is := series(tt.was, 1), series(tt.is, 2)
			was.first, was.last = Sample{T: 1}, tt.last
			is.first = Sample{T: at, V: tt.v}
			is.last = is.first
			n := newNeighbors([]*span{was, is}, []*ending{{was, tt.last, lookback}})
			f := &appearance{span: is, sample: is.first}
			found := n.matchPredecessors([]*appearance{f}, func(*appearance) int64 { return tt.started })
			require.Equal(t, tt.want, found[f] != nil)
		})
	}
}

func TestOneSpellingOfABound(t *testing.T) {
	l, m := metric(t, `x_bucket{le="1"}`), metric(t, `x_bucket{le="1.0"}`)
	require.Equal(t, seriesKey(l), seriesKey(m))
	require.NotEqual(t, seriesKey(l), seriesKey(metric(t, `x_bucket{le="10"}`)))
}
