package catalog

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

const exampleAlerts = "[{severity: page, percent: 2, long: 1h}]"

// policySet contains the policies of a catalog and the built-in policies.
type policySet struct {
	custom []slo.Policy
	broken []string // names of policies with problems
}

func (s policySet) all() []slo.Policy { return append(slo.Policies(), s.custom...) }

func (s policySet) find(name string) (slo.Policy, error) {
	all := s.all()
	names := make([]string, 0, len(all))
	for _, p := range all {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	if slices.Contains(s.broken, name) {
		return slo.Policy{}, fmt.Errorf("policy %s has problems. Fix them first", decode.Clip(name))
	}
	return slo.Policy{}, errors.New(decode.UnknownName("policy", name, names))
}

// ParsePolicies reads policies outside a catalog, in the format of a catalog's `policies`: a
// mapping from names to alerts. If there are problems, the policies must not be used.
func ParsePolicies(source []byte) ([]slo.Policy, Problems) {
	d, root := decode.Open(source, decode.MaxObjectBytes,
		"empty. Give policies, for example {my-policy: "+exampleAlerts+"}")
	return reader{d}.policies(root).custom, d.SortedProblems()
}

func (d reader) policies(n decode.Node) policySet {
	var set policySet
	o, ok := d.Object(n, "a mapping, for example {my-policy: "+exampleAlerts+"}", nil)
	if !ok {
		return set
	}
	for _, name := range o.Names() {
		before := d.Found
		p := slo.Policy{Name: name}
		key := o.Key(name)
		if !slo.ValidName(name) {
			d.Report(key, "%s is not a name. Use letters, digits, '.', '_' and '-', with a letter or digit first",
				decode.Quote(name))
		}
		if _, taken := slo.FindPolicy(name); taken {
			d.Report(key, "Burnline has a policy of this name. Choose another")
		}
		p.Alerts = d.alerts(o.Require(name, exampleAlerts), name)
		if d.Found == before && !o.Unresolved(name) {
			set.custom = append(set.custom, p)
		} else {
			set.broken = append(set.broken, name)
		}
	}
	return set
}

// alerts reads the alerts of a policy. Checks that depend on the SLO (its window, its objective)
// happen in checkPolicy.
func (d reader) alerts(n decode.Node, policy string) []slo.Alert {
	elements, ok := d.List(n, exampleAlerts)
	if !ok {
		return nil
	}
	p := slo.Policy{Name: policy}
	unread := make([]bool, len(elements)) // elements with a reported problem
	for i, at := range elements {
		before := d.Found
		p.Alerts = append(p.Alerts, d.alert(at))
		unread[i] = d.Found > before
	}
	for _, err := range splitErrors(p.Validate(math.MaxInt64, 1)) {
		var alert *slo.AlertError
		if !errors.As(err, &alert) {
			d.Report(n, "%s", err)
		} else if !unread[alert.Index] {
			d.Report(elements[alert.Index], "%s", alert.Reason)
		}
	}
	return p.Alerts
}

func (d reader) alert(n decode.Node) slo.Alert {
	var a slo.Alert
	o, ok := d.Object(n, "an alert, for example {severity: page, percent: 2, long: 1h}",
		[]string{"severity", "percent", "long", "short"})
	if !ok {
		return a
	}
	a.Severity = d.name(o.Require("severity", "severity: page"), "page")
	a.Percent, _ = d.Number(o.Require("percent", "percent: 2"), "2")
	a.Long, _ = d.Duration(o.Require("long", "long: 1h"), "1h")
	a.Short = slo.ShortFor(a.Long)
	if at := o.Get("short"); !at.IsAbsent() {
		a.Short, _ = d.Duration(at, "5m")
	}
	return a
}
