// Package query parses the JSON of a Grafana query, and of the data source's settings, into typed
// requests of the engine. It contains the fields, their schema and their limits. An error names the
// field and a correction. It must not depend on servers or data frames.
//
// The table in registry.go lists the query types. Start reading at ParseQuery.
package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// Query is a checked query.
type Query struct {
	RefID   string
	Type    Type
	Names   []string          // SLOs of the catalog, distinct; none, and no Inline: all of them
	Inline  json.RawMessage   // an SLO definition as JSON; nil: SLOs of the catalog
	GroupBy []string          // nil: the SLOs' own labels; empty: one group
	Policy  string            // "": the SLOs' own policies
	Metrics []engine.Metric   // distinct, at least one; for timeseries only
	Filters []*catalog.Filter // further conditions on every series
	// Calendar of a history; nil: the SLOs' own.
	Calendar *slo.Calendar

	WhatIf    engine.Alternatives     // of a whatif query
	Breakdown engine.BreakdownRequest // of a burners query
	Backtest  BacktestOptions         // of a backtest query
	Changes   engine.ChangesRequest   // of a changes query
	Resources engine.ResourcesRequest // of a resources query

	// Value is the one number for an alert rule: of a summary, a column, "" for all; of alerts, one
	// of AlertValues.
	Value       string
	Severities  []string           // alerts and annotations: only these, distinct; none: all
	Annotations []engine.EventKind // of an annotations query, distinct; none: all kinds

	// Part selects some of the SLOs. nil: all of them.
	Part *Part

	// ForRule states that an alert rule reads the answer: each number has unique labels.
	ForRule  bool
	Warnings []string // what was changed to answer the query

	Instant       time.Time // the end of the time range, rounded down to the minute, UTC
	From, To      time.Time // the time range, UTC, at most until now
	Interval      time.Duration
	MaxDataPoints int64
}

// ParseQuery parses a query at a time. Every error is a UserError, or several joined; each names a
// field and a correction. Unknown fields that resemble no known one belong to Grafana and are ignored.
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
	if err := migrate(r); err != nil {
		return Query{}, err
	}
	q.Type = Type(cmp.Or(r.text("queryType", "summary"), dq.QueryType, string(Summary)))
	q.Names = withoutDuplicates(r.texts("slos", `["availability"]`))
	q.Inline = r.object("inline", `{"name": ..., "objective": 99.9, "window": "30d", "sli": ...}`)
	q.GroupBy = r.texts("groupBy", `["namespace", "workload"]`)
	q.Policy = r.text("policy", "page-and-slack")
	q.Value = r.text("value", AlertFiring)
	q.Severities = withoutDuplicates(r.texts("severities", `["page"]`))
	for i, s := range q.Severities {
		if strings.TrimSpace(s) == "" {
			r.problem(fmt.Sprintf("severities[%d]", i),
				"a severity is empty. Check your template variables. To query all severities, remove severities")
		}
	}
	q.readFilters(r)
	q.readPart(r)
	for _, d := range definitions {
		if d.read != nil {
			d.read(&q, r)
		}
	}
	r.checkNames()
	return q, errors.Join(r.err(), q.check())
}

// Bounds of the lists in a query, far above what people use.
const (
	maxNames    = 1000
	maxLabels   = 50
	maxPolicies = 50
)

func (q *Query) check() error {
	var problems []error
	add := func(field, format string, args ...any) {
		problems = append(problems, fault.UserErrorf(field, format, args...))
	}
	if _, ok := q.Type.definition(); !ok {
		problems = append(problems, unknownType(q.Type))
	}
	if len(q.Names) > 0 && q.Inline != nil {
		add("inline", "use either slos or inline, not both")
	}
	for _, list := range []struct {
		field   string
		n, most int
	}{
		{"slos", len(q.Names), maxNames},
		{"groupBy", len(q.GroupBy), maxLabels},
		{"burners.by", len(q.Breakdown.By), maxLabels},
		{"backtest.policies", len(q.Backtest.Policies), maxPolicies},
	} {
		if list.n > list.most {
			add(list.field, "too many values (%d). The maximum is %d", list.n, list.most)
		}
	}
	for i, name := range q.Names {
		if strings.TrimSpace(name) == "" {
			add(fmt.Sprintf("slos[%d]", i),
				"an SLO name is empty. Check your template variables. To query all SLOs, remove slos")
		}
	}
	if err := q.checkRange(); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// withoutDuplicates keeps the first of equal values, in a new slice. nil stays nil.
func withoutDuplicates[T comparable](values []T) []T {
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

// Bounds of time ranges.
const (
	MaxRange  = 2 * catalog.MaxWindow // of a time range
	MaxPoints = 11_000                // of a time series, as Prometheus
)

// checkRange checks the time range. A range that is too long is shortened, with a warning.
func (q *Query) checkRange() error {
	problem := func(format string, args ...any) error {
		return fault.UserErrorf("timeRange", format, args...)
	}
	start, end := q.From.Format(time.RFC3339), q.To.Format(time.RFC3339)
	switch d, _ := q.Type.definition(); {
	case q.To.Unix() <= 0:
		return problem("has no end. Give one, for example now")
	case !d.overRange:
	case !q.From.Before(q.To):
		return problem("starts at %s and ends at %s, now at the latest. The range must end after its start", start, end)
	case q.From.Before(q.To.Add(-MaxRange)):
		q.From = q.To.Add(-MaxRange)
		q.Warnings = append(q.Warnings, fmt.Sprintf("The time range is longer than %s. The answer begins at %s.",
			slo.FormatDuration(MaxRange), q.From.Format(time.RFC3339)))
	}
	return nil
}

// Spacing is the time between points: the interval of the panel, or more if that would exceed
// MaxDataPoints or MaxPoints.
func (q Query) Spacing() time.Duration {
	points := int64(MaxPoints)
	if q.MaxDataPoints > 0 {
		points = min(points, q.MaxDataPoints)
	}
	return max(q.Interval, (q.To.Sub(q.From)+time.Duration(points)-1)/time.Duration(points))
}

// Part selects some of the SLOs of a summary, so that a browser can show the first rows of a large
// catalog while the others are read. It is not stored in queries.
type Part struct {
	From  int // index of the first SLO
	Count int
	Of    int // all SLOs of the query, of Query.LimitToPart
}

// readPart reads {"from": 0, "count": 20}.
func (q *Query) readPart(r *reader) {
	in, ok := r.nested("part", `{"from": 0, "count": 20}`)
	if !ok {
		return
	}
	from, _ := in.wholeNumber("from", "0")
	count, given := in.wholeNumber("count", "20")
	switch {
	case from < 0 || from > maxNames:
		in.problem("from", "%d is not within 0 to %d. It is the index of the first SLO", from, maxNames)
	case given && (count < 1 || count > maxNames):
		in.problem("count", "%d is not within 1 to %d. It is the number of SLOs", count, maxNames)
	case !given:
		in.problem("count", "the number of SLOs is missing")
	case q.Type != Summary && q.Type != Workloads:
		in.problem("", "queries of type %s have no parts. Remove part", q.Type)
	default:
		q.Part = &Part{From: int(from), Count: int(count)}
	}
}

// LimitToPart returns the SLOs of the query's part, and records how many there are in all. An alert
// rule has no parts: it would resolve if it lost a row.
func (q *Query) LimitToPart(slos []catalog.SLO) ([]catalog.SLO, error) {
	if q.Part == nil {
		return slos, nil
	}
	if q.ForRule {
		return nil, fault.UserErrorf("part", "an alert rule must read all %d SLOs. Remove part", len(slos))
	}
	p := *q.Part
	p.Of = len(slos)
	q.Part = &p
	from := min(p.From, len(slos))
	return slos[from:min(from+p.Count, len(slos))], nil
}

// SchemaVersion is the version of stored queries. Queries without a version have version 1.
// schema.json is their JSON Schema: the common fields, and a definition for each query type,
// distinguished by queryType. Its "$ref": "SLO" and "PolicyAlert" refer to the schema of the catalog.
const SchemaVersion = 1

// migrations convert the fields of a stored query from version i+1 to version i+2, in place. If a
// version cannot express a query any more, its migration returns an error with a correction.
var migrations = []func(fields map[string]json.RawMessage) error{}

// migrate converts the fields of a stored query to SchemaVersion.
func migrate(r *reader) error {
	version, given := r.wholeNumber("schemaVersion", "1")
	switch {
	case !given:
		version = 1
	case version < 1 || version > SchemaVersion:
		r.problem("schemaVersion",
			"version %d of stored queries is unknown. This version of Burnline reads 1 to %d. Update the plugin",
			version, SchemaVersion)
		return nil
	}
	for _, step := range migrations[min(version-1, int64(len(migrations))):] {
		if err := step(r.fields); err != nil {
			return err
		}
	}
	return nil
}
