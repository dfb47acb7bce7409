package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/promexpr"
)

// Metrics of kube-state-metrics by which changes are found.
const (
	replicaSetReplicas   = "kube_replicaset_spec_replicas"
	replicaSetOwner      = "kube_replicaset_owner"
	deploymentGeneration = "kube_deployment_status_observed_generation"
	statefulSetRevision  = "kube_statefulset_status_update_revision"
	daemonSetGeneration  = "kube_daemonset_metadata_generation"
	configMapVersion     = "kube_configmap_metadata_resource_version"
	secretVersion        = "kube_secret_metadata_resource_version" // #nosec G101 - a metric
	containerRestarts    = "kube_pod_container_status_restarts_total"
	podInfo              = "kube_pod_info"
)

// changeSources are the metrics of which each namespace with pods has some. One of a kind is enough.
var changeSources = []struct {
	kind    ChangeKind
	what    string
	metrics []string
}{
	{
		ChangeRollout, "rollouts",
		[]string{replicaSetReplicas, deploymentGeneration, statefulSetRevision, daemonSetGeneration},
	},
	{ChangeConfig, "ConfigMaps and Secrets", []string{configMapVersion, secretVersion}},
	{ChangeRestart, "restarts", []string{containerRestarts}},
	{ChangeNode, "nodes", []string{podInfo}},
}

// changeGaps are the kinds of changes that cannot be found in some namespaces, as notices.
type changeGaps struct {
	notices []string
	queries int // cost of the lookup
}

type changeGapsKey struct {
	selector string
	from, to int64 // whole hours, Unix seconds
}

const (
	completeTTL   = time.Hour
	incompleteTTL = 5 * time.Minute // an exporter may have been enabled
)

// changeGaps looks up the names of metrics in the server's index.
func (e *Engine) changeGaps(ctx context.Context, q changeQuery, from, to time.Time) changeGaps {
	names := []string{replicaSetOwner}
	for _, s := range changeSources {
		if slices.Contains(q.kinds, s.kind) {
			names = append(names, s.metrics...)
		}
	}
	plain, renamed := q.selectors(promexpr.OneOf(model.MetricNameLabel, names...))
	out, isFresh, err := e.gaps.Load(ctx,
		changeGapsKey{plain.String(), from.Truncate(time.Hour).Unix(), to.Truncate(time.Hour).Unix()},
		func(ctx context.Context) (out changeGaps, ttl time.Duration, err error) {
			var found []string
			for _, s := range []string{plain.String(), renamed.String()} {
				more, err := e.server.Names(ctx, model.MetricNameLabel, s, from, to, uint64(len(names)))
				if err != nil {
					return out, 0, err
				}
				out.queries++
				if found = append(found, more...); len(q.missing(found)) == 0 {
					return out, completeTTL, nil
				}
			}
			out.notices = q.missing(found)
			return out, incompleteTTL, nil
		})
	if err != nil {
		return changeGaps{notices: []string{"it is unknown which changes can be found: " + err.Error()}}
	}
	if !isFresh {
		out.queries = 0
	}
	return out
}

// missing describes the kinds that cannot be found with these metrics.
func (q changeQuery) missing(found []string) []string {
	has := func(name string) bool { return slices.Contains(found, name) }
	var out, kinds []string
	for _, s := range changeSources {
		if slices.Contains(q.kinds, s.kind) && !slices.ContainsFunc(s.metrics, has) {
			kinds = append(kinds, fmt.Sprintf("%s (%s)", s.what, strings.Join(s.metrics, ", ")))
		}
	}
	if len(kinds) > 0 {
		out = append(out, "some changes cannot be found, because these namespaces have no such series of kube-state-metrics: "+strings.Join(kinds, ", "))
	}
	if slices.Contains(q.kinds, ChangeRollout) && has(deploymentGeneration) &&
		(!has(replicaSetReplicas) || !has(replicaSetOwner)) {
		out = append(out, fmt.Sprintf("rollouts of Deployments are found by their generation, which also grows when they are scaled: no series %s or %s of these namespaces",
			replicaSetReplicas, replicaSetOwner))
	}
	return out
}
