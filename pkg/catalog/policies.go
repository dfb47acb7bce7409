package catalog

import (
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

// ParsePolicies reads policies outside a catalog, in the format of a catalog's `policies`: a
// mapping from names to alerts. If there are problems, the policies must not be used.
func ParsePolicies(source []byte) ([]slo.Policy, Problems) {
	root, problem := decode.Parse(source, decode.MaxObjectBytes)
	if problem != nil {
		return nil, Problems{*problem}
	}
	if root == nil {
		return nil, Problems{{Message: "empty. Give policies, for example {my-policy: " + exampleAlerts + "}"}}
	}
	d := reader{decode.New(root)}
	var set policySet
	if n, ok := d.Resolve(root, ""); ok {
		set = d.policies(n)
	}
	return set.custom, d.SortedProblems()
}
