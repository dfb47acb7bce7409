package prom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
)

// MetricTypes returns the types of metrics from the metadata of targets: counter, gauge, histogram
// or summary, by the name of the metric (in OpenMetrics without _total). Metrics with several types
// are omitted. Servers without metadata return none.
func (c *Client) MetricTypes(ctx context.Context) (map[string]string, error) {
	answer, err := c.ask(ctx,
		request{
			op: "metadata", path: "/api/v1/metadata", args: url.Values{"limit_per_metric": {"2"}}, get: true,
			raw: true,
		})
	if err != nil {
		return nil, err
	}
	var metadata map[string][]struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(answer.raw, &metadata); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	out := make(map[string]string, len(metadata))
	for name, all := range metadata {
		for i, one := range all {
			if i == 0 {
				out[name] = one.Type
			} else if out[name] != one.Type {
				delete(out, name)
				break
			}
		}
	}
	return out, nil
}
