package promclient

import (
	"context"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/dialect"
)

// DownsampledError says that a server has coarser data only than counting needs.
type DownsampledError struct{ Selector string }

func (e *DownsampledError) Error() string {
	return "Thanos has only downsampled data of " + e.Selector + " in this time, whose values are means: " +
		"keep raw blocks for the window and a day (--retention.resolution-raw), or set maxSourceResolution to 5m"
}

// UserMistake is true: retention and settings are the owner's.
func (*DownsampledError) UserMistake() bool { return true }

// Downsampled is a *DownsampledError where a server that has nothing for a
// selector in [start, end] has downsampled data of it; nil where it has not, or
// does not downsample.
func (c *Client) Downsampled(ctx context.Context, selector string, start, end time.Time) error {
	d, err := c.Dialect(ctx)
	if err != nil || d.Product != dialect.Thanos {
		return err
	}
	const points = 1000
	step := max(coarsest, (end.Sub(start) / points).Truncate(coarsest))
	m, _, err := c.QueryRange(context.WithValue(ctx, coarseKey{}, true), "count("+selector+")", Range{Start: start, End: end, Step: step})
	if err != nil || !found(m) {
		return err
	}
	return &DownsampledError{selector}
}

// coarsest is the resolution of the oldest data of Thanos.
const coarsest = time.Hour

// coarseKey marks a request that may be answered from the coarsest data.
type coarseKey struct{}

func found(m model.Matrix) bool {
	for _, s := range m {
		if len(s.Values) > 0 {
			return true
		}
	}
	return false
}
