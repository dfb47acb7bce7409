package sim

import (
	"testing"
	"time"
)

// The sets of search have its three pods at any time. Every six hours a new set replaces the old
// one, pod by pod.
func TestReplicaSetsFollowThePods(t *testing.T) {
	b := behave(t, "search")
	from := parse(t, "2026-11-20T00:00:00Z")
	to := from + day.Milliseconds()
	sets := b.ReplicaSetsBetween(from, to)
	if len(sets) != 7 {
		t.Fatalf("%d sets in a day, want 7: the one at the start, two kept before it, and four rolled out", len(sets))
	}
	pods := b.PodsBetween(from, to)
	for at := from; at < to; at += 10_000 {
		want, got := 0, 0
		for _, p := range pods {
			if at >= p.StartMS && at < p.TrafficEndsMS {
				want++
			}
		}
		for i := range sets {
			got += sets[i].Replicas(at)
		}
		if got != want || got != 3 {
			t.Fatalf("at %d the sets have %d pods, the workload %d", at, got, want)
		}
	}
	for i, s := range sets[1:] {
		if s.StartMS-sets[i].StartMS != (6*time.Hour).Milliseconds() || s.Generation != sets[i].Generation+1 {
			t.Errorf("set %d starts %d ms after the one before, generation %d after %d", i+1, s.StartMS-sets[i].StartMS,
				s.Generation, sets[i].Generation)
		}
	}
	if n := len(behave(t, "payments").ReplicaSetsBetween(from, to)); n != 0 {
		t.Errorf("a statefulset has %d replica sets", n)
	}
}
