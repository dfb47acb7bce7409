package exposition

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/tests/recording"
)

const file = `# target job="x",namespace="monitoring"
# at 0m
# TYPE requests_total counter
requests_total{code="200"} 10
# TYPE depth gauge
depth{namespace="shop"} 7
# at 4m
# TYPE requests_total counter
requests_total{code="200"} 50
requests_total{code="500"} 2
# TYPE depth gauge
depth{namespace="shop"} 9
# honor target namespace="monitoring"
# at 0m
up{namespace="shop"} 1
`

func TestTheScrapesBetweenTwoTextsAreFilledIn(t *testing.T) {
	got, err := Parse(file)
	require.NoError(t, err)
	texts := map[string][]recording.Sample{}
	for _, s := range got {
		texts[s.Labels.String()] = s.Samples
	}
	require.Equal(t, map[string][]recording.Sample{
		`{__name__="requests_total", code="200", job="x", namespace="monitoring"}`: {
			{Ms: 0, V: 10}, {Ms: 60000, V: 20}, {Ms: 120000, V: 30}, {Ms: 180000, V: 40}, {Ms: 240000, V: 50},
		},
		`{__name__="requests_total", code="500", job="x", namespace="monitoring"}`: {
			{Ms: 120000, V: 1}, {Ms: 180000, V: 1}, {Ms: 240000, V: 2},
		},
		`{__name__="depth", exported_namespace="shop", job="x", namespace="monitoring"}`: {
			{Ms: 0, V: 7}, {Ms: 60000, V: 7}, {Ms: 120000, V: 7}, {Ms: 180000, V: 7}, {Ms: 240000, V: 9},
		},
		`{__name__="up", namespace="shop"}`: {{Ms: 0, V: 1}},
	}, texts)
}

func TestBrokenTextsAreNamed(t *testing.T) {
	_, err := Parse("# target x\n")
	require.ErrorContains(t, err, "# target x: ")
	_, err = Parse("# at noon\n")
	require.ErrorContains(t, err, "# at noon: ")
	_, err = Parse("# at 0m\nrequests_total{code=} 1\n")
	require.Error(t, err)
}
