package query

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/fault"
)

func resourcesQuery(text string) (Query, error) {
	now := time.Unix(7200, 0)
	return ParseQuery(backend.DataQuery{
		JSON:      []byte(text),
		TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
	}, now)
}

func TestResources(t *testing.T) {
	q, err := resourcesQuery(`{"queryType": "resources"}`)
	require.NoError(t, err)
	require.Len(t, q.Resources.Signals, 17)
	require.False(t, q.Resources.Named)
	require.Zero(t, q.Resources.Top)

	q, err = resourcesQuery(`{"queryType": "resources", "groupBy": ["namespace", "pod"], "resources": {"signals": ["restarts", "cpu"], "format": "timeseries"}}`)
	require.NoError(t, err)
	require.True(t, q.Resources.OverTime)
	require.Equal(t, 20, q.Resources.Top)
	require.Len(t, q.Resources.Signals, 2)
}

func TestMistakesInResourcesNameTheField(t *testing.T) {
	for text, want := range map[string]string{
		`{"queryType": "resources", "resources": {"signals": ["disk"]}}`: `resources.signals: there is no signal "disk". There are replicas, `,
		`{"queryType": "resources", "resources": {"format": "heatmap"}}`: `resources.format: unknown format "heatmap". There are table and timeseries`,
		`{"queryType": "resources", "resources": {"top": 0}}`:            `resources.top: 0 is not within 1 to 1000`,
		`{"queryType": "resources", "groupBy": ["namespace", "code"]}`:   `groupBy[1]: resources have the labels cluster, namespace, workload, workload_type, pod, not "code"`,
		`{"queryType": "resources", "resources": ["cpu"]}`:               `resources: want an object`,
	} {
		_, err := resourcesQuery(text)
		require.ErrorContains(t, err, want)
		require.True(t, fault.IsUserError(err))
	}
}
