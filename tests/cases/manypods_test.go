package cases

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// Thousands of pods of a CronJob, each a few minutes long, are one workload, and all of their
// events count.
func TestPodsOfACronJobAreOneWorkload(t *testing.T) {
	const pods, aDay = 3000, 1440
	var load strings.Builder
	load.WriteString("load 1m\n  r_total{namespace=\"batch\",pod=\"keeper\",code=\"200\"} 0x2880\n" +
		"  kube_pod_owner{namespace=\"batch\",pod=\"keeper\",owner_kind=\"\",owner_name=\"\",owner_is_controller=\"\"} 1x2880\n")
	events, bad := 0, 0
	for i := range pods {
		begin, minutes, code := 60+i*2*aDay/pods*9/10, 3+i%4, "200"
		if i%100 == 0 {
			code = "500"
			bad += 5 * (minutes + 1)
		}
		events += 5 * (minutes + 1)
		row := func(series string, first, by int) {
			_, _ = fmt.Fprintf(&load, "  %s _x%d %d+%dx%d stale\n", series, begin, first, by, minutes)
		}
		row(fmt.Sprintf(`r_total{namespace="batch",pod="night-%d-x",code=%q}`, i, code), 5, 5)
		row(fmt.Sprintf(`kube_pod_owner{namespace="batch",pod="night-%d-x",owner_kind="Job",owner_name="night-%d",owner_is_controller="true"}`, i, i), 1, 0)
		row(fmt.Sprintf(`kube_job_owner{namespace="batch",job_name="night-%d",owner_kind="CronJob",owner_name="night",owner_is_controller="true"}`, i), 1, 0)
	}
	c, err := Parse(load.String() + `
slo
  name: answers
  objective: 90
  window: 3d
  by: [namespace, workload, workload_type]
  identity: kubernetes
  sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}

at 49h
  namespace=batch workload=night workload_type=cronjob  events ` + fmt.Sprint(events) + "  bad " + fmt.Sprint(bad) + `
  namespace=batch workload=keeper workload_type=barepod  events 0  bad 0
`)
	require.NoError(t, err)
	differences, err := c.Check(t.Context(), promtest.Load(t, c.Load))
	require.NoError(t, err)
	require.Empty(t, differences)
}
