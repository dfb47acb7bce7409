package counting

import (
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
)

// A counter reset counts the whole new value. After a counter correction, a small step back,
// nothing counts until the old maximum is exceeded.
func Example_counterReset() {
	for _, values := range [][]float64{{1000, 1060, 30, 90}, {1000, 1060, 1058, 1070}} {
		var c counter
		c.begin()
		for i, v := range values {
			events, what := c.add(Sample{T: int64(i) * 60_000, V: v})
			fmt.Printf("%v: %s, +%v\n", v,
				map[change]string{first: "baseline", rise: "increase", reset: "reset", corrected: "correction"}[what],
				events)
		}
	}
	// Output:
	// 1000: baseline, +0
	// 1060: increase, +60
	// 30: reset, +30
	// 90: increase, +60
	// 1000: baseline, +0
	// 1060: increase, +60
	// 1058: correction, +0
	// 1070: increase, +10
}

// Counts all requests, and those with an error code, by workload.
func ExampleCountersOf() {
	q := CountersOf([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, "__name__", "requests_total")},
		[]string{"workload"},
		AllSeries(), AllSeries(labels.MustNewMatcher(labels.MatchRegexp, "code", "5..")))
	fmt.Println(q.GroupBy(), q.PartCount())
	// Output: [workload] 2
}
