package resources

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

var promQL = parser.NewParser(parser.Options{})

// selectors are those of an expression that was checked, in its order.
func selectors(text string) []*parser.VectorSelector {
	e, err := promQL.ParseExpr(text)
	if err != nil {
		return nil
	}
	var out []*parser.VectorSelector
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if vs, ok := n.(*parser.VectorSelector); ok {
			out = append(out, vs)
		}
		return nil
	})
	return out
}

// places are the labels that say where series come from, by the names that they have on a metric.
type places struct {
	exported []string          // labels that a scrape has renamed to exported_<label>
	narrowed []*labels.Matcher // conditions on cluster, namespace and pod
}

// name is how a label that an exporter gives is called.
func (p places) name(label string) string {
	if slices.Contains(p.exported, label) {
		return exportedPrefix + label
	}
	return label
}

const exportedPrefix = "exported_"

// expression is the PromQL of a gauge over a selection: the largest of equal rows by the labels given. Ranges are at least the
// step, so that nothing between two points is overlooked.
func (p places) expression(text string, by []string, step time.Duration) parser.Expr {
	return p.largest(by, p.selected(text, step))
}

// ever is the PromQL of the highest value that a growing gauge had in the step that ends at a point: also of one that is gone.
func (p places) ever(text string, by []string, step time.Duration) parser.Expr {
	vs, ok := p.selected(text, 0).(*parser.VectorSelector)
	if !ok { // a growth is a selector
		return &parser.NumberLiteral{}
	}
	last := &parser.Call{Func: parser.Functions["last_over_time"], Args: parser.Expressions{&parser.MatrixSelector{VectorSelector: vs, Range: step}}}
	return p.largest(by, last)
}

func (p places) largest(by []string, e parser.Expr) parser.Expr {
	names := make([]string, len(by))
	for i, label := range by {
		names[i] = p.name(label)
	}
	return &parser.AggregateExpr{Op: parser.MAX, Expr: e, Grouping: names}
}

// matchers are those of a selector over the selection.
func (p places) matchers(text string) []*labels.Matcher {
	return p.selected(text, 0).(*parser.VectorSelector).LabelMatchers
}

// selected is an expression whose selectors speak of labels as they are called, and of the selection only. Rows without the
// exporter's own pod, where a scrape has renamed it, are about the exporter itself.
func (p places) selected(text string, step time.Duration) parser.Expr {
	e, _ := promQL.ParseExpr(text) // checked when the catalog was read
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.MatrixSelector:
			n.Range = max(n.Range, step)
		case *parser.VectorSelector:
			for i, m := range n.LabelMatchers {
				if name := p.name(m.Name); name != m.Name {
					n.LabelMatchers[i] = labels.MustNewMatcher(m.Type, name, m.Value)
				}
			}
			n.LabelMatchers = append(n.LabelMatchers, p.narrowed...)
			if slices.Contains(p.exported, labelPod) {
				n.LabelMatchers = append(n.LabelMatchers, labels.MustNewMatcher(labels.MatchNotEqual, exportedPrefix+labelPod, ""))
			}
		}
		return nil
	})
	return e
}

// narrow adds the conditions that hold for labels as they are called on a metric.
func (p *places) narrow(filters []*labels.Matcher, called map[string]string) {
	for _, f := range filters {
		if name, ok := called[f.Name]; ok {
			p.narrowed = append(p.narrowed, labels.MustNewMatcher(f.Type, p.name(name), f.Value))
		}
	}
}
