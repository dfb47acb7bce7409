package models

import (
	"encoding/json"
	"fmt"

	"github.com/burnline/burnline/pkg/catalog"
)

// filters reads [{"label": "namespace", "op": "=", "value": "shop"}].
func (q *Query) filters(r *reader) {
	const example = `[{"label": "namespace", "op": "=", "value": "shop"}]`
	raw, ok := r.get("filters")
	if !ok {
		return
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		r.wrong("filters", raw, "a list of filters", example)
		return
	}
	for i, element := range elements {
		field := fmt.Sprintf("filters[%d]", i)
		in, err := newReader(element, field)
		if err != nil {
			r.wrong(field, element, "a filter", example)
			continue
		}
		in.path, in.problems = field, r.problems
		label, op, value := in.text("label", "namespace"), in.text("op", "="), in.text("value", "shop")
		if in.failed() {
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
		q.Filters = append(q.Filters, f)
	}
}

// filter narrows the SLOs down to the series that meet the query's filters.
func (q Query) filter(slos []catalog.SLO) error {
	for i, s := range slos {
		filtered, err := s.WithFilters(q.Filters)
		if err != nil {
			return &UserError{"filters", err.Error()}
		}
		slos[i] = filtered
	}
	return nil
}
