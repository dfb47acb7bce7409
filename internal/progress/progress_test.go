package progress_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
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
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		failure := errors.New("disk full")
		err := progress.New(&out).Step("build Prometheus",
			func() error { time.Sleep(31500 * time.Millisecond); return failure })
		require.ErrorIs(t, err, failure)
		require.Equal(t,
			"  build Prometheus ... 1.0 s\n  build Prometheus ... 31.0 s\n  build Prometheus: failed after 31.5 s\n",
			out.String())
	})
}

func TestElapsed(t *testing.T) {
	require.Equal(t, "0.4 s", progress.Elapsed(440*time.Millisecond))
	require.Equal(t, "59.0 s", progress.Elapsed(59*time.Second))
	require.Equal(t, "3 min 12 s", progress.Elapsed(3*time.Minute+12*time.Second))
}
