package catalog

import "github.com/burnline/burnline/pkg/slo"

// ParsePolicies reads policies outside a catalog, written as a catalog's `policies`: a mapping from names to alerts. When
// there are problems the policies must not be used.
func ParsePolicies(source []byte) ([]slo.Policy, Problems) {
	root, problem := parseYAML(source, maxSLOBytes)
	if problem != nil {
		return nil, Problems{*problem}
	}
	if root == nil {
		return nil, Problems{{Message: "empty; give policies, e.g. {my-policy: " + exampleAlerts + "}"}}
	}
	d := newDecoder(root)
	var set policySet
	if n, ok := d.resolve(root, ""); ok {
		set = d.policies(n)
	}
	return set.custom, d.sorted()
}
