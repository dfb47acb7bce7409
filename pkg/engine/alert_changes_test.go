package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/slo"
	"github.com/burnline/burnline/tests/changeworlds"
)

// changeQueries counts and intercepts the queries for changes.
type changeQueries struct {
	*promtest.Server
	count  int
	answer func(ctx context.Context) error
}

func (s *changeQueries) QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	if strings.Contains(expr, "kube_replicaset_spec_replicas") {
		if s.count++; s.answer != nil {
			return nil, nil, s.answer(ctx)
		}
	}
	return s.Server.QueryRange(ctx, expr, r)
}

// burningRollout returns an engine for alert rules over a bad rollout, and an instant at which its
// alert fires.
func burningRollout(t *testing.T, server *changeQueries, now *time.Time) (*engine.Engine, []catalog.SLO) {
	t.Helper()
	s, problems := catalog.ParseSLO([]byte(changeworlds.SLO))
	require.NoError(t, problems.Err())
	e := engine.New(server, engine.Options{Now: func() time.Time { return *now }}).For(server)
	return e, []catalog.SLO{s}
}

// A firing alert has the rollout that caused it, and a refresh of the rule sends one request more.
func TestAFiringAlertHasItsChange(t *testing.T) {
	i := changeworlds.Bad(1, time.Unix(0, 0))
	now := time.Unix(0, 0).Add(changeworlds.Length - 50*time.Minute).UTC()
	server := &changeQueries{Server: promtest.New(t, i.Series)}
	e, slos := burningRollout(t, server, &now)
	evaluate := func() (a *engine.Alerts, requests int) {
		a, err := e.Alerts(t.Context(), slos, now)
		require.NoError(t, err)
		requests = a.Cost.Queries
		e.AddChanges(t.Context(), slos, a)
		return a, a.Cost.Queries - requests
	}
	evaluate()
	now = now.Add(time.Minute)
	a, more := evaluate()
	firing := 0
	for _, s := range a.Severities {
		if s.State != slo.Firing {
			require.Nil(t, s.Change)
			continue
		}
		if s.Labels["workload"] != changeworlds.Workload {
			continue
		}
		firing++
		require.Equal(t, []any{engine.ChangeRollout, i.Revision}, []any{s.Change.Kind, s.Change.Revision})
		require.NotEqual(t, engine.Unlikely, s.Change.Likelihood)
	}
	require.Positive(t, firing)
	require.Equal(t, 1, more)

	calm, problems := catalog.ParseSLO([]byte(strings.Replace(changeworlds.SLO, "99.5", "5", 1)))
	require.NoError(t, problems.Err())
	queries := server.count
	a, err := e.Alerts(t.Context(), []catalog.SLO{calm}, now)
	require.NoError(t, err)
	e.AddChanges(t.Context(), []catalog.SLO{calm}, a)
	require.NotEmpty(t, a.Severities)
	require.Equal(t, queries, server.count, "nothing fires, so nothing is searched")
}

// An alert fires alike if the changes cannot be read, or not in time.
func TestAnAlertDoesNotDependOnChanges(t *testing.T) {
	stored := promtest.New(t, changeworlds.Bad(1, time.Unix(0, 0)).Series)
	for name, c := range map[string]struct {
		answer  func(ctx context.Context) error
		warning string
		waited  time.Duration
	}{
		"refused": {
			func(context.Context) error { return errors.New("out of memory") },
			"no rollouts or other changes: out of memory", 0,
		},
		"panic": {
			func(context.Context) error { panic("changes") }, "no rollouts or other changes: internal error",
			0,
		},
		"hanging": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			"no likely changes: the server did not return them within 3 s", 3 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := time.Unix(0, 0).Add(changeworlds.Length - 50*time.Minute).UTC()
				server := &changeQueries{Server: stored, answer: c.answer}
				e, slos := burningRollout(t, server, &now)
				a, err := e.Alerts(t.Context(), slos, now)
				require.NoError(t, err)
				began := time.Now()
				e.AddChanges(t.Context(), slos, a)
				require.Equal(t, c.waited, time.Since(began))
				require.Equal(t, 1, server.count)
				require.Contains(t, strings.Join(a.Warnings, "\n"), c.warning)
				firing := 0
				for _, s := range a.Severities {
					if s.State == slo.Firing {
						firing++
					}
					require.Nil(t, s.Change)
				}
				require.Positive(t, firing)
			})
		})
	}
}
