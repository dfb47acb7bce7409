package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
)

const podLife = 6 * time.Hour

// churning is a deployment of three pods for 30 days. All pods are replaced every six hours, and
// each day has a new replica set: 360 pods, three of them alive at the end. A pod's own samples,
// and those of kube-state-metrics about it, exist only during its life. The counts are those in the
// samples, apart from the first ones, which are baselines.
func churning() (rec promtest.Recording, events, bad float64) {
	rec = promtest.Recording{}
	for i := range 360 {
		generation, slot := i/3, i%3
		set := fmt.Sprintf("cart-%d", generation/4)
		pod := fmt.Sprintf("%s-%d-%d", set, generation, slot)
		firstSeen := time.Duration(generation)*podLife + time.Duration(slot)*7*time.Minute
		labels := fmt.Sprintf(`namespace="shop",pod=%q`, pod)
		good, failed := `http_requests_total{`+labels+`,code="200"}`, `http_requests_total{`+labels+`,code="500"}`
		owner := `kube_pod_owner{` + labels +
			fmt.Sprintf(`,owner_kind="ReplicaSet",owner_name=%q,owner_is_controller="true"}`, set)
		setOwner := fmt.Sprintf(`kube_replicaset_owner{namespace="shop",replicaset=%q,owner_kind="Deployment",owner_name="cart",owner_is_controller="true"}`, set)
		var g, b float64
		for m := range int(podLife / time.Minute) {
			at := firstSeen + time.Duration(m)*time.Minute
			if at > 30*24*time.Hour {
				break
			}
			sample := func(name string, v float64) {
				rec[name] = append(rec[name], promtest.Sample{Ms: at.Milliseconds(), V: v})
			}
			more := float64((i*31+m*17)%40 + 1)
			if at > 0 {
				events += more
			}
			g += more
			sample(good, g)
			if i%5 == 2 && m > 100 { // the error counter begins with its first error
				events, bad, b = events+1, bad+1, b+1
				sample(failed, b)
			}
			sample(owner, 1)
			if slot == 0 && generation%4 == 0 {
				sample(setOwner, 1)
			}
		}
	}
	return rec, events, bad
}

func TestPodsThatAreGoneKeepCounting(t *testing.T) {
	rec, events, bad := churning()
	server := promtest.New(t, rec)
	now := time.Unix(0, 0).Add(30 * 24 * time.Hour).UTC()
	e := New(server, Options{Now: func() time.Time { return now }})
	s := parsed(t, `{name: a, objective: 90, window: 30d, by: [namespace, workload], identity: kubernetes,
		sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="500"}'}}}`)
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	require.Empty(t, r.Warnings)
	require.Len(t, r.Rows, 1)
	row := r.Rows[0]
	require.Equal(t, map[string]string{"namespace": "shop", "workload": "cart"}, row.Labels)
	require.InDelta(t, events, row.Window.Total, 1e-6)
	require.InDelta(t, bad, row.Window.Bad, 1e-6)
	require.InDelta(t, 1, row.Window.Coverage, 0.001)

	again, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	require.Equal(t, row.Window, again.Rows[0].Window)
	require.Zero(t, again.Cost.Queries, "what is settled, and whose pods they were, is known")

	b, err := e.Breakdown(t.Context(), []catalog.SLO{s}, BreakdownRequest{By: []string{"pod"}, Top: 2}, now)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"pod": "cart-0-0-2"}, b.Rows[0].Values)
	require.InDelta(t, 259, b.Rows[0].Bad, 1e-6)
	var all float64
	for _, one := range b.Rows {
		all += one.Bad
	}
	require.InDelta(t, row.Window.Bad, all, 1e-6)
}

func TestWithoutOwnersANoticeNamesWhatIsMissing(t *testing.T) {
	server := promtest.Load(t, `load 1m
  r_total{namespace="a",pod="x",code="200"} 0+10x1440
  r_total{namespace="a",code="500"} 0+1x1440
`)
	now := time.Unix(0, 0).Add(24 * time.Hour).UTC()
	e := New(server, Options{Now: func() time.Time { return now }})
	s := parsed(t, `{name: a, objective: 90, window: 1d, by: [workload], identity: kubernetes,
		sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`)
	r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
	require.NoError(t, err)
	require.InDelta(t, 15840, r.Rows[0].Window.Total, 1e-6)
	require.Contains(t, r.Warnings,
		`SLO a: no owner found for 1 of 1 pods, such as a/x. They count as workload "". Owners come from kube_pod_owner `+
			`and kube_replicaset_owner of kube-state-metrics`)
	require.Contains(t, r.Warnings, `SLO a: some series of r_total have no label pod. They count as workload ""`)
}

func parsed(t *testing.T, text string) catalog.SLO {
	t.Helper()
	s, problems := catalog.ParseSLO([]byte(text))
	require.NoError(t, problems.Err())
	return s
}

// A query's choice of groups also applies to workloads found by their pods, and to groups that an
// expression creates.
func TestGroupsThatAQueryChose(t *testing.T) {
	server := promtest.Load(t, `load 1m
  r_total{namespace="a",pod="x-0",code="200"} 0+9x1440
  r_total{namespace="a",pod="x-0",code="500"} 0+1x1440
  r_total{namespace="a",pod="y-0",code="200"} 0+10x1440
  r_bucket{namespace="a",pod="x-0",le="1"} 0+10x1440
  r_bucket{namespace="a",pod="x-0",le="+Inf"} 0+10x1440
  r_bucket{namespace="a",pod="y-0",le="4"} 0+10x1440
  r_bucket{namespace="a",pod="y-0",le="+Inf"} 0+10x1440
  tcp_total{flag="SYN",to="x",from="y"} 0+10x1440
  tcp_total{flag="RST",to="y",from="x"} 0+1x1440
  kube_pod_owner{namespace="a",pod="x-0",owner_kind="StatefulSet",owner_name="x",owner_is_controller="true"} 1x1440
  kube_pod_owner{namespace="a",pod="y-0",owner_kind="StatefulSet",owner_name="y",owner_is_controller="true"} 1x1440
`)
	now := time.Unix(0, 0).Add(24 * time.Hour).UTC()
	e := New(server, Options{Now: func() time.Time { return now }})
	only := func(label, value string) []*catalog.Filter {
		f, err := catalog.NewFilter(label, "=", value)
		require.NoError(t, err)
		return []*catalog.Filter{f}
	}
	pods := parsed(t, `{name: a, objective: 90, window: 1d, by: [namespace, workload], identity: kubernetes,
		p95: {histogram: r_bucket, target: 1s}, sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`)
	pods, err := pods.WithFilters(only("workload", "x"))
	require.NoError(t, err)
	whole, err := pods.WithBy(nil)
	require.NoError(t, err)
	for _, s := range []catalog.SLO{pods, whole} {
		r, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
		require.NoError(t, err)
		require.Len(t, r.Rows, 1)
		require.InDelta(t, 14400, r.Rows[0].Window.Total, 1e-6, "those of x")
		require.InDelta(t, 1440, r.Rows[0].Window.Bad, 1e-6)
		require.InDelta(t, 0.95, *r.Rows[0].P95, 1e-6, "x answers within a second")
		require.Empty(t, r.Warnings)
	}
	b, err := e.Breakdown(t.Context(), []catalog.SLO{pods}, BreakdownRequest{By: []string{"pod"}, Top: 5}, now)
	require.NoError(t, err)
	require.Len(t, b.Rows, 1)

	mesh := parsed(t, `{name: resets, objective: 90, window: 1d, by: [to], sli: {events: {total: 'tcp_total{flag="SYN"}',
		bad: 'label_replace(sum by (from) (tcp_total{flag="RST"}), "to", "$1", "from", "(.*)")'}}}`)
	mesh, err = mesh.WithFilters(only("to", "x"))
	require.NoError(t, err)
	r, err := e.Summary(t.Context(), []catalog.SLO{mesh}, now)
	require.NoError(t, err)
	require.Len(t, r.Rows, 1)
	require.InDelta(t, 1440, r.Rows[0].Window.Bad, 2, "the resets of x, not those to x")

	noOwner, err := pods.WithFilters(only("workload", "z"))
	require.NoError(t, err)
	r, err = e.Summary(t.Context(), []catalog.SLO{noOwner, mesh}, now)
	require.NoError(t, err)
	require.Len(t, r.Rows, 1, "one of several that is about something else is no warning")
	require.Empty(t, r.Failed)
}
