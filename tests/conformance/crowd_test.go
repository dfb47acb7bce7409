//go:build suite

package conformance

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/tests/conformance/month"
)

// crowdSize is the number of concurrent dashboards, and crowdWithin the maximum time of all
// responses.
const (
	crowdSize   = 10_000
	crowdWithin = 5 * time.Minute
)

// crowd sends ten thousand queries at once to a data source without cached data. Every result must
// be the truth, and the number of requests to the server must stay small.
func (f *arena) crowd(ctx context.Context, d *differences) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, crowdWithin)
	defer cancel()
	a, err := f.querier(f.proxy.url, map[string]any{"timeout": 300})
	if err != nil {
		return "", err
	}
	before := f.proxy.requests.Load()
	var underWay, most atomic.Int64
	var requested paths
	f.proxy.set(func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		now := underWay.Add(1)
		defer underWay.Add(-1)
		requested.count(r.URL.Path)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		through.ServeHTTP(w, r)
	})
	defer f.proxy.set(nil)
	idle, err := f.usage(ctx)
	if err != nil {
		return "", err
	}
	f.forgetPeak()
	began := time.Now()
	at := month.Instants[0]
	query := question{
		JSON: map[string]any{"queryType": "summary", "slos": []string{"availability"}},
		From: at.Add(-time.Hour), To: at,
	}
	var mu sync.Mutex // guards d
	g, gctx := errgroup.WithContext(ctx)
	for range crowdSize {
		g.Go(func() error {
			frames, err := f.askWithin(gctx, a.source, query, crowdWithin)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			r := rowsOf(frames[0])
			for _, workload := range a.truth.Workloads("availability") {
				t := truthOf{a.truth, "availability", workload}
				i, ok := r.find(map[string]string{"workload": workload})
				if !ok {
					d.add("no row of %s", workload)
					continue
				}
				d.within(workload+" budget", r.number(i, "budget"), t.budget(at), 0.002)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return "", fmt.Errorf("one of %d: %w", crowdSize, err)
	}
	n := f.proxy.requests.Load() - before
	if n > mostRequests {
		d.add("%d requests to the server: %s", n, requested.String())
	}
	if most.Load() > 32 {
		d.add("%d requests to the server at once", most.Load())
	}
	more := f.peakMiB() - idle.rssMiB
	return fmt.Sprintf("%d answers in %.0f s, by %d requests to the server, at most %d at once. At most %.0f MiB more than before",
		crowdSize, time.Since(began).Seconds(), n, most.Load(), more), nil
}

// paths counts requests by path.
type paths struct {
	mu sync.Mutex
	n  map[string]int
}

func (p *paths) count(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n == nil {
		p.n = map[string]int{}
	}
	p.n[path]++
}

func (p *paths) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.n)
}
