package catalog

import (
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// Bounds of an SLO's window.
const (
	MinWindow = time.Hour
	MaxWindow = 366 * 24 * time.Hour
)

var sloFields = []string{"name", "description", "objective", "window", "by", "policy", "sli", "p95", "missing", "lowTraffic", "noTraffic", "exclude", "labels", "runbook", "identity"}

// sloNamed is an SLO as far as it could be read. Its name is there when that could be.
type sloNamed struct {
	SLO
	at node // of the name
}

// slo reads an SLO. It is usable when no problem was added.
func (d *decoder) slo(n node, policies policySet) sloNamed {
	var s sloNamed
	o, ok := d.object(n, "an SLO: a mapping with name, objective, window and sli", sloFields)
	if !ok {
		return s
	}
	if at, ok := o.require("name", "name: checkout-availability"); ok {
		s.Name, s.at = d.name(at, "checkout-availability"), at
	}
	if at, ok := o.get("description"); ok {
		s.Description, _ = d.text(at, "checkout answers without an error")
	}
	hasObjective := false
	var windows []Window
	if at, ok := o.require("objective", "objective: 99.9"); ok {
		s.Objective, hasObjective = d.objective(at)
	}
	if at, ok := o.require("window", "window: 30d"); ok {
		windows = d.windows(at)
	}
	if at, ok := o.require("sli", exampleSLI); ok {
		s.SLI = d.sli(at)
	}
	s.P95 = s.SLI.Latency
	if q := s.SLI.Quantile; q != nil && q.Quantile == P95Quantile {
		s.P95 = &Latency{Histogram: q.Histogram, Threshold: q.Below, Unit: q.Unit}
	}
	if at, ok := o.get("p95"); ok {
		s.P95 = d.latency(at, "target")
	}
	var by node
	if at, ok := o.get("by"); ok {
		s.By, by = d.by(at, s.Kind()), at
	}
	if at, ok := o.get("identity"); ok {
		s.Identity = d.identity(at, s.SLO)
	}
	s.Missing, s.LowTraffic, s.NoTraffic, s.Exclude = d.missing(o), d.lowTraffic(o), d.noTraffic(o), d.exclusions(o)
	if at, ok := o.get("labels"); ok {
		s.Labels = d.labels(at)
	}
	if at, ok := o.get("runbook"); ok {
		s.Runbook = d.runbook(at)
	}
	policy, at, ok := d.policyOf(o, policies)
	s.Policy = policy
	if len(windows) > 0 {
		s.Window, s.Calendar, s.Also = windows[0].Length, windows[0].Calendar, slices.Clip(windows[1:])
		if len(s.Also) == 0 {
			s.Also = nil
		}
	}
	if ok && hasObjective {
		_, chosen := o.fields["policy"]
		d.fits(at, policy, chosen, windows, s.Objective)
	}
	if c := s.SLI.Composite; c != nil { // its slices and what it can be grouped by follow from its members
		c.by, c.policy = by, at
		c.by.Node, c.policy.Node = nil, nil
	} else if ok {
		d.fitsSlices(at, policy, s.Grain())
	}
	return s
}

// fitsSlices reports the alerts whose long window is shorter than the slices that are counted.
func (d *decoder) fitsSlices(at node, policy slo.Policy, slice time.Duration) {
	for _, err := range shorterThan(slice, policy) {
		d.problem(at, "policy %s does not fit: %v", policy.Name, err)
	}
}

// fits reports why a policy cannot serve an objective over the windows.
func (d *decoder) fits(at node, policy slo.Policy, chosen bool, windows []Window, o slo.Objective) {
	name := policy.Name
	if !chosen {
		name += " (the default)"
	}
	for _, w := range windows {
		does := "does not fit"
		if len(windows) > 1 {
			does += " the window " + w.String()
		}
		for _, err := range each(policy.Validate(w.Length, o)) {
			d.problem(at, "policy %s %s: %v", name, does, err)
		}
	}
}

func (d *decoder) name(n node, example string) string {
	name, ok := d.text(n, example)
	if ok && !slo.ValidName(name) {
		d.problem(n, "%s is not a name; use letters, digits, '.', '_' and '-', with a letter or digit first, e.g. %s", quote(name), example)
		return ""
	}
	return name
}

func (d *decoder) objective(n node) (slo.Objective, bool) {
	percent, ok := d.number(n, "99.9")
	switch {
	case !ok:
		return 0, false
	case percent > 100:
		d.problem(n, "%s is above 100; give percent, e.g. 99.9", clip(n.GetToken().Value))
	case percent <= 0:
		d.problem(n, "%s is not above 0; give percent, e.g. 99.9", clip(n.GetToken().Value))
	case percent <= 1:
		// Nobody promises that 99 of 100 may fail; many write the ratio.
		d.problem(n, "%s is a ratio; give percent, e.g. 99.9", clip(n.GetToken().Value))
	default:
		return slo.ObjectiveFromPercent(percent), true
	}
	return 0, false
}

func (d *decoder) by(n node, kind string) []string {
	elements, _ := d.list(n, "[namespace, workload]")
	var names []string
	for _, at := range elements {
		name, ok := d.text(at, "namespace")
		if !ok {
			continue
		}
		if message := byProblem(name, names, kind); message != "" {
			d.problem(at, "%s", message)
			continue
		}
		names = append(names, name)
	}
	return names
}

// byProblem says why a label cannot be added to those that an SLO of the kind is grouped by.
func byProblem(name string, before []string, kind string) string {
	if message := labelNameProblem(name); message != "" {
		return message
	}
	if name == "le" && histogramKind(kind) {
		return "le makes the buckets of the histogram; a " + kind + " SLO cannot be grouped by it"
	}
	if slices.Contains(before, name) {
		return quote(name) + " is given twice; keep one"
	}
	return ""
}

func (d *decoder) labels(n node) map[string]string {
	o, ok := d.object(n, "a mapping, e.g. {team: shop}", nil)
	if !ok {
		return nil
	}
	texts := map[string]string{}
	for _, name := range o.names() {
		if value, ok := o.get(name); ok {
			texts[name], _ = d.text(value, "shop")
		}
	}
	return texts
}

// runbook reads a web address: it becomes a link, so javascript: and the like must not pass.
func (d *decoder) runbook(n node) string {
	text, ok := d.text(n, "https://wiki.example.org/checkout")
	if !ok {
		return ""
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		d.problem(n, "%s is no web address; give e.g. https://wiki.example.org/checkout", quote(text))
		return ""
	}
	return text
}

// policyOf finds the SLO's policy and the place to report what does not fit.
func (d *decoder) policyOf(o object, policies policySet) (slo.Policy, node, bool) {
	at, ok := o.get("policy")
	if !ok {
		_, written := o.fields["policy"]
		p, _ := slo.PolicyNamed(slo.DefaultPolicy)
		return p, node{line: o.line, column: o.column, path: o.at("policy")}, !written || !o.unresolved("policy")
	}
	name, ok := d.text(at, slo.DefaultPolicy)
	if !ok {
		return slo.Policy{}, at, false
	}
	p, err := policies.find(name)
	if err != nil {
		d.problem(at, "%s", err)
	}
	return p, at, err == nil
}

// unresolved says that a field is written, but its value was refused already.
func (o object) unresolved(name string) bool { return o.fields[name].value.Node == nil }

// each takes joined errors apart.
func each(err error) []error {
	if joined := (interface{ Unwrap() []error })(nil); errors.As(err, &joined) {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func format(d time.Duration) string { return slo.FormatDuration(d) }
