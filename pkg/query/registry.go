package query

import (
	"context"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
)

// Type is a query type. To add one, add its name, its definition, its call in Ask, and its fields in
// schema.json.
type Type string

// The query types.
const (
	Alerts      Type = "alerts"      // a number for each SLO, group and severity, for alert rules
	Annotations Type = "annotations" // the events of SLOs in the time range
	Backtest    Type = "backtest"    // a replay of alert policies over the time range
	Burners     Type = "burners"     // the breakdown of spent budgets by labels
	Changes     Type = "changes"     // the changes in the time range, the likeliest cause of bad events first
	Exemplars   Type = "exemplars"   // single bad events in the time range, with their traces
	History     Type = "history"     // the results of calendar periods
	Resources   Type = "resources"   // the resource use of workloads
	Summary     Type = "summary"     // one row for each SLO and group: the default
	TimeSeries  Type = "timeseries"  // metrics of SLOs over time
	WhatIf      Type = "whatif"      // budgets under other objectives and windows
	Workloads   Type = "workloads"   // one row for each group, with its most urgent SLO
)

type definition struct {
	name      Type
	overRange bool // the result covers the whole time range, not only its end
	noSLOs    bool // the query does not select SLOs
	// read reads the type's own fields. It is called for queries of all types, because malformed
	// fields are always errors. nil: the type adds no fields.
	read func(q *Query, r *reader)
}

// definitions are those of all query types, sorted by name.
var definitions = []definition{
	{name: Alerts, read: (*Query).readAlertValue},
	{name: Annotations, overRange: true, read: (*Query).readAnnotations},
	{name: Backtest, overRange: true, read: (*Query).readBacktest},
	{name: Burners, read: (*Query).readBreakdown},
	{name: Changes, overRange: true, read: (*Query).readChanges},
	{name: Exemplars, overRange: true},
	{name: History, overRange: true, read: (*Query).readCalendar},
	{name: Resources, overRange: true, noSLOs: true, read: (*Query).readResources},
	{name: Summary},
	{name: TimeSeries, overRange: true, read: (*Query).readMetrics},
	{name: WhatIf, read: (*Query).readWhatIf},
	{name: Workloads},
}

// Types returns the names of all query types, sorted.
func Types() []Type {
	names := make([]Type, len(definitions))
	for i, d := range definitions {
		names[i] = d.name
	}
	return names
}

func (t Type) definition() (definition, bool) {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.name == t })
	if i < 0 {
		return definition{}, false
	}
	return definitions[i], true
}

// HasSLOs reports whether queries of the type select SLOs.
func (t Type) HasSLOs() bool {
	d, _ := t.definition()
	return !d.noSLOs
}

// Scope is the input of a query besides its own fields.
type Scope struct {
	SLOs    []catalog.SLO // of Resolve
	Catalog *catalog.Catalog
}

// Ask calls the engine. The dynamic type of the answer depends on the query type.
func (q Query) Ask(ctx context.Context, e *engine.Engine, scope Scope) (engine.Answer, error) {
	slos := scope.SLOs
	switch q.Type {
	case Alerts:
		a, err := e.Alerts(ctx, slos, q.Instant)
		if err == nil && q.Value == AlertChange {
			e.AddChanges(ctx, slos, a)
		}
		return a, err
	case Annotations:
		return e.Annotations(ctx, slos, q.Annotations, q.From, q.To)
	case Backtest:
		policies, step, err := q.BacktestPolicies(scope.Catalog)
		if err != nil {
			return nil, err
		}
		return e.Backtest(ctx, slos, policies, q.From, q.To, step)
	case Burners:
		return e.Breakdown(ctx, slos, q.Breakdown, q.Instant)
	case Changes:
		return e.Changes(ctx, slos, q.Changes, q.From, q.To)
	case Exemplars:
		return e.Exemplars(ctx, slos, q.From, q.To)
	case History:
		return e.Periods(ctx, slos, q.Calendar, q.From, q.To)
	case Resources:
		return e.Resources(ctx, q.ResourcesRequest())
	case Summary:
		return e.Summary(ctx, slos, q.Instant)
	case TimeSeries:
		return e.TimeSeries(ctx, slos, q.Metrics, q.From, q.To, engine.Step(q.Spacing()))
	case WhatIf:
		return e.WhatIf(ctx, slos, q.WhatIf, q.Instant)
	case Workloads:
		r, err := e.Summary(ctx, slos, q.Instant)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(slos))
		for i, s := range slos {
			names[i] = s.Name
		}
		return engine.Workloads(r, names), nil
	}
	return nil, unknownType(q.Type)
}

func unknownType(t Type) error {
	return fault.UserErrorf("queryType", "unknown query type %s. There are %s", quote(string(t)), decode.Join(Types()))
}
