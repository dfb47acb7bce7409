//go:build suite

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// processorSeconds is what processes have used of processors, as Linux' scheduler counts it in
// nanoseconds: process_cpu_seconds_total has steps of 10 ms, which is what a summary takes. It is 0
// where there is no such account.
func processorSeconds(pids ...int) float64 {
	sum := 0.0
	for _, pid := range pids {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid)) // the pattern is a valid one
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

// cost is what something took.
type cost struct {
	Seconds   float64 `json:"seconds"`
	ServerCPU float64 `json:"serverCpu"` // seconds of processors
	PluginCPU float64 `json:"pluginCpu,omitempty"`
}

// meter measures what a server and the plugin use.
type meter struct {
	servers []int // processes
	plugin  int
}

// measure runs something and returns what it took. What goes on afterwards, as the collection of
// garbage, is the next one's.
func (m meter) measure(f func() error) (cost, error) {
	server, plugin := processorSeconds(m.servers...), processorSeconds(m.plugin)
	seconds, err := stopwatch(f)
	return cost{seconds, processorSeconds(m.servers...) - server, processorSeconds(m.plugin) - plugin}, err
}

// medians of costs, each of its own.
func medians(of []cost) cost {
	var seconds, server, plugin []float64
	for _, c := range of {
		seconds, server, plugin = append(seconds, c.Seconds), append(server, c.ServerCPU), append(plugin, c.PluginCPU)
	}
	return cost{significant(median(seconds)), significant(median(server)), significant(median(plugin))}
}

// ratio of two numbers; 0 without the second.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return significant(a / b)
}
