package counting

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/memory"
)

// world is a random history with the true increase of each sample. Restarts, steps back, renamed
// labels and new counters are decided first. Samples are derived from them, so the truth does not
// depend on values.
type world struct {
	r     *rand.Rand
	end   int64 // Unix milliseconds
	rec   promtest.Recording
	truth map[string][]event // expected increases by workload and code
}

type event struct {
	at     int64
	events float64
}

func (w *world) between(from, to int64) int64 { return from + w.r.Int64N(to-from) }

// target is a sequence of processes under one instance.
type target struct {
	*world
	workload     string
	instance     int
	names        []string // successive values of the labels that the scraper sets
	name         int
	exportsStart bool
	start        int64 // process start time, Unix milliseconds
	all, bad     counterTruth
}

// counterTruth is a counter: its value in the process, and the greatest value that was scraped.
type counterTruth struct {
	code    string
	exists  bool
	scraped bool
	v, most float64
	lasts   int64 // time of the newest sample
	forced  bool  // the next sample is of a new process
}

func randomWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 77)), rec: promtest.Recording{}, truth: map[string][]event{}}
	days := int64(2)
	intervals := []int64{15, 15, 30, 60, 60, 300, 600, 1800, 3600}
	switch {
	case seed%4 == 3: // long enough for its state to expire
		days, intervals = 12, []int64{120, 300, 600}
	case seed%8 == 0: // short scrape interval
		days, intervals = 1, []int64{5, 10, 15}
	}
	w.end = origin.UnixMilli() + days*24*3600*1000
	// A target of another workload exists throughout, so the history of the server has begun.
	steady := &target{
		world: w, workload: "steady", names: []string{`job="steady"`},
		start: origin.UnixMilli() - 30*24*3600*1000, exportsStart: true,
	}
	steady.all.v, steady.bad.v, steady.bad.exists = 5e6, 1e5, true
	steady.live(120_000, origin.UnixMilli(), w.end, false, false)
	for i := range 2 + w.r.IntN(3) {
		t := &target{world: w, workload: []string{"a", "b"}[i%2], instance: i, exportsStart: w.r.IntN(2) == 0}
		job := fmt.Sprintf(`job="j%d"`, i%2)
		t.names = [][]string{
			{job},
			{job, job + `,cluster="x"`},
			{job + `,cluster="x"`, job},
			{job, job + `,cluster="x"`, job},
			{job, `job="other"`},
			{job, `job="other"`, job},
			{job + `,shard="1"`, job + `,shard="2"`, job + `,shard="1"`},
		}[w.r.IntN(7)]
		interval := intervals[w.r.IntN(len(intervals))] * 1000
		born := origin.UnixMilli() + w.r.Int64N(interval)
		if w.r.IntN(2) == 0 {
			born = w.between(origin.UnixMilli(), w.end-3600_000)
			t.start = born - w.r.Int64N(interval) - 1
		} else { // running for long before its first scrape
			t.start = origin.UnixMilli() - 20*24*3600*1000
			t.all.v, t.bad.v, t.bad.exists = 3e6, 2e6, true
		}
		t.live(interval, born, w.end, true, seed%4 == 3)
	}
	return w
}

// live scrapes the target from its birth to its end.
func (t *target) live(interval, born, end int64, troubled, mayBeForgotten bool) {
	t.all.code, t.bad.code = "200", "500"
	t.all.exists = true
	isOld := t.all.v > 0
	rate := 1 + t.r.IntN(20)
	var renames []int64
	for range len(t.names) - 1 {
		renames = append(renames, t.between(born+1, max(end, born+2)))
	}
	slices.Sort(renames)
	stepsBack := t.r.IntN(3) == 0 && t.all.v > 0
	crashes := !stepsBack && t.r.IntN(3) == 0
	away, lower, lowerEnds := int64(0), 0.0, int64(0)
	per := max(float64(end-born)/float64(interval), 1)
	for at := born; at < end; {
		t.all.v += float64(t.r.IntN(rate))
		if t.r.IntN(10) == 0 {
			t.bad.exists = true
			t.bad.v += float64(1 + t.r.IntN(3))
		}
		if troubled {
			switch {
			case crashes && float64(t.r.IntN(int(per)+10)) < 4: // restarts, some of them during scrape gaps
				t.start = at - t.r.Int64N(interval) - 1
				t.all.v, t.bad.v, t.bad.exists = float64(t.r.IntN(2*rate)), float64(t.r.IntN(2)), t.r.IntN(2) == 0 &&
					t.bad.exists
				t.all.forced, t.bad.forced = true, true
			case at >= lowerEnds && float64(t.r.IntN(int(per)+10)) < 2:
				away = at + t.r.Int64N(4*3600*1000)
				if mayBeForgotten && t.r.IntN(2) == 0 {
					away = at + int64(5*24*3600*1000) + t.r.Int64N(4*24*3600*1000)
					t.exportsStart = true
				}
			case stepsBack && at >= away && at > lowerEnds+3*horizon && t.r.IntN(20) == 0:
				lower, lowerEnds = float64(1+t.r.IntN(40)), at+t.r.Int64N(20*60*1000)
			}
		}
		for len(renames) > 0 && at >= renames[0] && at >= lowerEnds && at-t.all.lasts < interval*3/2 &&
			interval <= horizon/2 {
			renames = renames[1:]
			t.name++
		}
		if at >= away && t.r.IntN(50) > 0 { // some scrapes fail
			shown := 0.0
			if at < lowerEnds {
				shown = lower
			}
			t.scrape(&t.all, at, shown, isOld)
			if t.bad.exists {
				t.scrape(&t.bad, at, 0, isOld)
			}
			if t.exportsStart {
				t.write(fmt.Sprintf(`process_start_time_seconds{%s}`, t.labels()), at, float64(t.start)/1000)
			}
		}
		at += interval
		if interval >= 15_000 {
			at += t.r.Int64N(interval/50) - interval/100
		}
	}
}

func (t *target) labels() string {
	return fmt.Sprintf(`workload=%q,instance="i-%d",%s`, t.workload, t.instance, t.names[t.name])
}

func (t *target) write(name string, at int64, v float64) {
	t.rec[name] = append(t.rec[name], promtest.Sample{Ms: at, V: v})
}

// scrape records a sample and its true increase.
func (t *target) scrape(c *counterTruth, at int64, lower float64, isOld bool) {
	v := c.v - lower
	t.write(fmt.Sprintf(`requests_total{code=%q,%s}`, c.code, t.labels()), at, v)
	var events float64
	isNew := !c.scraped || at-c.lasts > maxAbsence
	switch {
	case isNew && (!isOld || c.scraped && t.start > c.lasts):
		events = v
	case isNew && c.code == "500" && t.all.scraped && !c.scraped: // the target had been scraped before
		events = v
	case isNew: // existed before the first scrape of its target
	case c.forced && v < c.most: // a new process with a smaller value
		events = v
		c.most = 0
	default:
		events = max(v-c.most, 0)
	}
	if c.most = max(c.most, v); isNew {
		c.most = v
	}
	c.scraped, c.lasts, c.forced = true, at, false
	key := t.workload + " " + c.code
	t.truth[key] = append(t.truth[key], event{at, events})
}

func (w *world) count(workload string, codes []string, from, to time.Time) (sum float64) {
	for _, code := range codes {
		for _, e := range w.truth[workload+" "+code] {
			if e.at > from.UnixMilli() && e.at <= to.UnixMilli() {
				sum += e.events
			}
		}
	}
	return sum
}

// pieces makes a reader split its reads into more, or fewer, pieces.
type pieces struct {
	*Reader
	width int
}

func (p pieces) Fetch(ctx context.Context, q cells.Query, r cells.Request, store func(*cells.Fetched)) error {
	r.Width = cmp.Or(p.width, r.Width)
	return p.Reader.Fetch(ctx, q, r, store)
}

// worlds is the number of histories in TestAWindowHasOneAnswer. FuzzAWindowHasOneAnswer generates
// more.
var worlds = uint64(12)

// A window has one count, the true one. The order, pieces, cell sizes, times and estimators of
// reads make no difference.
func TestAWindowHasOneAnswer(t *testing.T) {
	n := worlds
	if testing.Short() {
		n /= 4
	}
	for seed := range n {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { checkWorld(t, seed) })
	}
}

func FuzzAWindowHasOneAnswer(f *testing.F) {
	f.Add(worlds)
	f.Fuzz(checkWorld)
}

func checkWorld(t *testing.T, seed uint64) {
	w := randomWorld(seed)
	streams := promtest.New(t, w.rec)
	queried := streams.WithoutStream()
	for _, c := range []struct {
		name      string
		source    Source
		estimator Estimator
		width     int
	}{
		{"samples", streams, Samples, 0},
		{"samples in pieces", streams, Samples, 60_000},
		{"queried samples", queried, Samples, 0},
		{"borders", queried, Borders, 0},
		{"borders in pieces", queried, Borders, 100_000},
	} {
		r := rand.New(rand.NewPCG(seed, 5))
		var now time.Time
		store := memory.NewStore(64 << 20)
		cache := cells.New(store, "", pieces{newReader(c.source, c.estimator), c.width},
			cells.Options{Now: func() time.Time { return now }})
		var nows []time.Time
		for range 3 {
			nows = append(nows,
				origin.Add(12*time.Hour+time.Duration(r.Int64N(w.end-origin.Add(12*time.Hour).UnixMilli()))*time.Millisecond))
		}
		slices.SortFunc(nows, time.Time.Compare)
		for _, now = range nows {
			if r.IntN(3) == 0 {
				cache.Forget()
			}
			var borders []time.Time
			last := now.Add(-20 * time.Minute)
			length := []time.Duration{last.Sub(origin) - 4*time.Hour, 26 * time.Hour, 3 * time.Hour}[r.IntN(3)]
			length = min(length, last.Sub(origin)-4*time.Hour)
			grain := []time.Duration{time.Minute, 5 * time.Minute, time.Hour}[r.IntN(3)]
			for range 6 {
				borders = append(borders, last.Add(-time.Duration(r.Int64N(int64(length)))).Truncate(grain))
			}
			slices.SortFunc(borders, time.Time.Compare)
			counts, err := cache.Read(t.Context(), requests(t), append(slices.Clone(borders), now))
			require.NoError(t, err)
			for i := range counts.Groups {
				g := &counts.Groups[i]
				for j, from := range borders[:len(borders)-1] {
					to := borders[j+1]
					name := g.Labels["workload"]
					all, bad := w.count(name, []string{"200", "500"}, from, to),
						w.count(name, []string{"500"}, from, to)
					require.Equal(t, all, counts.Window(g, 0, from, to), "%s: %s total in (%s, %s] at %s", c.name, name,
						from, to, now)
					require.Equal(t, bad, counts.Window(g, 1, from, to), "%s: %s bad in (%s, %s] at %s", c.name, name,
						from, to, now)
				}
			}
		}
	}
}
