package prom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// Exemplar is an event that a process attached to a counter or a bucket.
type Exemplar struct {
	Labels map[string]string // of the exemplar, such as trace_id
	Value  float64
	At     time.Time
}

// ExemplarSeries are the exemplars of a series, in the order of the server.
type ExemplarSeries struct {
	Labels    map[string]string // with the metric's name
	Exemplars []Exemplar
}

// NoExemplarsError means that the server has no API for exemplars.
type NoExemplarsError struct{ Server string }

func (e *NoExemplarsError) Error() string {
	return e.Server + " does not store exemplars. Query a Prometheus, Thanos or Mimir that scrapes the same targets"
}

// UserMistake is true: the owner chooses the server.
func (*NoExemplarsError) UserMistake() bool { return true }

// Exemplars returns the exemplars of the series in the selectors of expr, in [start, end].
func (c *Client) Exemplars(ctx context.Context, expr string, start, end time.Time) (found []ExemplarSeries,
	warnings []string, err error,
) {
	err = c.withSlot(ctx, "exemplars", func(ctx context.Context, d dialect.Dialect) error {
		if d.Product == dialect.VictoriaMetrics {
			return &NoExemplarsError{d.Product.String()}
		}
		args := url.Values{"query": {expr}, "start": {seconds(start)}, "end": {seconds(end)}}
		a, err := c.send(ctx, request{op: "exemplars", path: "/api/v1/query_exemplars", args: args, raw: true}, d)
		if err != nil {
			return err
		}
		warnings = a.warnings
		found, err = decodeExemplars(a.raw)
		return err
	})
	return found, warnings, err
}

// decodeExemplars decodes the data of a response. Timestamps are seconds with a fraction.
func decodeExemplars(data []byte) ([]ExemplarSeries, error) {
	var all []struct {
		SeriesLabels map[string]string `json:"seriesLabels"`
		Exemplars    []struct {
			Labels    map[string]string `json:"labels"`
			Value     model.SampleValue `json:"value"`
			Timestamp model.Time        `json:"timestamp"`
		} `json:"exemplars"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("exemplars: %w", err)
	}
	out := make([]ExemplarSeries, len(all))
	for i, s := range all {
		out[i].Labels = s.SeriesLabels
		for _, e := range s.Exemplars {
			out[i].Exemplars = append(out[i].Exemplars, Exemplar{e.Labels, float64(e.Value), e.Timestamp.Time().UTC()})
		}
	}
	return out, nil
}
