package prom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Range is an evaluation grid: Start, Start+Step, ... up to End.
type Range struct {
	Start, End time.Time
	Step       time.Duration
}

// QueryRange evaluates expr at every instant of the grid. Warnings are texts of the server for the
// viewer; Partial reports which mean incomplete data.
func (c *Client) QueryRange(ctx context.Context, expr string, r Range) (model.Matrix, []string, error) {
	return c.queryRange(ctx, expr, r, false)
}

func (c *Client) queryRange(ctx context.Context, expr string, r Range, coarse bool) (model.Matrix, []string, error) {
	args := url.Values{
		"start": {seconds(r.Start)}, "end": {seconds(r.End)},
		"step": {strconv.FormatFloat(r.Step.Seconds(), 'f', -1, 64)},
	}
	return c.evaluate(ctx,
		request{op: "query_range", path: "/api/v1/query_range", args: args, step: r.Step, coarse: coarse}, expr)
}

// Query evaluates expr at one instant. A range selector returns its raw samples as a matrix. Other
// expressions return a vector, as a matrix of one point per series.
func (c *Client) Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error) {
	return c.evaluate(ctx, request{op: "query", path: "/api/v1/query", args: url.Values{"time": {seconds(at)}}}, expr)
}

// evaluate sends a query in the dialect of the server.
func (c *Client) evaluate(ctx context.Context, r request, expr string) (m model.Matrix, warnings []string, err error) {
	err = c.withSlot(ctx, r.op, func(ctx context.Context, d dialect.Dialect) error {
		r.args.Set("query", d.Translate(expr))
		a, err := c.send(ctx, r, d)
		if err != nil {
			return err
		}
		if a.resultType != "matrix" && (r.op == "query_range" || a.resultType != "vector" && a.resultType != "scalar") {
			return classify(ctx, r.op, badAnswer("expected series, got "+kindOf(a.resultType)), c.secretsOf(nil))
		}
		m, warnings = a.matrix, a.warnings
		return nil
	})
	return m, warnings, err
}

// kindOf names the type of a result; a server, or a proxy, may respond without data.
func kindOf(resultType string) string {
	switch resultType {
	case "":
		return "no data"
	case "scalar", "string", "vector", "matrix":
		return "a " + resultType
	}
	return "data of an unknown type"
}

// LabelValues returns the values of a label in the series of a selector in [start, end].
func (c *Client) LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values,
	warnings []string, err error,
) {
	a, err := c.labelValues(ctx, label, selector, start, end, nil)
	if err != nil {
		return nil, nil, err
	}
	return a.names, a.warnings, nil
}

// Names returns at most limit values of a label in the series of a selector in [start, end], also
// for servers without a limit. For the label __name__ they are metrics.
func (c *Client) Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string,
	error,
) {
	a, err := c.labelValues(ctx, label, selector, start, end, url.Values{"limit": {strconv.FormatUint(limit, 10)}})
	if err != nil {
		return nil, err
	}
	return a.names[:min(uint64(len(a.names)), limit)], nil
}

func (c *Client) labelValues(ctx context.Context, label, selector string, start, end time.Time,
	args url.Values,
) (*answer, error) {
	args = within(args, selector, start, end)
	return c.ask(ctx,
		request{op: "label_values", path: "/api/v1/label/" + url.PathEscape(label) + "/values", args: args, get: true})
}

// LabelNames returns the label names of the series of a selector in [start, end].
func (c *Client) LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	a, err := c.ask(ctx, request{op: "labels", path: "/api/v1/labels", args: within(nil, selector, start, end)})
	if err != nil {
		return nil, err
	}
	return a.names, nil
}

// Series returns the label sets of the series of a selector with samples in [start, end].
func (c *Client) Series(ctx context.Context, selector string, start, end time.Time) (sets []model.LabelSet,
	warnings []string, err error,
) {
	err = c.withSlot(ctx, "series", func(ctx context.Context, d dialect.Dialect) error {
		r := request{op: "series", path: "/api/v1/series", args: within(nil, selector, start, end)}
		if d.DailySeries { // in such a list, a counter that started in the afternoon existed in the morning
			expr, err := promexpr.ParseVerbatim(selector)
			if err != nil {
				return &Error{Op: "series", Reason: BadQuery, Message: err.Error()}
			}
			// excludes its left end, so that start is included
			last := promexpr.Over("last_over_time", promexpr.Selectors(expr)[0], end.Sub(start)+time.Millisecond)
			r.path, r.args = "/api/v1/query", url.Values{"query": {last.String()}, "time": {seconds(end)}}
		}
		a, err := c.send(ctx, r, d)
		if err != nil {
			return err
		}
		for _, s := range a.matrix {
			a.sets = append(a.sets, model.LabelSet(s.Metric))
		}
		sets, warnings = a.sets, a.warnings
		return nil
	})
	return sets, warnings, err
}

func within(args url.Values, selector string, start, end time.Time) url.Values {
	if args == nil {
		args = url.Values{}
	}
	args.Set("match[]", selector)
	args.Set("start", seconds(start))
	args.Set("end", seconds(end))
	return args
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.Unix())+float64(t.Nanosecond())/1e9, 'f', -1, 64)
}

// DownsampledError means that a server has only downsampled data, which cannot be counted.
type DownsampledError struct{ Selector string }

func (e *DownsampledError) Error() string {
	return "Thanos has only downsampled data of " + e.Selector + " in this time. Its values are means: " +
		"keep raw blocks for the window and a day (--retention.resolution-raw), or set maxSourceResolution to 5m"
}

// UserMistake is true: the owner sets retention and downsampling.
func (*DownsampledError) UserMistake() bool { return true }

// Downsampled returns a *DownsampledError if a server without raw data of a selector in [start,
// end] has downsampled data; otherwise nil.
func (c *Client) Downsampled(ctx context.Context, selector string, start, end time.Time) error {
	d, err := c.Dialect(ctx)
	if err != nil || d.Product != dialect.Thanos {
		return err
	}
	const points = 1000
	step := max(coarsestResolution, (end.Sub(start) / points).Truncate(coarsestResolution))
	expr, err := promexpr.ParseVerbatim(selector)
	if err != nil {
		return err
	}
	m, _, err := c.queryRange(ctx, promexpr.Aggregate(parser.COUNT, nil, expr).String(),
		Range{Start: start, End: end, Step: step}, true)
	if err != nil {
		return err
	}
	for _, s := range m {
		if len(s.Values) > 0 {
			return &DownsampledError{selector}
		}
	}
	return nil
}

// coarsestResolution is the resolution of the oldest data of Thanos.
const coarsestResolution = time.Hour

// partialPrefix precedes every warning about incomplete data.
const partialPrefix = "The server may have answered from a part of its data: "

// queryNoticePrefixes are the prefixes of warnings that do not mean missing data: about the
// evaluation of a query, and Thanos' warning that it has no storage for a time range.
var queryNoticePrefixes = []string{"PromQL warning", "PromQL info", "No StoreAPIs matched"}

// Partial reports whether a warning of this package means incomplete data.
func Partial(warning string) bool { return strings.HasPrefix(warning, partialPrefix) }

// markWarnings returns warnings without secrets. It adds partialPrefix to those about missing data.
func markWarnings(warnings, secrets []string) []string {
	if len(warnings) == 0 {
		return nil
	}
	out := make([]string, len(warnings))
	for i, w := range warnings {
		if out[i] = Redact(w, secrets...); !isAboutQuery(w) {
			out[i] = partialPrefix + out[i]
		}
	}
	return out
}

func isAboutQuery(w string) bool {
	return slices.ContainsFunc(queryNoticePrefixes, func(prefix string) bool { return strings.HasPrefix(w, prefix) })
}

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
