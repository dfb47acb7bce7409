package engine_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/tests/changeworlds"
	"github.com/burnline/burnline/tests/recording"
)

// cluster converts the series of a bad rollout to those of another cluster, by pairs of a pattern
// and its replacement. Series that become "" are not there.
type cluster []string

const (
	kubeStateMetrics = `^kube_.*`
	podOwner         = `^kube_pod_owner\{(namespace="[^"]*",pod="(\w+)-\d+-\d+"),owner_kind="ReplicaSet",owner_name="([^"]*)",`
	replicaSets      = `^kube_replicaset_.*`
	replicas         = `^kube_replicaset_spec_replicas.*`
	podInfos         = `^kube_pod_info.*`
	configMaps       = `^kube_configmap_.*`
)

func (c cluster) of(i *changeworlds.Incident) map[string][]recording.Sample {
	out := map[string][]recording.Sample{}
	for name, samples := range i.Series {
		for pair := range slices.Chunk(c, 2) {
			name = regexp.MustCompile(pair[0]).ReplaceAllString(name, pair[1])
		}
		if name != "" {
			out[name] = samples
		}
	}
	return out
}

// rolledOut returns the samples of a value that differs from the first pod of a revision on.
func rolledOut(i *changeworlds.Incident, before, after float64) []recording.Sample {
	var all []recording.Sample
	begin := int64(0)
	for name, samples := range i.Series {
		if strings.HasPrefix(name, "kube_replicaset_spec_replicas") && strings.Contains(name, `"`+i.Revision+`"`) {
			for _, s := range samples {
				if s.V > 0 && begin == 0 {
					begin = s.Ms
				}
			}
		}
	}
	for at := int64(0); at <= changeworlds.Length.Milliseconds(); at += 60_000 {
		switch {
		case before > 0 && at < begin:
			all = append(all, recording.Sample{Ms: at, V: before})
		case after > 0 && at >= begin:
			all = append(all, recording.Sample{Ms: at, V: after})
		}
	}
	return all
}

// Each kind of cluster has its rollouts as likely as its data allows, and a notice of what they do
// not show.
func TestChangesByCluster(t *testing.T) {
	i := changeworlds.Bad(4, time.Unix(0, 0))
	statefulSet := func(labels bool) map[string][]recording.Sample {
		c := cluster{podOwner, `kube_pod_owner{$1,owner_kind="StatefulSet",owner_name="$2",`, replicaSets, ""}
		out := c.of(i)
		out[`kube_statefulset_status_update_revision{namespace="`+i.Namespace+`",statefulset="web",revision="web-1"}`] = rolledOut(i, 1, 0)
		out[`kube_statefulset_status_update_revision{namespace="`+i.Namespace+`",statefulset="web",revision="`+i.Revision+`"}`] = rolledOut(i, 0, 1)
		if labels {
			hashes := cluster{podOwner, `kube_pod_labels{$1,label_controller_revision_hash="$3",`}
			maps.Copy(out, hashes.of(&changeworlds.Incident{Series: owners(i)}))
		}
		return out
	}
	generations := func(c cluster, metric string) map[string][]recording.Sample {
		out := c.of(i)
		out[metric] = append(rolledOut(i, 1, 0), rolledOut(i, 0, 2)...)
		return out
	}
	in := `{namespace="` + i.Namespace + `",`
	const (
		noSets   = "rollouts (kube_replicaset_spec_replicas, kube_deployment_status_observed_generation"
		noNodes  = "nodes (kube_pod_info)"
		noLabels = "--metric-labels-allowlist=pods=[controller-revision-hash]"
		scaled   = "rollouts of Deployments are found by their generation, which also grows when they are scaled"
		timeOnly = "a rollout is judged by its time only, because the groups are not found by pods"
	)
	notices := []string{noSets, noNodes, noLabels, scaled, timeOnly}
	for name, c := range map[string]struct {
		series   map[string][]recording.Sample
		slo      string
		revision string // of the first rollout; "": it is unknown
		rollouts engine.Likelihood
		notices  []string // of the above, and more
	}{
		"all metrics": {i.Series, "", i.Revision, engine.Likely, nil},
		"no kube-state-metrics": {
			cluster{kubeStateMetrics, ""}.of(i), "", "", "",
			[]string{
				noSets, noNodes, "ConfigMaps and Secrets (kube_configmap_metadata_resource_version",
				"restarts (kube_pod", "no owner found for",
			},
		},
		"recording rule only": {
			cluster{
				podOwner, `namespace_workload_pod:kube_pod_owner:relabel{$1,workload="$2",workload_type="deployment",`,
				kubeStateMetrics, "",
			}.of(i), "", "", "", []string{noSets, noNodes, "has their workload, but not their ReplicaSet"},
		},
		"generations of Deployments": {
			generations(cluster{replicas, ""}, "kube_deployment_status_observed_generation"+in+`deployment="web"}`),
			"", i.Revision, engine.Likely,
			[]string{scaled},
		},
		"StatefulSet":                    {statefulSet(true), "", i.Revision, engine.Likely, nil},
		"StatefulSet without pod labels": {statefulSet(false), "", i.Revision, engine.Possible, []string{noLabels}},
		"DaemonSet without pod labels": {
			generations(cluster{podOwner, `kube_pod_owner{$1,owner_kind="DaemonSet",owner_name="$2",`, replicaSets, ""},
				"kube_daemonset_metadata_generation"+in+`daemonset="web"}`),
			"", "", engine.Possible,
			[]string{noLabels},
		},
		"Jobs": {
			cluster{podOwner, `kube_pod_owner{$1,owner_kind="Job",owner_name="$2",`, replicaSets, ""}.of(i),
			"", "", "",
			[]string{noSets, "Each run of a Job has its own pods, and runs have no revision"},
		},
		"bare pods": {
			cluster{podOwner, `kube_pod_owner{$1,owner_kind="",owner_name="",`, replicaSets, ""}.of(i),
			"", "", "",
			[]string{noSets, "A pod without a controller has no revision"},
		},
		"no nodes of pods": {
			cluster{podInfos, "", configMaps, ""}.of(i), "", i.Revision, engine.Likely,
			[]string{noNodes, "ConfigMaps and Secrets ("},
		},
		"groups of labels": {
			i.Series, `{name: requests, objective: 99.5, window: 1d, by: [namespace, workload], sli: {events: {
				total: 'label_replace(requests_total, "workload", "$1", "pod", "(\\w+)-.*")', bad: 'label_replace(requests_total{code="500"}, "workload", "$1", "pod", "(\\w+)-.*")'}}}`,
			i.Revision, engine.Possible,
			[]string{timeOnly},
		},
	} {
		t.Run(name, func(t *testing.T) {
			end := time.Unix(0, 0).Add(changeworlds.Length).UTC()
			if c.slo == "" {
				c.slo = changeworlds.SLO
			}
			s, problems := catalog.ParseSLO([]byte(c.slo))
			require.NoError(t, problems.Err())
			e := engine.New(promtest.New(t, c.series), engine.Options{Now: func() time.Time { return end }})
			ask := engine.ChangesRequest{Kinds: []engine.ChangeKind{
				engine.ChangeRollout, engine.ChangeConfig,
				engine.ChangeRestart, engine.ChangeNode,
			}, Top: 20}
			r, err := e.Changes(t.Context(), []catalog.SLO{s}, ask, end.Add(-6*time.Hour), end)
			require.NoError(t, err)
			var likelihood engine.Likelihood
			revision := ""
			for _, row := range r.Rows {
				if row.Labels["workload"] == changeworlds.Workload && row.Kind == engine.ChangeRollout &&
					likelihood == "" {
					likelihood, revision = row.Likelihood, row.Revision
				}
			}
			require.Equal(t, []any{c.rollouts, c.revision}, []any{likelihood, revision}, r.Warnings)
			text := strings.Join(r.Warnings, "\n")
			for _, notice := range c.notices {
				require.Contains(t, text, notice)
			}
			for _, notice := range notices {
				require.Equal(t, strings.Contains(strings.Join(c.notices, "\n"), notice),
					strings.Contains(text, notice), "%s\n%s", notice, text)
			}
		})
	}
}

func owners(i *changeworlds.Incident) map[string][]recording.Sample {
	return maps.Collect(func(yield func(string, []recording.Sample) bool) {
		for name, samples := range i.Series {
			if strings.HasPrefix(name, "kube_pod_owner") && !yield(name, samples) {
				return
			}
		}
	})
}
