package engine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

const (
	// changeLookback is how long before an alert its change is searched. Changes in such a range are
	// dated by the minute.
	changeLookback = 6 * time.Hour
	// maxChangeWait bounds the wait of an alert rule for changes. Reads of counts continue for a
	// while, so the next evaluation has them.
	maxChangeWait = 3 * time.Second
)

var errChangesTooSlow = errors.New("the server did not return them within 3 s. The next evaluation tries again")

// AddChanges adds to each firing alert of the SLOs the change that is likely to have caused it. An
// alert does not depend on its change: an error is a warning.
func (e *Engine) AddChanges(ctx context.Context, slos []catalog.SLO, a *Alerts) {
	firing := map[string]bool{}
	for _, s := range a.Severities {
		firing[s.SLO.Name] = firing[s.SLO.Name] || s.State == slo.Firing
	}
	slos = slices.DeleteFunc(slices.Clone(slos), func(s catalog.SLO) bool { return !firing[s.Name] || !hasChanges(s) })
	if len(slos) == 0 {
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer time.AfterFunc(maxChangeWait, func() { cancel(errChangesTooSlow) }).Stop()
	likeliest := map[string]*ChangeRow{}
	err := fault.Guard(ctx, func() error {
		kinds := slices.DeleteFunc(slices.Clone(ChangeKinds), func(k ChangeKind) bool { return k == ChangeExclusion })
		c, err := e.Changes(ctx, slos, ChangesRequest{Kinds: kinds, Top: 1}, a.Instant.Add(-changeLookback), a.Instant)
		if err != nil {
			return err
		}
		a.Add(c.Cost, c.Warnings, c.Sent)
		for i, row := range c.Rows {
			if row.Likelihood != Unlikely {
				likeliest[alertKey(row.SLO,
					renameLabels(Row{Labels: row.Labels}, row.SLO.RenamedLabels).Labels)] = &c.Rows[i]
			}
		}
		return nil
	})
	if err = cmp.Or(context.Cause(ctx), err); err != nil {
		a.Warn("no likely changes: " + err.Error())
	}
	for i, s := range a.Severities {
		if s.State == slo.Firing {
			a.Severities[i].Change = likeliest[alertKey(s.SLO, s.Labels)]
		}
	}
}

func alertKey(s catalog.SLO, labels map[string]string) string {
	return s.Name + "\xff" + measure.LabelKey(labels)
}
