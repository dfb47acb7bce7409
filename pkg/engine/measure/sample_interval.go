package measure

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

const (
	intervalRange   = time.Hour // in which samples are counted; longer intervals count as this one
	intervalKeptFor = time.Hour
)

type intervalKey struct {
	selector string
	at       int64 // whole hours, Unix seconds
}

// interval returns the interval of samples of the first selector of an expression in the hour
// before `to`: 0 without samples. The result is cached for an hour.
func (r *Reader) interval(ctx context.Context, text string, to time.Time) (time.Duration, Stats, error) {
	var stats Stats
	expr, err := promexpr.Parse(text)
	if err != nil {
		return 0, stats, err
	}
	selector := promexpr.Plain(promexpr.Selectors(expr)[0])
	key := intervalKey{selector.String(), roundUp(to, time.Hour).Unix()}
	if seen, ok := r.intervals.Get(key); ok {
		return seen, stats, nil
	}
	most := promexpr.Aggregate(parser.MAX, nil, promexpr.Over("count_over_time", selector, intervalRange)).String()
	matrix, warnings, err := r.server.Query(ctx, most, to)
	if err != nil {
		return 0, stats, err
	}
	stats.Add(cells.Cost{Queries: 1}, warnings, []string{most})
	var seen time.Duration
	if len(matrix) > 0 && len(matrix[0].Values) > 0 {
		if n := float64(matrix[0].Values[0].Value); n >= 1 {
			seen = sli.UsualInterval(time.Duration(float64(intervalRange) / n))
		}
	}
	if len(warnings) == 0 && seen > 0 {
		r.intervals.Add(key, seen, intervalKeptFor)
	}
	return seen, stats, nil
}
