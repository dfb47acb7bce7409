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

// peakMiB returns the peak memory of the plugin's process since forgetPeak on Linux, 0 on other
// systems.
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
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", l.host.PID()), []byte(resetPeak), 0) // on systems with /proc
}

// bombLimitMiB is the maximum size of one response. bombPeak is the maximum memory of the plugin as
// a multiple of it, while every response is a bomb. All concurrent responses together use at most
// twice the limit; the rest is uncollected garbage.
const (
	bombLimitMiB = 64
	bombPeak     = 8
)

// bombOfSeries responds to every query with an endless list of series, and measures the plugin's
// memory.
func (f *arena) bombOfSeries(ctx context.Context, d *differences) (string, error) {
	a, err := f.querier(f.proxy.url, map[string]any{"maxResponseMiB": bombLimitMiB})
	if err != nil {
		return "", err
	}
	before, err := f.usage(ctx)
	if err != nil {
		return "", err
	}
	f.forgetPeak()
	explode := bomb(tinySeries)
	description, err := a.fault(ctx, d, f.proxy, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if r.Method == http.MethodGet { // such as the detection of the product, and lists of labels
			through.ServeHTTP(w, r)
			return
		}
		explode(w, r, through)
	})
	more := f.peakMiB() - before.rssMiB
	if more > bombLimitMiB*bombPeak {
		err = errors.Join(err,
			fmt.Errorf("the plugin took %.0f MiB more for answers of at most %d MiB", more, bombLimitMiB))
	}
	return fmt.Sprintf("%s. At most %.0f MiB more than before", description, more), err
}
