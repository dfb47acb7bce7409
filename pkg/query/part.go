package query

import (
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
)

// Part selects some of the SLOs of a summary, so that a browser can show the first rows of a large
// catalog while the others are read. It is not stored in queries.
type Part struct {
	From  int // index of the first SLO
	Count int
	Of    int // all SLOs of the query, of Query.LimitToPart
}

// readPart reads {"from": 0, "count": 20}.
func (q *Query) readPart(r *reader) {
	in, ok := r.nested("part", `{"from": 0, "count": 20}`)
	if !ok {
		return
	}
	from, _ := in.wholeNumber("from", "0")
	count, given := in.wholeNumber("count", "20")
	switch {
	case from < 0 || from > maxNames:
		in.problem("from", "%d is not within 0 to %d. It is the index of the first SLO", from, maxNames)
	case given && (count < 1 || count > maxNames):
		in.problem("count", "%d is not within 1 to %d. It is the number of SLOs", count, maxNames)
	case !given:
		in.problem("count", "the number of SLOs is missing")
	case q.Type != Summary && q.Type != Workloads:
		in.problem("", "queries of type %s have no parts. Remove part", q.Type)
	default:
		q.Part = &Part{From: int(from), Count: int(count)}
	}
}

// LimitToPart returns the SLOs of the query's part, and records how many there are in all. An alert
// rule has no parts: it would resolve if it lost a row.
func (q *Query) LimitToPart(slos []catalog.SLO) ([]catalog.SLO, error) {
	if q.Part == nil {
		return slos, nil
	}
	if q.ForRule {
		return nil, fault.UserErrorf("part", "an alert rule must read all %d SLOs. Remove part", len(slos))
	}
	p := *q.Part
	p.Of = len(slos)
	q.Part = &p
	from := min(p.From, len(slos))
	return slos[from:min(from+p.Count, len(slos))], nil
}
