package catalog

import (
	"errors"

	"github.com/burnline/burnline/pkg/slo"
)

// Catalog is the set of SLOs of a data source. A nil Catalog is an empty one.
type Catalog struct {
	SLOs     []SLO        // the valid ones, in the order written
	Policies []slo.Policy // the valid custom ones, by name

	broken map[string]Problems // by the name of the SLO
}

// Parse reads a catalog. All problems come back at once; the catalog is never nil and holds what is valid all the same.
// A source without content is an empty catalog, which is no problem.
func Parse(source []byte) (*Catalog, Problems) {
	return &Catalog{}, nil
}

// ParseSLO reads one SLO, the object in a catalog's `slos`, that may use the named policies only.
// When there are problems the SLO must not be used.
func ParseSLO(source []byte) (SLO, Problems) {
	return (*Catalog)(nil).ParseSLO(source)
}

// ParseSLO reads one SLO that may also use the catalog's own policies.
func (c *Catalog) ParseSLO(source []byte) (SLO, Problems) {
	return SLO{}, nil
}

// Lookup finds an SLO by name. The error for a broken one is its Problems; for an unknown one it lists the nearest names.
func (c *Catalog) Lookup(name string) (SLO, error) {
	return SLO{}, errors.New("not implemented")
}

// BrokenNames are the names of the SLOs with problems, sorted.
func (c *Catalog) BrokenNames() []string {
	return nil
}

// Policy finds a policy by name: a custom one or one of slo.Policies. For an unknown name the error lists what there is.
func (c *Catalog) Policy(name string) (slo.Policy, error) {
	return slo.Policy{}, errors.New("not implemented")
}

// AllPolicies are slo.Policies and the catalog's own.
func (c *Catalog) AllPolicies() []slo.Policy {
	return nil
}

// WithBy is the SLO grouped by other labels; none: one group. The error names the label that cannot be one.
func (s SLO) WithBy(labels []string) (SLO, error) {
	return SLO{}, errors.New("not implemented")
}

// WithPolicy is the SLO with another policy. The error says why the policy does not fit the objective and window.
func (s SLO) WithPolicy(p slo.Policy) (SLO, error) {
	return SLO{}, errors.New("not implemented")
}
