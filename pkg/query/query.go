package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// QueryType chooses the shape of the answer.
type QueryType string

// The query types.
const (
	QuerySummary    QueryType = "summary" // the default
	QueryTimeSeries QueryType = "timeseries"
	QueryWorkloads  QueryType = "workloads"
	QueryHistory    QueryType = "history" // calendar periods
	QueryWhatIf     QueryType = "whatif"
	QueryBurners    QueryType = "burners"
	QueryBacktest   QueryType = "backtest"

	QueryAlerts      QueryType = "alerts"      // for alert rules
	QueryAnnotations QueryType = "annotations" // what happened
	QueryResources   QueryType = "resources"   // what workloads use; about no SLO
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

var (
	queryTypes = []QueryType{QuerySummary, QueryTimeSeries, QueryWorkloads, QueryHistory, QueryWhatIf, QueryBurners, QueryBacktest,
		QueryAlerts, QueryAnnotations, QueryResources}
	metrics = []Metric{MetricSLI, MetricBudget, MetricBurn, MetricEvents, MetricBad, MetricP95, MetricThroughput}
)

// Query is a checked query.
type Query struct {
	RefID   string
	Type    QueryType
	Names   []string          // SLOs of the catalog, distinct; none, and no Inline: all of them
	Inline  json.RawMessage   // an SLO definition as JSON; nil when the catalog's are meant
	GroupBy []string          // replaces the SLOs' own labels unless nil; empty, not nil: one group
	Policy  string            // replaces the SLOs' own policy unless ""
	Metrics []Metric          // distinct, at least one; matters for timeseries only
	Filters []*catalog.Filter // more conditions on every series; may be none
	// Calendar of a history; nil: the SLOs' own.
	Calendar *slo.Calendar

	WhatIf    WhatIf    // of a whatif query
	Burners   Burners   // of a burners query
	Backtest  Backtest  // of a backtest query
	Resources Resources // of a resources query

	// Value is the one number that an alert rule reads: of a summary a column, "" is all of them; of alerts one of AlertValues.
	Value       string
	Severities  []string     // alerts and annotations: only these, distinct; none: all
	Annotations []Annotation // of an annotations query, distinct; none: all kinds

	Instant       time.Time // the end of the time range, cut down to the minute, UTC
	From, To      time.Time // the time range, UTC; it ends now at the latest
	Interval      time.Duration
	MaxDataPoints int64
}

// ParseQuery reads a query that is asked at a time. Every error is a UserError, or several joined: each names a field and
// what would work. Fields it does not know are Grafana's own (datasource, hide, key ...) and left alone.
func ParseQuery(dq backend.DataQuery, now time.Time) (Query, error) {
	q := Query{
		RefID:         dq.RefID,
		From:          dq.TimeRange.From.UTC(),
		To:            dq.TimeRange.To.UTC(),
		Interval:      dq.Interval,
		MaxDataPoints: dq.MaxDataPoints,
	}
	if q.To.After(now) {
		q.To = now.UTC()
	}
	q.Instant = q.To.Truncate(time.Minute)
	r, err := newReader(dq.JSON, "the query")
	if err != nil {
		return Query{}, err
	}
	q.Type = QueryType(r.text("queryType", "summary"))
	q.Names = r.texts("slos", `["availability"]`)
	q.Inline = r.object("inline", `{"name": ..., "objective": 99.9, "window": "30d", "sli": ...}`)
	q.GroupBy = r.texts("groupBy", `["namespace", "workload"]`)
	q.Policy = r.text("policy", "page-and-slack")
	for _, name := range r.texts("metrics", `["budget"]`) {
		q.Metrics = append(q.Metrics, Metric(name))
	}
	period, timezone := r.text("period", "month"), r.text("timezone", "Europe/Berlin")
	q.fillIn(dq.QueryType)
	calendarErr := q.readCalendar(period, timezone)
	q.whatIf(r)
	q.burners(r)
	q.backtest(r)
	q.alerting(r)
	q.filters(r)
	q.resources(r)
	return q, errors.Join(r.err(), calendarErr, q.check())
}

func (q *Query) fillIn(queryType string) {
	if q.Type == "" {
		q.Type = QueryType(queryType)
	}
	if q.Type == "" {
		q.Type = QuerySummary
	}
	if len(q.Metrics) == 0 {
		q.Metrics = []Metric{MetricBudget}
	}
	q.Names = distinct(q.Names)
	q.Metrics = distinct(q.Metrics)
}

// readCalendar reads the calendar of a history. A time zone alone means months.
func (q *Query) readCalendar(period, timezone string) error {
	if period == "" && timezone == "" {
		return nil
	}
	c := slo.Calendar{Unit: slo.CalendarUnit(period)}
	if period == "" {
		c.Unit = slo.Month
	}
	if !slices.Contains(slo.CalendarUnits, c.Unit) {
		return &UserError{"period", fmt.Sprintf("unknown period %s; there are %s", quote(period), join(slo.CalendarUnits))}
	}
	zone, err := slo.LoadZone(timezone)
	if err != nil {
		return &UserError{"timezone", err.Error()}
	}
	c.Zone, q.Calendar = zone, &c
	return nil
}

// Bounds of the lists in a query, far above what people write.
const (
	maxNames    = 1000
	maxLabels   = 50
	maxPolicies = 50
)

func (q *Query) check() error {
	var problems []error
	add := func(field, format string, args ...any) {
		problems = append(problems, &UserError{field, fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(queryTypes, q.Type) {
		add("queryType", "unknown query type %s; there are %s", quote(string(q.Type)), join(queryTypes))
	}
	for i, m := range q.Metrics {
		if !slices.Contains(metrics, m) {
			add(fmt.Sprintf("metrics[%d]", i), "unknown metric %s; there are %s", quote(string(m)), join(metrics))
		}
	}
	if len(q.Names) > 0 && q.Inline != nil {
		add("inline", "an inline SLO and names in slos; give one of the two, or make it two queries")
	}
	for _, list := range []struct {
		field   string
		n, most int
	}{{"slos", len(q.Names), maxNames}, {"groupBy", len(q.GroupBy), maxLabels}, {"burners.by", len(q.Burners.By), maxLabels},
		{"backtest.policies", len(q.Backtest.Policies), maxPolicies}} {
		if list.n > list.most {
			add(list.field, "%d of them; at most %d are read: make several queries of it", list.n, list.most)
		}
	}
	for i, name := range q.Names {
		if strings.TrimSpace(name) == "" {
			add(fmt.Sprintf("slos[%d]", i), "an empty name; is a template variable without a value? For every SLO leave slos out")
		}
	}
	if err := q.checkRange(); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// distinct keeps the first of equal values, in a slice of its own; nil stays nil.
func distinct[T comparable](values []T) []T {
	var kept []T
	seen := make(map[T]bool, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	return kept
}

func join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}
