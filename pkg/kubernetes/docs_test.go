package kubernetes_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// The queries in the docs that check labels return series for wrong labels, and none for correct
// ones.
func TestQueriesOfTheDocs(t *testing.T) {
	var queries []string
	for _, page := range []string{"../../docs/kubernetes.md", "../../docs/resources.md"} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			queries = append(queries, strings.ReplaceAll(block[1], "http_requests_total", "r_total"))
		}
	}
	require.Len(t, queries, 4)
	const well = `load 1m
  r_total{namespace="a",pod="cart-1-x"} 0x10
  r_total{namespace="b",pod="bill-1-x"} 0x10
  kube_pod_owner{namespace="a",pod="cart-1-x",owner_kind="ReplicaSet",owner_name="cart-1",owner_is_controller="true"} 1x10
  kube_replicaset_owner{namespace="a",replicaset="cart-1",owner_kind="Deployment",owner_name="cart",owner_is_controller="true"} 1x10
  container_memory_working_set_bytes{namespace="a",pod="cart-1-x",container="app"} 1x10
  kube_pod_info{namespace="a",pod="cart-1-x"} 1x10
`
	const renamed = `  kube_pod_owner{job="ksm",namespace="m",pod="ksm",exported_namespace="b",exported_pod="bill-1-x",owner_kind="StatefulSet",owner_name="bill",owner_is_controller="true"} 1x10
`
	const wrong = `  r_total{namespace="a",pod="stray"} 0x10
  kube_pod_owner{namespace="a",pod="pay-1-x",owner_kind="ReplicaSet",owner_name="pay-1",owner_is_controller="true"} 1x10
  container_memory_working_set_bytes{cluster="eu",namespace="a",pod="pay-1-x",container="app"} 1x10
`
	rows := func(load, query string) int {
		m, _, err := promtest.Load(t, load).Query(t.Context(), query, time.Unix(600, 0))
		require.NoError(t, err, query)
		return len(m)
	}
	for i, query := range queries {
		isSpelling := i == 3
		if isSpelling {
			require.Zero(t, rows(well, query), query)
			require.Equal(t, 1, rows(well+renamed, query), query)
			continue
		}
		require.Zero(t, rows(well+renamed, query), query)
		require.Equal(t, 1, rows(well+renamed+wrong, query), query)
	}
}
