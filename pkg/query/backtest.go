package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

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
	longest := longestWindow(policies)
	if n := int64((span + longest) / step); n > engine.MaxReplaySteps {
		return 0, fault.UserErrorf("timeRange", "the time range is too long for a backtest: %d steps of %s, with the longest alert window of %s before it. The maximum is %d. "+
			"Use a shorter range. If all windows are whole 5m, use a step of 5m. Or leave out the policy with this window",
			n, slo.FormatDuration(step), slo.FormatDuration(longest), engine.MaxReplaySteps)
	}
	return step, nil
}

func longestWindow(policies []slo.Policy) time.Duration {
	var longest time.Duration
	for _, p := range policies {
		for _, w := range p.Windows() {
			longest = max(longest, w)
		}
	}
	return longest
}
