package sli

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/promexpr"
)

const (
	estimates = "counted with increase(), which extrapolates and does not see the first value of a new series"
	atBorders = "an expression is counted by the server at the borders of cells, and estimated with increase() in a cell with a restart; plain selectors are exact"
)

// expressions counts by two expressions of counters, or by selectors with increase().
func expressions(e catalog.Events, by []string) (Counting, error) {
	total, err := promexpr.Parse(e.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.total: %w", err)
	}
	text, field := e.Bad, "bad"
	if text == "" {
		text, field = e.Good, "good"
	}
	part, err := promexpr.Parse(text)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.%s: %w", field, err)
	}
	return counted(total, part, field == "good", e.Increase, by), nil
}

func counted(total, part parser.Expr, good, increase bool, by []string) Counting {
	of := func(e parser.Expr) ledger.CellExpr {
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

// withIncrease counts the parts of a classic histogram with increase().
func withIncrease(c Counting) Counting {
	read := c.Reads[0].(ledger.Counters)
	part := func(i int) parser.Expr {
		return promexpr.Selector(slices.Concat(read.Matchers, read.Parts[i].Matchers))
	}
	return counted(part(c.Total.Part), part(c.Part.Part), c.Good, true, read.By)
}

func isSelector(text string) bool {
	e, err := promexpr.Parse(text)
	_, is := e.(*parser.VectorSelector)
	return err == nil && is
}
