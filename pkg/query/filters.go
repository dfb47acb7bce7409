package query

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
)

// readFilters reads [{"label": "namespace", "op": "=", "value": "shop"}].
func (q *Query) readFilters(r *reader) {
	const example = `[{"label": "namespace", "op": "=", "value": "shop"}]`
	raw, ok := r.get("filters")
	if !ok {
		return
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		r.wrongType("filters", raw, "a list of filters", example)
		return
	}
	for i, element := range elements {
		field := fmt.Sprintf("filters[%d]", i)
		in, err := newReader(element, field)
		if err != nil {
			r.wrongType(field, element, "a filter", example)
			continue
		}
		in.path, in.problems = field, r.problems
		r.objects = append(r.objects, in)
		label, op, value := in.text("label", "namespace"), in.text("op", "="), in.text("value", "shop")
		if in.hasProblems() {
			continue
		}
		if op == "" {
			op = "="
		}
		f, err := catalog.NewFilter(label, op, value)
		if err != nil {
			in.problem("", "%v", err)
			continue
		}
		if !matchesAll(f) {
			q.Filters = append(q.Filters, f)
		}
	}
}

// matchesAll reports whether a filter matches everything: a variable that is set to All.
func matchesAll(f *catalog.Filter) bool { return f.Type == labels.MatchRegexp && f.Value == ".*" }

// checkGroupFilters returns an error if groupBy removes a label of a filter that applies to groups,
// not to series.
func (q Query) checkGroupFilters(slos []catalog.SLO) error {
	for _, s := range slos {
		for _, f := range s.GroupFilters {
			if !s.IsCountedByPods() && !slices.Contains(s.By, f.Name) {
				return fault.UserErrorf("filters", "the label %s of SLO %s is made by an expression, so that it can be filtered by only while it is "+
					"one of its groups. Leave it in groupBy", f.Name, s.Name)
			}
		}
	}
	return nil
}

func (q Query) applyFilters(slos []catalog.SLO) error {
	for i, s := range slos {
		filtered, err := s.WithFilters(q.Filters)
		if err != nil {
			return fault.UserErrorf("filters", "%v", err)
		}
		slos[i] = filtered
	}
	return nil
}
