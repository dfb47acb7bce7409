package catalog

import (
	_ "embed"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

// APIVersion is the version of the format; a catalog may leave it out.
const APIVersion = "burnline.dev/v1"

// Catalog is the set of SLOs of a data source. A nil Catalog is an empty one.
type Catalog struct {
	SLOs     []SLO        // the valid ones, in the order written
	Policies []slo.Policy // the valid custom ones, in the order written

	broken         map[string]Problems // by the name of the SLO
	brokenPolicies []string

	places map[string]decode.Place // by path
	paths  map[string]string       // of the SLOs, by name
}

// Locate returns a Problem with the message at a path within an SLO, such as sli.events.bad. Its
// place is that of the field, or of the innermost enclosing field that the source contains.
func (c *Catalog) Locate(slo, path, message string) Problem {
	p := Problem{Path: c.paths[slo] + "." + path, Message: message}
	for at := p.Path; at != ""; at = at[:max(strings.LastIndexAny(at, ".["), 0)] {
		if place, ok := c.places[at]; ok {
			p.Line, p.Column = place.Line, place.Column
			break
		}
	}
	return p
}

// Parse reads a catalog. It returns all problems at once. The catalog is never nil, and contains
// all valid definitions. An empty source is an empty catalog without problems.
func Parse(source []byte) (*Catalog, Problems) {
	c := &Catalog{broken: map[string]Problems{}, paths: map[string]string{}}
	d, root := decode.Open(source, decode.MaxBytes, "")
	c.places = d.Places
	c.read(reader{d}, root)
	return c, d.SortedProblems()
}

func (c *Catalog) read(d reader, root decode.Node) {
	if root.IsList() {
		d.Report(root, "want a catalog, got a list. Write \"slos:\" above it")
		return
	}
	if pairs, _ := decode.Pairs(root.Node); slices.ContainsFunc(pairs,
		func(p *ast.MappingValueNode) bool { return p.Key.GetToken().Value == "sli" }) {
		d.Report(root, "want a catalog, got one SLO. Write it as an element of slos: [{name: ..., objective: 99.9, window: 30d, sli: ...}]")
		return
	}
	o, ok := d.Object(root, "a catalog: a mapping with apiVersion and slos", []string{"apiVersion", "policies", "slos"})
	if !ok {
		return
	}
	at := o.Get("apiVersion")
	if version, ok := d.Text(at, APIVersion); ok && version != APIVersion {
		d.Report(at, "%s is not read. Write %s", decode.Quote(version), APIVersion)
	}
	set := d.policies(o.Get("policies"))
	c.Policies, c.brokenPolicies = set.custom, set.broken
	elements, _ := d.List(o.Get("slos"), "slos: [{name: ..., objective: 99.9, window: 30d, sli: ...}]")
	lines := map[string]int{}
	for _, element := range elements {
		before, reported := d.Found, len(d.Problems)
		s := d.slo(element, c.policySet())
		line, twice := lines[s.Name]
		if twice && s.Name != "" {
			d.Report(s.at, "%s is the name of the SLO in line %d too. Each needs its own", decode.Quote(s.Name), line)
		}
		if d.Found == before {
			c.SLOs = append(c.SLOs, s.SLO)
			c.paths[s.Name] = element.Path
		} else if s.Name != "" && !twice {
			beyond := Problem{
				Line: s.at.Line, Column: s.at.Column, Path: s.at.Path,
				Message: "the SLO has problems, as have many above it",
			}
			c.broken[s.Name] = problemsOr(d.Problems[reported:], beyond)
		}
		if !twice {
			lines[s.Name] = s.at.Line
		}
	}
	c.resolveComposites(d)
}

// resolveComposites resolves the members of composites. A composite with a missing member is broken.
func (c *Catalog) resolveComposites(d reader) {
	known := *c
	c.SLOs = nil
	for _, s := range known.SLOs {
		reported := len(d.Problems)
		if d.resolveMembers(&s, &known) {
			c.SLOs = append(c.SLOs, s)
			continue
		}
		c.broken[s.Name] = problemsOr(d.Problems[reported:],
			Problem{Message: "an SLO that it is made of cannot be used"})
	}
}

// problemsOr returns a copy of the problems; beyond if there are none, because the decoder's limit
// of problems was reached.
func problemsOr(found Problems, beyond Problem) Problems {
	if len(found) == 0 {
		return Problems{beyond}
	}
	return slices.Clone(found)
}

// ParseSLO reads one SLO, an element of a catalog's `slos`. It may use only built-in policies. If
// there are problems, the SLO must not be used.
func ParseSLO(source []byte) (SLO, Problems) {
	return (*Catalog)(nil).ParseSLO(source)
}

// ParseSLO reads one SLO, which may use built-in policies and those of the catalog.
func (c *Catalog) ParseSLO(source []byte) (SLO, Problems) {
	d, root := decode.Open(source, decode.MaxObjectBytes,
		"empty. Give an SLO: a mapping with name, objective, window and sli")
	s := reader{d}.slo(root, c.policySet())
	reader{d}.resolveMembers(&s.SLO, c)
	return s.SLO, d.SortedProblems()
}

// Lookup finds an SLO by name. The error of a broken SLO is its Problems; the error of an unknown
// name lists the nearest names.
func (c *Catalog) Lookup(name string) (SLO, error) {
	if c == nil || len(c.SLOs)+len(c.broken) == 0 {
		return SLO{}, errors.New("unknown SLO " + decode.Quote(name) +
			". The data source's catalog has none, add it there or give it inline")
	}
	for _, s := range c.SLOs {
		if s.Name == name {
			return s, nil
		}
	}
	if problems := c.broken[name]; len(problems) > 0 {
		return SLO{}, problems
	}
	return SLO{}, errors.New(decode.UnknownName("SLO", name, c.names()))
}

// BrokenNames are the names of the SLOs with problems, sorted.
func (c *Catalog) BrokenNames() []string {
	if c == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(c.broken))
}

func (c *Catalog) names() []string {
	names := make([]string, 0, len(c.SLOs)+len(c.broken))
	for _, s := range c.SLOs {
		names = append(names, s.Name)
	}
	return append(names, c.BrokenNames()...)
}

// Policy finds a policy by name: a built-in policy or one of the catalog. The error of an unknown
// name lists the policies.
func (c *Catalog) Policy(name string) (slo.Policy, error) { return c.policySet().find(name) }

// AllPolicies returns the built-in policies and those of the catalog.
func (c *Catalog) AllPolicies() []slo.Policy { return c.policySet().all() }

func (c *Catalog) policySet() policySet {
	if c == nil {
		return policySet{}
	}
	return policySet{c.Policies, c.brokenPolicies}
}

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of a catalog, for completion and checks in editors. It
// covers fields, types and choices. Only Parse checks PromQL and rules over several fields.
func Schema() []byte { return schema }

// Problem is one mistake in a definition, with its place and a correction.
type Problem = decode.Problem

// Problems are all problems of a source, sorted by position; nil if there are none.
type Problems = decode.Problems

type reader struct{ *decode.Decoder }
