package frames_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/frames"
	"github.com/burnline/burnline/pkg/query"
)

// answers is an empty answer of each query type.
var answers = map[query.Type]engine.Answer{
	query.Summary: &engine.Report{}, query.Workloads: &engine.Report{}, query.TimeSeries: &engine.TimeSeriesReport{}, query.History: &engine.Periods{},
	query.WhatIf: &engine.WhatIf{}, query.Burners: &engine.Breakdown{}, query.Backtest: &engine.Backtest{}, query.Alerts: &engine.Alerts{},
	query.Annotations: &engine.Events{}, query.Resources: &engine.Resources{},
}

func TestEveryQueryTypeHasFramesOfItsAnswer(t *testing.T) {
	require.Len(t, query.Types(), len(answers))
	for _, name := range query.Types() {
		out, err := frames.Of(answers[name], query.Query{Type: name})
		require.NoError(t, err, name)
		require.NotEmpty(t, out, name)
	}
}

func TestAQueryTypeWithoutFramesIsAnError(t *testing.T) {
	_, err := frames.Of(&engine.Report{}, query.Query{Type: "unheard"})
	require.EqualError(t, err, "query type unheard has no frames")
	_, err = frames.Of(&engine.Report{}, query.Query{Type: query.Burners})
	require.EqualError(t, err, "frames of query type burners: the answer is a *engine.Report")
}
