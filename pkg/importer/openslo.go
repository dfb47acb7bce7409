package importer

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// openSLO reads an object of OpenSLO v1. Referenced objects are read when an SLO refers to them.
func (im *importer) openSLO(doc *value, kind string) {
	switch kind {
	case "SLO":
		im.openSLOSLO(doc)
	case "SLI", "AlertPolicy", "AlertCondition", "DataSource", "Service", "AlertNotificationTarget":
		// Read on reference; the rest is reported.
	default:
		im.warn(doc.get("kind"), "unknown kind %q. It was left out", kind)
	}
}

func (im *importer) openSLOSLO(doc *value) {
	meta, spec := doc.get("metadata"), doc.get("spec")
	s := im.openSLOAbout(meta, spec)
	period := im.openSLOWindow(spec.get("timeWindow"), &s)
	method := spec.get("budgetingMethod")
	im.openSLOAlerts(spec.get("alertPolicies"), period, &s)

	objectives := im.objectives(spec, s)
	shared, given := im.indicator(spec)
	var members []member
	for i, at := range objectives {
		one := s.forObjective(at, i, len(objectives))
		sli, ok := shared, given
		if own, has := im.indicator(at); has {
			sli, ok = own, true
		}
		if !ok {
			im.warn(at, "SLO %s was left out: it has no indicator, and refers to none in these documents", one.name)
			continue
		}
		if im.openSLOIndicator(sli, at, method, &one) {
			im.checkPolicy(at, &one, period)
			if !im.add(meta.get("name"), one) {
				continue
			}
			weight, _ := at.get("compositeWeight").number()
			members = append(members, member{im.slos[len(im.slos)-1].name, weight, one.objective})
		}
	}
	if !given && len(members) > 1 {
		im.composite(spec, s, members)
	}
}

// objectives returns the objectives of an SLO; none, with a note, if there is no list.
func (im *importer) objectives(spec *value, s definition) []*value {
	out := spec.get("objectives").list()
	if len(out) == 0 {
		im.warn(spec, "SLO %s was left out: it has no objectives", s.name)
	}
	return out
}

func (im *importer) openSLOAbout(meta, spec *value) definition {
	s := definition{
		name: meta.get("name").string(), description: spec.get("description").string(),
		labels: meta.get("labels").textMap(),
	}
	if title := meta.get("displayName").string(); title != "" {
		s.description = strings.TrimPrefix(strings.TrimSuffix(title+": "+s.description, ": "), ": ")
	}
	if service := spec.get("service", "serviceRef").string(); service != "" {
		s.labels["service"] = service
		im.objects.find("Service", service)
	}
	s.runbook = runbookOf(meta.get("annotations"))
	return s
}

// runbookOf is the address of a runbook among annotations; "" where there is none.
func runbookOf(annotations *value) (address string) {
	for _, name := range []string{"runbook", "runbook_url"} {
		if strings.HasPrefix(annotations.textOf(name), "http") {
			address = annotations.get(name).string()
		}
	}
	return address
}

// forObjective is one of the n SLOs that are made of an SLO with n objectives.
func (s definition) forObjective(at *value, i, n int) definition {
	s.labels = maps.Clone(s.labels)
	if n > 1 {
		s.name = fmt.Sprintf("%s-%d", s.name, i+1)
	}
	if title := at.get("displayName").string(); title != "" {
		s.description = strings.TrimPrefix(s.description+" · "+title, " · ")
	}
	s.objective = target(at)
	return s
}

// textMap returns a mapping of texts, or of lists of texts.
func (v *value) textMap() map[string]string {
	out := v.texts()
	for _, name := range v.names {
		for i, item := range v.get(name).list() {
			if i > 0 {
				out[name] += ", "
			}
			out[name] += item.string()
		}
	}
	return out
}

func (im *importer) indicator(at *value) (*value, bool) {
	if at.has("indicator") || at.has("sli") {
		return at.get("indicator", "sli").get("spec"), true
	}
	if ref := at.get("indicatorRef", "sliRef"); !ref.isEmpty() {
		if doc, ok := im.objects.find("SLI", ref.string()); ok {
			return doc.get("spec"), true
		}
		im.warn(ref, "the SLI %q is not in these documents", ref.string())
	}
	return nil, false
}

// target returns the objective in percent.
func target(at *value) float64 {
	if percent, ok := at.get("targetPercent").number(); ok {
		return percent
	}
	share, _ := at.get("target").number()
	return percent(share)
}

// member is an objective that became an SLO.
type member struct {
	name      string
	weight    float64 // 0: not given
	objective float64 // percent
}

func (im *importer) composite(at *value, s definition, members []member) {
	var of []any
	weighted, s2 := false, s
	s2.objective = 100.0
	for _, m := range members {
		fields := mapping("slo", m.name)
		if m.weight > 0 {
			fields, weighted = mapping("slo", m.name, "weight", m.weight), true
		}
		of = append(of, fields)
		s2.objective = min(s2.objective, m.objective)
	}
	mode := "all"
	if weighted {
		mode = ""
	}
	s2.sli = kind("composite", mapping("of", of, "mode", mode))
	s2.policy = ""
	im.change(at, "each objective became an SLO, and all of them the composite %s. OpenSLO has no target for the whole, so it has the lowest one", s2.name)
	im.add(at, s2)
}

// checkPolicy removes alerts that the objective cannot reach; all objectives share the alerts.
func (im *importer) checkPolicy(at *value, s *definition, period time.Duration) {
	for _, p := range im.policies {
		if p.Name != s.policy {
			continue
		}
		if left := im.keepReachable(at, p.Alerts, s.objective, period); len(left) == 0 {
			s.policy = ""
		} else {
			s.policy = im.policies.add("openslo", left)
		}
		return
	}
}
