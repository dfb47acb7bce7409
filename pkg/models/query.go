package models

import (
	"encoding/json"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// QueryType chooses the shape of the answer.
type QueryType string

// The query types.
const (
	QuerySummary    QueryType = "summary" // the default
	QueryTimeSeries QueryType = "timeseries"
	QueryWorkloads  QueryType = "workloads"
)

// Metric is one value over time of a timeseries query.
type Metric string

// The metrics of a timeseries query.
const (
	MetricSLI        Metric = "sli"
	MetricBudget     Metric = "budget" // the default
	MetricBurn       Metric = "burn"
	MetricEvents     Metric = "events"
	MetricBad        Metric = "bad"
	MetricP95        Metric = "p95"
	MetricThroughput Metric = "throughput"
)

// Query is a checked query.
type Query struct {
	RefID   string
	Type    QueryType
	Names   []string        // SLOs of the catalog; none, and no Inline: all of them
	Inline  json.RawMessage // an SLO definition as JSON; nil when the catalog's are meant
	GroupBy []string        // replaces the SLOs' own labels unless nil; empty, not nil: one group
	Policy  string          // replaces the SLOs' own policy unless ""
	Metrics []Metric        // distinct, at least one; matters for timeseries only

	Instant       time.Time // the end of the time range, cut down to the minute, UTC
	From, To      time.Time // the time range, UTC
	Interval      time.Duration
	MaxDataPoints int64
}

// ParseQuery reads a query. Every error is a UserError, or several joined: each names a field and what would work.
func ParseQuery(dq backend.DataQuery) (Query, error) {
	return Query{}, nil
}
