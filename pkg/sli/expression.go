package sli

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
)

const (
	estimates = "counted with increase(), which extrapolates and does not see the first value of a new series"
	atBorders = "an expression is counted by the server at the borders of cells, and estimated with increase() in a cell with a restart; plain selectors are exact"
)

var promQL = parser.NewParser(parser.Options{})

// expressions counts by two expressions of counters, or by selectors with increase().
func expressions(e catalog.Events, by []string) (Counting, error) {
	total, err := promQL.ParseExpr(e.Total)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.total: %w", err)
	}
	text, field := e.Bad, "bad"
	if text == "" {
		text, field = e.Good, "good"
	}
	part, err := promQL.ParseExpr(text)
	if err != nil {
		return Counting{}, fmt.Errorf("sli.events.%s: %w", field, err)
	}
	return counted(total, part, field == "good", e.Increase, by), nil
}

func counted(total, part parser.Expr, good, increase bool, by []string) Counting {
	of := func(e parser.Expr) ledger.CellExpr {
		return func(cell time.Duration) parser.Expr {
			if increase {
				return aggregate(parser.SUM, by, increased(e, cell))
			}
			return aggregate(parser.SUM, by, grown(e, total, cell))
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
		return &parser.VectorSelector{LabelMatchers: append(append([]*labels.Matcher{}, read.Matchers...), read.Parts[i].Matchers...)}
	}
	return counted(part(c.Total.Part), part(c.Part.Part), c.Good, true, read.By)
}

func isSelector(text string) bool {
	e, err := promQL.ParseExpr(text)
	_, is := e.(*parser.VectorSelector)
	return err == nil && is
}

func selectorOf(text string) (*parser.VectorSelector, error) {
	e, err := promQL.ParseExpr(text)
	if err != nil {
		return nil, err
	}
	vs, ok := e.(*parser.VectorSelector)
	if !ok {
		return nil, fmt.Errorf("%s is not a plain selector", text)
	}
	return plain(vs), nil
}
