package frames

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/slo"
)

func TestWhatIf(t *testing.T) {
	e, slos := load(t)
	alt := engine.Alternatives{
		Objectives: []slo.Objective{0.999, 0.99},
		Windows:    []time.Duration{24 * time.Hour, 2 * time.Hour},
	}
	w, err := e.WhatIf(t.Context(), slos[:1], alt, at)
	require.NoError(t, err)
	w.Cost = cells.Cost{Queries: 1, Samples: 2, CellsHit: 3, CellsMissed: 4}
	golden(t, "whatif", WhatIf(w))

	empty := WhatIf(&engine.WhatIf{Report: engine.Report{Instant: at}})
	require.Equal(t, data.FrameTypeNumericLong, empty.Meta.Type)
	require.Zero(t, empty.Rows())
}
