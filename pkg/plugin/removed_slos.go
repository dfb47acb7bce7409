package plugin

import (
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

// removalGrace is the time after a change of the settings in which an SLO that is not in the
// catalog is an error for alert rules. An error keeps alerts firing, so that an accident in the
// catalog resolves no page before a person has seen it. Afterwards the SLO has no firing alert:
// with an error, Grafana would keep its page for ever.
const removalGrace = time.Hour

// removedSLOs are the SLOs of an alert rule that are not in the catalog.
type removedSLOs struct {
	names      []string
	isWhole    bool // the rule selects all SLOs, and there are none
	severities []string
}

// splitRemoved separates removed SLOs from the query of an alert rule. A query with a mistake is not
// changed, so that it is refused: if the catalog has problems, an SLO may be missing by mistake.
func (d *Datasource) splitRemoved(q query.Query) (query.Query, removedSLOs, error) {
	var gone removedSLOs
	if q.Type != query.Alerts || q.Inline != nil || len(d.settings.CatalogProblems) > 0 {
		return q, gone, nil
	}
	var existing []string
	for _, name := range q.Names {
		if _, err := d.settings.Catalog.Lookup(name); err != nil {
			gone.names = append(gone.names, name)
		} else {
			existing = append(existing, name)
		}
	}
	gone.isWhole = len(q.Names) == 0 && len(d.settings.Catalog.SLOs) == 0
	if len(gone.names) == 0 && !gone.isWhole {
		return q, gone, nil
	}
	if until := d.settings.Updated.Add(removalGrace); time.Now().Before(until) {
		what := "no SLO"
		if !gone.isWhole {
			what = "no SLO " + gone.names[0]
		}
		return q, gone, fault.UserErrorf("slos", "the catalog of this data source has %s. Its settings have changed within the last hour, "+
			"so what fires goes on firing until %s. Add the SLO again, or change the rule", what,
			until.UTC().Format("15:04 MST"))
	}
	if gone.severities = q.Severities; len(gone.severities) == 0 {
		policy, err := d.settings.Catalog.Policy(q.Policy)
		if err != nil {
			policy, _ = slo.FindPolicy(slo.DefaultPolicy)
		}
		gone.severities = policy.Severities()
	}
	q.Names = existing
	return q, gone, nil
}

func (r removedSLOs) isEmptied(q query.Query) bool {
	return r.isWhole || len(r.names) > 0 && len(q.Names) == 0
}

// addUnmeasured adds alerts of the removed SLOs, which are unmeasured and never fire.
func (r removedSLOs) addUnmeasured(a *engine.Alerts) {
	if r.isWhole {
		a.AddUnmeasured(catalog.SLO{}, r.severities)
		a.Warnings = append(a.Warnings, "The catalog of this data source has no SLO. The rule cannot fire")
	}
	for _, name := range slices.Sorted(slices.Values(r.names)) {
		a.AddUnmeasured(catalog.SLO{Name: name}, r.severities)
		a.Warnings = append(a.Warnings, fmt.Sprintf("The catalog of this data source has no SLO %s. Its alerts cannot fire. Change the rule, or add the SLO again", name))
	}
}
