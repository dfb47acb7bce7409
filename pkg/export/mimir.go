package export

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// Default limits of a tenant in Mimir. Above one of them, the ruler's API
// refuses the group. Source: reference of Mimir's configuration, section limits.
const (
	mimirRulesPerGroup   = 20 // ruler_max_rules_per_rule_group
	mimirGroupsPerTenant = 70 // ruler_max_rule_groups_per_tenant
)

// mimirGroups splits groups that exceed Mimir's limit of rules, and notes a number of groups that
// exceeds the limit of a tenant. Parts of a group are evaluated apart: an alert may read values that
// are one interval old.
func mimirGroups(groups []rulefmt.RuleGroup) (out []rulefmt.RuleGroup, notes []string) {
	out = []rulefmt.RuleGroup{}
	for _, g := range groups {
		if len(g.Rules) <= mimirRulesPerGroup {
			out = append(out, g)
			continue
		}
		// Recording rules come first. The third rule of a window reads the other two.
		part := 1
		for rules := range slices.Chunk(g.Rules, mimirRulesPerGroup/rulesPerWindow*rulesPerWindow) {
			out = append(out,
				rulefmt.RuleGroup{Name: fmt.Sprintf("%s:%d", g.Name, part), Interval: g.Interval, Rules: rules})
			part++
		}
		notes = append(notes, fmt.Sprintf("group %s is split: its %d rules exceed Mimir's default of %d (ruler_max_rules_per_rule_group)",
			g.Name, len(g.Rules), mimirRulesPerGroup))
	}
	if len(out) > mimirGroupsPerTenant {
		notes = append(notes, fmt.Sprintf("%d groups exceed Mimir's default of %d for a tenant: raise ruler_max_rule_groups_per_tenant",
			len(out), mimirGroupsPerTenant))
	}
	return out, notes
}
