package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/tests/changeworlds"
)

func changesOf(t *testing.T, i *changeworlds.Incident) []engine.ChangeRow {
	t.Helper()
	end := time.Unix(0, 0).Add(changeworlds.Length).UTC()
	s, problems := catalog.ParseSLO([]byte(changeworlds.SLO))
	require.NoError(t, problems.Err())
	e := engine.New(promtest.New(t, i.Series), engine.Options{Now: func() time.Time { return end }})
	r, err := e.Changes(t.Context(), []catalog.SLO{s}, engine.ChangesRequest{Top: 20}, end.Add(-6*time.Hour), end)
	require.NoError(t, err)
	var rows []engine.ChangeRow
	for _, row := range r.Rows {
		if row.Labels["workload"] == changeworlds.Workload {
			rows = append(rows, row)
		}
	}
	return rows
}

// The version of each bad rollout is the likeliest cause. An innocent one, next to another failure,
// is not. bench:changes has more incidents, on a real Prometheus.
func TestTheLikeliestCause(t *testing.T) {
	for seed := range uint64(20) {
		i := changeworlds.Bad(seed, time.Unix(0, 0))
		rows := changesOf(t, i)
		require.NotEmpty(t, rows, seed)
		require.Equal(t, []any{engine.ChangeRollout, i.Revision}, []any{rows[0].Kind, rows[0].Revision}, "seed %d",
			seed)
		require.NotEqual(t, engine.Unlikely, rows[0].Likelihood, "seed %d", seed)
		require.Equal(t, i.Revision, rows[0].Image)
	}
	blamed, causes := 0, map[string]int{}
	for seed := range uint64(40) {
		i := changeworlds.Other(seed, time.Unix(0, 0))
		rows := changesOf(t, i)
		if len(rows) > 0 && rows[0].Likelihood != engine.Unlikely {
			if causes[string(rows[0].Kind)]++; rows[0].Kind == engine.ChangeRollout {
				blamed++
			}
		}
	}
	require.LessOrEqual(t, blamed, 1)
	for _, kind := range []string{"config", "node", "oom", "scaling"} {
		require.Positive(t, causes[kind], kind)
	}
}

// Budget points of a change are those of the breakdown, and of the summary.
func TestSpentByAChange(t *testing.T) {
	i := changeworlds.Bad(1, time.Unix(0, 0))
	end := time.Unix(0, 0).Add(changeworlds.Length).UTC()
	s, problems := catalog.ParseSLO([]byte(changeworlds.SLO))
	require.NoError(t, problems.Err())
	e := engine.New(promtest.New(t, i.Series), engine.Options{Now: func() time.Time { return end }})
	b, err := e.Breakdown(t.Context(), []catalog.SLO{s}, engine.BreakdownRequest{By: []string{"revision"}, Top: 20},
		end)
	require.NoError(t, err)
	spent := map[string]float64{}
	for _, row := range b.Rows {
		if row.Spent != nil {
			spent[row.Labels["workload"]+"/"+row.Values["revision"]] = *row.Spent
		}
	}
	rows := changesOf(t, i)
	compared := 0
	for _, row := range rows {
		if row.RevisionSpent != nil && *row.RevisionSpent > 0 {
			compared++
			require.InDelta(t, spent["web/"+row.Revision], *row.RevisionSpent, 1e-9)
		}
	}
	require.Positive(t, compared)
	require.LessOrEqual(t, *rows[0].RevisionSpent, *rows[0].SpentSince+1e-9, "a revision serves after its rollout only")
}

// A refresh sends at most one request more than that of a summary.
func TestARefreshOfChangesIsCheap(t *testing.T) {
	i := changeworlds.Bad(2, time.Unix(0, 0))
	now := time.Unix(0, 0).Add(changeworlds.Length - 10*time.Minute).UTC()
	s, problems := catalog.ParseSLO([]byte(changeworlds.SLO))
	require.NoError(t, problems.Err())
	e := engine.New(promtest.New(t, i.Series), engine.Options{Now: func() time.Time { return now }})
	ask := func() (summary, changes int) {
		r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
		require.NoError(t, err)
		c, err := e.Changes(t.Context(), []catalog.SLO{s}, engine.ChangesRequest{Top: 20}, now.Add(-6*time.Hour), now)
		require.NoError(t, err)
		require.NotEmpty(t, c.Rows)
		return r.Cost.Queries, c.Cost.Queries
	}
	ask()
	now = now.Add(time.Minute)
	summary, changes := ask()
	require.Positive(t, summary)
	require.LessOrEqual(t, changes, 1, "the counts are those of the summary")
}

func TestChangesErrors(t *testing.T) {
	c, problems := catalog.Parse([]byte(everyKind))
	require.NoError(t, problems.Err())
	e, _ := load(t, burning, burningSLO, thirtyHours)
	for i, want := range map[int]string{
		2: "changes need single events, and throughput SLOs have none",
		3: "changes need single events, and composite SLOs have none",
	} {
		_, err := e.Changes(t.Context(), c.SLOs[i:i+1], engine.ChangesRequest{Top: 2}, thirtyHours.Add(-time.Hour),
			thirtyHours)
		require.ErrorContains(t, err, want)
		require.True(t, fault.IsUserError(err))
	}
}
