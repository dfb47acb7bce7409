//go:build suite

package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/suite"
)

type engineResult struct {
	// 3 SLOs x 1,000 workloads x 30 d, all cells cached, all work of the backend
	SummaryCPUMs float64 `json:"summaryCpuMs"`
	JudgeCPUMs   float64 `json:"judgeCpuMs"`  // thereof: sums and states
	FrameCPUMs   float64 `json:"frameCpuMs"`  // thereof: the data frame
	EncodeCPUMs  float64 `json:"encodeCpuMs"` // thereof: Arrow, by Grafana's SDK
	BytesPerCell float64 `json:"bytesPerCell"`
	NsPerWindow  float64 `json:"nsPerWindow"` // CPU time of one window at one instant of one group
}

// metrics maps the units of the Go benchmarks in this package to fields.
func (r *engineResult) metrics() map[string]*float64 {
	return map[string]*float64{
		"cpu-ms/op": &r.SummaryCPUMs, "judge-cpu-ms/op": &r.JudgeCPUMs, "frame-cpu-ms/op": &r.FrameCPUMs,
		"encode-cpu-ms/op": &r.EncodeCPUMs, "bytes/cell": &r.BytesPerCell, "cpu-ns/window": &r.NsPerWindow,
	}
}

// engineBenchmarks runs the Go benchmarks of the plugin's own computations, with generated
// counters.
func engineBenchmarks(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	log := project.Log("bench-engine")
	err = process.Run(ctx, process.Spec{
		Name: "go test -bench",
		Command: []string{
			"go", "test", "-tags=suite", "-run=^$", "-bench=^BenchmarkEngine", "-benchtime=10x",
			"-count=1", "-timeout=30m", "./tests/bench",
		},
		Dir:  project.Root,
		Echo: os.Stderr,
		Log:  log,
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(log) // #nosec G304 - our own log
	if err != nil {
		return err
	}
	result, err := parseEngine(string(text))
	if err != nil {
		return fmt.Errorf("%w (log: %s)", err, log)
	}
	return suite.Result(result)
}

// parseEngine reads "value unit" pairs of lines such as "BenchmarkX-2  10  123 ns/op  4.5
// cpu-ms/op".
func parseEngine(text string) (engineResult, error) {
	var out engineResult
	metrics := out.metrics()
	missing := len(metrics)
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if to, ok := metrics[fields[i+1]]; ok {
				v, err := strconv.ParseFloat(fields[i], 64)
				if err != nil {
					return out, fmt.Errorf("benchmark line %q: %w", strings.TrimSpace(line), err)
				}
				*to = v
				missing--
			}
		}
	}
	if missing != 0 {
		return out, fmt.Errorf("the Go benchmarks printed %d of %d numbers", len(metrics)-missing, len(metrics))
	}
	return out, nil
}
