package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
)

// The incidents of twoIncidents with rows of kube-state-metrics. a was rolled out at 25:00 and back
// at 25:30, had no scrape from 26:00 to 26:10, and was scaled at 27:00. b has no rows of replica
// sets, and was changed at 29:00. No SLO counts c.
const incidentsAndRollouts = twoIncidents + `
  kube_replicaset_spec_replicas{namespace="shop",replicaset="a-1"} 3x1499 0x29 3x29 _x10 3x49 5x500
  kube_replicaset_spec_replicas{namespace="shop",replicaset="a-2"} 0x1499 3x29 0x29 _x10 0x500
  kube_replicaset_spec_replicas{namespace="shop",replicaset="c-1"} 0x1600 3x500
  kube_replicaset_spec_replicas{namespace="shop",replicaset="c-0"} 1x1600 0x500
  kube_replicaset_owner{namespace="shop",replicaset="a-1",owner_kind="Deployment",owner_name="a"} 1x2200
  kube_replicaset_owner{namespace="shop",replicaset="a-2",owner_kind="Deployment",owner_name="a"} 1x2200
  kube_replicaset_owner{namespace="shop",replicaset="c-1",owner_kind="Deployment",owner_name="c"} 1x2200
  kube_replicaset_owner{namespace="shop",replicaset="c-0",owner_kind="Deployment",owner_name="c"} 1x2200
  kube_deployment_status_observed_generation{namespace="shop",deployment="a"} 4x1499 5x29 6x39 _x10 6x49 7x500
  kube_deployment_status_observed_generation{namespace="shop",deployment="b"} 1x1739 2x500
`

const annotatedSLO = `policies: {pager: [{severity: page, percent: 5, long: 1h}]}
slos: [{name: a, objective: 99, window: 1d, by: [workload], policy: pager,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}},
  exclude: [{from: 1970-01-02T10:00, to: 1970-01-02T11:00, reason: migration}]}]`

func happened(t *testing.T, series, definition string, kinds []EventKind, from, to time.Time) ([]string, *Events) {
	t.Helper()
	c, problems := catalog.Parse([]byte(definition))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, series), Options{Now: func() time.Time { return hour(36, 0) }})
	a, err := e.Annotations(t.Context(), c.SLOs, kinds, from, to)
	require.NoError(t, err)
	var out []string
	for _, ev := range a.Events {
		line := clock(ev.From)
		if !ev.To.IsZero() {
			line += "-" + clock(ev.To)
		}
		out = append(out, fmt.Sprintf("%s %s %s: %s", line, ev.Labels["workload"], ev.Title, ev.Text))
	}
	return out, a
}

func TestAnnotations(t *testing.T) {
	got, a := happened(t, incidentsAndRollouts, annotatedSLO, EventKinds, hour(24, 0), hour(36, 0))
	assert.Equal(t, []string{
		"25:00 a rollout: shop/a: replica set a-2",
		"25:04-25:35 a page fired: policy pager, for 31m, burn up to 10×",
		"25:30 a rollout: shop/a: replica set a-1",
		"29:00 b rollout: shop/b: generation 2",
		"34:00-35:00  excluded: migration: does not count",
	}, got)
	assert.Equal(t,
		[]string{"some changes cannot be found, because these namespaces have no such series of kube-state-metrics: " +
			"ConfigMaps and Secrets (kube_configmap_metadata_resource_version, kube_secret_metadata_resource_version), " +
			"restarts (kube_pod_container_status_restarts_total), nodes (kube_pod_info)"}, a.Warnings)

	some, a := happened(t, twoIncidents, annotatedSLO, []EventKind{EventRollouts}, hour(24, 0), hour(36, 0))
	assert.Empty(t, some)
	assert.Contains(t, a.Warnings[0], "no such series of kube-state-metrics")
}

// Without honorLabels, rows of kube-state-metrics have its own namespace, and the object's in
// exported_namespace.
func TestRolloutsOfRenamedLabels(t *testing.T) {
	renamed := strings.ReplaceAll(incidentsAndRollouts, `{namespace="shop",`,
		`{namespace="monitoring",pod="ksm-1",exported_namespace="shop",`)
	require.NotEqual(t, incidentsAndRollouts, renamed)
	rollouts := []EventKind{EventRollouts}
	want, _ := happened(t, incidentsAndRollouts, annotatedSLO, rollouts, hour(24, 0), hour(36, 0))
	got, a := happened(t, renamed, annotatedSLO, rollouts, hour(24, 0), hour(36, 0))
	require.Len(t, want, 3)
	assert.Equal(t, want, got)
	assert.Empty(t, a.Warnings)
}

// A refresh requests the newest points of rollouts, not the whole range.
func TestRolloutsAreReadOnce(t *testing.T) {
	now := hour(36, 0)
	c, problems := catalog.Parse([]byte(annotatedSLO))
	require.NoError(t, problems.Err())
	e := New(promtest.Load(t, incidentsAndRollouts), Options{Now: func() time.Time { return now }})
	read := func() *Events {
		a, err := e.Annotations(t.Context(), c.SLOs, []EventKind{EventRollouts}, hour(24, 0), now)
		require.NoError(t, err)
		require.Len(t, a.Events, 3)
		return a
	}
	first := read()
	now = hour(36, 3)
	again := read()
	assert.Equal(t, first.Events, again.Events)
	assert.Positive(t, again.Cost.Samples)
	assert.Less(t, again.Cost.Samples, first.Cost.Samples/20)
}

// An SLO without workloads has no annotations of rollouts.
func TestRolloutsAreOfWorkloads(t *testing.T) {
	got, a := happened(t, incidentsAndRollouts, strings.Replace(annotatedSLO, "by: [workload]", "by: [code]", 1),
		[]EventKind{EventRollouts}, hour(24, 0), hour(36, 0))
	assert.Empty(t, got)
	assert.Equal(t,
		[]string{"no rollouts or other changes: they are found by the labels namespace, workload or deployment, and the SLOs are grouped by none of them"}, a.Warnings)
}

// 99.9% over 6h with 36,000 events allows 36 bad ones. With 20 bad a minute, a spends this in two
// minutes. The last of them leave the window at 31:28, when two minutes' worth remain.
func TestAnnotationsOfTheBudget(t *testing.T) {
	got, _ := happened(t, twoIncidents, `slos: [{name: a, objective: 99.9, window: 6h, by: [workload], policy: pager,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}]
policies: {pager: [{severity: page, percent: 5, long: 1h}]}`, []EventKind{EventBudget}, hour(24, 0), hour(36, 0))
	assert.Equal(t, []string{
		"25:02 a budget exhausted: 99.9% over 6h",
		"31:29 a budget recovered: 99.9% over 6h",
	}, got)
}

// Each window of an SLO has its own alerts and annotations. 5% of the budget in an hour is a burn
// rate of 0.6 over 12h and of 1.2 over 1d. They are reached a minute or two apart.
func TestAnnotationsOfEachWindow(t *testing.T) {
	kinds := []EventKind{EventFiring, EventExclusions}
	got, _ := happened(t, incidentsAndRollouts, strings.Replace(annotatedSLO, "window: 1d", "window: [1d, 12h]", 1),
		kinds, hour(24, 0), hour(36, 0))
	assert.Equal(t, []string{
		"25:02-25:35 a page fired: policy pager over 12h, for 33m, burn up to 10×",
		"25:04-25:35 a page fired: policy pager over 1d, for 31m, burn up to 10×",
		"34:00-35:00  excluded: migration: does not count",
	}, got)
}

func TestAnAlarmOfNowIsOpen(t *testing.T) {
	got, a := happened(t, twoIncidents, annotatedSLO, []EventKind{EventFiring}, hour(24, 0), hour(25, 20))
	assert.Equal(t, []string{"25:04-25:20 a page fires: policy pager, since 16m, burn up to 6.67×"}, got)
	assert.True(t, a.Events[0].Open)
}
