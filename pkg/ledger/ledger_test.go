package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// origin is a whole day, so that cells and blocks are easy to place.
var origin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func matchers(t *testing.T, selector string) []*labels.Matcher {
	t.Helper()
	ms, err := parser.NewParser(parser.Options{}).ParseMetricSelector(selector)
	require.NoError(t, err)
	return ms
}

func requests(t *testing.T) Counters {
	return Counters{
		Matchers: matchers(t, `requests_total`), By: []string{"workload"},
		Parts: []Part{{Name: "total"}, {Name: "bad", Matchers: matchers(t, `{code=~"5.."}`)}},
	}
}

func ledgerAt(source Source, now time.Time) *Ledger {
	return New(source, Options{Now: func() time.Time { return now }})
}

// bruteForce counts what the samples in (from, to] show.
func bruteForce(rec promtest.Recording, part string, from, to time.Time) float64 {
	var sum float64
	for name, samples := range rec {
		if !strings.Contains(name, part) || !strings.HasPrefix(name, "requests_total") {
			continue
		}
		last := 0.0
		for _, s := range samples {
			rise := s.V - last
			if rise < 0 {
				rise = s.V
			}
			if s.Ms > from.UnixMilli() && s.Ms <= to.UnixMilli() {
				sum += rise
			}
			last = s.V
		}
	}
	return sum
}

// randomRecording is `days` of pods that come and go, restart (also several
// times between two borders), are not scraped for a while, and create their
// error counters late. One pod of each workload lives from the start. Half of
// the pods say when their process started.
func randomRecording(r *rand.Rand, days, pods int) promtest.Recording {
	rec := promtest.Recording{}
	end := origin.Add(time.Duration(days) * 24 * time.Hour).UnixMilli()
	for _, w := range []string{"a", "b"} {
		for i := range pods {
			p := pod{r: r, interval: int64([]int{15, 60}[r.IntN(2)]) * 1000, end: end, crashes: r.IntN(4) == 0}
			p.born = origin.UnixMilli() + r.Int64N(p.interval)
			if i > 0 {
				p.born += r.Int64N(end - p.born)
				p.end = min(end, p.born+int64(r.IntN(36*3600))*1000)
			}
			p.live()
			target := fmt.Sprintf(`workload=%q,job=%q,instance="%s-%d"`, w, w, w, i)
			p.record(rec, `requests_total{code="200",`+target+`}`, 40, false)
			p.record(rec, `requests_total{code="500",`+target+`}`, 4, i > 0)
			if r.IntN(2) == 0 {
				for at, start := range p.started {
					name := `process_start_time_seconds{` + target + `}`
					if p.scraped[at] {
						rec[name] = append(rec[name], promtest.Sample{Ms: p.born + int64(at)*p.interval, V: start})
					}
				}
			}
		}
	}
	return rec
}

// pod is a random life: when it was scraped and which process answered.
type pod struct {
	r                   *rand.Rand
	interval, born, end int64 // milliseconds
	crashes             bool
	scraped             []bool
	started             []float64
}

func (p *pod) live() {
	start, down := float64(p.born)/1000, int64(0)
	for t := p.born; t < p.end; t += p.interval {
		switch {
		case p.crashes && p.r.IntN(60) == 0, p.r.IntN(3000) == 0:
			start = float64(t-1) / 1000
		case p.r.IntN(2000) == 0:
			down = t + int64(p.r.IntN(3*3600))*1000
		}
		p.scraped = append(p.scraped, t >= down)
		p.started = append(p.started, start)
	}
}

func (p *pod) record(rec promtest.Recording, name string, rate int, lazy bool) {
	v := float64(p.r.IntN(3))
	for at, start := range p.started {
		v += float64(p.r.IntN(rate))
		if at > 0 && start != p.started[at-1] {
			v = float64(p.r.IntN(5 * rate)) // restarted; often soon above the old value
		}
		if p.scraped[at] && (!lazy || at > len(p.started)/3) {
			rec[name] = append(rec[name], promtest.Sample{Ms: p.born + int64(at)*p.interval, V: v})
		}
	}
}

func TestWindowsEqualBruteForce(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			pods := []int{4, 30}[seed%2] // few enough to read sample by sample, and too many
			rec := randomRecording(r, 3, pods)
			now := origin.Add(72 * time.Hour)
			l := ledgerAt(promtest.New(t, rec), now)
			for range 4 { // later reads meet cells that earlier ones left behind
				var borders []time.Time
				for range 9 {
					borders = append(borders, origin.Add(10*time.Hour+time.Duration(r.IntN(62*60))*time.Minute))
				}
				slices.SortFunc(borders, time.Time.Compare)
				counts, err := l.Read(t.Context(), requests(t), borders)
				require.NoError(t, err)
				for i, from := range borders {
					for _, to := range borders[i+1:] {
						checkWindow(t, rec, counts, from, to)
					}
				}
			}
		})
	}
}

func checkWindow(t *testing.T, rec promtest.Recording, counts *Counts, from, to time.Time) {
	t.Helper()
	for i := range counts.Groups {
		g := &counts.Groups[i]
		w := fmt.Sprintf("workload=%q", g.Labels["workload"])
		total := bruteForce(only(rec, w), "", from, to)
		bad := bruteForce(only(rec, w), `code="500"`, from, to)
		require.Equal(t, total, counts.Window(g, 0, from, to), "%s total in (%s, %s]", w, from, to)
		require.Equal(t, bad, counts.Window(g, 1, from, to), "%s bad in (%s, %s]", w, from, to)
	}
}

func only(rec promtest.Recording, part string) promtest.Recording {
	out := promtest.Recording{}
	for name, s := range rec {
		if strings.Contains(name, part) {
			out[name] = s
		}
	}
	return out
}

func TestRefreshReadsOnlyOpenCells(t *testing.T) {
	rec := randomRecording(rand.New(rand.NewPCG(7, 1)), 3, 8)
	source := promtest.New(t, rec)
	now := origin.Add(60*time.Hour + 17*time.Minute)
	l := New(source, Options{Now: func() time.Time { return now }})
	borders := func() []time.Time { return []time.Time{now.Add(-48 * time.Hour), now.Add(-time.Hour), now} }

	cold, err := l.Read(t.Context(), requests(t), borders())
	require.NoError(t, err)
	now = now.Add(time.Minute)
	warm, err := l.Read(t.Context(), requests(t), borders())
	require.NoError(t, err)
	require.Zero(t, cold.Cost.CellsHit)
	require.Equal(t, 11, warm.Cost.CellsMissed, "ten unsettled minutes and the new one")
	checkWindow(t, rec, warm, now.Add(-48*time.Hour), now)
	checkWindow(t, rec, warm, now.Add(-time.Hour), now)

	// Five hours later, in steps: whole hours are folded from the minutes that
	// were watched, and never read again.
	for range 60 {
		now = now.Add(5 * time.Minute)
		warm, err = l.Read(t.Context(), requests(t), borders())
		require.NoError(t, err)
		for _, sent := range warm.Sent {
			require.NotContains(t, sent, "[1h]", "an hour that was watched is read again")
		}
		checkWindow(t, rec, warm, now.Add(-48*time.Hour), now)
	}
}

func TestLateSamplesAreReadAgain(t *testing.T) {
	rec := promtest.Recording{`requests_total{workload="a",code="200"}`: nil}
	for i := range int64(240) {
		rec[`requests_total{workload="a",code="200"}`] = append(rec[`requests_total{workload="a",code="200"}`], promtest.Sample{Ms: origin.UnixMilli() + i*60_000, V: float64(i)})
	}
	now := origin.Add(3 * time.Hour)
	source := promtest.New(t, rec)
	l := New(source, Options{Now: func() time.Time { return now }})
	borders := []time.Time{now.Add(-time.Hour), now}
	first, err := l.Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	require.Equal(t, 60.0, first.Window(&first.Groups[0], 0, borders[0], borders[1]))

	now = now.Add(30 * time.Second)
	again, err := l.Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	require.Equal(t, 10, again.Cost.CellsMissed)
}

func TestTheEdgeOfTheRecordIsNotGrowth(t *testing.T) {
	rec := promtest.Recording{
		`requests_total{workload="a",pod="old",code="200"}`: {{Ms: origin.UnixMilli() + 5_000, V: 1e6}, {Ms: origin.UnixMilli() + 65_000, V: 1e6 + 10}},
		`requests_total{workload="a",pod="new",code="200"}`: {{Ms: origin.Add(3*time.Hour).UnixMilli() + 5_000, V: 7}},
	}
	for m := int64(2); m < 300; m++ {
		name := `requests_total{workload="a",pod="old",code="200"}`
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000 + 5_000, V: 1e6 + 10*float64(m)})
	}
	now := origin.Add(5 * time.Hour)
	borders := []time.Time{origin.Add(-24 * time.Hour), origin, now}
	counts, err := ledgerAt(promtest.New(t, rec), now).Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	g := &counts.Groups[0]
	require.Equal(t, 10.0*299+7, counts.Window(g, 0, borders[0], now), "growth after the first sample, and the new pod from zero")
	require.Zero(t, counts.Coverage(g, borders[0], origin))
	require.InDelta(t, 1, counts.Coverage(g, origin, now), 0.01)
	require.InDelta(t, 5.0/29, counts.Coverage(g, borders[0], now), 0.01)
}

// A target is down for seven minutes, restarts meanwhile, and is above its old
// value before the minute of its return is over: no border shows the reset.
func TestARestartWhileDownIsSeenInTheSamples(t *testing.T) {
	name := `requests_total{workload="a",code="200"}`
	rec := promtest.Recording{}
	for s := int64(0); s < 3*3600; s += 15 {
		v := float64(s / 15)
		switch {
		case s >= 5400 && s < 5820:
			continue
		case s >= 5820:
			v = float64((s - 5820) / 15 * 400) // 0, 400, 800 ...
		}
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + s*1000 + 1000, V: v})
	}
	now := origin.Add(3 * time.Hour)
	borders := []time.Time{origin.Add(85 * time.Minute), origin.Add(98 * time.Minute), origin.Add(101 * time.Minute), now}
	counts, err := ledgerAt(promtest.New(t, rec), now).Read(t.Context(), requests(t), borders)
	require.NoError(t, err)
	for i, from := range borders {
		for _, to := range borders[i+1:] {
			checkWindow(t, rec, counts, from, to)
		}
	}
}

func TestCoverageSeesAnOutage(t *testing.T) {
	name := `requests_total{workload="a",code="200"}`
	rec := promtest.Recording{}
	for m := int64(0); m < 600; m++ {
		if m >= 200 && m < 240 { // 40 minutes without a scrape, 35 beyond the lookback
			continue
		}
		rec[name] = append(rec[name], promtest.Sample{Ms: origin.UnixMilli() + m*60_000 + 1_000, V: float64(10 * m)})
	}
	now := origin.Add(12 * time.Hour)
	from, to := origin.Add(time.Hour), origin.Add(9*time.Hour)
	counts, err := ledgerAt(promtest.New(t, rec), now).Read(t.Context(), requests(t), []time.Time{from, to})
	require.NoError(t, err)
	g := &counts.Groups[0]
	require.Equal(t, 10.0*480, counts.Window(g, 0, from, to), "what was counted meanwhile comes with the return")
	require.InDelta(t, 1-35.0/480, counts.Coverage(g, from, to), 0.011)
}
