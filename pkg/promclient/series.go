package promclient

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// Series lists the label sets that match selector and have samples in [start, end].
func (c *Client) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error) {
	ctx, done, err := c.start(ctx, "series", 0)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	if about, _ := ctx.Value(callKey{}).(call); about.dialect.DailySeries {
		return c.seriesWithSamples(ctx, selector, start, end)
	}
	sets, warnings, _, err := c.api.Series(ctx, []string{selector}, start, end)
	if err != nil {
		return nil, warnings, classify(ctx, "series", err)
	}
	return sets, warnings, nil
}

var promQL = parser.NewParser(parser.Options{})

// seriesWithSamples asks for the samples where the list of series is too coarse:
// by it, a counter that was born in the afternoon existed in the morning.
func (c *Client) seriesWithSamples(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error) {
	expr, err := promQL.ParseExpr(selector)
	if err != nil {
		return nil, nil, &Error{Op: "series", Reason: BadQuery, Message: err.Error(), cause: err}
	}
	span := end.Sub(start) + time.Millisecond // open at the left, so that start is in
	last := &parser.Call{Func: parser.Functions["last_over_time"], Args: parser.Expressions{&parser.MatrixSelector{VectorSelector: expr, Range: span}}}
	v, warnings, _, err := c.api.Query(ctx, last.String(), end)
	if err != nil {
		return nil, warnings, classify(ctx, "series", err)
	}
	vector, _ := v.(model.Vector)
	sets := make([]model.LabelSet, len(vector))
	for i, s := range vector {
		sets[i] = model.LabelSet(s.Metric)
	}
	return sets, warnings, nil
}
