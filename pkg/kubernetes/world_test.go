package kubernetes_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/memory"
)

// world is the true history of clusters in minutes, and the rows that exporters export for it. It
// does not use the resolution of owners.
type world struct {
	*rand.Rand
	minutes int
	rec     promtest.Recording
	pods    []livedPod
}

// setup is how the exporters of a cluster are configured.
type setup struct {
	cluster     string // true name
	onOwners    bool   // kube-state-metrics sets the label cluster
	onPods      bool   // the exporters of the pods set it
	honoredFrom int    // minute from which kube-state-metrics is scraped with honorLabels
	hasUID      bool
	replicas    int
	away        [2]int // minutes without kube-state-metrics
	hasRule     bool
	oldRule     bool // a row for ReplicaSets without owners, and deployment for a Rollout
}

// tenure is a time in which an object had an owner.
type tenure struct {
	from, to   int // minutes, [from, to)
	kind, name string
}

// livedPod is a pod with its true owners.
type livedPod struct {
	place kubernetes.Place
	truth []stretchOf
	blind [2]int
}

type stretchOf struct {
	from, to int
	kubernetes.Workload
}

func (w *world) between(low, high int) int { return low + w.IntN(high-low+1) }

func (w *world) sample(name string, minute int) {
	w.rec[name] = append(w.rec[name], promtest.Sample{Ms: int64(minute) * 60_000, V: 1})
}

// row records a metric of an object from one minute to another.
func (w *world) row(s setup, metric, object, namespace, rest string, from, to int) {
	for replica := range s.replicas {
		for m := from; m < min(to, w.minutes); m++ {
			if m >= s.away[0] && m < s.away[1] {
				continue
			}
			labels := fmt.Sprintf(`namespace=%q,%s,instance="ksm-%d"`, namespace, object, replica)
			if m < s.honoredFrom {
				labels = fmt.Sprintf(`namespace="monitoring",pod="ksm-%d",exported_namespace=%q,%s,instance="ksm-%d"`,
					replica, namespace,
					strings.Replace(object, "pod=", "exported_pod=", 1), replica)
			}
			if s.onOwners {
				labels += fmt.Sprintf(",cluster=%q", s.cluster)
			}
			w.sample(metric+"{"+labels+rest+"}", m)
		}
	}
}

func owning(kind, name string) string {
	if kind == "" {
		return `,owner_kind="",owner_name="",owner_is_controller=""`
	}
	return fmt.Sprintf(`,owner_kind=%q,owner_name=%q,owner_is_controller="true"`, kind, name)
}

// pod records a pod with the owners in lives. above has the owners of its ReplicaSets and Jobs.
func (w *world) pod(s setup, namespace, name string, lives []tenure, above map[string][]tenure) {
	p := livedPod{place: kubernetes.Place{Namespace: namespace, Pod: name}, blind: s.away}
	if s.onPods {
		p.place.Cluster = s.cluster
	}
	for i, life := range lives {
		rest := ""
		if s.hasUID {
			rest = fmt.Sprintf(`,uid="%s-%s-%d"`, s.cluster, name, i)
		}
		w.row(s, "kube_pod_owner", fmt.Sprintf("pod=%q", name), namespace, rest+owning(life.kind, life.name), life.from,
			life.to)
		tops := above[life.name]
		if life.kind != "ReplicaSet" && life.kind != "Job" {
			own := kubernetes.Workload{Name: life.name, Type: strings.ToLower(life.kind)}
			if life.kind == "" {
				own = kubernetes.Workload{Name: name, Type: "barepod"}
			}
			p.truth = append(p.truth, stretchOf{life.from, life.to, own})
			continue
		}
		for k, top := range tops {
			own := kubernetes.Workload{Name: top.name, Type: strings.ToLower(top.kind)}
			if top.kind == "" {
				if k+1 < len(tops) { // adopted: the time counts for the next owner
					own = kubernetes.Workload{Name: tops[k+1].name, Type: strings.ToLower(tops[k+1].kind)}
				} else {
					own = kubernetes.Workload{Name: life.name, Type: strings.ToLower(life.kind)}
				}
			}
			if from, to := max(top.from, life.from), min(top.to, life.to); from < to {
				p.truth = append(p.truth, stretchOf{from, to, own})
			}
		}
	}
	w.pods = append(w.pods, p)
	if s.hasRule {
		w.rule(s, namespace, name, p)
	}
}

// rule records the result of the recording rule.
func (w *world) rule(s setup, namespace, pod string, p livedPod) {
	for _, t := range p.truth {
		workload, kind := t.Name, t.Type
		switch {
		case t.Type == "barepod" && s.oldRule:
			continue
		case t.Type == "replicaset" && s.oldRule:
			workload, kind = "", "deployment"
		case t.Type == "cronjob":
			workload, kind = pod[:strings.LastIndex(pod, "-")], "job"
		}
		labels := fmt.Sprintf(`namespace=%q,pod=%q,workload_type=%q`, namespace, pod, kind)
		if workload != "" {
			labels += fmt.Sprintf(`,workload=%q`, workload)
		}
		if s.onOwners {
			labels += fmt.Sprintf(",cluster=%q", s.cluster)
		}
		for m := t.from; m < min(t.to, w.minutes); m++ {
			if m < s.away[0] || m >= s.away[1] {
				w.sample("namespace_workload_pod:kube_pod_owner:relabel{"+labels+"}", m)
			}
		}
	}
}

// above records the owners of ReplicaSets and Jobs.
func (w *world) above(s setup, namespace, metric, label, name string, tops []tenure) {
	for _, t := range tops {
		w.row(s, metric, fmt.Sprintf("%s=%q", label, name), namespace, owning(t.kind, t.name), t.from, t.to)
	}
}

// cluster fills a namespace with one example of each situation.
func (w *world) cluster(s setup, prefix string) {
	ns, end := "shop", w.minutes
	set := func(name string, tops []tenure) map[string][]tenure {
		w.above(s, ns, "kube_replicaset_owner", "replicaset", name, tops)
		return map[string][]tenure{name: tops}
	}
	// A deployment with a rollout.
	turn := w.between(60, end-60)
	for i, span := range [][2]int{{0, turn}, {turn, end}} {
		rs := fmt.Sprintf("%scart-%d", prefix, i)
		w.pod(s, ns, rs+"-x", []tenure{{from: span[0], to: span[1], kind: "ReplicaSet", name: rs}},
			set(rs, []tenure{{from: span[0], to: span[1], kind: "Deployment", name: prefix + "cart"}}))
	}
	// A ReplicaSet that another deployment adopts.
	turn = w.between(90, end-90)
	gap := w.between(0, 5)
	tops := []tenure{{from: 0, to: turn, kind: "Deployment", name: prefix + "old"}}
	if gap > 0 {
		tops = append(tops, tenure{from: turn, to: turn + gap})
	}
	tops = append(tops, tenure{from: turn + gap, to: end, kind: "Deployment", name: prefix + "new"})
	w.pod(s, ns, prefix+"adopted-1-x", []tenure{{from: 0, to: end, kind: "ReplicaSet", name: prefix + "adopted-1"}},
		set(prefix+"adopted-1", tops))
	// A ReplicaSet without an owner, and a Rollout.
	w.pod(s, ns, prefix+"lone-1-x", []tenure{{from: 0, to: end, kind: "ReplicaSet", name: prefix + "lone-1"}},
		set(prefix+"lone-1", []tenure{{from: 0, to: end}}))
	w.pod(s, ns, prefix+"roll-1-x", []tenure{{from: 0, to: end, kind: "ReplicaSet", name: prefix + "roll-1"}},
		set(prefix+"roll-1", []tenure{{from: 0, to: end, kind: "Rollout", name: prefix + "roll"}}))
	// A bare pod. Later a stateful set uses its name.
	turn = w.between(60, end-120)
	w.pod(s, ns, prefix+"db-0",
		[]tenure{
			{from: 0, to: turn},
			{from: turn + w.between(1, 10), to: end, kind: "StatefulSet", name: prefix + "db"},
		}, nil)
	// A Job. Later another cron job uses its name.
	turn = w.between(60, end-60)
	job := []tenure{
		{from: 0, to: turn, kind: "CronJob", name: prefix + "night"},
		{from: turn, to: end, kind: "CronJob", name: prefix + "day"},
	}
	w.above(s, ns, "kube_job_owner", "job_name", prefix+"run", job)
	w.pod(s, ns, prefix+"run-x", []tenure{{from: 0, to: end, kind: "Job", name: prefix + "run"}},
		map[string][]tenure{prefix + "run": job})
	w.pod(s, ns, prefix+"agent-x", []tenure{{from: 0, to: end, kind: "DaemonSet", name: prefix + "agent"}}, nil)
}

// At every minute, a pod belongs to its true owner, even if exporters omit, rename or duplicate
// rows. Exceptions: the other owner is accepted while kube-state-metrics was absent, and one minute
// next to a change.
func TestOwnersAreThoseOfTheTrueHistory(t *testing.T) {
	const minutes = 10 * 60
	for seed := range uint64(40) {
		w := &world{Rand: rand.New(rand.NewPCG(seed, 17)), minutes: minutes, rec: promtest.Recording{}}
		var setups []setup
		for i := range w.between(1, 2) {
			s := setup{
				cluster: []string{"eu", "us"}[i], onOwners: w.IntN(2) == 0, onPods: w.IntN(2) == 0,
				hasUID: w.IntN(2) == 0, replicas: w.between(1, 2), hasRule: w.IntN(3) > 0,
			}
			s.honoredFrom = []int{0, minutes, w.between(60, minutes-60)}[w.IntN(3)]
			s.oldRule = s.hasRule && w.IntN(2) == 0
			if w.IntN(3) == 0 {
				s.away[0] = w.between(30, minutes-150)
				s.away[1] = s.away[0] + w.between(3, 100)
			}
			setups = append(setups, s)
		}
		// Clusters use the same object names only if labels distinguish them. Otherwise each
		// cluster has its own names.
		same := len(setups) == 2 && setups[0].onOwners && setups[1].onOwners && setups[0].onPods && setups[1].onPods
		for i, s := range setups {
			prefix := ""
			if !same {
				prefix = string(rune('a'+i)) + "-"
			}
			w.cluster(s, prefix)
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			at := time.Unix(minutes*60, 0)
			r := kubernetes.NewReader(promtest.New(t, w.rec),
				memory.Scope{Store: memory.NewStore(64 << 20), Now: func() time.Time { return at }})
			var places []kubernetes.Place
			for _, p := range w.pods {
				places = append(places, p.place)
			}
			owners, _, err := r.Owners(t.Context(), places, time.Unix(0, 0), at)
			require.NoError(t, err)
			for _, p := range w.pods {
				p.check(t, owners, setups)
			}
		})
	}
}

func (p livedPod) check(t *testing.T, owners *kubernetes.Owners, setups []setup) {
	t.Helper()
	stays := owners.Of(owners.Pod(p.place))
	require.NotEmpty(t, stays, "%v: %+v", p.place, setups)
	for i, truth := range p.truth {
		for m := truth.from; m < truth.to; m++ {
			if i > 0 && m-truth.from < 2 || m >= truth.to-1 || m >= p.blind[0]-1 && m <= p.blind[1]+1 {
				continue
			}
			got := ownerAt(stays, time.Unix(int64(m)*60+30, 0))
			want := truth.Workload
			if want.Type == "rollout" && got.Type == "deployment" { // the recording rule uses this type for it
				got.Type = want.Type
			}
			require.Equal(t, want, got, "%v at minute %d of %v: stays %v, setups %+v", p.place, m, p.truth, stays,
				setups)
		}
	}
}

func ownerAt(stays []kubernetes.Ownership, at time.Time) kubernetes.Workload {
	for _, s := range stays {
		if (s.From.IsZero() || at.After(s.From)) && (s.To.IsZero() || !at.After(s.To)) {
			return s.Workload
		}
	}
	return kubernetes.Workload{}
}
