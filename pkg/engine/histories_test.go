package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	. "github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/slo"
)

// incidents is a made-up workload: pods that come, go and are restarted, error counters that begin with the first error,
// and times of any error rate, scraped into a recording. What was counted is kept sample by sample: the truth.
type incidents struct {
	begin, end time.Time
	recording  promtest.Recording
	samples    []counted
}

// counted is what a sample says has happened since the one before.
type counted struct {
	at          int64 // Unix milliseconds
	total, fail float64
}

// holds is the truth of (from, to], added up event by event.
func (i *incidents) holds(from, to time.Time) slo.Counts {
	var c slo.Counts
	for _, s := range i.samples {
		if s.at > from.UnixMilli() && s.at <= to.UnixMilli() {
			c.Total += s.total
			c.Bad += s.fail
		}
	}
	return c
}

// pod is a process with two counters.
type pod struct {
	name     string
	ok, fail float64
	last     int64 // when it was scraped
}

func generate(seed uint64, begin time.Time, length time.Duration) *incidents {
	r := rand.New(rand.NewPCG(seed, 7))
	scrape := []time.Duration{15 * time.Second, 30 * time.Second, time.Minute}[r.IntN(3)]
	if length > 24*time.Hour {
		scrape = time.Minute
	}
	out := &incidents{begin: begin, end: begin.Add(length), recording: promtest.Recording{}}
	pods := make([]*pod, 1+r.IntN(3))
	for i := range pods {
		pods[i] = &pod{name: fmt.Sprintf("pod-%d", i)}
	}
	names, perSecond, share, until := len(pods), 0.0, 0.0, begin
	offset := time.Duration(r.Int64N(int64(scrape/time.Millisecond))) * time.Millisecond
	for at := begin.Add(offset); !at.After(out.end); at = at.Add(scrape) {
		if !at.Before(until) { // another time begins
			until = at.Add(time.Duration(2+r.IntN(120)) * time.Minute)
			perSecond = 5 + 100*r.Float64()
			share = []float64{0, 0.0003, 0.002, 0.004 + 0.006*r.Float64(), 0.01 + 0.02*r.Float64(), 0.05 + 0.9*r.Float64()}[r.IntN(6)]
		}
		sample := counted{at: at.UnixMilli()}
		for k, p := range pods {
			switch r.IntN(int(6 * time.Hour / scrape)) {
			case 0: // rolled out: the next pod takes over
				pods[k] = &pod{name: fmt.Sprintf("pod-%d", names)}
				p, names = pods[k], names+1
			case 1: // restarted under the same name
				p.ok, p.fail = 0, 0
			}
			events := perSecond * scrape.Seconds() / float64(len(pods)) * (0.8 + 0.4*r.Float64())
			bad := math.Floor(events*share + r.Float64())
			good := math.Floor(events*(1-share) + r.Float64())
			p.ok, p.fail = p.ok+good, p.fail+bad
			sample.total, sample.fail = sample.total+good+bad, sample.fail+bad
			out.record(p.name, "200", sample.at, p.ok)
			if p.fail > 0 || p.last > 0 && out.known(p.name, "500") { // created by its first error
				out.record(p.name, "500", sample.at, p.fail)
			}
			p.last = sample.at
		}
		out.samples = append(out.samples, sample)
	}
	return out
}

func series(pod, code string) string {
	return fmt.Sprintf(`requests_total{workload="a",pod=%q,code=%q}`, pod, code)
}

func (i *incidents) known(pod, code string) bool { return len(i.recording[series(pod, code)]) > 0 }

func (i *incidents) record(pod, code string, ms int64, v float64) {
	i.recording[series(pod, code)] = append(i.recording[series(pod, code)], promtest.Sample{Ms: ms, V: v})
}

// bruteForce judges a severity by the truth; near says that a burn rate is within 1 % of a threshold.
func (i *incidents) bruteForce(s catalog.SLO, severity string, at time.Time) (state slo.State, near bool) {
	state = slo.Ok
	for _, a := range s.Policy.Alerts {
		if a.Severity != severity {
			continue
		}
		factor := a.Factor(s.Window, s.Objective)
		burn := func(w time.Duration) float64 {
			c := i.holds(at.Add(-w), at)
			if c.Total == 0 {
				return 0
			}
			return c.Bad / c.Total / (1 - float64(s.Objective))
		}
		long, short := burn(a.Long), burn(a.Short)
		near = near || math.Abs(long/factor-1) <= 0.01 || math.Abs(short/factor-1) <= 0.01
		switch {
		case long >= factor && short >= factor:
			state = max(state, slo.Firing)
		case short >= factor:
			state = max(state, slo.Rising)
		case long >= factor:
			state = max(state, slo.Recovering)
		}
	}
	return state, near
}

// For 200 histories, the state of each severity is at every minute what a brute-force evaluation of the policy on the truth
// says, apart from instants at which a burn rate is within 1 % of a threshold.
func TestAlertsEqualBruteForceOnTruth(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	met, judged, skipped := map[slo.State]int{}, 0, 0
	for seed := range uint64(200) {
		policy, length, minutes := slo.DefaultPolicy, 11*time.Hour, 150
		if seed%8 == 0 {
			policy, length, minutes = "sre-workbook", 77*time.Hour, 150
		}
		c, problems := catalog.Parse([]byte(`slos: [{name: a, objective: 99.9, window: 30d, by: [workload], policy: ` + policy + `,
  sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}}]`))
		require.NoError(t, problems.Err())
		s := c.SLOs[0]
		truth := generate(seed, begin, length)
		e := New(promtest.New(t, truth.recording), ledger.Options{Now: func() time.Time { return truth.end.Add(24 * time.Hour) }})
		for m := range minutes {
			at := truth.end.Add(-time.Duration(m) * time.Minute)
			answer, err := e.Alerts(t.Context(), c.SLOs, at)
			require.NoError(t, err)
			require.Len(t, answer.Standings, len(s.Policy.Severities()))
			for _, got := range answer.Standings {
				want, near := truth.bruteForce(s, got.Severity, at)
				judged++
				if near {
					skipped++
					continue
				}
				met[want]++
				require.Equal(t, want, got.State, "history %d, %s at %s: long %v short %v of %v", seed, got.Severity, at.Format("15:04"),
					got.Alert.Long, got.Alert.Short, got.Alert.Factor)
				require.False(t, got.Kept)
			}
		}
	}
	for state := slo.Ok; state <= slo.Firing; state++ {
		assert.Greater(t, met[state], 1000, "the histories hardly meet %s", state)
	}
	assert.Less(t, float64(skipped)/float64(judged), 0.02, "%d of %d instants are too near to a threshold", skipped, judged)
	t.Logf("%d states judged, %d too near to a threshold; met %v", judged, skipped, met)
}
