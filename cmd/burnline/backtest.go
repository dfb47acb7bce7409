package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

// policyRow is the result of one policy over all groups of an SLO.
type policyRow struct {
	SLO           string   `json:"slo"`
	Policy        string   `json:"policy"`
	Groups        int      `json:"groups"`
	Pages         int      `json:"pages"`
	PagesPerWeek  float64  `json:"pagesPerWeek"`
	Needless      int      `json:"needless"` // pages without an incident
	Alarms        int      `json:"alarms"`
	Incidents     int      `json:"incidents"`
	Detected      int      `json:"detected"`
	DetectedAfter *float64 `json:"detectedAfterSeconds"` // median
	SpentBefore   *float64 `json:"spentBefore"`          // median share of the budget spent until detection
	Silence       *float64 `json:"silenceSeconds"`       // the longest in any incident
}

func (p program) backtest(ctx context.Context, args []string) error {
	var a serverFlags
	var last, step, policies string
	names, err := p.flags("backtest", args, func(f *flag.FlagSet) {
		a.define(f)
		f.StringVar(&last, "last", "30d", "how far back")
		f.StringVar(&step, "step", "", "1m or 5m. Default 1m up to a week")
		f.StringVar(&policies, "policies", "", "names of policies, by commas. Default all")
	})
	if err != nil {
		return err
	}
	q, err := p.newServerQuery(a, names)
	if err != nil {
		return err
	}
	over, err := slo.ParseDuration(last)
	if err != nil {
		return usagef("--last: %w", err)
	}
	compared, err := policiesOf(q.files, splitList(policies))
	if err != nil {
		return err
	}
	by := engine.ReplayStep(compared, over)
	if step != "" {
		if by, err = slo.ParseDuration(step); err != nil || by != time.Minute && by != 5*time.Minute {
			return usagef("--step: %q is not a step. There are 1m and 5m", step)
		}
	}
	ctx, cancel := a.withTimeout(ctx)
	defer cancel()
	b, err := q.engine.Backtest(ctx, q.slos, compared, q.at.Add(-over), q.at, by)
	if err != nil {
		return timeoutOr(ctx, err)
	}
	p.warn(b.Warnings)
	t := table{header: []string{
		"SLO", "Policy", "Groups", "Pages", "Per week", "Needless", "Alarms", "Incidents",
		"Detected", "Median to detect", "Median spent before", "Longest silence",
	}}
	rows := []policyRow{}
	for _, c := range b.Compared {
		s := c.Score
		rows = append(rows, policyRow{
			SLO: c.SLO.Name, Policy: c.SLO.Policy.Name, Groups: s.Groups, Pages: s.Pages, PagesPerWeek: s.PagesPerWeek,
			Needless: s.Needless,
			Alarms:   s.Alarms, Incidents: s.Incidents, Detected: s.Detected,
			DetectedAfter: seconds(s.MedianAfter), SpentBefore: s.MedianSpent, Silence: seconds(s.Silence),
		})
		t.rows = append(t.rows, []string{
			c.SLO.Name, c.SLO.Policy.Name, fmt.Sprint(s.Groups), fmt.Sprint(s.Pages),
			fmt.Sprintf("%.1f", s.PagesPerWeek), fmt.Sprint(s.Needless),
			fmt.Sprint(s.Alarms), fmt.Sprint(s.Incidents), fmt.Sprint(s.Detected), duration(s.MedianAfter),
			percent(s.MedianSpent), duration(s.Silence),
		})
	}
	out := map[string]any{"from": b.From, "to": b.Instant, "stepSeconds": b.Step.Seconds(), "policies": rows}
	return errors.Join(write(p.out, a.format, t, out), p.printUnread(&b.Report))
}

// policiesOf returns the named policies of the files, or all policies.
func policiesOf(files []file, names []string) ([]slo.Policy, error) {
	var all []slo.Policy
	var known []string
	for _, f := range files {
		for _, policy := range f.AllPolicies() {
			if !slices.Contains(known, policy.Name) {
				all, known = append(all, policy), append(known, policy.Name)
			}
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	var out []slo.Policy
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, usagef("--policies: unknown policy %q. There are %s", name, strings.Join(known, ", "))
		}
		out = append(out, all[i])
	}
	return out, nil
}
