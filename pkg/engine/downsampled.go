package engine

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/ledger"
)

// downsampler is a server that may have data in a form that is too coarse to be
// counted, and tells so by an error.
type downsampler interface {
	Downsampled(ctx context.Context, selector string, start, end time.Time) error
}

// downsampled is an error where nothing was counted because all there is has been
// downsampled: not "no series", which is said of a name that is wrong.
func (e *Engine) downsampled(ctx context.Context, ev *events, from, to time.Time) error {
	server, ok := e.server.(downsampler)
	if !ok || len(ev.reads[ev.counting.Total.Read].Groups) > 0 {
		return nil
	}
	counters, ok := ev.counting.Reads[ev.counting.Total.Read].(ledger.Counters)
	if !ok {
		return nil
	}
	selector := &parser.VectorSelector{LabelMatchers: counters.Matchers}
	for _, m := range counters.Matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			selector.Name = m.Value
		}
	}
	return server.Downsampled(ctx, selector.String(), from, to)
}
