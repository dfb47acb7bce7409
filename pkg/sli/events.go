package sli

import (
	"cmp"
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
)

// Events counts by counters. Each text is a PromQL selector or an expression of counters, as
// written; exactly one of Bad and Good is set.
type Events struct {
	Total    string
	Bad      string
	Good     string
	Increase bool // count with increase(), as other tools do
}

// Traits implements Indicator.
func (i *Events) Traits() Traits { return Traits{Kind: KindEvents, Source: i.Total} }

// Inputs implements Indicator.
func (i *Events) Inputs() []Input {
	return []Input{
		{"total", &i.Total, Counter, false},
		{"bad", &i.Bad, Counter, true},
		{"good", &i.Good, Counter, true},
	}
}

func readEvents(d reader, o decode.Object) Indicator {
	e := Events{Increase: isIncrease(o)}
	e.Total, e.Bad, e.Good = d.totalAndPart(o)
	return &e
}

// Count counts by two linear expressions of counters, of which a plain selector is the simplest.
// The server evaluates other expressions, and increase().
func (i *Events) Count(by []string, seen *ServerFacts) (Counting, error) {
	total, part, good, err := i.expressions()
	if err != nil {
		return Counting{}, err
	}
	if i.Increase || seen == nil {
		return countExpressions(total, part, good, i.Increase, by), nil
	}
	all, err := Linear(total, by)
	some, partErr := Linear(part, by)
	if err = cmp.Or(err, partErr); err != nil {
		c := countExpressions(total, part, good, false, by)
		c.Notices = []string{fmt.Sprintf("%s (%v)", noticeAtBorders, err)}
		return c, nil
	}
	q := counting.Counters{By: by}
	q.Parts = []counting.Part{partOf(&q, all), partOf(&q, some)}
	return Counting{Query: q, Good: good}, nil
}

// expressions parses the two expressions. Each selector must name a metric.
func (i *Events) expressions() (total, part parser.Expr, good bool, err error) {
	text, field := i.Bad, "bad"
	if good = text == ""; good {
		text, field = i.Good, "good"
	}
	read := func(text, field string) (parser.Expr, error) {
		expr, err := promexpr.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("sli.events.%s: %w", field, err)
		}
		for _, vs := range promexpr.Selectors(expr) {
			if promexpr.Metric(vs.LabelMatchers) == "" {
				return nil, fmt.Errorf("sli.events.%s: %s names no metric", field, vs)
			}
		}
		return expr, nil
	}
	if total, err = read(i.Total, "total"); err != nil {
		return nil, nil, false, err
	}
	part, err = read(text, field)
	return total, part, good, err
}
