//go:build suite

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// processorSeconds returns the CPU seconds that processes have used, from Linux' scheduler in
// nanoseconds. process_cpu_seconds_total has steps of 10 ms, about the CPU time of a summary. It
// returns 0 on other systems.
func processorSeconds(pids ...int) float64 {
	sum := 0.0
	for _, pid := range pids {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid)) // the pattern is valid
		for _, file := range threads {
			text, err := os.ReadFile(file) // #nosec G304 - of the kernel
			if err != nil {
				continue // the thread has ended
			}
			used, _, _ := strings.Cut(string(text), " ")
			ns, _ := strconv.ParseFloat(used, 64)
			sum += ns / 1e9
		}
	}
	return sum
}

// cost is the time that an operation took.
type cost struct {
	Seconds   float64 `json:"seconds"`
	ServerCPU float64 `json:"serverCpu"` // CPU seconds
	PluginCPU float64 `json:"pluginCpu,omitempty"`
}

// meter measures the CPU time of servers and the plugin.
type meter struct {
	servers []int // process ids
	plugin  int
}

// measure runs an operation and returns its cost. Later work, such as garbage collection, counts
// for the next one.
func (m meter) measure(f func() error) (cost, error) {
	server, plugin := processorSeconds(m.servers...), processorSeconds(m.plugin)
	seconds, err := stopwatch(f)
	return cost{seconds, processorSeconds(m.servers...) - server, processorSeconds(m.plugin) - plugin}, err
}

// medians returns the median of each cost.
func medians(of []cost) cost {
	var seconds, server, plugin []float64
	for _, c := range of {
		seconds, server, plugin = append(seconds, c.Seconds), append(server, c.ServerCPU), append(plugin, c.PluginCPU)
	}
	return cost{significant(median(seconds)), significant(median(server)), significant(median(plugin))}
}

// ratio returns 0 if the divisor is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return significant(a / b)
}
