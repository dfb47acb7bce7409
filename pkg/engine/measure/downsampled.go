package measure

import (
	"context"
	"time"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// downsampler is a server that may have data in a form that is too coarse to be
// counted, and tells so by an error.
type downsampler interface {
	Downsampled(ctx context.Context, selector string, start, end time.Time) error
}

// checkDownsampled is an error where nothing was counted because all there is has been
// downsampled: not "no series", which is said of a name that is wrong.
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
