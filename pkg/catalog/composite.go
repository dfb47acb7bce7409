package catalog

import (
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/sli"
)

const exampleComposite = "of: [{slo: availability, weight: 2}, {slo: latency}]"

// Composite is an indicator of other SLOs, joined by group.
type Composite struct {
	All bool // good when all are good at once; else the weighted mean of the SLIs
	Of  []Member

	by, policy decode.Node // of the SLO; nodes without a syntax tree, for later problems
}

// Member is an SLO in a composite.
type Member struct {
	Name   string
	Weight float64 // > 0
	SLO    SLO     // of the catalog, with its own labels

	at decode.Node // a node without a syntax tree
}

// KindComposite is the kind of an indicator that consists of SLOs.
const KindComposite = "composite"

// Traits implements sli.Indicator.
func (c *Composite) Traits() sli.Traits {
	t := sli.Traits{Kind: KindComposite, Source: "the SLOs that it is made of"}
	for _, m := range c.Of {
		t.Grain = leastCommonMultiple(t.Grain, m.SLO.Grain())
	}
	return t
}

// Inputs implements sli.Indicator. The members have their own inputs.
func (*Composite) Inputs() []sli.Input { return nil }

// Count implements sli.Indicator.
func (*Composite) Count([]string, *sli.ServerFacts) (sli.Counting, error) {
	return sli.Counting{}, &sli.NotExpressibleError{Reason: "a composite is made of several SLOs. Export those"}
}

// Composite returns the indicator of a composite SLO; nil for other SLOs.
func (s SLO) Composite() *Composite {
	c, _ := s.SLI.(*Composite)
	return c
}

func leastCommonMultiple(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	multiple := max(a, b)
	for multiple%a != 0 || multiple%b != 0 {
		multiple += max(a, b)
	}
	return multiple
}

// groupLabelProblem returns why the members cannot be grouped by a label, or "".
func (c *Composite) groupLabelProblem(name string) string {
	if c == nil {
		return ""
	}
	for _, m := range c.Of {
		if message := groupLabelProblem(name, nil, m.SLO.SLI); message != "" {
			return "SLO " + m.Name + " of the composite: " + message
		}
	}
	return ""
}

// composite reads the names of the members. resolveMembers adds the SLOs.
func (d reader) composite(n decode.Node) sli.Indicator {
	o, ok := d.Object(n, "a mapping with "+exampleComposite, []string{"of", "mode"})
	if !ok {
		return nil
	}
	c := Composite{All: o.Choice("mode", "unknown mode %s. It is weighted (the default) or all", "weighted",
		"all") == "all"}
	at := o.Require("of", exampleComposite)
	elements, isList := d.List(at, "[{slo: availability}, {slo: latency}]")
	for _, element := range elements {
		if m, ok := d.member(element, c.All); ok {
			if slices.ContainsFunc(c.Of, func(other Member) bool { return other.Name == m.Name }) {
				d.Report(m.at, "%s is given twice. Give it a weight instead", decode.Quote(m.Name))
			}
			c.Of = append(c.Of, m)
		}
	}
	if isList && len(elements) < 2 {
		d.Report(at, "a composite has two SLOs or more. For example: %s", exampleComposite)
	}
	return &c
}

func (d reader) member(n decode.Node, all bool) (Member, bool) {
	o, ok := d.Object(n, "a mapping with slo, for example {slo: availability, weight: 2}", []string{"slo", "weight"})
	if !ok {
		return Member{}, false
	}
	m := Member{Weight: 1}
	m.at = o.Require("slo", "slo: availability")
	if m.at.IsAbsent() {
		return m, false
	}
	m.Name = d.name(m.at, "availability")
	m.at.Node = nil
	if at := o.Get("weight"); !at.IsAbsent() {
		if m.Weight, ok = d.Number(at, "2"); ok && m.Weight <= 0 {
			d.Report(at, "a weight is above 0, for example 2. Leave the SLO out if it should not count")
		}
		if all {
			d.Report(at, "with mode all every SLO must hold. Leave the weight out")
		}
	}
	return m, m.Name != ""
}

// resolveMembers finds the members of a composite. It returns false, and reports a problem, if one is missing.
func (d reader) resolveMembers(s *SLO, c *Catalog) bool {
	c0 := s.Composite()
	if c0 == nil {
		return true
	}
	before := d.Found
	joined := *c0
	joined.Of = slices.Clone(joined.Of)
	for i, m := range joined.Of {
		of, err := c.Lookup(m.Name)
		switch {
		case err != nil:
			if _, broken := err.(Problems); broken { //nolint:errorlint // Lookup's own
				d.Report(m.at, "SLO %s has problems. Fix them first", decode.Quote(m.Name))
			} else {
				d.Report(m.at, "%s", err)
			}
		case of.Composite() != nil:
			d.Report(m.at, "%s is a composite itself. Name the SLOs that it is made of", decode.Quote(m.Name))
		default:
			joined.Of[i].SLO = of
		}
	}
	s.SLI = &joined
	if d.Found == before {
		for _, name := range s.By {
			if message := joined.groupLabelProblem(name); message != "" {
				d.Report(joined.by, "%s", message)
			}
		}
		d.checkPolicySlices(joined.policy, s.Policy, s.Grain())
	}
	return d.Found == before
}
