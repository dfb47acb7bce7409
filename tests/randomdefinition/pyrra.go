package randomdefinition

import (
	"fmt"
	"strings"
)

// pyrra generates resources of Pyrra. The share of bad events of a ratio is increase(errors) /
// increase(total), that of a latency 1 - increase(success) / increase(total), each summed by
// grouping.
func (g *generator) pyrra(n int) Set {
	out := Set{World: g.world}
	var docs []string
	for i := range n {
		s := g.make(func() sli {
			s := sli{scale: 1}
			if g.chance(40) {
				s.by = []string{"job"}
			}
			if s.good = g.chance(40); s.good {
				matchers := g.counter().matchers
				bucket := g.bucket()
				bucket.matchers = append(append([]matcher{}, matchers...), bucket.matchers...)
				if g.chance(30) {
					bucket.matchers = append(bucket.matchers, matcher{"code", "!~", "5.."})
				}
				s.total, s.part = sum{s.by, selector{"duration_seconds_count", matchers}}, sum{s.by, bucket}
				return s
			}
			s.total, s.part = sum{s.by, g.counter()}, sum{s.by, g.counter()}
			return s
		})
		st := g.style("", "", "")
		total, part := s.total.(sum).of.text(st), s.part.(sum).of.text(st)
		indicator := fmt.Sprintf("ratio:\n  errors: {metric: %s}\n  total: {metric: %s}\n", quoted(part), quoted(total))
		if s.good {
			indicator = fmt.Sprintf("latency:\n  success: {metric: %s}\n  total: {metric: %s}\n", quoted(part),
				quoted(total))
		}
		if len(s.by) > 0 {
			indicator += "  grouping: [" + strings.Join(s.by, ", ") + "]\n"
		}
		out.Definitions = append(out.Definitions, Definition{name(i), s.groups})
		docs = append(docs,
			fmt.Sprintf("apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: %s, namespace: monitoring}\nspec:\n  target: %s\n  window: %s\n  indicator:\n%s",
				name(i), pick(g, `"50"`, "50", "'50.0'"), pick(g, "4w", "2w", "28d", "1w"), indented(4, indicator)))
	}
	out.Documents = docs
	out.Source = g.gathered(docs, true)
	return out
}
