package query

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/slo"
)

// AlertValue is the number that an alerts query returns for each SLO, group and severity.
type AlertValue = string

// The values of an alerts query.
const (
	AlertFiring      AlertValue = "firing"       // 1 while an alert of the severity fires, else 0; the default
	AlertState       AlertValue = "state"        // as in a summary
	AlertUnmeasured  AlertValue = "unmeasured"   // 1 while too little is measured to judge, and the last state is kept
	AlertBudget      AlertValue = "budget"       // remaining share
	AlertBurnLong    AlertValue = "burn_long"    // burn rate over the long window of the alert nearest to firing
	AlertBurnShort   AlertValue = "burn_short"   // over its short one
	AlertFactor      AlertValue = "factor"       // the burn rate at which it fires
	AlertExhaustedIn AlertValue = "exhausted_in" // seconds until the budget is spent
	// while it fires: bad events that the likeliest change explains. Its label change describes the change
	AlertChange AlertValue = "change"
)

// AlertValues are all values of an alerts query.
var AlertValues = []AlertValue{
	AlertFiring, AlertState, AlertUnmeasured, AlertBudget, AlertBurnLong, AlertBurnShort,
	AlertFactor, AlertExhaustedIn, AlertChange,
}

// readAlertValue reads {"value": "firing"}.
func (q *Query) readAlertValue(r *reader) {
	if q.Type != Alerts {
		return
	}
	q.Value = cmp.Or(q.Value, AlertFiring)
	if !slices.Contains(AlertValues, q.Value) {
		r.problem("value", "unknown value %s. There are %s", quote(q.Value), strings.Join(AlertValues, ", "))
	}
}

// readAnnotations reads {"annotations": ["firing", "rollouts"]}.
func (q *Query) readAnnotations(r *reader) {
	kinds := engine.EventKinds
	if q.Type != Annotations {
		kinds = nil
	}
	q.Annotations = words(r, "annotations", "kind", `["firing", "rollouts"]`, kinds)
	if len(q.Annotations) == 0 {
		q.Annotations = kinds
	}
}

// BacktestOptions are the policies of a backtest query. BacktestPolicies resolves them.
type BacktestOptions struct {
	Policies []string        // names, distinct
	Inline   json.RawMessage // policies in the format of a catalog, by name; nil: none
	Step     time.Duration   // 1m or 5m; 0: chosen by the time range
	Frames   []string        // the frames to return, of BacktestFrames; none: all
}

// BacktestFrames are the names of the frames of a backtest.
var BacktestFrames = []string{"policies", "groups", "alarms", "incidents", "states"}

// readBacktest reads {"policies": ["page-and-slack"], "inline": {"mine": [...]}, "step": "1m"}.
func (q *Query) readBacktest(r *reader) {
	r, ok := r.nested("backtest", `{"policies": ["page-and-slack", "sre-workbook"], "step": "5m"}`)
	if !ok {
		return
	}
	q.Backtest.Policies = withoutDuplicates(r.texts("policies", `["page-and-slack", "sre-workbook"]`))
	q.Backtest.Inline = r.object("inline", `{"mine": [{"severity": "page", "percent": 2, "long": "1h"}]}`)
	if text := r.text("step", "1m"); text != "" {
		step, err := slo.ParseDuration(text)
		if err != nil || !slices.Contains(engine.ReplaySteps, step) {
			r.problem("step", "%s is not a step. There are 1m and 5m", quote(text))
		}
		q.Backtest.Step = step
	}
	q.Backtest.Frames = words(r, "frames", "frame", `["policies", "states"]`, BacktestFrames)
}

// BacktestPolicies returns the policies to replay, named before inline ones, and the step. By
// default, it returns all policies. Errors are UserErrors that name the field.
func (q Query) BacktestPolicies(c *catalog.Catalog) ([]slo.Policy, time.Duration, error) {
	var policies []slo.Policy
	var problems []error
	for i, name := range q.Backtest.Policies {
		p, err := c.Policy(name)
		if err != nil {
			problems = append(problems, fault.UserErrorf(fmt.Sprintf("backtest.policies[%d]", i), "%v", err))
		}
		policies = append(policies, p)
	}
	if q.Backtest.Inline != nil {
		own, found := catalog.ParsePolicies(q.Backtest.Inline)
		problems = append(problems, fieldErrors("backtest.inline", found))
		for _, p := range own {
			if slices.ContainsFunc(policies, func(o slo.Policy) bool { return o.Name == p.Name }) {
				problems = append(problems, fault.UserErrorf("backtest.inline."+p.Name, "is in backtest.policies too. Choose another name"))
			}
			policies = append(policies, p)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, 0, err
	}
	if len(policies) == 0 {
		policies = c.AllPolicies()
	}
	step, err := q.backtestStep(policies)
	return policies, step, err
}

func (q Query) backtestStep(policies []slo.Policy) (time.Duration, error) {
	step, span := q.Backtest.Step, q.To.Sub(q.From)
	if step == 0 {
		step = engine.ReplayStep(policies, span)
	}
	if odd := engine.IndivisibleWindow(policies, step); odd != "" {
		return 0, fault.UserErrorf("backtest.step", "%s is not a whole number of steps of %s. Use 1m", odd, slo.FormatDuration(step))
	}
	if n := int64(span / step); n > engine.MaxReplaySteps {
		return 0, fault.UserErrorf("timeRange", "the time range is too long for a backtest: %d steps of %s. The maximum is %d. Use a shorter range. If all windows are whole 5m, use a step of 5m",
			n, slo.FormatDuration(step), engine.MaxReplaySteps)
	}
	longest := engine.LongestWindow(policies)
	if n := int64((span + longest) / step); n > engine.MaxReplaySteps {
		return 0, fault.UserErrorf("timeRange", "the time range is too long for a backtest: %d steps of %s, with the longest alert window of %s before it. The maximum is %d. "+
			"Use a shorter range. If all windows are whole 5m, use a step of 5m. Or leave out the policy with this window",
			n, slo.FormatDuration(step), slo.FormatDuration(longest), engine.MaxReplaySteps)
	}
	return step, nil
}

const (
	defaultTop = 20
	maxTop     = 1000
)

// readBreakdown reads {"by": ["code", "handler"], "top": 20}.
func (q *Query) readBreakdown(r *reader) {
	const example = `["code", "handler"]`
	isRequired := q.Type == Burners
	_, given := r.get("burners")
	r, ok := r.nested("burners", `{"by": ["code", "handler"], "top": 20}`)
	if !ok {
		if !given && isRequired {
			r.problem("burners", `select at least one label to split by, for example {"by": %s}`, example)
		}
		return
	}
	q.Breakdown.By = withoutDuplicates(r.texts("by", example))
	for i, label := range q.Breakdown.By {
		if strings.TrimSpace(label) == "" {
			r.problem(fmt.Sprintf("by[%d]", i), "an empty label name. Is a template variable without a value?")
		}
	}
	if isRequired && len(q.Breakdown.By) == 0 && !r.hasProblems() {
		r.problem("by", "select at least one label to split by, for example %s", example)
	}
	q.Breakdown.Top = r.top("rows", defaultTop, defaultTop)
}

// top reads a number of results. otherwise is the value of an absent field.
func (r *reader) top(what string, example, otherwise int) int {
	top, given := r.wholeNumber("top", strconv.Itoa(example))
	if !given {
		return otherwise
	}
	if top < 1 || top > maxTop {
		r.problem("top", "%d is not within 1 to %d. It is the number of %s, for example %d", top, maxTop, what, example)
	}
	return int(top)
}

// readChanges reads {"kinds": ["rollout", "node"], "top": 20}.
func (q *Query) readChanges(r *reader) {
	if q.Type == Changes {
		q.Changes.Top = defaultTop
	}
	r, ok := r.nested("changes", `{"kinds": ["rollout", "node"], "top": 20}`)
	if !ok {
		return
	}
	q.Changes.Kinds = words(r, "kinds", "kind", `["rollout", "node"]`, engine.ChangeKinds)
	q.Changes.Top = r.top("rows for each group", defaultTop, q.Changes.Top)
}

// readCalendar reads the calendar of a history. A time zone alone means months.
func (q *Query) readCalendar(r *reader) {
	period, timezone := r.text("period", "month"), r.text("timezone", "Europe/Berlin")
	if period == "" && timezone == "" {
		return
	}
	c := slo.Calendar{Unit: slo.CalendarUnit(period)}
	if period == "" {
		c.Unit = slo.Month
	}
	if !slices.Contains(slo.CalendarUnits, c.Unit) {
		r.problem("period", "unknown period %s. There are %s", quote(period), decode.Join(slo.CalendarUnits))
		return
	}
	zone, err := slo.LoadZone(timezone)
	if err != nil {
		r.problem("timezone", "%v", err)
		return
	}
	c.Zone, q.Calendar = zone, &c
}

const (
	defaultTopSeries = 20
	resourcesExample = `{"signals": ["cpu_limit", "memory_limit", "restarts"]}`
)

// readResources reads {"signals": ["cpu"], "format": "timeseries", "top": 10}.
func (q *Query) readResources(r *reader) {
	known, err := resources.Known()
	if err != nil {
		r.problem("resources", "%v", err) // a bug
		return
	}
	if q.Type == Resources {
		q.Resources.Signals, _ = known.FindSignals(nil) // no name is unknown
	}
	if r, ok := r.nested("resources", resourcesExample); ok {
		names := r.texts("signals", `["memory_limit"]`)
		q.Resources.Named = len(names) > 0
		if signals, err := known.FindSignals(names); err != nil {
			r.problem("signals", "%v", err)
		} else {
			q.Resources.Signals = signals
		}
		switch format := r.text("format", "table"); format {
		case "", "table":
		case "timeseries":
			q.Resources.OverTime = true
			q.Resources.Top = defaultTopSeries
		default:
			r.problem("format", "unknown format %s. There are table and timeseries", quote(format))
		}
		q.Resources.Top = r.top("rows or lines", 10, q.Resources.Top)
	}
	if q.Type != Resources {
		return
	}
	for i, label := range q.GroupBy {
		if !slices.Contains(resources.Labels, label) {
			r.problem(fmt.Sprintf("groupBy[%d]", i), "resources have the labels %s, not %s",
				strings.Join(resources.Labels, ", "), quote(label))
		}
	}
}

// ResourcesRequest converts the query to a request of the engine. For queries of other types, it
// serves the values of labels.
func (q Query) ResourcesRequest() engine.ResourcesRequest {
	out := q.Resources
	out.GroupBy, out.Filters, out.From, out.To = q.GroupBy, q.Filters, q.From, q.To
	if out.OverTime {
		out.Step = engine.Step(q.Spacing())
	}
	return out
}

// readMetrics reads {"metrics": ["budget"]}.
func (q *Query) readMetrics(r *reader) {
	q.Metrics = words(r, "metrics", "metric", `["budget"]`, engine.Metrics)
	if len(q.Metrics) == 0 {
		q.Metrics = []engine.Metric{engine.MetricBudget}
	}
}

const maxVariants = 100

// readWhatIf reads {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}.
func (q *Query) readWhatIf(r *reader) {
	_, given := r.get("whatif")
	r, ok := r.nested("whatif", `{"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
	if !ok {
		if !given && q.Type == WhatIf {
			r.problem("whatif",
				`missing. Give objectives, windows or both, for example {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`)
		}
		return
	}
	for i, percent := range r.numbers("objectives", "[99.5, 99.9]") {
		if !(percent > 1 && percent <= 100) {
			r.problem(fmt.Sprintf("objectives[%d]", i),
				"%v is not within 1 < objective <= 100. Give percent, for example 99.9", percent)
			continue
		}
		q.WhatIf.Objectives = append(q.WhatIf.Objectives, slo.ObjectiveFromPercent(percent))
	}
	for i, text := range r.texts("windows", `["7d", "30d"]`) {
		w, err := slo.ParseDuration(text)
		if err != nil || w < catalog.MinWindow || w > catalog.MaxWindow || w%time.Minute != 0 {
			r.problem(fmt.Sprintf("windows[%d]", i),
				"%s is not a window. Give whole minutes from %s to %s, for example 30d",
				quote(text), slo.FormatDuration(catalog.MinWindow), slo.FormatDuration(catalog.MaxWindow))
			continue
		}
		q.WhatIf.Windows = append(q.WhatIf.Windows, w)
	}
	q.WhatIf.Objectives, q.WhatIf.Windows = withoutDuplicates(q.WhatIf.Objectives), withoutDuplicates(q.WhatIf.Windows)
	if q.Type != WhatIf || r.hasProblems() {
		return
	}
	switch n := max(len(q.WhatIf.Objectives), 1) * max(len(q.WhatIf.Windows), 1); {
	case len(q.WhatIf.Objectives)+len(q.WhatIf.Windows) == 0:
		r.problem("", `is empty. Give objectives, windows or both, for example {"objectives": [99.5, 99.9]}`)
	case n > maxVariants:
		r.problem("", "%d objectives and windows together. At most %d are compared", n, maxVariants)
	}
}
