package worlds

import (
	"fmt"
	"time"
)

// linear are worlds in which the bad events are a sum of counters.
var linear = []maker{
	{
		"linear-mixed",
		"a - (b + c) + 0.5 d, where c begins late, b has another restart than a, and d is created by its first error",
		func(w *World) {
			w.SLI = map[string]any{"events": map[string]any{
				"total": w.selector("a_total", ""),
				"bad": fmt.Sprintf("sum(%s) - (sum(%s) + sum(%s)) + 0.5 * sum(%s)",
					w.selector("a_total", ""), w.selector("b_total", ""), w.selector("c_total", ""),
					w.selector("d_total", "")),
			}}
			w.operand("a", Begin, 2, 1, 1)
			w.operand("b", Begin, 0.9, 0, -1)
			w.operand("c", w.happens(w.minute(9)), 0.4, 0, -1)
			w.operand("d", w.happens(w.minute(11)), 0.02, 0, 0.5)
		},
	},
	{
		"linear-or-zero", "slow requests and errors of two kinds, of which one never happens and one begins late",
		func(w *World) {
			w.SLI = map[string]any{"events": map[string]any{
				"total": w.selector("a_total", ""),
				"bad": fmt.Sprintf("(sum(%s) or vector(0)) + (sum(%s) or vector(0)) + sum(%s)",
					w.selector("never_total", ""), w.selector("d_total", ""), w.selector("b_total", "")),
			}}
			w.operand("a", Begin, 2, 1, 0)
			w.operand("b", Begin, 0.05, 0, 1)
			w.operand("d", w.happens(w.minute(11)), 0.02, 0, 1)
		},
	},
	{"linear-total", "all events are a sum, of which one operand begins late and one ends", func(w *World) {
		w.SLI = map[string]any{"events": map[string]any{
			"total": fmt.Sprintf("sum(%s) + sum(%s) + sum(%s)",
				w.selector("a_total", ""), w.selector("c_total", ""), w.selector("e_total", "")),
			"bad": w.selector("d_total", ""),
		}}
		w.operand("a", Begin, 0.3, 1, 0)
		w.operand("c", w.happens(w.minute(9)), 1.4, 1, 0)
		w.operand("d", w.happens(w.minute(5)), 0.02, 0, 1)
		w.ends("e", w.happens(w.minute(11)), 0.7)
	}},
	{
		"linear-slow-or-failed",
		"requests of a slow list or get, or failed: what an API server's availability is made of",
		func(w *World) {
			w.SLI = map[string]any{"events": map[string]any{
				"total": fmt.Sprintf("sum(%s)", w.selector("a_total", "")),
				"bad": fmt.Sprintf("sum(%s) - (sum(%s) + sum(%s) + sum(%s)) + sum(%s)", w.selector("read_total", ""),
					w.selector("within_total", `scope="resource",le="1"`),
					w.selector("within_total", `scope="namespace",le="5"`),
					w.selector("within_total", `scope="cluster",le="30"`), w.selector("d_total", `code=~"5.."`)),
			}}
			w.operand("a", Begin, 4, 1, 0)
			w.operand("read", Begin, 3, 0, 1)
			w.operand("within", Begin, 1.6, 0, -1, "scope", "resource", "le", "1")
			w.operand("within", Begin, 0.8, 0, -1, "scope", "namespace", "le", "5")
			w.operand("within", w.happens(w.minute(9)), 0.2, 0, -1, "scope", "cluster", "le", "30")
			w.operand("d", w.happens(w.minute(10)), 0.01, 0, 1, "code", "504")
		},
	},
}

// operand creates a counter of two processes, each restarted once, which begins at a time. If it
// begins after the world, its first event creates it, and its targets were scraped before.
func (w *World) operand(name string, from time.Time, perSecond, total, bad float64, pairs ...string) {
	for _, instance := range []string{"a", "b"} {
		scrapes := w.scrapes(from, End, time.Minute)
		first := 1.0
		if from.Equal(Begin) {
			first = 900
		}
		samples := w.counts(scrapes, first, perSecond)
		_, after := split(samples, w.minute(12))
		was := after[0].v
		for i := range after {
			after[i].v -= was - 1
		}
		w.store(w.metric(name+"_total", append([]string{"job", "l", "instance", instance}, pairs...)...), samples)
		w.counted(line{samples: samples, total: total, bad: bad, baseline: from.Equal(Begin)})
	}
}

// ends creates a counter of all events that ends at a time.
func (w *World) ends(name string, to time.Time, perSecond float64) {
	samples := w.counts(w.scrapes(Begin, to, time.Minute), 900, perSecond)
	w.store(w.metric(name+"_total", "job", "l", "instance", "c"), samples)
	w.counted(line{samples: samples, total: 1, baseline: true})
}
