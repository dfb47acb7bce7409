package cluster

import (
	"fmt"
	"time"
)

// A cron job of the cluster runs once a day.
const (
	jobHour    = 2
	jobMinutes = 50
)

// runJobs starts a pod a day.
func (w *workload) runJobs(untilMS int64) {
	for d := w.fromMS/day.Milliseconds() - 1; ; d++ {
		start := d*day.Milliseconds() + jobHour*time.Hour.Milliseconds() + 10*minuteMS
		if start >= untilMS {
			return
		}
		if len(w.pods) > 0 && start <= w.pods[len(w.pods)-1].StartMS {
			continue
		}
		p := &Pod{
			StartMS: start, ReadyMS: start + 8_000, DoneMS: start + jobMinutes*minuteMS, EndMS: start + jobMinutes*minuteMS + drainMS,
			ownerKind: "Job", ownerName: fmt.Sprintf("%s-%d", w.name, start/minuteMS), Node: w.nodes[int(d)%len(w.nodes)],
		}
		p.Name = p.ownerName + "-" + w.suffix("pod", uint64(d), 5)
		w.keep(p)
	}
}
