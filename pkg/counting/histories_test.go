package counting

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
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/memory"
)

// origin is midnight UTC, a border of cells of every size.
var origin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func matchers(t *testing.T, selector string) []*labels.Matcher {
	t.Helper()
	ms, err := parser.NewParser(parser.Options{}).ParseMetricSelector(selector)
	require.NoError(t, err)
	return ms
}

func requests(t *testing.T) Counters {
	return CountersOf(matchers(t, `requests_total`), []string{"workload"}, AllSeries(),
		AllSeries(matchers(t, `{code=~"5.."}`)...))
}

func cacheAt(source Source, now time.Time, e Estimator) *cells.Cache {
	return cells.New(memory.NewStore(64<<20), "", newReader(source, e),
		cells.Options{Now: func() time.Time { return now }})
}

// bruteForce counts the increases in (from, to] directly from the samples.
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

// randomRecording returns `days` of pods with random lives. They restart, also several times
// between two borders, have scrape gaps, and create their error counters late. One pod of each
// workload exists from the start. Half of the pods export their process start time.
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

// pod is one instance in a recording, with its scrapes and the processes behind it.
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
			v = float64(p.r.IntN(5 * rate)) // restarted; the new value is often soon above the old one
		}
		if p.scraped[at] && (!lazy || at > len(p.started)/3) {
			rec[name] = append(rec[name], promtest.Sample{Ms: p.born + int64(at)*p.interval, V: v})
		}
	}
}

func TestWindowsEqualBruteForce(t *testing.T) {
	seeds, reads := uint64(6), 4
	if testing.Short() {
		seeds, reads = 2, 2
	}
	for _, estimator := range []Estimator{Samples, Borders} {
		for seed := range seeds {
			t.Run(fmt.Sprint(estimator, " seed ", seed), func(t *testing.T) {
				r := rand.New(rand.NewPCG(seed, 1))
				rec := randomRecording(r, 3, []int{4, 30}[seed%2])
				now := origin.Add(72 * time.Hour)
				l := cacheAt(promtest.New(t, rec), now, estimator)
				for range reads { // later reads use cells of earlier ones
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
}

func checkWindow(t *testing.T, rec promtest.Recording, counts *cells.Counts, from, to time.Time) {
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

func newReader(source Source, e Estimator) *Reader {
	return NewReader(source, e, memory.Scope{Store: memory.NewStore(1 << 20), Now: time.Now})
}
