package engine

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
)

// rolloutWorld is the true history of a namespace by the minute, and what exporters record of it.
type rolloutWorld struct {
	*rand.Rand
	minutes int
	rec     promtest.Recording
	truth   map[string]*served // events by workload and revision

	hasUIDs, hasLabels, hasImages, ruleOnly, renamed bool
	pods                                             int
}

type served struct {
	bad, total float64
	image      string
}

func (w *rolloutWorld) sample(name string, minute int, v float64) {
	w.rec[name] = append(w.rec[name], promtest.Sample{Ms: int64(minute) * 60_000, V: v})
}

// ksm records a row of kube-state-metrics for a pod.
func (w *rolloutWorld) ksm(metric, pod, rest string, minute int) {
	place := fmt.Sprintf(`namespace="shop",pod=%q`, pod)
	if w.renamed {
		place = fmt.Sprintf(`namespace="monitoring",pod="ksm-0",exported_namespace="shop",exported_pod=%q`, pod)
	}
	w.sample(metric+"{"+place+rest+"}", minute, 1)
}

type podKind struct {
	owner, ownerName   string // of the pod
	workload, kind     string
	revision, label    string // label: controller-revision-hash
	image              string
	failing            float64 // share of bad events
	quietFrom, quietTo int     // minutes at both ends without events: the name changes its revision
}

// pod records a pod that serves events from one minute to another.
func (w *rolloutWorld) pod(name string, p podKind, from, to int) {
	w.pods++
	uid := ""
	if w.hasUIDs {
		uid = fmt.Sprintf(`,uid="u%d"`, w.pods)
	}
	revision, image := p.revision, p.image
	if w.ruleOnly || p.label != "" && !w.hasLabels {
		revision = ""
	}
	if !w.hasImages || w.ruleOnly {
		image = ""
	}
	key := p.workload + "/" + revision
	if w.truth[key] == nil {
		w.truth[key] = &served{image: image}
	}
	var good, bad float64
	labels := fmt.Sprintf(`namespace="shop",pod=%q`, name)
	for m := from; m < min(to, w.minutes); m++ {
		if m > from && m-from >= p.quietFrom && to-m > p.quietTo {
			g, b := float64(w.IntN(50)), 0.0
			if w.Float64() < p.failing {
				b = float64(w.IntN(20))
			}
			good, bad = good+g, bad+b
			w.truth[key].bad += b
			w.truth[key].total += g + b
		}
		w.sample(`r_total{`+labels+`,code="200"}`, m, good)
		w.sample(`r_total{`+labels+`,code="500"}`, m, bad)
		if w.ruleOnly {
			w.sample(fmt.Sprintf(`namespace_workload_pod:kube_pod_owner:relabel{%s,workload=%q,workload_type=%q}`,
				labels, p.workload, p.kind), m, 1)
			continue
		}
		w.ksm("kube_pod_owner", name,
			fmt.Sprintf(`,owner_kind=%q,owner_name=%q,owner_is_controller="true"%s`, p.owner, p.ownerName, uid), m)
		if w.hasLabels && p.label != "" {
			w.ksm("kube_pod_labels", name, fmt.Sprintf(`,label_controller_revision_hash=%q%s`, p.label, uid), m)
		}
		if w.hasImages {
			w.ksm("kube_pod_container_info", name,
				fmt.Sprintf(`,container="app",image="registry.example/shop/%s",container_id="c%d"%s`, p.image, w.pods,
					uid), m)
		}
	}
}

func (w *rolloutWorld) between(low, high int) int { return low + w.IntN(high-low+1) }

// turns returns the times at which revisions of a workload begin or end.
func (w *rolloutWorld) turns() []int {
	out := []int{0}
	for at := w.between(100, 200); at < w.minutes-100; at += w.between(100, 300) {
		out = append(out, at)
	}
	return append(out, w.minutes)
}

// deployment records overlapping revisions. Every third one is a rollback.
func (w *rolloutWorld) deployment(name string) {
	turns := w.turns()
	for i := range len(turns) - 1 {
		n := i
		if i%3 == 2 {
			n = i - 2
		}
		set := fmt.Sprintf("%s-%x", name, 4096+n)
		p := podKind{"ReplicaSet", set, name, "deployment", set, "", fmt.Sprintf("%s:1.%d", name, n), w.Float64(), 0, 0}
		overlap := w.between(0, 40)
		for replica := range 3 {
			w.pod(fmt.Sprintf("%s-%d-%d", set, i, replica), p, turns[i], turns[i+1]+overlap*(replica+1)/3)
		}
		if w.ruleOnly {
			continue
		}
		row := fmt.Sprintf(`kube_replicaset_owner{namespace="shop",replicaset=%q,owner_kind="Deployment",owner_name=%q,owner_is_controller="true"}`, set, name)
		if w.rec[row] == nil {
			for m := range w.minutes {
				w.sample(row, m, 1)
			}
		}
	}
}

// statefulSet records pods that have the same names in all revisions.
func (w *rolloutWorld) statefulSet(name string) {
	turns := w.turns()
	for i := range len(turns) - 1 {
		revision := fmt.Sprintf("%s-%x", name, 4096+i)
		for replica := range 2 {
			p := podKind{
				"StatefulSet", name, name, "statefulset", revision, revision, fmt.Sprintf("%s:2.%d", name, i),
				w.Float64(), 3, 3,
			}
			delay := replica * 7
			from, to := turns[i]+delay, turns[i+1]+delay-w.between(1, 4)
			if i == 0 {
				from = 0
			}
			w.pod(fmt.Sprintf("%s-%d", name, replica), p, from, to)
		}
	}
}

// daemonSet records pods with unique names. Only a hash label identifies their revision.
func (w *rolloutWorld) daemonSet(name string) {
	turns := w.turns()
	for i := range len(turns) - 1 {
		hash := fmt.Sprintf("%x", 4096+i)
		p := podKind{
			"DaemonSet", name, name, "daemonset", name + "-" + hash, hash, fmt.Sprintf("%s:3.%d", name, i),
			w.Float64(), 0, 0,
		}
		for node := range 2 {
			w.pod(fmt.Sprintf("%s-%c%d", name, 'a'+rune(i), node), p, turns[i], turns[i+1])
		}
	}
}

// Each event counts for the revision that served it, or for an unknown one. Rollouts and missing
// exporter rows make no difference. The rows add up to the summary.
func TestBudgetPerVersion(t *testing.T) {
	const minutes = 12 * 60
	now := time.Unix(minutes*60, 0).UTC()
	s := parsed(t, `{name: a, objective: 90, window: 1d, by: [namespace, workload], identity: kubernetes,
		sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`)
	for seed := range uint64(30) {
		w := &rolloutWorld{
			Rand: rand.New(rand.NewPCG(seed, 3)), minutes: minutes + 1, rec: promtest.Recording{},
			truth: map[string]*served{},
		}
		w.hasUIDs, w.hasLabels, w.hasImages = w.IntN(3) > 0, w.IntN(3) > 0, w.IntN(3) > 0
		w.ruleOnly, w.renamed = w.IntN(5) == 0, w.IntN(4) == 0
		w.deployment("cart")
		w.deployment("web")
		w.statefulSet("db")
		w.daemonSet("agent")
		w.pod("solo", podKind{"", "", "solo", "barepod", "", "", "solo:9", 0.5, 0, 0}, 0, minutes)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			e := New(promtest.New(t, w.rec), Options{Now: func() time.Time { return now }})
			summary, err := e.Summary(t.Context(), []catalog.SLO{s}, now)
			require.NoError(t, err)
			r, err := e.Breakdown(t.Context(), []catalog.SLO{s}, BreakdownRequest{By: []string{"revision"}, Top: 100},
				now)
			require.NoError(t, err)

			bad, total, got := map[string]float64{}, map[string]float64{}, map[string]*served{}
			for _, row := range r.Rows {
				bad[row.Labels["workload"]] += row.Bad
				total[row.Labels["workload"]] += row.Total
				if row.Bad > 0 && row.Values != nil {
					got[row.Labels["workload"]+"/"+row.Values["revision"]] = &served{row.Bad, row.Total, row.Image}
				}
			}
			for _, row := range summary.Rows {
				require.Equal(t, row.Window.Bad, bad[row.Labels["workload"]], row.Labels)
				require.Equal(t, row.Window.Total, total[row.Labels["workload"]], row.Labels)
			}
			want := maps.Clone(w.truth)
			maps.DeleteFunc(want, func(_ string, v *served) bool { return v.bad == 0 })
			require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
			for key, v := range want {
				require.Equal(t, []float64{v.bad, v.total}, []float64{got[key].bad, got[key].total}, key)
				switch {
				case strings.HasPrefix(key, "db/") && (!w.hasUIDs || !w.hasLabels):
				case strings.HasSuffix(key, "/"):
					require.Contains(t, got[key].image, v.image, key)
				default:
					require.Equal(t, v.image, got[key].image, key)
				}
			}
			text := strings.Join(r.Warnings, "\n")
			require.Equal(t, w.ruleOnly, strings.Contains(text, "has their workload, but not their ReplicaSet"), text)
			require.Equal(t, !w.hasLabels ||
				w.ruleOnly, strings.Contains(text, "--metric-labels-allowlist=pods=[controller-revision-hash]"), text)
			if !w.ruleOnly {
				require.Contains(t, text,
					`such as shop/solo, no revision is known. They count as revision "". A pod without a controller has no revision`)
			}
		})
	}
}

const versionedSLO = `{name: a, objective: 90, window: 1d, by: [workload],
	sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}`

func breakdownByRevision(t *testing.T, definition, series string) (*Breakdown, error) {
	t.Helper()
	now := time.Unix(0, 0).Add(24 * time.Hour).UTC()
	e := New(promtest.Load(t, series), Options{Now: func() time.Time { return now }})
	return e.Breakdown(t.Context(), []catalog.SLO{parsed(t, definition)},
		BreakdownRequest{By: []string{"revision"}, Top: 10}, now)
}

// A metric with a version label is broken down without pods.
func TestBudgetPerVersionOfALabel(t *testing.T) {
	for _, label := range versionLabels {
		r, err := breakdownByRevision(t, versionedSLO, fmt.Sprintf(`load 1m
  r_total{workload="w",code="500","%[1]s"="v1"} 0+1x1440
  r_total{workload="w",code="500","%[1]s"="v2"} 0+3x1440
  r_total{workload="w",code="200","%[1]s"="v2"} 0+7x1440
`, label))
		require.NoError(t, err, label)
		require.Len(t, r.Rows, 2, label)
		require.Equal(t, map[string]string{"revision": "v2"}, r.Rows[0].Values)
		require.Equal(t, []float64{4320, 14400, 1440, 1440},
			[]float64{r.Rows[0].Bad, r.Rows[0].Total, r.Rows[1].Bad, r.Rows[1].Total})
		require.Equal(t, map[string]string{"revision": "v1"}, r.Rows[1].Values)
		require.Empty(t, r.Warnings)
		require.False(t, r.HasImages)
	}
}

func TestVersionsThatCannotBeDistinguished(t *testing.T) {
	r, err := breakdownByRevision(t, versionedSLO, `load 1m
  r_total{workload="w",pod="p",code="500"} 0+1x1440
`)
	require.NoError(t, err)
	require.Equal(t,
		[]Burner{{
			Labels: map[string]string{"workload": "w"}, Values: map[string]string{"revision": ""}, Bad: 1440,
			Total: 1440,
		}}, withoutShares(r.Rows))
	require.Contains(t, r.Warnings[0],
		"the revision is unknown: the series have none of the labels revision, destination_canonical_revision")

	r, err = breakdownByRevision(t, versionedSLO, `load 1m
  r_total{workload="w",destination_canonical_revision="latest",code="500"} 0+1x1440
`)
	require.NoError(t, err)
	require.Contains(t, r.Warnings[0], "the only revisions of bad events are latest and unknown")

	identified := strings.Replace(versionedSLO, "by: [workload]", "by: [workload], identity: kubernetes", 1)
	r, err = breakdownByRevision(t, identified, `load 1m
  r_total{namespace="a",pod="run-1-x",code="500"} 0+1x1440
  kube_pod_owner{namespace="a",pod="run-1-x",owner_kind="Job",owner_name="run-1",owner_is_controller="true"} 1x1440
  kube_job_owner{namespace="a",job_name="run-1",owner_kind="CronJob",owner_name="run",owner_is_controller="true"} 1x1440
`)
	require.NoError(t, err)
	require.Equal(t,
		[]Burner{{
			Labels: map[string]string{"workload": "run"}, Values: map[string]string{"revision": ""}, Bad: 1440,
			Total: 1440,
		}}, withoutShares(r.Rows))
	require.Contains(t, strings.Join(r.Warnings, "\n"), "Each run of a Job has its own pods, and runs have no revision")

	r, err = breakdownByRevision(t, identified, `load 1m
  r_total{namespace="a",pod="web-5f-x",code="500"} 0+1x1440
`)
	require.NoError(t, err)
	require.Equal(t,
		[]Burner{{
			Labels: map[string]string{"workload": ""}, Values: map[string]string{"revision": ""}, Bad: 1440,
			Total: 1440,
		}}, withoutShares(r.Rows))
	require.Contains(t, strings.Join(r.Warnings, "\n"), "no owner found for")
}

func withoutShares(rows []Burner) []Burner {
	for i := range rows {
		rows[i].SLO, rows[i].Share, rows[i].Spent, rows[i].ErrorRatio = catalog.SLO{}, nil, nil, nil
	}
	return rows
}

// If the label rows begin later than the pod, the revision before them is unknown: another revision
// may have had the same pod name.
func TestAnUnseenRevisionIsUnknown(t *testing.T) {
	r, err := breakdownByRevision(t, strings.Replace(versionedSLO, "by: [workload]", "by: [workload], identity: kubernetes", 1), `load 1m
  r_total{namespace="a",pod="db-0",code="500"} 0+1x1440
  kube_pod_owner{namespace="a",pod="db-0",owner_kind="StatefulSet",owner_name="db",owner_is_controller="true"} 1x1440
  kube_pod_labels{namespace="a",pod="db-0",label_controller_revision_hash="db-7c"} _x720 1x720
`)
	require.NoError(t, err)
	require.Len(t, r.Rows, 2)
	require.Equal(t, "db-7c", r.Rows[0].Values["revision"])
	require.Equal(t, 726.0, r.Rows[0].Bad,
		"its first row is of minute 720, and began up to a minute before. Five minutes more are its own")
	require.Equal(t, "", r.Rows[1].Values["revision"])
	require.Equal(t, 714.0, r.Rows[1].Bad)
	require.Contains(t, strings.Join(r.Warnings, "\n"), "For a part of the time, kube_pod_labels has no rows of them")
}
