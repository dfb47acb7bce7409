package worlds

import (
	"fmt"
	"time"
)

// relabelled are worlds in which the scraper changes labels of running processes.
var relabelled = []maker{
	{
		"relabel-added",
		"a label is added to targets that show their start time; errors are a metric of their own, and old",
		func(w *World) {
			w.relabel(relabel{
				at:    []time.Time{w.happens(w.minute(11))},
				names: [][]string{{"job", "r"}, {"job", "r", "cluster", "c1"}}, starts: true,
			})
		},
	},
	{"relabel-job", "the job is renamed under processes that show no start time", func(w *World) {
		w.relabel(relabel{
			at:    []time.Time{w.happens(w.minute(11))},
			names: [][]string{{"job", "kube-dns"}, {"job", "coredns"}},
		})
	}},
	{"relabel-shard", "half of the targets move to another shard, and back a day later", func(w *World) {
		at := w.happens(w.minute(10))
		w.relabel(relabel{
			at: []time.Time{at, w.happens(at.Add(26 * time.Hour))}, half: true,
			names: [][]string{{"job", "r", "shard", "0"}, {"job", "r", "shard", "1"}, {"job", "r", "shard", "0"}},
		})
	}},
	{
		"relabel-external", "an external label changes with a restart of the server, three minutes without a scrape",
		func(w *World) {
			w.relabel(relabel{
				at:    []time.Time{w.happens(w.minute(11))},
				names: [][]string{{"job", "r", "region", "eu"}, {"job", "r", "region", "eu-1"}}, gap: 3 * time.Minute,
			})
		},
	},
	{
		"relabel-and-restart", "a rollout renames the job and restarts every process, which shows its start time",
		func(w *World) {
			w.relabel(relabel{
				at: []time.Time{w.happens(w.minute(11))}, names: [][]string{{"job", "old"}, {"job", "new"}},
				starts: true, restart: true,
			})
		},
	},
}

// relabel is a change of labels: names[i] is valid until at[i].
type relabel struct {
	at      []time.Time
	names   [][]string
	half    bool // of the targets only
	starts  bool // processes export their start time
	restart bool // together with the change
	gap     time.Duration
}

func (w *World) relabel(r relabel) {
	w.SLI = map[string]any{"events": map[string]any{
		"total": w.selector("requests_total", ""),
		"bad":   w.selector("errors_total", ""),
	}}
	for instance := range 4 {
		moves := !r.half || instance%2 == 0
		scrapes := w.scrapes(Begin, End, time.Minute)
		if r.gap > 0 {
			before, after := split(timesOf(scrapes), r.at[0])
			_, after = split(after, r.at[0].Add(r.gap))
			scrapes = append(msOf(before), msOf(after)...)
		}
		good, bad := w.counts(scrapes, 40_000+1000*float64(instance), 0.8),
			w.counts(scrapes, 300+float64(instance), 0.002)
		started := make([]sample, len(scrapes))
		for i, ms := range scrapes {
			started[i] = sample{ms, float64(Begin.Add(-48 * time.Hour).Unix())}
		}
		var anew []int64
		if r.restart {
			_, first := split(good, r.at[0])
			start := time.UnixMilli(first[0].ms).Add(-2 * time.Second) // of the new process, before its first scrape
			anew = []int64{start.UnixMilli()}
			for _, of := range [][]sample{good, bad} {
				_, after := split(of, r.at[0])
				was := after[0].v
				for i := range after {
					after[i].v -= was - 3
				}
			}
			_, after := split(started, r.at[0])
			for i := range after {
				after[i].v = float64(start.UnixMilli()) / 1000
			}
		}
		w.counted(line{samples: good, total: 1, baseline: true, started: anew})
		w.counted(line{samples: bad, bad: 1, baseline: true, started: anew})
		for i, names := range r.names {
			pairs := append([]string{"instance", fmt.Sprint(instance)}, names...)
			if !moves {
				pairs = append([]string{"instance", fmt.Sprint(instance)}, r.names[0]...)
			}
			part := func(of []sample) []sample {
				if i > 0 && moves {
					_, of = split(of, r.at[i-1])
				}
				if i < len(r.at) && moves {
					of, _ = split(of, r.at[i])
				}
				return of
			}
			w.store(w.metric("requests_total", pairs...), part(good))
			w.store(w.metric("errors_total", pairs...), part(bad))
			if r.starts {
				w.store(w.metric("process_start_time_seconds", pairs...), part(started))
			}
			if !moves {
				break
			}
		}
	}
	w.join()
}

func timesOf(scrapes []int64) []sample {
	out := make([]sample, len(scrapes))
	for i, ms := range scrapes {
		out[i].ms = ms
	}
	return out
}

func msOf(samples []sample) []int64 {
	out := make([]int64, len(samples))
	for i, s := range samples {
		out[i] = s.ms
	}
	return out
}
