//go:build suite

package conformance

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/tests/conformance/month"
)

// Parameters of the load in addition to dashboards.
const (
	soakViewers    = 200              // each with its own identity
	viewerPause    = 60 * time.Second // between two queries of a viewer
	flappingPanels = 2                // behind a balancer of two replicas
	flapPause      = 2 * time.Second
	lateEvery      = 20 * time.Second // a stalled remote write catches up
	soakLimitMiB   = 768              // maximum resident memory of the plugin
)

// addLoad starts the load in addition to dashboards.
func (s *soak) addLoad(ctx context.Context, g *errgroup.Group, until time.Time) error {
	shared := map[string]any{"timeout": 60, "cacheMiB": 64}
	viewers, err := s.querier(s.proxy.url, map[string]any{"timeout": 60, "cacheMiB": 64, "oauthPassThru": true})
	if err != nil {
		return err
	}
	for n := range soakViewers {
		g.Go(func() error { return s.viewer(ctx, n, viewers, until) })
	}
	direct, err := startProxy(ctx, s.holed.URL)
	if err != nil {
		return err
	}
	s.opened = append(s.opened, direct)
	front, err := startProxy(ctx, s.backend.URL)
	if err != nil {
		return err
	}
	s.opened = append(s.opened, front)
	front.set(balancer(direct))
	for n := range flappingPanels {
		a, err := s.querier(front.url, shared)
		if err != nil {
			return err
		}
		g.Go(func() error { return s.flapping(ctx, n, a, until) })
	}
	late, err := s.querier(s.backend.URL, shared)
	if err != nil {
		return err
	}
	g.Go(func() error { return s.lateWrites(ctx, late.source, until) })
	return nil
}

// viewer queries the month once a minute, with its own token.
func (s *soak) viewer(ctx context.Context, n int, a *querier, until time.Time) error {
	dice := rand.New(rand.NewPCG(uint64(n), 2)) // #nosec G404 - the same queries every time
	own := *a
	own.headers = map[string]string{"Authorization": fmt.Sprintf("Bearer viewer-%d", n)}
	if err := sleep(ctx, time.Duration(dice.Int64N(int64(viewerPause)))); err != nil {
		return err
	}
	for time.Now().Before(until) && ctx.Err() == nil {
		_ = s.refresh(ctx, &own, dice) // an error is in the account
		if err := sleep(ctx, max(min(viewerPause, time.Until(until)), 0)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// flapping queries a balancer that chooses one of two replicas at random for each request. One of
// them has a gap of two hours. A result that is not the truth must have a lower coverage and a
// notice.
func (s *soak) flapping(ctx context.Context, n int, a *querier, until time.Time) error {
	dice := rand.New(rand.NewPCG(uint64(n), 3)) // #nosec G404 - the same queries every time
	for time.Now().Before(until) && ctx.Err() == nil {
		at := month.Instants[0].Add(-time.Duration(dice.IntN(24*60)) * time.Minute)
		frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "slos": []string{"availability"}},
			at.Add(-time.Hour), at)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		d := &differences{}
		if err == nil {
			a.compareWithNotices(d, frames[0], at)
		}
		s.account("behind a balancer", err, d)
		if err := sleep(ctx, flapPause); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// balancer passes half of the requests to another server.
func balancer(other *proxy) way {
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if rand.IntN(2) == 0 { // #nosec G404 - a balancer
			through = other.through
		}
		through.ServeHTTP(w, r)
	}
}

// lateWrites stalls remote write, queries, catches up, and queries twice. The last result must be
// the truth.
func (s *soak) lateWrites(ctx context.Context, source *pluginhost.DataSource, until time.Time) error {
	dice := rand.New(rand.NewPCG(4, 4)) // #nosec G404 - the same stalls every time
	a := &querier{lab: s.lab, source: source}
	for n := 0; time.Now().Before(until.Add(-lateEvery)); n++ {
		now := time.Now().Truncate(time.Minute)
		of := story{run: fmt.Sprintf("soak-%d", n), incident: [2]time.Duration{time.Hour, 20 * time.Minute}}
		p := &product{name: "soak", write: s.backend.URL + "/api/v1/write", now: now}
		stop := now.Add(-time.Duration(3+dice.IntN(110)) * time.Minute)
		if err := p.push(ctx, of, now.Add(-3*time.Hour), stop); err != nil {
			return err
		}
		query := map[string]any{"queryType": "summary", "inline": of.inlineOver("1d")}
		if _, err := a.frames(ctx, query, now.Add(-time.Hour), now); err != nil {
			s.account("while remote write is stalled", err, &differences{})
		}
		if err := p.push(ctx, of, stop, now.Add(time.Minute)); err != nil {
			return err
		}
		for look := range 2 {
			if err := sleep(ctx, readAgain); err != nil {
				return err
			}
			frames, err := a.frames(ctx, query, now.Add(-time.Hour), now)
			d := &differences{}
			if err == nil && look == 1 {
				r := rowsOf(frames[0])
				i, ok := r.find(map[string]string{"workload": "shop"})
				if !ok {
					d.add("no row")
				} else {
					events, bad := of.since(now, now.Add(-3*time.Hour), now)
					d.count("events", r.number(i, "events"), events)
					d.count("bad", r.number(i, "bad"), bad)
				}
			}
			s.account(fmt.Sprintf("after a stall of %s", now.Sub(stop)), err, d)
		}
		if err := sleep(ctx, max(lateEvery-2*readAgain, time.Second)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// since returns the counts of a story with samples from a time on. Its first sample is the
// baseline.
func (s story) since(now, from, at time.Time) (events, bad float64) {
	for _, one := range s.series(now, from, at) {
		first, last := math.NaN(), 0.0
		for _, sample := range one.Samples {
			if sample.Ms <= at.UnixMilli() {
				if math.IsNaN(first) {
					first = sample.V
				}
				last = sample.V
			}
		}
		if events += last - first; one.Labels.Get("code") == "500" {
			bad += last - first
		}
	}
	return events, bad
}

// account adds a result, or an error, to the totals.
func (s *soak) account(of string, err error, d *differences) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Answers++
	if err != nil {
		s.out.Errors++
		if time.Now().After(s.failed) {
			s.out.Wrong++
			s.wrong = append(s.wrong, of+": an error without a fault: "+err.Error())
		}
		return
	}
	if err := d.err(); err != nil {
		s.out.Wrong++
		s.wrong = append(s.wrong, of+": "+err.Error())
	}
}
