package importer

import (
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

func (im *importer) openSLOAlerts(at *value, period time.Duration, s *definition) {
	var alerts []slo.Alert
	for _, entry := range at.list() {
		policy, ref, ok := im.objects.of(entry, "alertPolicyRef", "AlertPolicy")
		if !ok {
			if known, own := slo.FindPolicy(ref.string()); own {
				s.policy = known.Name
			} else {
				im.warn(ref, "the AlertPolicy %q is not in these documents. It was left out", decode.Clip(ref.string()))
			}
			continue
		}
		spec := policy.get("spec")
		if breaching := spec.get("alertWhenBreaching"); !breaching.isEmpty() && !breaching.bool() {
			im.warn(breaching, "an alert of Burnline fires when the objective is breached. The policy was left out")
			continue
		}
		for _, condition := range spec.get("conditions").list() {
			if a, ok := im.condition(condition, period); ok {
				alerts = append(alerts, a)
			}
		}
	}
	if len(alerts) > 0 {
		s.policy = im.policies.add("openslo", alerts)
	}
}

func (im *importer) condition(at *value, period time.Duration) (slo.Alert, bool) {
	at, ref, ok := im.objects.of(at, "conditionRef", "AlertCondition")
	if !ok {
		im.warn(ref, "the AlertCondition %q is not in these documents. It was left out", decode.Clip(ref.string()))
		return slo.Alert{}, false
	}
	spec := at.get("spec")
	condition := spec.get("condition")
	if kind := condition.get("kind").string(); kind != "" && kind != "burnrate" {
		im.warn(condition, "conditions of the kind %q are not known. It was left out", kind)
		return slo.Alert{}, false
	}
	severity := spec.get("severity").string()
	threshold, ok := condition.get("threshold").number()
	long, _, _, okLong := openSLODuration(condition.get("lookbackWindow").string())
	if !ok || !okLong || threshold <= 0 || !slo.ValidName(severity) {
		im.warn(condition, "needs a severity, a threshold above 0 and a lookbackWindow. It was left out")
		return slo.Alert{}, false
	}
	if op := condition.get("op").string(); op == "lte" || op == "lt" {
		im.change(condition.get("op"), "%q was read as the burn rate that must not be passed: the alert fires above it",
			op)
	}
	short := slo.ShortFor(long)
	if after := condition.get("alertAfter"); !after.isEmpty() {
		im.change(after, "alertAfter became the short window: the burn rate must be as high within it")
		if d, _, _, ok := openSLODuration(after.string()); ok && d < long {
			short = d
		}
	}
	return burnAlert(severity, threshold, long, short, period), true
}
