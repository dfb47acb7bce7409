package promclient

import (
	"context"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Names lists at most limit values of a label among the series of selector in [start, end]; where a server knows no limit, the
// answer is cut here. For the label __name__ they are metrics.
func (c *Client) Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error) {
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer c.slots.Release(1)
	values, _, _, err := c.api.LabelValues(ctx, label, []string{selector}, start, end, v1.WithLimit(limit))
	if err != nil {
		return nil, classify(ctx, "label values", err)
	}
	out := make([]string, 0, min(uint64(len(values)), limit))
	for _, v := range values[:min(uint64(len(values)), limit)] {
		out = append(out, string(v))
	}
	return out, nil
}
