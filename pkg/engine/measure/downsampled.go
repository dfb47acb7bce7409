package measure

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// downsampler is a server that may have only downsampled data, which cannot be counted. It returns
// an error in that case.
type downsampler interface {
	Downsampled(ctx context.Context, selector string, start, end time.Time) error
}

// checkDownsampled returns an error if nothing was counted because all data is downsampled. "No
// series" would point to a wrong name.
func (r *Reader) checkDownsampled(ctx context.Context, ev *Reading, from, to time.Time) error {
	server, ok := r.server.(downsampler)
	if !ok || len(ev.cells.Groups) > 0 {
		return nil
	}
	counters, ok := ev.Counting.Query.(counting.Counters)
	if !ok {
		return nil
	}
	return server.Downsampled(ctx, promexpr.Selector(counters.Selectors[0].Matchers).String(), from, to)
}
