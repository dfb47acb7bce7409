package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
)

// Resolve returns the SLOs of the query, with its groupBy, policy and filters applied.
//
// If the query selects the whole catalog, broken SLOs are omitted and reported as warnings, unless
// all are broken. Otherwise every error is a UserError, or several joined. An empty catalog has no
// SLOs and no error.
func (q Query) Resolve(c *catalog.Catalog) (slos []catalog.SLO, warnings []string, err error) {
	slos, warnings, err = q.findSLOs(c)
	if err != nil {
		return nil, nil, err
	}
	// first, because the meaning of a filter depends on the SLO's own groups
	if err := q.applyFilters(slos); err != nil {
		return nil, nil, err
	}
	if slos, err = q.applyOverrides(slos, c); err != nil {
		return nil, nil, err
	}
	return slos, warnings, q.checkGroupFilters(slos)
}

func (q Query) findSLOs(c *catalog.Catalog) (slos []catalog.SLO, warnings []string, err error) {
	switch {
	case q.Inline != nil:
		s, problems := c.ParseSLO(q.Inline)
		return []catalog.SLO{s}, nil, fieldErrors("inline", problems)
	case len(q.Names) > 0:
		var problems []error
		for i, name := range q.Names {
			s, err := c.Lookup(name)
			if err != nil {
				problems = append(problems, lookupError(fmt.Sprintf("slos[%d]", i), name, err))
			}
			slos = append(slos, s)
		}
		return slos, nil, errors.Join(problems...)
	case c == nil:
		return nil, nil, nil
	}
	var problems []error
	for _, name := range c.BrokenNames() {
		_, err := c.Lookup(name)
		problems = append(problems, lookupError("", name, err))
	}
	if len(c.SLOs) == 0 {
		return nil, nil, errors.Join(problems...)
	}
	for _, problem := range problems {
		warnings = append(warnings, problem.Error())
	}
	return slices.Clone(c.SLOs), warnings, nil
}

func (q Query) applyOverrides(slos []catalog.SLO, c *catalog.Catalog) ([]catalog.SLO, error) {
	var problems []error
	for i, s := range slos {
		var err error
		if q.GroupBy != nil {
			if s, err = s.WithGroupBy(q.GroupBy); err != nil {
				problems = append(problems, fault.UserErrorf("groupBy", "%v", err))
				break // the same for all SLOs
			}
		}
		if q.Policy != "" {
			p, err := c.Policy(q.Policy)
			if err != nil {
				problems = append(problems, fault.UserErrorf("policy", "%v", err))
				break
			}
			if s, err = s.WithPolicy(p); err != nil {
				problems = append(problems, fault.UserErrorf("policy", "%v", err))
			}
		}
		slos[i] = s
	}
	return slos, errors.Join(problems...)
}

// fieldErrors converts the problems of the definition in a field to UserErrors.
func fieldErrors(name string, problems catalog.Problems) error {
	var errs []error
	for _, p := range problems {
		field := name
		if p.Path != "" {
			field += "." + p.Path
		}
		errs = append(errs, fault.UserErrorf(field, "%s", p.Message))
	}
	return errors.Join(errs...)
}

// lookupError converts the error of a named SLO to one UserError.
func lookupError(field, name string, err error) error {
	if broken, ok := errors.AsType[catalog.Problems](err); ok {
		lines := strings.ReplaceAll(broken.Error(), "\n", "; ")
		return fault.UserErrorf(field, "SLO %s is broken in the catalog: %s", name, lines)
	}
	return fault.UserErrorf(field, "%v", err)
}

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

// checkGroupFilters returns an error if groupBy removes a label of a filter that applies to groups.
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
