package sli

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/counting"
)

const (
	estimates = "counted with increase(), which extrapolates and does not see the first value of a new series"
	atBorders = "an expression is counted by the server at the borders of cells, and estimated with increase() in a cell with a restart; plain selectors are exact"
)

// expressions counts by two expressions of counters, evaluated by the server.
func expressions(total, part parser.Expr, good, increase bool, by []string) Counting {
	of := func(e parser.Expr) counting.CellExpr {
		return func(cell time.Duration) parser.Expr {
			if increase {
				return increased(e, by, cell)
			}
			return grown(e, total, by, cell)
		}
	}
	how, notice := "grown", atBorders
	if increase {
		how, notice = "increase", estimates
	}
	c := serverCounted(how+"\n"+total.String()+"\n"+part.String(), by, of(total), of(part), present(total, by))
	c.Good = good
	c.Notices = []string{notice}
	return c
}
