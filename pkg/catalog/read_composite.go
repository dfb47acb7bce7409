package catalog

import "slices"

const exampleComposite = "of: [{slo: availability, weight: 2}, {slo: latency}]"

// composite reads the names of the members. The SLOs themselves come when all are read.
func (d *decoder) composite(n node) *Composite {
	o, ok := d.object(n, "a mapping with "+exampleComposite, []string{"of", "mode"})
	if !ok {
		return nil
	}
	var c Composite
	if at, ok := o.get("mode"); ok {
		mode, ok := d.text(at, "weighted")
		if ok && mode != "weighted" && mode != "all" {
			d.problem(at, "unknown mode %s; it is weighted (the default) or all", quote(mode))
		}
		c.All = mode == "all"
	}
	at, ok := o.require("of", exampleComposite)
	if !ok {
		return &c
	}
	elements, isList := d.list(at, "[{slo: availability}, {slo: latency}]")
	for _, element := range elements {
		if m, ok := d.member(element, c.All); ok {
			if slices.ContainsFunc(c.Of, func(other Member) bool { return other.Name == m.Name }) {
				d.problem(m.at, "%s is given twice; give it a weight instead", quote(m.Name))
			}
			c.Of = append(c.Of, m)
		}
	}
	if isList && len(elements) < 2 {
		d.problem(at, "a composite has two SLOs or more; e.g. %s", exampleComposite)
	}
	return &c
}

func (d *decoder) member(n node, all bool) (Member, bool) {
	o, ok := d.object(n, "a mapping with slo, e.g. {slo: availability, weight: 2}", []string{"slo", "weight"})
	if !ok {
		return Member{}, false
	}
	m := Member{Weight: 1}
	at, ok := o.require("slo", "slo: availability")
	if !ok {
		return m, false
	}
	m.Name, m.at = d.name(at, "availability"), at
	m.at.Node = nil
	if at, ok := o.get("weight"); ok {
		if m.Weight, ok = d.number(at, "2"); ok && m.Weight <= 0 {
			d.problem(at, "a weight is above 0, e.g. 2; leave the SLO out if it should not count")
		}
		if all {
			d.problem(at, "with mode all every SLO must hold; leave the weight out")
		}
	}
	return m, m.Name != ""
}

// join finds the members of a composite among the SLOs of the catalog. It is false, with a problem, when one is missing.
func (d *decoder) join(s *SLO, c *Catalog) bool {
	if s.SLI.Composite == nil {
		return true
	}
	before := d.found
	joined := *s.SLI.Composite
	joined.Of = slices.Clone(joined.Of)
	for i, m := range joined.Of {
		of, err := c.Lookup(m.Name)
		switch {
		case err != nil:
			if _, broken := err.(Problems); broken { //nolint:errorlint // Lookup's own
				d.problem(m.at, "SLO %s has problems of its own; they must be solved first", quote(m.Name))
			} else {
				d.problem(m.at, "%s", err)
			}
		case of.SLI.Composite != nil:
			d.problem(m.at, "%s is a composite itself; name the SLOs that it is made of", quote(m.Name))
		default:
			joined.Of[i].SLO = of
		}
	}
	s.SLI.Composite = &joined
	if d.found == before {
		for _, name := range s.By {
			if message := joined.byProblem(name); message != "" {
				d.problem(joined.by, "%s", message)
			}
		}
		d.fitsSlices(joined.policy, s.Policy, s.Grain())
	}
	return d.found == before
}
