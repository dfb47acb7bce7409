package query

import (
	"fmt"
	"slices"
	"strings"
)

// AlertValue is the number that an alerts query gives for each SLO, group and severity.
type AlertValue = string

// The values of an alerts query.
const (
	AlertFiring      AlertValue = "firing"       // 1 while an alert of the severity fires, else 0; the default
	AlertState       AlertValue = "state"        // as in a summary
	AlertUnmeasured  AlertValue = "unmeasured"   // 1 while too little is measured to judge, and the last state is kept
	AlertBudget      AlertValue = "budget"       // share that is left
	AlertBurnLong    AlertValue = "burn_long"    // burn rate over the long window of the alert that is nearest to firing
	AlertBurnShort   AlertValue = "burn_short"   // over its short one
	AlertFactor      AlertValue = "factor"       // the burn rate at which it fires
	AlertExhaustedIn AlertValue = "exhausted_in" // seconds until the budget is spent
)

// AlertValues are all values of an alerts query.
var AlertValues = []AlertValue{AlertFiring, AlertState, AlertUnmeasured, AlertBudget, AlertBurnLong, AlertBurnShort, AlertFactor, AlertExhaustedIn}

// Annotation is a kind of what happened.
type Annotation string

// The kinds of annotations.
const (
	AnnotateFiring     Annotation = "firing"     // an alert of a severity fired
	AnnotateBudget     Annotation = "budget"     // the budget was spent, or came back
	AnnotateExclusions Annotation = "exclusions" // time that does not count
	AnnotateRollouts   Annotation = "rollouts"   // a deployment changed, by kube-state-metrics
)

// AnnotationKinds are all kinds of annotations.
var AnnotationKinds = []Annotation{AnnotateFiring, AnnotateBudget, AnnotateExclusions, AnnotateRollouts}

// alerting reads {"value": "firing", "severities": ["page"], "annotations": ["firing", "rollouts"]}.
func (q *Query) alerting(r *reader) {
	q.Value = r.text("value", AlertFiring)
	q.Severities = distinct(r.texts("severities", `["page"]`))
	for i, s := range q.Severities {
		if strings.TrimSpace(s) == "" {
			r.problem(fmt.Sprintf("severities[%d]", i), "an empty name; is a template variable without a value? For all leave severities out")
		}
	}
	for _, kind := range distinct(r.texts("annotations", `["firing", "rollouts"]`)) {
		q.Annotations = append(q.Annotations, Annotation(kind))
	}
	switch q.Type {
	case QueryAlerts:
		if q.Value == "" {
			q.Value = AlertFiring
		}
		if !slices.Contains(AlertValues, q.Value) {
			r.problem("value", "unknown value %s; there are %s", quote(q.Value), strings.Join(AlertValues, ", "))
		}
	case QueryAnnotations:
		for i, kind := range q.Annotations {
			if !slices.Contains(AnnotationKinds, kind) {
				r.problem(fmt.Sprintf("annotations[%d]", i), "unknown kind %s; there are %s", quote(string(kind)), join(AnnotationKinds))
			}
		}
		if len(q.Annotations) == 0 {
			q.Annotations = AnnotationKinds
		}
	}
}
