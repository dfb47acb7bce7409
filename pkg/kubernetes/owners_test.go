package kubernetes_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
)

// requested counts the requests to a server.
type requested struct {
	*promtest.Server
	series, queries atomic.Int64
}

func (a *requested) Series(ctx context.Context, selector string, start, end time.Time) ([]model.LabelSet, []string,
	error,
) {
	a.series.Add(1)
	return a.Server.Series(ctx, selector, start, end)
}

func (a *requested) QueryRange(ctx context.Context, expr string, r prom.Range) (model.Matrix, []string, error) {
	a.queries.Add(1)
	return a.Server.QueryRange(ctx, expr, r)
}

const rows = `load 10m
  kube_pod_owner{cluster="eu",namespace="a",pod="cart-1-x",owner_kind="ReplicaSet",owner_name="cart-1",owner_is_controller="true"} 1x60
  kube_pod_owner{cluster="us",namespace="a",pod="cart-1-x",owner_kind="ReplicaSet",owner_name="cart-1",owner_is_controller="true"} 1x60
  kube_pod_owner{cluster="eu",namespace="a",pod="orphan-1-x",owner_kind="ReplicaSet",owner_name="orphan-1",owner_is_controller="true"} 1x60
  kube_pod_owner{cluster="eu",namespace="b",pod="agent-x",owner_kind="DaemonSet",owner_name="agent",owner_is_controller="true"} 1x60
  kube_replicaset_owner{cluster="eu",namespace="a",replicaset="cart-1",owner_kind="Deployment",owner_name="cart",owner_is_controller="true"} 1x60
  kube_replicaset_owner{cluster="us",namespace="a",replicaset="cart-1",owner_kind="Deployment",owner_name="basket",owner_is_controller="true"} 1x60
  kube_replicaset_owner{cluster="eu",namespace="a",replicaset="orphan-1",owner_kind="<none>",owner_name="<none>",owner_is_controller="<none>"} 1x60
`

func TestOwnersAreFoundByCluster(t *testing.T) {
	server := &requested{Server: promtest.Load(t, rows)}
	at := time.Unix(36000, 0)
	now := at
	r := kubernetes.NewReader(server,
		memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return now }})
	pods := []kubernetes.Place{
		{Cluster: "eu", Namespace: "a", Pod: "cart-1-x"},
		{Cluster: "us", Namespace: "a", Pod: "cart-1-x"},
		{Namespace: "a", Pod: "orphan-1-x"},
		{Namespace: "b", Pod: "agent-x"},
		{Namespace: "a", Pod: "cart-1-x"},
	}
	owners, took, err := r.Owners(t.Context(), pods, at.Add(-time.Hour), at)
	require.NoError(t, err)
	var got []kubernetes.Workload
	for _, p := range pods[:4] {
		require.Len(t, owners.Of(owners.Pod(p)), 1, p)
		got = append(got, owners.Of(owners.Pod(p))[0].Workload)
	}
	require.Equal(t, []kubernetes.Workload{
		{Name: "cart", Type: "deployment"},
		{Name: "basket", Type: "deployment"},
		{Name: "orphan-1", Type: "replicaset"},
		{Name: "agent", Type: "daemonset"},
	}, got)
	require.Empty(t, owners.Of(owners.Pod(pods[4])), "in two clusters there are pods of this name")
	require.Equal(t, []int64{int64(took.Queries), 0}, []int64{server.series.Load(), server.queries.Load()},
		"labels alone tell")

	// The result is cached, also for shorter times and for pods without an owner. A new pod causes
	// a request.
	before := server.series.Load()
	ask := func(pods ...kubernetes.Place) int {
		_, _, err := r.Owners(t.Context(), pods, at.Add(-time.Hour), at)
		require.NoError(t, err)
		defer func() { before = server.series.Load() }()
		return int(server.series.Load() - before)
	}
	require.Zero(t, ask(pods...))
	require.Zero(t, ask(pods[0]))
	require.NotZero(t, ask(pods[0], kubernetes.Place{Namespace: "a", Pod: "new"}))
	require.Zero(t, ask(pods[0], kubernetes.Place{Namespace: "a", Pod: "new"}))
	now = at.Add(6 * time.Minute)
	require.NotZero(t, ask(pods[0]))
}

func TestAFailureIsNotKept(t *testing.T) {
	server := promtest.Load(t, rows)
	at := time.Unix(36000, 0)
	r := kubernetes.NewReader(server,
		memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return at }})
	pods := []kubernetes.Place{{Cluster: "eu", Namespace: "b", Pod: "agent-x"}}
	server.Fail(errors.New("away"))
	_, _, err := r.Owners(t.Context(), pods, at.Add(-time.Hour), at)
	require.ErrorContains(t, err, "away")
	server.Fail(nil)
	owners, _, err := r.Owners(t.Context(), pods, at.Add(-time.Hour), at)
	require.NoError(t, err)
	require.Len(t, owners.Of(owners.Pod(pods[0])), 1)
}
