package worlds

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
)

// histograms are worlds in which classic and native histograms count the same requests.
var histograms = []maker{
	{"histogram-both", "every target is scraped with its buckets and its native histogram", func(w *World) {
		w.latency(func(int) form { return form{classic: true, native: exponential} })
	}},
	{"histogram-canary", "half of the targets have native histograms, the other half buckets", func(w *World) {
		w.latency(func(i int) form { return form{classic: i%2 == 0, native: []kind{none, exponential}[i%2]} })
	}},
	{
		"histogram-canary-custom",
		"half of the targets have native histograms with custom bounds, the other half buckets",
		func(w *World) {
			w.latency(func(i int) form { return form{classic: i%2 == 0, native: []kind{none, custom}[i%2]} })
		},
	},
	{
		"histogram-migration", "buckets become native histograms with custom bounds, target by target, within an hour",
		func(w *World) {
			from := w.happens(w.minute(11))
			w.latency(func(i int) form {
				return form{classic: true, native: custom, at: from.Add(time.Duration(i) * 17 * time.Minute)}
			})
		},
	},
	{"histogram-migration-exponential", "buckets become exponential native histograms, all at once", func(w *World) {
		from := w.happens(w.minute(11))
		w.latency(func(int) form { return form{classic: true, native: exponential, at: from} })
	}},
}

type kind int

const (
	none kind = iota
	exponential
	custom
)

// form is the kind of a target's histogram. With at, it is classic until then and native
// afterwards. Otherwise it is both all the time.
type form struct {
	classic bool
	native  kind
	at      time.Time
}

// latency creates four targets, each restarted once. Requests longer than a second are bad. A
// second is a bound of both kinds of histograms.
func (w *World) latency(of func(target int) form) {
	w.SLI = map[string]any{"latency": map[string]any{"histogram": w.selector("latency_seconds", ""), "threshold": "1s"}}
	for target := range 4 {
		f, scrapes := of(target), w.scrapes(Begin, End, time.Minute)
		fast, slow := w.counts(scrapes, 0, 0.9), w.counts(scrapes, 0, 0.06)
		restart := w.happens(w.minute(7 + target))
		for _, counter := range [][]sample{fast, slow} {
			_, after := split(counter, restart)
			was := after[0].v
			for i := range after {
				after[i].v -= was - 2
			}
		}
		w.counted(line{samples: fast, total: 1, baseline: true})
		w.counted(line{samples: slow, total: 1, bad: 1, baseline: true})
		w.keep(f, target, fast, slow)
	}
}

func (w *World) keep(f form, target int, fast, slow []sample) {
	until, from := End, Begin
	if !f.at.IsZero() {
		until, from = f.at, f.at
	}
	pairs := []string{"job", "h", "instance", fmt.Sprint(target)}
	if f.classic {
		f, _ := split(fast, until)
		s, _ := split(slow, until)
		all := slices.Clone(f)
		for i := range all {
			all[i].v += s[i].v
		}
		w.store(w.metric("latency_seconds_bucket", append(pairs, "le", "1.0")...), f)
		w.store(w.metric("latency_seconds_bucket", append(pairs, "le", "2.0")...), all)
		w.store(w.metric("latency_seconds_bucket", append(pairs, "le", "+Inf")...), all)
		w.store(w.metric("latency_seconds_count", pairs...), all)
	}
	if f.native != none {
		_, fast := split(fast, from)
		_, slow := split(slow, from)
		w.storeHistograms(w.metric("latency_seconds", pairs...), msOf(fast), func(i int) *histogram.FloatHistogram {
			return native(f.native, fast[i].v, slow[i].v)
		})
	}
}

// native returns a histogram with so many requests in (0.5, 1] and in (1, 2].
func native(k kind, fast, slow float64) *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{
		Count: fast + slow, Sum: 0.7*fast + 1.4*slow,
		PositiveSpans: []histogram.Span{{Offset: 0, Length: 2}}, PositiveBuckets: []float64{fast, slow},
	}
	if k == custom {
		h.Schema, h.CustomValues = histogram.CustomBucketsSchema, []float64{1, 2}
	}
	return h
}
