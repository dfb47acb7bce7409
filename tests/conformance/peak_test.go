//go:build suite

package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// peakMiB is the most that the plugin's process has held in memory since forgetPeak; 0 where Linux
// does not tell.
func (l *lab) peakMiB() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.host.PID()))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kib / 1024
		}
	}
	return 0
}

func (l *lab) forgetPeak() {
	const resetPeak = "5"
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", l.host.PID()), []byte(resetPeak), 0) // where there is a /proc
}

// bombLimitMiB bounds one answer, and bombPeak how many times that the plugin may take while every
// answer is a bomb: all answers under way hold twice the limit at most; the rest is garbage that is
// not collected yet.
const (
	bombLimitMiB = 64
	bombPeak     = 8
)

// bombOfSeries answers every query by series without an end, and watches the plugin's memory.
func (f *arena) bombOfSeries(ctx context.Context, d *differences) (string, error) {
	a, err := f.asker(f.proxy.url, map[string]any{"maxResponseMiB": bombLimitMiB})
	if err != nil {
		return "", err
	}
	before, err := f.usage(ctx)
	if err != nil {
		return "", err
	}
	f.forgetPeak()
	explode := bomb(tinySeries)
	said, err := a.fault(ctx, d, f.proxy, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if r.Method == http.MethodGet { // as what the server is, and what labels there are
			through.ServeHTTP(w, r)
			return
		}
		explode(w, r, through)
	})
	more := f.peakMiB() - before.rssMiB
	if more > bombLimitMiB*bombPeak {
		err = errors.Join(err, fmt.Errorf("the plugin took %.0f MiB more for answers of at most %d MiB", more, bombLimitMiB))
	}
	return fmt.Sprintf("%s. At most %.0f MiB more than before", said, more), err
}
