//go:build suite

package conformance

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/conformance/month"
	"github.com/burnline/burnline/tests/suite"
)

// soakResult is the last line of the soak.
type soakResult struct {
	Seconds    int        `json:"seconds"`
	Answers    int        `json:"answers"`
	Errors     int        `json:"errors"` // during a fault
	Wrong      int        `json:"wrong"`  // wrong numbers, and errors without a fault
	Faults     int        `json:"faults"`
	RSSMiB     [2]float64 `json:"rssMiB"`     // median of the second quarter, and of the last
	Goroutines [2]float64 `json:"goroutines"` // the same
	Files      [2]float64 `json:"files"`      // the same
	PeakMiB    float64    `json:"peakMiB"`    // peak resident memory
	LimitMiB   float64    `json:"limitMiB"`
}

const (
	dashboards   = 8   // refresh without a pause
	saveEvery    = 150 // refreshes between two saves of a data source
	afterError   = 250 * time.Millisecond
	soakDefault  = 10 * time.Minute
	faultLasts   = 3 * time.Second
	faultEvery   = 12 * time.Second
	afterFault   = 35 * time.Second // a response that began within a fault may take three timeouts
	soakTimeout  = 10               // seconds, of the data source
	soakCacheMiB = 16               // so small that cells are evicted continuously
)

// Limits of growth from the second quarter of a soak to the last.
const (
	growMiB        = 40
	growGoroutines = 40 + 4*soakViewers // a waiting viewer has a few
	growFiles      = 30
)

// soak is a long run of dashboards that refresh during faults.
type soak struct {
	*arena
	holed  *stack.Backend // a replica with a gap of two hours
	opened []*proxy
	mu     sync.Mutex
	out    soakResult
	wrong  []string
	failed time.Time // until when errors are expected
	usages []usage
}

// TestSuiteSoak runs eight dashboards for ten minutes, or for the duration SOAK (such as 1h), while
// the connection to the server fails repeatedly. At the same time, 200 viewers with their own
// tokens query once a minute, remote write stalls and catches up, and a balancer alternates between
// two unequal replicas. It fails on any wrong number, on growing memory, goroutines or open files,
// and on too much memory.
func TestSuiteSoak(t *testing.T) { suite.Run(t, runSoak) }

func runSoak(ctx context.Context) error {
	length := soakDefault
	if text := os.Getenv("SOAK"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil || length < time.Minute {
			return fmt.Errorf("SOAK=%s is no time of a minute or more, such as 1h", text)
		}
	}
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	all, err := load(ctx, project)
	if err != nil {
		return err
	}
	l, err := openLab(ctx, project, "soak")
	if err != nil {
		return err
	}
	defer l.close()
	backend, err := project.ServePrometheus(ctx, all.whole)
	if err != nil {
		return err
	}
	defer backend.Stop()
	p, err := startProxy(ctx, backend.URL)
	if err != nil {
		return err
	}
	defer p.close()
	holed, err := project.ServePrometheus(ctx, all.holed)
	if err != nil {
		return err
	}
	defer holed.Stop()
	s := &soak{arena: &arena{lab: l, all: all, backend: backend, proxy: p}, holed: holed}
	defer func() {
		for _, p := range s.opened {
			p.close()
		}
	}()
	s.out.Seconds = int(length.Seconds())
	if err := project.Report.Step("soak for "+length.String(), func() error { return s.run(ctx, length) }); err != nil {
		return err
	}
	return s.report()
}

func (s *soak) run(ctx context.Context, length time.Duration) error {
	until := time.Now().Add(length)
	g, gctx := errgroup.WithContext(ctx)
	var a *querier
	for i := range dashboards {
		if i%2 == 0 { // two share a data source
			var err error
			if a, err = s.querier(s.proxy.url,
				map[string]any{"timeout": soakTimeout, "cacheMiB": soakCacheMiB}); err != nil {
				return err
			}
		}
		of := a
		g.Go(func() error { return s.dashboard(gctx, i, of, until) })
	}
	if err := s.addLoad(gctx, g, until); err != nil {
		return err
	}
	g.Go(func() error { return s.breakThings(gctx, until) })
	g.Go(func() error { return s.watch(gctx, until) })
	return g.Wait()
}

// dashboard refreshes without a pause, except after an error. From time to time the data source is
// saved.
func (s *soak) dashboard(ctx context.Context, n int, a *querier, until time.Time) error {
	dice := rand.New(rand.NewPCG(uint64(n), 1)) // #nosec G404 - the same queries every time
	for i := 1; time.Now().Before(until) && ctx.Err() == nil; i++ {
		if i%saveEvery == 0 {
			saved := a.source.Settings()
			a.source.Save(saved.URL, saved.JSONData, nil)
		}
		if s.refresh(ctx, a, dice) != nil {
			if err := sleep(ctx, afterError); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// soaked are the SLOs of the dashboards.
var soaked = []string{"availability", "latency", "quantile", "timeslice", "probe", "composite"}

// refresh sends one query about a minute of the last two days and compares the result.
func (s *soak) refresh(ctx context.Context, a *querier, dice *rand.Rand) error {
	at := month.Instants[0].Add(-time.Duration(dice.IntN(2*24*60)) * time.Minute)
	slo := soaked[dice.IntN(len(soaked))]
	d := &differences{}
	var err error
	if dice.IntN(4) == 0 {
		err = a.minutes(ctx, d, slo, at)
	} else {
		err = a.summaryAt(ctx, d, slo, at)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.account(slo, err, d)
	return err
}

// breakThings breaks the connection to the server for a few seconds, repeatedly.
func (s *soak) breakThings(ctx context.Context, until time.Time) error {
	ways := onTheWay()
	names := slices.Sorted(maps.Keys(ways))
	for i := 0; time.Now().Before(until.Add(-faultEvery)); i++ {
		if err := sleep(ctx, faultEvery-faultLasts); err != nil {
			return err
		}
		s.mu.Lock()
		s.failed = time.Now().Add(faultLasts + afterFault)
		s.out.Faults++
		s.mu.Unlock()
		s.proxy.set(ways[names[i%len(names)]])
		err := sleep(ctx, faultLasts)
		s.proxy.set(nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// watch samples the resources of the plugin's process, about a hundred times.
func (s *soak) watch(ctx context.Context, until time.Time) error {
	every := max(time.Until(until)/100, time.Second)
	for time.Now().Before(until) {
		u, err := s.usage(ctx)
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.usages = append(s.usages, u)
		s.mu.Unlock()
		if err := sleep(ctx, every); err != nil {
			return err
		}
	}
	return nil
}

func sleep(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(length):
		return nil
	}
}

func (s *soak) report() error {
	n := len(s.usages)
	early, late := s.usages[n/4:n/2], s.usages[n-n/4:]
	for _, m := range []struct {
		of   func(usage) float64
		into *[2]float64
	}{
		{func(u usage) float64 { return u.rssMiB }, &s.out.RSSMiB},
		{func(u usage) float64 { return float64(u.goroutines) }, &s.out.Goroutines},
		{func(u usage) float64 { return float64(u.files) }, &s.out.Files},
	} {
		*m.into = [2]float64{median(early, m.of), median(late, m.of)}
	}
	s.out.PeakMiB, s.out.LimitMiB = s.peakMiB(), soakLimitMiB
	for _, text := range s.wrong[:min(len(s.wrong), 20)] {
		s.project.Report.Print("  WRONG %s", text)
	}
	if err := suite.Result(s.out); err != nil {
		return err
	}
	grown := func(v [2]float64, most float64) bool { return v[1] > v[0]+most }
	switch {
	case s.out.Wrong > 0:
		return fmt.Errorf("%d of %d answers were wrong", s.out.Wrong, s.out.Answers)
	case s.out.PeakMiB > soakLimitMiB:
		return fmt.Errorf("the plugin had %.0f MiB, %d are the most allowed", s.out.PeakMiB, soakLimitMiB)
	case grown(s.out.RSSMiB, growMiB) || grown(s.out.Goroutines, growGoroutines) || grown(s.out.Files, growFiles):
		return fmt.Errorf("the plugin grew: %.0f to %.0f MiB, %.0f to %.0f goroutines, %.0f to %.0f files",
			s.out.RSSMiB[0], s.out.RSSMiB[1],
			s.out.Goroutines[0], s.out.Goroutines[1], s.out.Files[0], s.out.Files[1])
	}
	return nil
}

func median(usages []usage, of func(usage) float64) float64 {
	values := make([]float64, len(usages))
	for i, u := range usages {
		values[i] = of(u)
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
