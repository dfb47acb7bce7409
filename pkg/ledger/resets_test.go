package ledger

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// hourly is a counter sampled every minute for so many days, as a function of the minute.
func hourly(days int, value func(minute int64) float64) promtest.Recording {
	name, rec := `requests_total{workload="a",job="a",instance="a-0",code="200"}`, promtest.Recording{}
	for m := range int64(days * 24 * 60) {
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000 + 1_000, V: value(m)})
	}
	return rec
}

// A counter that is reset is looked through, unless its borders leave no room for that.
func TestResetsAreLookedForWhereTheBordersLeaveRoom(t *testing.T) {
	from, to := origin.Add(24*time.Hour), origin.Add(10*24*time.Hour)
	const aWeekOfGrowth = 7 * 24 * 60 * 10
	for name, c := range map[string]struct {
		value func(minute int64) float64
		looks bool
	}{
		"busy and old": {func(m int64) float64 { return float64(aWeekOfGrowth + 10*m) }, false},
		"one hour was faster than a 168th of its beginning": {func(m int64) float64 {
			if m > 5000 {
				return float64(aWeekOfGrowth + 10*m + 1200)
			}
			return float64(aWeekOfGrowth + 10*m)
		}, true},
		"old, but idle for an hour": {func(m int64) float64 {
			return float64(aWeekOfGrowth + 10*min(m, 5000) + 10*max(m-5130, 0))
		}, true},
		"the same work at each start, then a crash, six times an hour": {func(m int64) float64 { return float64(100_000 * min(m%10, 5)) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			rec := hourly(10, c.value)
			counts, err := ledgerAt(promtest.New(t, rec), to.Add(time.Hour)).Read(t.Context(), requests(t), []time.Time{from, to})
			require.NoError(t, err)
			checkWindow(t, rec, counts, from, to)
			require.Equal(t, c.looks, strings.Contains(strings.Join(counts.Sent, "\n"), "resets("), counts.Sent)
		})
	}
}

// A label value that PromQL cannot write, such as one that an exporter has mended itself, is left out where a selector is narrowed.
func TestWhatPromQLCannotWriteIsLeftOut(t *testing.T) {
	series := []model.Metric{{"pod": "a", "path": "/\uFFFD"}, {"pod": "b", "path": "/"}}
	narrowed := selector(narrow(matchers(t, `requests_total`), series)).String()
	require.Equal(t, `requests_total{pod=~"a|b"}`, narrowed)
	_, err := parser.NewParser(parser.Options{}).ParseExpr(`requests_total{path="/` + "\uFFFD" + `"}`)
	require.ErrorContains(t, err, "invalid UTF-8 rune")
}
