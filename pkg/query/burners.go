package query

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	defaultTop = 20
	maxTop     = 1000
)

// readBreakdown reads {"by": ["code", "handler"], "top": 20}.
func (q *Query) readBreakdown(r *reader) {
	const example = `["code", "handler"]`
	isRequired := q.Type == Burners
	_, given := r.get("burners")
	r, ok := r.nested("burners", `{"by": ["code", "handler"], "top": 20}`)
	if !ok {
		if !given && isRequired {
			r.problem("burners", `select at least one label to split by, for example {"by": %s}`, example)
		}
		return
	}
	q.Breakdown.By = withoutDuplicates(r.texts("by", example))
	for i, label := range q.Breakdown.By {
		if strings.TrimSpace(label) == "" {
			r.problem(fmt.Sprintf("by[%d]", i), "an empty label name. Is a template variable without a value?")
		}
	}
	if isRequired && len(q.Breakdown.By) == 0 && !r.hasProblems() {
		r.problem("by", "select at least one label to split by, for example %s", example)
	}
	q.Breakdown.Top = r.top("rows", defaultTop, defaultTop)
}

// top reads a number of results. otherwise is the value of an absent field.
func (r *reader) top(what string, example, otherwise int) int {
	top, given := r.wholeNumber("top", strconv.Itoa(example))
	if !given {
		return otherwise
	}
	if top < 1 || top > maxTop {
		r.problem("top", "%d is not within 1 to %d. It is the number of %s, for example %d", top, maxTop, what, example)
	}
	return int(top)
}
