package frames

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
)

func TestBurners(t *testing.T) {
	e, slos := load(t)
	b, err := e.Breakdown(t.Context(), slos[:1], engine.BreakdownRequest{By: []string{"code"}, Top: 5}, at)
	require.NoError(t, err)
	b.Cost = cells.Cost{Queries: 1, Samples: 2, CellsHit: 3, CellsMissed: 4}
	golden(t, "burners", Burners(b))
	require.Zero(t, Burners(&engine.Breakdown{By: []string{"code"}}).Rows())
}
