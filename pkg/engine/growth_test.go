package engine

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
)

func TestChangeScope(t *testing.T) {
	d := func(cluster, namespace, workload string) map[string]string {
		return map[string]string{"cluster": cluster, "namespace": namespace, "workload": workload}
	}
	scope := newChangeScope([]map[string]string{
		d("eu", "shop", "cart"),
		{"namespace": "ml"},
		{"deployment": "api", "namespace": "web"},
		{"workload": "w", "deployment": "w"},
		{"cluster": "us", "workload": "x"},
	})
	for _, tt := range []struct {
		deployment map[string]string
		want       bool
	}{
		{d("eu", "shop", "cart"), true},
		{d("us", "shop", "cart"), false},
		{d("", "shop", "cart"), true}, // matches any cluster
		{d("eu", "shop", "checkout"), false},
		{d("eu", "", "cart"), false},
		{d("any", "ml", "any"), true},
		{d("eu", "web", "api"), true},
		{d("eu", "web", "other"), false},
		{d("", "any", "w"), true},
		{d("us", "any", "x"), true},
		{d("eu", "any", "x"), false},
		{d("", "any", "x"), true},
	} {
		require.Equal(t, tt.want, scope.contains(Change{Kind: ChangeRollout, Labels: tt.deployment}), tt.deployment)
	}
	for pod, want := range map[string]bool{
		"shop/cart-7d-x": true, "shop/cart": true, "shop/carts-1": false,
		"other/cart-7d-x": false, "ml/any-x": true, "any/w-x": true,
	} {
		require.Equal(t, want, scope.contains(Change{Kind: ChangeNode, Pods: map[string]bool{pod: true}}), pod)
	}
	require.True(t, scope.contains(Change{Kind: ChangeConfig, Labels: map[string]string{"namespace": "any"}}),
		"x and w may be there")
	require.False(t,
		newChangeScope([]map[string]string{d("eu", "shop", "cart")}).contains(Change{
			Kind:   ChangeConfig,
			Labels: map[string]string{"namespace": "any"},
		}))
}

// Time per group must not grow with the number of groups: quadratic work would time out in a large
// fleet.
func BenchmarkGroups(b *testing.B) {
	for _, n := range []int{1000, 10_000, 20_000} {
		rows := make([]Row, n)
		workloads := make([]map[string]string, n)
		for i := range rows {
			workloads[i] = map[string]string{"cluster": fmt.Sprint(i), "namespace": "", "workload": fmt.Sprint(i)}
			rows[i] = Row{
				SLO:    catalog.SLO{Name: "a", By: []string{"cluster"}},
				Labels: map[string]string{"cluster": fmt.Sprint(i)},
			}
		}
		perGroup := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/group")
		}
		b.Run(fmt.Sprintf("alike/%d", n), func(b *testing.B) {
			for b.Loop() {
				unifyLabels(rows)
			}
			perGroup(b)
		})
		b.Run(fmt.Sprintf("rollouts/%d", n), func(b *testing.B) {
			for b.Loop() {
				scope := newChangeScope(workloads)
				for _, w := range workloads {
					scope.contains(Change{Kind: ChangeRollout, Labels: w})
				}
			}
			perGroup(b)
		})
	}
}
