package signalcases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestALineIsReadAndJudged(t *testing.T) {
	c, err := Parse("# about\nload 1m\n  up 1x3\n\ncheck at=4h back=1h step=5m by=cluster,workload signal=cpu eu/a=1~0.1 /b=2\nnotice at=4h signal=cpu is away\ncheck at=1h signal=cpu\n")
	require.NoError(t, err)
	require.Equal(t, "load 1m\n  up 1x3\n\n", c.Load)
	l := c.Lines[0]
	require.Equal(t, []any{4 * time.Hour, time.Hour, 5 * time.Minute, []string{"cluster", "workload"}, "cpu"},
		[]any{l.At, l.Back, l.Step, l.By, l.Signal})
	require.Empty(t, l.Difference(map[string]float64{"eu/a": 1.1, "/b": 2}, nil))
	require.Contains(t, l.Difference(map[string]float64{"eu/a": 1.2, "/b": 2}, nil), "got map[/b:2 eu/a:1.2]")
	require.NotEmpty(t, l.Difference(map[string]float64{"eu/a": 1}, nil), "a group is missing")
	require.NotEmpty(t, l.Difference(map[string]float64{"eu/a": 1, "/b": 2, "/c": 3}, nil), "a group too many")
	require.Empty(t, c.Lines[1].Difference(nil, []string{"it is away now"}))
	require.NotEmpty(t, c.Lines[1].Difference(nil, []string{"it is here"}))
	require.NotEmpty(t, c.Lines[2].Difference(map[string]float64{"a": 1}, nil), "none is expected")
	for _, wrong := range []string{
		"load 1m\n", "check at=noon signal=cpu a=1\n", "check at=1h signal=cpu a=much\n",
		"check at=1h signal=cpu a=1~b\n", "check at=1h signal=cpu a\n",
	} {
		_, err := Parse(wrong)
		require.Error(t, err, wrong)
	}
}
