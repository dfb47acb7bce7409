package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/slo"
)

// withState returns a row of workload x with a state, the remaining budget, and whether the alert of
// each severity fires.
func withState(name string, state slo.State, left float64, fires ...bool) Row {
	r := Row{SLO: catalog.SLO{Name: name}, Labels: map[string]string{"workload": "x"}}
	r.Evaluation = slo.Evaluation{State: state, HasBudget: state != slo.Unmeasured, Budget: slo.Budget{Left: left}}
	for i, f := range fires {
		a := slo.AlertEvaluation{Alert: slo.Alert{Severity: []string{"page", "slack"}[i]}}
		if f {
			a.State = slo.Firing
		}
		r.Evaluation.Alerts = append(r.Evaluation.Alerts, a)
	}
	return r
}

func TestTheMostUrgentSLOSpeaksForAWorkload(t *testing.T) {
	known := withState("unjudged with budget", slo.Unmeasured, 0.3)
	known.Evaluation.HasBudget = true
	for _, c := range []struct {
		want, other Row
	}{
		{withState("page fires", slo.Firing, 0.9, true), withState("ok", slo.Ok, 0.1, false)},
		{withState("page fires", slo.Firing, 0.9, true), withState("spent", slo.Exhausted, -3, false, false)},
		{withState("spent and firing", slo.Exhausted, -1, true), withState("page fires", slo.Firing, 0.9, true)},
		{withState("page fires", slo.Firing, 0.9, true), withState("slack fires", slo.Firing, 0.1, false, true)},
		{withState("slack fires", slo.Firing, 0.9, false, true), withState("spent", slo.Exhausted, -3, false, false)},
		{withState("spent", slo.Exhausted, 0, false), withState("rising", slo.Rising, 0.1, false)},
		{withState("rising", slo.Rising, 0.9, false), withState("ok", slo.Ok, 0.1, false)},
		{withState("recovering", slo.Recovering, 0.9, false), withState("ok", slo.Ok, 0.1, false)},
		{withState("less", slo.Ok, 0.1, false), withState("more", slo.Ok, 0.2, false)},
		{withState("ok", slo.Ok, 0.9, false), withState("nothing known", slo.Unmeasured, 0)},
		{known, withState("ok", slo.Ok, 0.4, false)},
	} {
		for _, rows := range [][]Row{{c.want, c.other}, {c.other, c.want}} {
			w := Workloads(&Report{Rows: rows}, nil)
			require.Len(t, w.Rows, 1)
			require.Equal(t, c.want.SLO.Name, w.Rows[0].SLO.Name, "beside %s", c.other.SLO.Name)
			require.Len(t, w.Rows[0].OtherRows, 1)
			require.Equal(t, c.other.SLO.Name, w.Rows[0].OtherRows[0].SLO.Name)
		}
	}
}

// A workload that a mesh, Hubble and kube-state-metrics label differently has one row.
func TestAWorkloadHasOneRowWhateverItsSLOsCallIt(t *testing.T) {
	row := func(name string, left float64, by []string, labels map[string]string) Row {
		r := withState(name, slo.Ok, left)
		r.SLO.By, r.Labels = by, labels
		return r
	}
	w := Workloads(&Report{Rows: []Row{
		row("istio", 0.2, []string{"destination_workload_namespace", "destination_workload"},
			map[string]string{"destination_workload_namespace": "shop", "destination_workload": "cart"}),
		row("hubble", 0.5, []string{"destination_namespace", "destination_workload"},
			map[string]string{"destination_namespace": "shop", "destination_workload": "cart"}),
		row("replicas", 0.6, []string{"namespace", "deployment"},
			map[string]string{"namespace": "shop", "deployment": "cart"}),
		row("pods", 0.7, []string{"namespace", "workload", "workload_type"},
			map[string]string{"namespace": "shop", "workload": "cart", "workload_type": "deployment"}),
		row("other", 0.1, []string{"namespace", "workload", "code"},
			map[string]string{"namespace": "shop", "workload": "cart", "code": "500"}),
		row("gpu", 0.9, []string{"Hostname"}, map[string]string{"Hostname": "gpu-1"}),
		row("elsewhere", 0.9, []string{"namespace", "workload"},
			map[string]string{"namespace": "infra", "workload": "cart"}),
	}}, nil)
	require.Len(t, w.Rows, 4)
	require.Equal(t, "istio", w.Rows[0].SLO.Name)
	require.Len(t, w.Rows[0].OtherRows, 3)
	require.Equal(t, map[string]string{"namespace": "shop", "workload": "cart", "workload_type": "deployment"},
		w.Rows[0].Labels)
	require.Equal(t, []string{"namespace", "workload", "workload_type"}, w.Rows[0].SLO.By)
	require.Equal(t, map[string]string{"Hostname": "gpu-1"}, w.Rows[2].Labels)
}
