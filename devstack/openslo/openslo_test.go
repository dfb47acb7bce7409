// Package openslo checks the OpenSLO export with OpenSLO's own reader and rules.
package openslo

import (
	"os"
	"testing"
	"time"

	"github.com/OpenSLO/go-sdk/pkg/openslo"
	v1 "github.com/OpenSLO/go-sdk/pkg/openslo/v1"
	"github.com/OpenSLO/go-sdk/pkg/openslosdk"
	"github.com/stretchr/testify/require"
)

// The golden file of pkg/export, which its own tests compare with the export. It contains SLOs of
// every kind, with names, windows and severities that OpenSLO does not accept unchanged.
func TestTheExportIsValid(t *testing.T) {
	file, err := os.Open("../../pkg/export/testdata/openslo.yaml")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	objects, err := openslosdk.Decode(file, openslosdk.FormatYAML) // unknown fields are errors
	require.NoError(t, err)
	require.NoError(t, openslosdk.Validate(objects...))

	kinds, names := map[openslo.Kind]int{}, map[string]bool{}
	for _, o := range objects {
		kinds[o.GetKind()]++
		name := string(o.GetKind()) + " " + o.GetName()
		require.False(t, names[name], "two objects %s", name)
		names[name] = true
	}
	require.Equal(t,
		map[openslo.Kind]int{openslo.KindSLO: 7, openslo.KindAlertPolicy: 12, openslo.KindAlertNotificationTarget: 4},
		kinds)

	inlined, err := openslosdk.NewReferenceInliner(objects...).Inline() // references exist
	require.NoError(t, err)
	var workbook []float64
	for _, slo := range openslosdk.FilterByType[v1.SLO](inlined) {
		if slo.Metadata.Name != "both-pages" {
			continue
		}
		for _, policy := range slo.Spec.AlertPolicies {
			condition := policy.Spec.Conditions[0].Spec.Condition
			workbook = append(workbook, *condition.Threshold, condition.LookbackWindow.Duration().Hours(),
				condition.AlertAfter.Duration().Minutes())
		}
	}
	require.Equal(t, []float64{14.4, 1, 5, 6, 6, 30, 1, 72, (6 * time.Hour).Minutes()}, workbook,
		"the Workbook's factors, windows in hours and in minutes")
}
