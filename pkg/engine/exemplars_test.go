package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/query"
)

func exemplar(trace string, minute int, value float64) prom.Exemplar {
	return prom.Exemplar{
		Labels: map[string]string{"trace_id": trace}, Value: value,
		At: time.Unix(int64(minute)*60+1, 0).UTC(),
	}
}

// Every exemplar is a bad event of its group, in the time range, outside exclusions; the latest is
// first. Filters are those of a row of a breakdown.
func TestExemplarsAreBadEventsOfTheirGroup(t *testing.T) {
	server := promtest.Load(t, "load 1m\n  up 1x180\n")
	server.AddExemplars(`x_total{workload="a",code="500"}`, exemplar("a1", 70, 1), exemplar("a2", 80, 1),
		exemplar("early", 10, 1), exemplar("excluded", 95, 1))
	server.AddExemplars(`x_total{workload="a",code="200"}`, exemplar("good", 75, 1))
	server.AddExemplars(`x_total{workload="b",code="503"}`, exemplar("b1", 75, 1))
	server.AddExemplars(`h_seconds_bucket{workload="a",le="0.3"}`, exemplar("fast", 75, 0.2))
	server.AddExemplars(`h_seconds_bucket{workload="a",le="+Inf"}`, exemplar("slow", 76, 4))
	server.AddExemplars(`h_seconds_bucket{workload="a",le="0.5",replica="b"}`, exemplar("slow", 76, 0.4),
		exemplar("", 77, 0.4), exemplar("", 77, 0.4))
	c, problems := catalog.Parse([]byte(`slos:
  - {name: errors, objective: 99, window: 1d, by: [workload], sli: {events: {total: x_total, bad: 'x_total{code=~"5.."}'}},
     exclude: [{from: 1970-01-01T01:30:00Z, to: 1970-01-01T01:40:00Z}]}
  - {name: latency, objective: 99, window: 1d, by: [workload], sli: {latency: {histogram: h_seconds, threshold: 300ms}}}
  - {name: up, objective: 99, window: 1d, by: [workload], sli: {probe: {gauge: up}}}
`))
	require.NoError(t, problems.Err())
	e := engine.New(server, engine.Options{Now: func() time.Time { return time.Unix(3*3600, 0) }})
	ask := func(names []string, filters ...*catalog.Filter) (rows []string, warnings []string) {
		slos, _, err := query.Query{Names: names, Filters: filters}.Resolve(c)
		require.NoError(t, err)
		out, err := e.Exemplars(t.Context(), slos, time.Unix(3600, 0), time.Unix(2*3600, 0))
		require.NoError(t, err)
		for _, x := range out.Rows {
			rows = append(rows,
				fmt.Sprintf("%s %s %d %s %g", x.SLO.Name, x.Labels["workload"], x.Time.Unix()/60, x.TraceID, x.Value))
		}
		return rows, out.Warnings
	}
	filter := func(name, value string) *catalog.Filter {
		f, err := catalog.NewFilter(name, "=", value)
		require.NoError(t, err)
		return f
	}

	rows, _ := ask([]string{"errors"})
	require.Equal(t, []string{"errors a 80 a2 1", "errors b 75 b1 1", "errors a 70 a1 1"}, rows)
	rows, _ = ask([]string{"latency"})
	require.Equal(t, []string{"latency a 77  0.4", "latency a 77  0.4", "latency a 76 slow 4"}, rows,
		"two events without a trace; one of a trace")
	rows, _ = ask([]string{"errors"}, filter("code", "503"))
	require.Equal(t, []string{"errors b 75 b1 1"}, rows)
	rows, warnings := ask([]string{"errors"}, filter("workload", "c"))
	require.Empty(t, rows)
	require.Contains(t, warnings[len(warnings)-1], "SLO errors: the server has no exemplars in this time range")

	slos, _, err := query.Query{Names: []string{"up"}}.Resolve(c)
	require.NoError(t, err)
	_, err = e.Exemplars(t.Context(), slos, time.Unix(0, 0), time.Unix(3600, 0))
	require.ErrorContains(t, err, "probe SLOs do not count single events, so no exemplar is a bad event")
}

// A pod that changed its owner: each exemplar is of the workload that owned the pod at its time.
func TestExemplarsOfWorkloadsThatOwnPods(t *testing.T) {
	server := promtest.Load(t, `load 1m
  x_total{namespace="shop",pod="cart-1",code="500"} 0+1x180
  x_total{namespace="shop",pod="other-1",code="500"} 0+1x180
  kube_pod_owner{namespace="shop",pod="cart-1",owner_kind="ReplicaSet",owner_name="cart-r",owner_is_controller="true"} 1x180
  kube_pod_owner{namespace="shop",pod="other-1",owner_kind="StatefulSet",owner_name="other",owner_is_controller="true"} 1x180
  kube_replicaset_owner{namespace="shop",replicaset="cart-r",owner_kind="Deployment",owner_name="cart",owner_is_controller="true"} 1x180
`)
	server.AddExemplars(`x_total{namespace="shop",pod="cart-1",code="500"}`, exemplar("cart", 100, 1))
	server.AddExemplars(`x_total{namespace="shop",pod="other-1",code="500"}`, exemplar("other", 101, 1))
	c, problems := catalog.Parse([]byte(`slos:
  - {name: errors, objective: 99, window: 1d, by: [namespace, workload], identity: kubernetes, sli: {events: {total: x_total, bad: 'x_total{code="500"}'}}}
`))
	require.NoError(t, problems.Err())
	e := engine.New(server, engine.Options{Now: func() time.Time { return time.Unix(3*3600, 0) }})
	for workload, trace := range map[string]string{"cart": "cart", "other": "other"} {
		f, err := catalog.NewFilter("workload", "=", workload)
		require.NoError(t, err)
		slos, _, err := query.Query{Filters: []*catalog.Filter{f}}.Resolve(c)
		require.NoError(t, err)
		out, err := e.Exemplars(t.Context(), slos, time.Unix(3600, 0), time.Unix(2*3600, 0))
		require.NoError(t, err)
		require.Len(t, out.Rows, 1)
		require.Equal(t, map[string]string{"namespace": "shop", "workload": workload}, out.Rows[0].Labels)
		require.Equal(t, trace, out.Rows[0].TraceID)
	}
}
