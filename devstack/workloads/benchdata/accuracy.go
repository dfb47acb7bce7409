package benchdata

import (
	"fmt"
)

// Lengths of the accuracy worlds, before the end of the data.
const (
	accuracyDays = 40 // 30 d, the 24 h before that the plugin reads too, and the lookback for counters that return
	windowMS     = 30 * dayMS
)

// instantsBeforeEndMS are the ends of the windows with a known truth, in milliseconds before the
// end of the data: at full hours, at five minutes and at other minutes, within the last two days.
var instantsBeforeEndMS = []int64{
	5 * hourMS, 13*hourMS + 23*minuteMS, 11 * minuteMS, hourMS, hourMS + minuteMS, 2*hourMS - minuteMS,
	3*hourMS + 35*minuteMS,
	7*hourMS + 17*minuteMS, 8 * hourMS, 9*hourMS + 50*minuteMS, 12*hourMS + 59*minuteMS, 16*hourMS + 4*minuteMS,
	19 * hourMS,
	20*hourMS + 31*minuteMS, 24 * hourMS, 24*hourMS + 7*minuteMS, 29*hourMS + 13*minuteMS, 33 * hourMS,
	38*hourMS + 25*minuteMS, 46*hourMS + 41*minuteMS,
}

// scenario is a small world with one problem.
type scenario struct {
	name  string
	about string
	build func(w *world)
}

// world collects the targets of a scenario.
type world struct {
	name       string
	fromMS     int64 // start of its data
	endMS      int64
	dice       dice
	truth      truth
	targets    []*target
	startTimes bool // processes export their start time
}

var scenarios = []scenario{
	{
		"churn-60s", "3 replicas replaced every 6 h, error counters created by the first error, 60 s scrapes",
		func(w *world) { w.churn(60, 6*hourMS) },
	},
	{"churn-15s", "the same with 15 s scrapes", func(w *world) { w.churn(15, 6*hourMS) }},
	{
		"crash-loop-60s",
		"restarts every 2 to 40 minutes in the same pod, counters overtake themselves within the hour",
		func(w *world) { w.crashes(60) },
	},
	{"crash-loop-15s", "the same with 15 s scrapes", func(w *world) { w.crashes(15) }},
	{
		"quiet-then-burst",
		"a nearly idle process restarts every third day as a burst begins, and overtakes all it ever counted within the hour", func(w *world) { w.bursts() },
	},
	{
		"outage-20m", "no scrape for 20 minutes every second day, processes serve on",
		func(w *world) { w.outages(false) },
	},
	{
		"outage-restart", "the same, and every process restarts meanwhile, as a pair of servers that fails over",
		func(w *world) { w.outages(true) },
	},
	{
		"lazy-errors", "12 replicas, a rollout a day, a handful of errors, each creating its counter",
		func(w *world) { w.lazy() },
	},
	{
		"old-target",
		"processes months old are first scraped 5 days ago, under a selector with older data. They export their start time", func(w *world) { w.startTimes = true; w.oldTargets() },
	},
	{"old-target-no-start-time", "the same without process_start_time_seconds", func(w *world) { w.oldTargets() }},
	{"short-lived", "a job every 10 minutes that lives 70 s to 280 s", func(w *world) { w.shortLived() }},
	{
		"retention-edge", "the record begins 12.4 days ago, amid processes that are months old",
		func(w *world) { w.edge() },
	},
	{"born", "a workload that did not exist until 3 days ago", func(w *world) { w.born() }},
	{"steady-60s", "long-lived processes, 60 s scrapes", func(w *world) { w.longLived(60) }},
	{"steady-15s", "long-lived processes, 15 s scrapes", func(w *world) { w.longLived(15) }},
}

func newWorld(s scenario, seed uint64, endMS int64) *world {
	w := &world{name: s.name, endMS: endMS, fromMS: endMS - accuracyDays*dayMS, dice: newDice(seed, s.name)}
	for _, before := range instantsBeforeEndMS {
		w.truth.windows = append(w.truth.windows, Window{Instant: (endMS - before) / 1000, Seconds: windowMS / 1000})
	}
	s.build(w)
	return w
}

// add adds a target to the world.
func (w *world) add(pod string, everySecond int64, traffic func(int64) load, lives ...life) *target {
	d := newDice(uint64(w.dice), pod)
	t := &target{
		lazy: true, everyMS: everySecond * 1000, phaseMS: d.ms(1, 0, everySecond*1000), seen: span{w.fromMS, w.endMS},
		lives: lives, traffic: traffic, dice: d, truth: &w.truth,
	}
	for _, c := range []struct {
		code  string
		bad   bool
		share float64
	}{{"200", false, 1}, {"500", true, 0.7}, {"503", true, 0.3}} {
		t.counters = append(t.counters, counter{labels: requestLabels(w.name, pod, c.code), bad: c.bad, share: c.share})
	}
	if w.startTimes {
		t.startTime = startTimeLabels(w.name, pod)
	}
	w.targets = append(w.targets, t)
	return t
}

func (w *world) churn(everySecond, lifeMS int64) {
	for slot := range int64(3) {
		for n, start := 0, w.fromMS+slot*lifeMS/3; start < w.endMS; n, start = n+1, start+lifeMS {
			at := start + w.dice.ms(uint64(start), 0, 10*minuteMS)
			w.add(fmt.Sprintf("%d-%d", slot, n), everySecond, office(130),
				life{startMS: at, endMS: at + lifeMS - 20_000})
		}
	}
}

func (w *world) crashes(everySecond int64) {
	for pod := range 2 {
		name := fmt.Sprint(pod)
		d := newDice(uint64(w.dice), "crashes of "+name)
		var lives []life
		for n, at := uint64(1), w.fromMS; at < w.endMS; n++ {
			end := at + d.ms(4*n, 2*minuteMS, 40*minuteMS)
			lives = append(lives, life{startMS: at, endMS: end, speed: d.between(4*n+1, 0.3, 3)})
			at = end + d.ms(4*n+2, 2_000, 90_000)
		}
		w.add(name, everySecond, steady(3, 0.02), lives...)
	}
}

func (w *world) bursts() {
	const every = 72 // hours
	offset := int64(w.dice.unit(1) * every)
	bursting := func(hour int64) bool { return (hour+offset)%every == 0 }
	for pod := range 2 {
		var lives []life
		at := w.fromMS
		for hour := w.fromMS/hourMS + 1; hour*hourMS < w.endMS; hour++ {
			if bursting(hour) {
				end := hour*hourMS + w.dice.ms(uint64(64*hour)+uint64(pod), 0, 12*minuteMS)
				lives = append(lives, life{startMS: at, endMS: end})
				at = end + 9_000
			}
		}
		w.add(fmt.Sprint(pod), 60, func(hour int64) load {
			if bursting(hour) {
				return split(40, 0.02)
			}
			return split(1.0/60, 0.02)
		}, append(lives, life{startMS: at, endMS: w.endMS + dayMS})...)
	}
}

func (w *world) outages(restart bool) {
	var outages []span
	for at := w.fromMS + dayMS; at < w.endMS; at += 2 * dayMS {
		from := at + w.dice.ms(uint64(at), 0, dayMS)
		outages = append(outages, span{from, from + 20*minuteMS})
	}
	for pod := range 3 {
		lives := []life{{startMS: w.fromMS - dayMS/2, endMS: w.endMS + dayMS, before: []float64{0, 0, 0}}}
		if restart {
			lives = nil
			at := w.fromMS
			for i, o := range outages {
				end := o.fromMS + w.dice.ms(uint64(64*i+pod), minuteMS, 19*minuteMS)
				lives = append(lives, life{startMS: at, endMS: end})
				at = end + 15_000
			}
			lives = append(lives, life{startMS: at, endMS: w.endMS + dayMS})
		}
		w.add(fmt.Sprint(pod), 60, steady(2, 0.004), lives...).outages = outages
	}
}

func (w *world) lazy() {
	for slot := range int64(12) {
		for n, start := 0, w.fromMS+slot*97*minuteMS; start < w.endMS; n, start = n+1, start+dayMS {
			w.add(fmt.Sprintf("%d-%d", slot, n), 60, steady(0.5, 0.00005),
				life{startMS: start, endMS: start + dayMS - 40_000})
		}
	}
}

func (w *world) oldTargets() {
	forever := w.endMS + dayMS
	for pod := range 2 {
		w.add(fmt.Sprintf("always-%d", pod), 60, steady(1, 0.005), life{startMS: w.fromMS, endMS: forever})
	}
	for pod := range 3 {
		first := w.endMS - 5*dayMS - w.dice.ms(uint64(pod), 0, dayMS)
		old := life{startMS: first - 90*dayMS, endMS: forever, before: []float64{7_000_000, 30_000, 12_000}}
		w.add(fmt.Sprintf("moved-%d", pod), 60, steady(1, 0.005), old).seen.fromMS = first
	}
}

func (w *world) shortLived() {
	for at := w.fromMS; at < w.endMS; at += 10 * minuteMS {
		start := at + w.dice.ms(uint64(at), 0, 5*minuteMS)
		end := start + w.dice.ms(uint64(at)+1, 70_000, 280_000)
		w.add(fmt.Sprint(at/minuteMS), 15, steady(2, 0.03), life{startMS: start, endMS: end})
	}
}

func (w *world) edge() {
	w.fromMS = w.endMS - 12*dayMS - 9*hourMS - 36*minuteMS
	for pod := range 4 {
		old := life{startMS: w.fromMS - 60*dayMS, endMS: w.endMS + dayMS, before: []float64{5_000_000, 20_000, 9_000}}
		if pod == 3 { // one is removed later, and one is added
			old.endMS = w.fromMS + 4*dayMS
		}
		w.add(fmt.Sprint(pod), 60, steady(1, 0.004), old)
	}
	w.add("new", 60, steady(1, 0.004), life{startMS: w.fromMS + 4*dayMS, endMS: w.endMS + dayMS})
}

func (w *world) born() {
	start := w.endMS - 3*dayMS - w.dice.ms(1, 0, dayMS)
	for pod := range int64(3) {
		w.add(fmt.Sprint(pod), 60, office(200), life{startMS: start + pod*7_000, endMS: w.endMS + dayMS})
	}
}

func (w *world) longLived(everySecond int64) {
	for pod := range 3 {
		t := w.add(fmt.Sprint(pod), everySecond, office(130), life{startMS: w.fromMS, endMS: w.endMS + dayMS})
		if pod == 0 {
			t.phaseMS = 0 // scraped exactly on the borders of cells
		}
	}
}
