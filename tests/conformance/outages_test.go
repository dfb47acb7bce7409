//go:build suite

package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/conformance/month"
)

// killed kills the server during a query, and starts it again.
func (f *arena) killed(ctx context.Context, d *differences) (string, error) {
	a, err := f.querier(f.proxy.url, nil)
	if err != nil {
		return "", err
	}
	var kill sync.Once
	f.proxy.set(some(4, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		kill.Do(func() { f.backend.StopProgram("Prometheus") })
		through.ServeHTTP(w, r)
	}))
	description, err := a.queryDuringFault(ctx, d)
	f.proxy.set(nil)
	if e := f.backend.StartProgram(ctx, "Prometheus"); e != nil || err != nil {
		return description, errors.Join(err, e)
	}
	return description, a.healed(ctx, d)
}

// dataLost restarts a server without its data between queries.
func (l *lab) dataLost(ctx context.Context, all *samples, d *differences) (string, error) {
	b, err := l.project.ServePrometheus(ctx, all.whole)
	if err != nil {
		return "", err
	}
	defer b.Stop()
	f := &arena{lab: l, all: all, backend: b}
	a, err := f.querier(b.URL, nil)
	if err != nil {
		return "", err
	}
	earlier := month.Instants[1]
	query := map[string]any{"queryType": "summary", "slos": []string{"availability"}}
	if _, err := a.frames(ctx, query, earlier.Add(-time.Hour), earlier); err != nil {
		return "", err
	}
	b.StopProgram("Prometheus")
	if err := os.RemoveAll(b.Path("data")); err != nil {
		return "", err
	}
	if err := b.StartProgram(ctx, "Prometheus"); err != nil {
		return "", err
	}
	description, err := a.queryDuringFault(ctx, d)
	if err != nil {
		return "", err
	}
	fresh, err := f.querier(b.URL, nil)
	if err != nil {
		return "", err
	}
	other, err := fresh.queryDuringFault(ctx, d)
	return "who had asked before: " + description + "; who had not: " + other, err
}

// shortRetention queries a server with half of the window.
func (l *lab) shortRetention(ctx context.Context, all *samples, d *differences) (string, error) {
	b, err := l.project.ServePrometheus(ctx, all.whole[len(all.whole)-1:])
	if err != nil {
		return "", err
	}
	defer b.Stop()
	f := &arena{lab: l, all: all, backend: b}
	a, err := f.querier(b.URL, nil)
	if err != nil {
		return "", err
	}
	description, err := a.queryDuringFault(ctx, d)
	if err != nil {
		return "", err
	}
	return description, a.keptPart(ctx, d)
}

// keptPart checks the result of a server with only the last block: the events in the block's range,
// and its coverage.
func (a *querier) keptPart(ctx context.Context, d *differences) error {
	at, kept := month.Instants[0], month.Start.Add(blockSpan)
	frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "slos": []string{"availability"}},
		at.Add(-time.Hour), at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	share := float64(at.Sub(kept)) / float64(period)
	for _, workload := range []string{"steady", "burning", "spent"} {
		i, ok := r.find(map[string]string{"workload": workload})
		if !ok {
			d.add("no row of %s", workload)
			continue
		}
		// The first sample is the baseline: a minute of 16 days.
		want := truthOf{a.truth, "availability", workload}.counts(kept.Add(time.Minute), at)
		d.count(workload+" events of the time that was kept", r.number(i, "events"), want.Total)
		d.within(workload+" coverage", r.number(i, "coverage"), share, 0.002)
	}
	return nil
}

// storeDown stops the store gateway of a Thanos with the second half of the month in its sidecar,
// queries, and starts it again.
func (l *lab) storeDown(ctx context.Context, all *samples, d *differences) (string, error) {
	t, err := l.project.ServeThanos(ctx, stack.ThanosData{Sidecar: all.holed[len(all.holed)-1:], Bucket: all.whole})
	if err != nil {
		return "", err
	}
	defer t.Stop()
	f := &arena{lab: l, all: all, backend: t.Backend}
	var answers string
	for _, url := range []string{t.URL, t.Frontend} {
		a, err := f.querier(url, nil)
		if err != nil {
			return "", err
		}
		t.StopProgram(stack.ThanosStore)
		description, err := a.queryDuringFault(ctx, d)
		if e := t.StartProgram(ctx, stack.ThanosStore); e != nil || err != nil {
			return description, errors.Join(err, e)
		}
		answers += description + ". "
		if err := t.AwaitStores(ctx); err != nil {
			return answers, err
		}
		if err := a.healedBut(ctx, d, "crashing"); err != nil {
			return answers, err
		}
	}
	return answers, nil
}

// healedBut is healed, without a workload.
func (a *querier) healedBut(ctx context.Context, d *differences, without string) error {
	at := month.Instants[0]
	frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "slos": []string{"availability"}},
		at.Add(-time.Hour), at)
	if err != nil {
		return fmt.Errorf("after the fault: %w", err)
	}
	r := rowsOf(frames[0])
	for _, workload := range a.truth.Workloads("availability") {
		if workload != without {
			a.row(d, r, truthOf{a.truth, "availability", workload}, at)
		}
	}
	return nil
}
