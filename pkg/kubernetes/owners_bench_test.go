package kubernetes_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
)

// month returns the rows of a cluster with 5,000 pods of 1,000 ReplicaSets over 30 days, from two
// instances of kube-state-metrics. 200 pods of stateful sets reuse names.
type month struct{ rows []model.LabelSet }

func newMonth() *month {
	m := &month{}
	add := func(labels ...string) {
		for _, instance := range []string{"10.0.0.1:8080", "10.0.0.2:8080"} {
			row := model.LabelSet{
				"instance": model.LabelValue(instance), "job": "kube-state-metrics",
				"container": "kube-state-metrics", "namespace": "shop", "owner_is_controller": "true",
			}
			for i := 0; i < len(labels); i += 2 {
				row[model.LabelName(labels[i])] = model.LabelValue(labels[i+1])
			}
			m.rows = append(m.rows, row)
		}
	}
	for i := range 1000 {
		rs := fmt.Sprintf("app-%d-7d4f9c", i)
		add("__name__", "kube_replicaset_owner", "replicaset", rs, "owner_kind", "Deployment", "owner_name",
			fmt.Sprintf("app-%d", i/4))
		for k := range 5 {
			pod := fmt.Sprintf("%s-%05d", rs, k)
			add("__name__", "kube_pod_owner", "pod", pod, "uid", pod, "owner_kind", "ReplicaSet", "owner_name", rs)
			add("__name__", "namespace_workload_pod:kube_pod_owner:relabel", "pod", pod, "workload",
				fmt.Sprintf("app-%d", i/4), "workload_type", "deployment")
		}
	}
	for i := range 200 {
		for k, owner := range []string{"old", "new"} {
			add("__name__", "kube_pod_owner", "pod", fmt.Sprintf("db-%d", i), "uid", fmt.Sprint(i, k), "owner_kind",
				"StatefulSet", "owner_name", owner)
		}
	}
	return m
}

func (m *month) Series(_ context.Context, selector string, _, _ time.Time) ([]model.LabelSet, []string, error) {
	if strings.Contains(selector, "exported_namespace") {
		return nil, nil, nil
	}
	return m.rows, nil, nil
}

func (m *month) QueryRange(_ context.Context, _ string, r prom.Range) (model.Matrix, []string, error) {
	var out model.Matrix
	change := r.End.Add(-10*24*time.Hour - 20*time.Minute)
	for _, row := range m.rows {
		if row["owner_kind"] != "StatefulSet" || row["instance"] != "10.0.0.1:8080" {
			continue
		}
		s := &model.SampleStream{Metric: model.Metric(row)}
		for at := r.Start; !at.After(r.End); at = at.Add(r.Step) {
			if (row["owner_name"] == "old") == at.Before(change) {
				s.Values = append(s.Values,
					model.SamplePair{Timestamp: model.TimeFromUnixNano(at.UnixNano()), Value: 1})
			}
		}
		out = append(out, s)
	}
	return out, nil, nil
}

// BenchmarkOwnersOf5000Pods resolves 5,000 pods over 30 days. It also reports the allocated and the
// retained bytes.
func BenchmarkOwnersOf5000Pods(b *testing.B) {
	server := newMonth()
	seen := map[model.LabelValue]bool{}
	var places []kubernetes.Place
	for _, row := range server.rows {
		if pod := row["pod"]; pod != "" && !seen[pod] {
			seen[pod] = true
			places = append(places, kubernetes.Place{Namespace: "shop", Pod: string(pod)})
		}
	}
	at := time.Unix(1_800_000_000, 0)
	b.ReportAllocs()
	var held uint64
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r := kubernetes.NewReader(server,
			memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return at }})
		owners, _, err := r.Owners(b.Context(), places, at.Add(-30*24*time.Hour), at)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range places {
			if len(owners.Of(owners.Pod(p))) == 0 {
				b.Fatalf("%v has no owner", p)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		held = max(held, after.HeapAlloc-before.HeapAlloc)
		runtime.KeepAlive(r)
	}
	b.ReportMetric(float64(held)/(1<<20), "MiB-held")
	b.ReportMetric(float64(len(places)), "pods")
}
