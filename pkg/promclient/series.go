package promclient

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// Series lists the label sets that match selector and have samples in [start, end].
func (c *Client) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string, error) {
	var answer decoded
	ctx, done, err := c.start(ctx, "series", 0, &answer)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	if about, _ := ctx.Value(callKey{}).(call); about.dialect.DailySeries {
		warnings, err := c.seriesWithSamples(ctx, selector, start, end)
		for _, s := range answer.matrix {
			answer.sets = append(answer.sets, model.LabelSet(s.Metric))
		}
		return answer.sets, warnings, err
	}
	_, warnings, _, err := c.api.Series(ctx, []string{selector}, start, end)
	if err != nil {
		return nil, warnings, classify(ctx, "series", err)
	}
	return answer.sets, marked(warnings), nil
}

var promQL = parser.NewParser(parser.Options{})

// seriesWithSamples asks for the samples where the list of series is too coarse:
// by it, a counter that was born in the afternoon existed in the morning.
func (c *Client) seriesWithSamples(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	expr, err := promQL.ParseExpr(selector)
	if err != nil {
		return nil, &Error{Op: "series", Reason: BadQuery, Message: err.Error(), cause: err}
	}
	span := end.Sub(start) + time.Millisecond // open at the left, so that start is in
	last := &parser.Call{Func: parser.Functions["last_over_time"], Args: parser.Expressions{&parser.MatrixSelector{VectorSelector: expr, Range: span}}}
	_, warnings, _, err := c.api.Query(ctx, last.String(), end)
	if err != nil {
		return warnings, classify(ctx, "series", err)
	}
	return marked(warnings), nil
}
