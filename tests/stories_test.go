package tests

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The breakdown by revision of each story equals the truth to the event, and its first change is the
// cause.
func TestStoriesHaveTheirCauses(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute) // also on a busy machine
	defer cancel()
	report, err := running.Stories(ctx, settled())
	require.NoError(t, err)
	require.Equal(t, 8, report.Stories)
	require.GreaterOrEqual(t, report.Versions, 11)
	require.Empty(t, report.Wrong)
}
