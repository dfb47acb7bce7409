package query

import (
	"cmp"
	"slices"
	"strings"
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
