package frames

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

var shapes = map[query.Type]func(engine.Answer, query.Query) (data.Frames, error){}

// register makes the frames of the answers to a query type. Each type registers in the file of its frames.
func register[A engine.Answer](t query.Type, shape func(A, query.Query) (data.Frames, error)) {
	shapes[t] = func(answer engine.Answer, q query.Query) (data.Frames, error) {
		typed, ok := answer.(A)
		if !ok {
			return nil, fmt.Errorf("frames of query type %s: the answer is a %T", t, answer)
		}
		return shape(typed, q)
	}
}

// Of is the frames of the answer to a query. The first frame carries the PromQL that was sent, for the query inspector.
func Of(answer engine.Answer, q query.Query) (data.Frames, error) {
	shape, ok := shapes[q.Type]
	if !ok {
		return nil, fmt.Errorf("query type %s has no frames", q.Type)
	}
	out, err := shape(answer, q)
	if sent := answer.Common().Sent; err == nil && len(out) > 0 && len(sent) > 0 {
		out[0].Meta.ExecutedQueryString = strings.Join(sent, "\n\n")
	}
	return out, err
}
