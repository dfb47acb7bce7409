package progress_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/progress"
)

func TestStepIsSilentWhenShort(t *testing.T) {
	var out strings.Builder
	require.NoError(t, progress.New(&out).Step("blink", func() error { return nil }))
	require.Empty(t, out.String())
}

func TestStepShowsWhatTakesLong(t *testing.T) {
	var out strings.Builder
	failure := errors.New("disk full")
	err := progress.New(&out).Step("build Prometheus", func() error { time.Sleep(1100 * time.Millisecond); return failure })
	require.ErrorIs(t, err, failure)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	require.Regexp(t, `^build Prometheus \.\.\. \d+\.\d s$`, lines[0])
	require.Regexp(t, `^  build Prometheus: failed after \d+\.\d s$`, lines[1])
}

func TestElapsed(t *testing.T) {
	require.Equal(t, "0.4 s", progress.Elapsed(440*time.Millisecond))
	require.Equal(t, "59.0 s", progress.Elapsed(59*time.Second))
	require.Equal(t, "3 min 12 s", progress.Elapsed(3*time.Minute+12*time.Second))
}
