package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/engine"
)

// One change of each kind: of workload a in namespace shop, or of its pods and their nodes. Those
// of others are about workload c, another namespace, or a node without its pods.
const changesOfAllKinds = twoIncidents + `
  kube_replicaset_spec_replicas{namespace="shop",replicaset="a-1"} 3x1499 0x700
  kube_replicaset_spec_replicas{namespace="shop",replicaset="a-2"} 0x1499 3x700
  kube_replicaset_owner{namespace="shop",replicaset="a-1",owner_kind="Rollout",owner_name="a"} 1x2200
  kube_replicaset_owner{namespace="shop",replicaset="a-2",owner_kind="Rollout",owner_name="a"} 1x2200
  kube_statefulset_status_update_revision{namespace="shop",statefulset="b",revision="b-5f"} 1x1559 _x641
  kube_statefulset_status_update_revision{namespace="shop",statefulset="b",revision="b-6a"} _x1560 1x640
  kube_daemonset_metadata_generation{namespace="shop",daemonset="a"} 1x1619 2x580
  kube_configmap_metadata_resource_version{namespace="shop",configmap="a-config"} 100x1619 105x19 _x20 105x539
  kube_configmap_metadata_resource_version{namespace="shop",configmap="lock"} 0+1x2200
  kube_configmap_metadata_resource_version{namespace="other",configmap="a-config"} 100x1619 105x580
  kube_secret_metadata_resource_version{namespace="shop",secret="tls"} 7x1679 8x520
  kube_pod_container_status_restarts_total{namespace="shop",pod="a-1-x",container="app"} 0x1739 1x9 2x9 3x440
  kube_pod_container_status_restarts_total{namespace="shop",pod="c-1-x",container="app"} 0x1739 1x460
  kube_pod_container_status_restarts_total{namespace="shop",pod="a-1-y",container="app"} 0x1799 1x400
  kube_pod_container_status_last_terminated_reason{namespace="shop",pod="a-1-y",container="app",reason="OOMKilled"} _x1800 1x400
  kube_pod_info{namespace="shop",pod="a-1-x",node="n1"} 1x2200
  kube_pod_info{namespace="shop",pod="c-1-x",node="n2"} 1x2200
  kube_node_status_condition{node="n1",condition="Ready",status="false"} 0x1859 1x19 0x320
  kube_node_status_condition{node="n2",condition="Ready",status="false"} 0x1859 1x19 0x320
  kube_node_spec_unschedulable{node="n1"} 0x1919 1x59 0x220
  kube_horizontalpodautoscaler_status_current_replicas{namespace="shop",horizontalpodautoscaler="scaler"} 3x1979 9x29 3x190
  kube_horizontalpodautoscaler_spec_max_replicas{namespace="shop",horizontalpodautoscaler="scaler"} 9x2200
  kube_horizontalpodautoscaler_info{namespace="shop",horizontalpodautoscaler="scaler",scaletargetref_kind="Deployment",scaletargetref_name="a"} 1x2200
`

const shopSLO = `slos: [{name: a, objective: 99, window: 1d, by: [namespace, workload],
  sli: {events: {total: 'label_replace(requests_total, "namespace", "shop", "", "")', bad: 'label_replace(requests_total{code="500"}, "namespace", "shop", "", "")'}}}]`

var changeEvents = []EventKind{EventRollouts, EventConfig, EventRestarts, EventNodes, EventScaling}

func TestChangesOfAllKinds(t *testing.T) {
	want := []string{
		"25:00 a rollout: shop/a: replica set a-2",
		"26:00 b rollout: shop/b: revision b-6a",
		"27:00  ConfigMap changed: shop/a-config",
		"27:00 a rollout: shop/a: generation 2",
		"28:00  Secret changed: shop/tls",
		"29:00-29:20  restarts: shop/a-1-x: restarted 3 times",
		"30:00  out of memory: shop/a-1-y: killed for its memory",
		"31:00-31:18  node not ready: n1",
		"32:00-32:58  node drained: n1",
		"33:00-33:28 a autoscaler at its maximum: shop/a",
	}
	got, a := happened(t, changesOfAllKinds, shopSLO, changeEvents, hour(24, 0), hour(36, 0))
	assert.Equal(t, want, got)
	assert.Contains(t, a.Warnings,
		"changes of 1 ConfigMaps and Secrets, such as shop/lock, are left out: they change more than 24 times a day")
	assert.LessOrEqual(t, a.Cost.Queries, 5)

	renamed := strings.NewReplacer(`{namespace="shop",pod=`,
		`{namespace="monitoring",pod="ksm-1",exported_namespace="shop",exported_pod=`,
		`{namespace="shop",`,
		`{namespace="monitoring",pod="ksm-1",exported_namespace="shop",`).Replace(changesOfAllKinds)
	require.NotEqual(t, changesOfAllKinds, renamed)
	got, _ = happened(t, renamed, shopSLO, changeEvents, hour(24, 0), hour(36, 0))
	assert.Equal(t, want, got)
}
