package frames

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

func TestEveryQueryTypeHasFramesOfItsAnswer(t *testing.T) {
	e, slos := load(t)
	for _, name := range query.Types() {
		q := query.Query{
			Type: name, Instant: at, From: at.Add(-time.Hour), To: at, Metrics: engine.Metrics,
			Annotations: engine.EventKinds,
			Breakdown:   engine.BreakdownRequest{By: []string{"code"}, Top: 5},
		}
		answer, err := q.Ask(t.Context(), e, query.Scope{SLOs: slos, Catalog: &catalog.Catalog{}})
		require.NoError(t, err, name)
		out, err := Of(answer, q)
		require.NoError(t, err, name)
		require.NotEmpty(t, out, name)
	}
}

func TestAQueryTypeWithoutFramesIsAnError(t *testing.T) {
	_, err := Of(&engine.Report{}, query.Query{Type: "unheard"})
	require.EqualError(t, err, "query type unheard has no frames")
	_, err = Of(&engine.Report{}, query.Query{Type: query.Burners})
	require.EqualError(t, err, "frames of query type burners: the answer is a *engine.Report")
}
