package cluster

import (
	"cmp"
	"fmt"
	"time"
)

// A cron job of the cluster runs once a day for 50 minutes, or more often for five.
const (
	jobOffset   = 2*time.Hour + 10*time.Minute
	jobLength   = 50 * time.Minute
	shortLength = 5 * time.Minute
	// keptFailedMS is how long the pod of a failed job exists.
	keptFailedMS = 90 * minuteMS
	pullMS       = 95_000
)

// Incidents of the cron job that runs every hour.
var (
	unstarted = span(3*time.Hour+20*time.Minute, 150*time.Minute) // no run is started
	failing   = span(6*time.Hour, 70*time.Minute)                 // runs fail
)

// runJobs starts a pod for each run.
func (w *workload) runJobs(untilMS int64) {
	every, length := cmp.Or(w.runEvery, day), jobLength
	if w.runEvery > 0 {
		length = shortLength
	}
	everyMS := every.Milliseconds()
	for n := w.fromMS/everyMS - 1; ; n++ {
		start := n*everyMS + (jobOffset % every).Milliseconds()
		if start >= untilMS {
			return
		}
		if len(w.pods) > 0 && start <= w.pods[len(w.pods)-1].StartMS ||
			w.runEvery > 0 && unstarted.Within(start, w.anchorMS) {
			continue
		}
		p := &Pod{
			StartMS: start, ReadyMS: start + 8_000, DoneMS: start + length.Milliseconds(), fails: w.runEvery > 0 &&
				failing.Within(start, w.anchorMS),
			ownerKind: "Job", ownerName: fmt.Sprintf("%s-%d", w.name, start/minuteMS),
			Node: w.nodes[int(n)%len(w.nodes)],
		}
		if w.runEvery > 0 { // its image is pulled each time
			p.pendingMS, p.ReadyMS = pullMS, p.StartMS+pullMS+2_000
		}
		if p.EndMS = p.DoneMS + drainMS; p.fails {
			p.EndMS = p.DoneMS + keptFailedMS
		}
		p.Name = p.ownerName + "-" + w.suffix("pod", uint64(n), 5)
		w.keep(p)
	}
}

// lastRun is the newest run that started before a time.
func (w *workload) lastRun(atMS int64) *Pod {
	for i := len(w.pods) - 1; i > 0; i-- {
		if w.pods[i].StartMS <= atMS {
			return w.pods[i]
		}
	}
	return w.pods[0]
}

// nextRun is when a cron job should run again, in Unix seconds.
func (w *workload) nextRun(atMS int64) float64 {
	return float64(w.lastRun(atMS).StartMS+cmp.Or(w.runEvery, day).Milliseconds()) / 1000
}

// lastSuccess is the end of a cron job's newest successful run, in Unix seconds; 0: none.
func (w *workload) lastSuccess(atMS int64) float64 {
	for i := len(w.pods) - 1; i >= 0; i-- {
		if p := w.pods[i]; p.DoneMS <= atMS && !p.fails {
			return float64(p.DoneMS) / 1000
		}
	}
	return 0
}
