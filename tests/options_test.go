package tests

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

func TestWhatIfOverHeldCells(t *testing.T) {
	at := settled()
	summary := ask(t, running.Source.Context(), at, query{"A", `{"slos":["availability"]}`})["A"]
	require.NoError(t, summary.Error)
	answer := ask(t, running.Source.Context(), at,
		query{
			"A",
			`{"queryType":"whatif","slos":["availability"],"whatif":{"objectives":[99.9,99.5],"windows":["30d","7d"]}}`,
		})["A"]
	require.NoError(t, answer.Error)
	frame := answer.Frames[0]
	require.Equal(t, 12*4, frame.Rows())
	budgets := map[string]float64{}
	for i, own := range numbers(t, frame, "own") {
		if *own == 1 {
			budgets[words(t, frame, "workload")[i]] = *numbers(t, frame, "budget")[i]
		}
	}
	for i, budget := range numbers(t, summary.Frames[0], "budget") {
		require.Equal(t, *budget, budgets[words(t, summary.Frames[0], "workload")[i]])
	}
}

func TestBurnersAddUpToTheSummary(t *testing.T) {
	at := settled()
	answers := ask(t, running.Source.Context(), at, query{"summary", `{"slos":["availability"]}`},
		query{"burners", `{"queryType":"burners","slos":["availability"],"burners":{"by":["code"],"top":1}}`})
	require.NoError(t, answers["burners"].Error)
	bad := map[string]float64{}
	frame := answers["burners"].Frames[0]
	for i, n := range numbers(t, frame, "bad") {
		bad[words(t, frame, "workload")[i]] += *n
	}
	for i, n := range numbers(t, answers["summary"].Frames[0], "bad") {
		require.Equal(t, *n, bad[words(t, answers["summary"].Frames[0], "workload")[i]])
	}
}

func TestBacktestComparesPolicies(t *testing.T) {
	answer := ask(t, running.Source.Context(), settled(), query{"A", `{"queryType":"backtest","slos":["availability"],
		"backtest":{"policies":["page-and-slack"],"inline":{"calm":[{"severity":"page","percent":20,"long":"2d","short":"4h"}]}}}`})["A"]
	require.NoError(t, answer.Error)
	require.Equal(t, []string{"page-and-slack", "calm"}, words(t, answer.Frames[0], "policy"))
	require.Equal(t, 24, answer.Frames[1].Rows())
	require.Len(t, answer.Frames, 4+24)
	require.Equal(t, data.FrameTypeTimeSeriesMulti, answer.Frames[4].Meta.Type)
}

func TestMistakesInOptionsAreNamed(t *testing.T) {
	for _, c := range []struct{ json, message string }{
		{`{"queryType":"whatif"}`, "whatif: missing"},
		{`{"queryType":"burners","slos":["availability"],"burners":{"by":["workload"]}}`, "burners.by[0]"},
		{`{"queryType":"backtest","backtest":{"policies":["none-such"]}}`, "backtest.policies[0]"},
	} {
		answer := ask(t, running.Source.Context(), settled(), query{"A", c.json})["A"]
		require.ErrorContains(t, answer.Error, c.message)
		require.Equal(t, backend.StatusBadRequest, answer.Status)
	}
}
