package measure

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCoverageOfAWorkloadIsThatOfAnyPod(t *testing.T) {
	for name, c := range map[string]struct {
		all  []secondsRange
		want float64
	}{
		"one after the other": {[]secondsRange{{0, 1800}, {1800, 3600}}, 3600},
		"side by side":        {[]secondsRange{{0, 3000}, {600, 3600}, {0, 3600}}, 3600},
		"a gap of both":       {[]secondsRange{{0, 2400}, {0, 2400}}, 2400},
		"nobody":              {nil, 0},
	} {
		require.InDelta(t, c.want, unionLength(c.all), 1e-9, name)
	}
}
