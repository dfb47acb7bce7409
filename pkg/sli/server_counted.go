package sli

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
)

const (
	noticeEstimated = "counted with increase(), which extrapolates and does not see the first value of a new series"
	noticeAtBorders = "an expression is counted by the server at the borders of cells, and estimated with increase() in a cell with a restart. Plain selectors are exact"
)

// countExpressions counts by two expressions of counters that the server evaluates.
func countExpressions(total, part parser.Expr, good, increase bool, by []string) Counting {
	of := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			if increase {
				return increaseOf(e, by, cell)
			}
			return growthOf(e, total, by, cell)
		}
	}
	how, notice := "grown", noticeAtBorders
	if increase {
		how, notice = "increase", noticeEstimated
	}
	c := newServerCounting(how+"\n"+total.String()+"\n"+part.String(), by, of(total), of(part), coverageOf(total, by))
	c.Good = good
	c.Notices = []string{notice}
	return c
}
