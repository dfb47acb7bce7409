//go:build suite

package conformance

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// usage is the resources of the plugin's process.
type usage struct {
	goroutines int
	files      int // open file descriptors
	rssMiB     float64
	heldMiB    float64 // without memory that Go keeps for later use
}

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %.0f MiB (%.0f resident)", u.goroutines, u.files, u.heldMiB, u.rssMiB)
}

// usage reads the plugin's own metrics, and on Linux its process information.
func (l *lab) usage(ctx context.Context) (usage, error) {
	text, err := l.host.CollectMetrics(ctx)
	if err != nil {
		return usage{}, err
	}
	mib := func(name string) float64 { return metric(string(text), name) / (1 << 20) }
	u := usage{goroutines: int(metric(string(text), "go_goroutines")), rssMiB: mib("process_resident_memory_bytes")}
	u.heldMiB = u.rssMiB - (mib("go_memstats_heap_idle_bytes") - mib("go_memstats_heap_released_bytes"))
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", l.host.PID()))
	if err == nil { // on systems with /proc
		u.files = len(files)
	}
	return u, nil
}

// metric returns the value of a metric without labels in Prometheus's text format, or 0.
func metric(text, name string) float64 {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err == nil {
				return v
			}
		}
	}
	return 0
}

// Allowed growth after a fault: idle connections and the runtime's own.
const (
	moreGoroutines = 30
	moreFiles      = 20
	moreMiB        = 300
)

// leak waits until the plugin uses about as much as before. After five minutes it returns an error
// with the difference. Go collects garbage every two minutes, and empties its pools in the second
// round. Memory that Go keeps free does not count.
func (l *lab) leak(ctx context.Context, before usage) error {
	var now usage
	for range 600 {
		var err error
		if now, err = l.usage(ctx); err != nil {
			return err
		}
		if now.goroutines <= before.goroutines+moreGoroutines && now.files <= before.files+moreFiles &&
			now.heldMiB <= before.heldMiB+moreMiB {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(500 * time.Millisecond):
		}
	}
	return fmt.Errorf("the plugin held %s before and holds %s", before, now)
}
