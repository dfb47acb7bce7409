package frames

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

var shapes = map[query.Type]func(engine.Answer, query.Query) (data.Frames, error){}

// register sets the function that builds the frames of a query type. Each type registers in the
// file of its frames.
func register[A engine.Answer](t query.Type, shape func(A, query.Query) (data.Frames, error)) {
	shapes[t] = func(answer engine.Answer, q query.Query) (data.Frames, error) {
		typed, ok := answer.(A)
		if !ok {
			return nil, fmt.Errorf("frames of query type %s: the answer is a %T", t, answer)
		}
		return shape(typed, q)
	}
}

func registerFrame[A engine.Answer](t query.Type, shape func(A) *data.Frame) {
	register(t, func(answer A, _ query.Query) (data.Frames, error) { return data.Frames{shape(answer)}, nil })
}

// Of returns the frames of a result. The metadata of the first frame contains the PromQL and the
// cost, for the query inspector.
func Of(answer engine.Answer, q query.Query) (data.Frames, error) {
	shape, ok := shapes[q.Type]
	if !ok {
		return nil, fmt.Errorf("query type %s has no frames", q.Type)
	}
	out, err := shape(answer, q)
	if stats := answer.Common(); err == nil && len(out) > 0 && stats.Cost != (cells.Cost{}) {
		out[0].Meta.ExecutedQueryString = strings.Join(stats.Sent, "\n\n")
		out[0].Meta.Stats = statsOf(stats.Cost)
	}
	return out, err
}

// statsOf lists the cost of a result. Samples by remote read identify the estimator.
func statsOf(c cells.Cost) (out []data.QueryStat) {
	for _, s := range []struct {
		name  string
		value int
	}{
		{"Requests to the server", c.Queries},
		{"Samples received", c.Samples},
		{"Samples by remote read", c.Streamed},
		{"Cells counted", c.CellsMissed},
		{"Cells from the cache", c.CellsHit},
	} {
		out = append(out, data.QueryStat{FieldConfig: data.FieldConfig{DisplayName: s.name}, Value: float64(s.value)})
	}
	return out
}
