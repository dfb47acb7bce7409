//go:build suite

package conformance

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/recording"
)

// lateNames selects the table of faults x products in CONFORMANCE: `late`, or `late/` and a word of
// a fault.
const lateNames = "late"

// Parameters of late samples. History is in blocks. Samples younger than liveFor are written to the
// running server.
const (
	lateWindow = 30 * 24 * time.Hour
	liveFor    = 8 * time.Hour
	lateScrape = time.Minute
	perScrape  = 6000 // requests
)

// product is a server that receives samples while it is queried.
type product struct {
	*lab
	name     string
	url      string
	settings map[string]any
	write    string
	headers  http.Header
	now      time.Time // a whole minute; the present of the table
	young    way       // responds instead of the product with the data of a replica that began three hours ago
	truth    *querier  // of the month
}

// lateFault is a row of the table: a fault of a product, and the checks after it.
type lateFault struct {
	name string
	run  func(ctx context.Context, p *product, d *differences) (description string, err error)
}

// late runs the table, restricted by CONFORMANCE.
func (l *lab) late(ctx context.Context, all *samples) ([]outcome, error) {
	faults := slices.DeleteFunc(lateFaults(), func(f lateFault) bool { return !lateChosen(f.name) })
	if len(faults) == 0 {
		return nil, nil
	}
	now := time.Now().Truncate(time.Minute)
	dir, err := os.MkdirTemp("", "burnline-late-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := writeLateHistory(ctx, dir, now); err != nil {
		return nil, err
	}
	history, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	var out []outcome
	for _, start := range lateProducts {
		got, err := l.lateOn(ctx, all, history, now, start, faults)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// lateChosen reports whether CONFORMANCE selects a fault, or is empty.
func lateChosen(fault string) bool {
	names := os.Getenv("CONFORMANCE")
	if names == "" {
		return true
	}
	return slices.ContainsFunc(strings.Split(names, ","), func(name string) bool {
		word, ok := strings.CutPrefix(name+"/", lateNames+"/")
		return ok && strings.Contains(fault, strings.TrimSuffix(word, "/"))
	})
}

func (l *lab) lateOn(ctx context.Context, all *samples, history []string, now time.Time, start startProduct,
	faults []lateFault,
) ([]outcome, error) {
	p, stop, err := start(ctx, l, all, history)
	if err != nil {
		return nil, err
	}
	defer stop()
	p.lab, p.now = l, now
	p.truth = &querier{lab: l, truth: all.month.Truth}
	var out []outcome
	err = l.project.Report.Step("late samples and unequal replicas on "+p.name, func() error {
		for _, f := range faults {
			d := &differences{}
			o := outcome{server: p.name, check: lateNames + ": " + f.name}
			o.description, o.err = f.run(ctx, p, d)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if o.err == nil {
				o.err = d.err()
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// story is the traffic of one row of the table: constant, with an incident in which half of the
// requests fail.
type story struct {
	run      string
	incident [2]time.Duration // before now; none when equal
}

// stories returns the traffic of every row. The history of all is written before the servers start.
func stories() []story {
	var out []story
	for _, length := range stalls {
		out = append(out, story{stalledName(length), [2]time.Duration{length * 2 / 3, length / 3}})
	}
	return append(out,
		story{"ahead", [2]time.Duration{13 * time.Minute, 4 * time.Minute}},
		story{"behind", [2]time.Duration{25 * time.Minute, 16 * time.Minute}},
		story{"backfill", [2]time.Duration{5*24*time.Hour - time.Hour, 5*24*time.Hour - 3*time.Hour}},
		story{"pair", [2]time.Duration{26 * time.Hour, 26*time.Hour - 40*time.Minute}},
	)
}

func storyOf(run string) story {
	i := slices.IndexFunc(stories(), func(s story) bool { return s.run == run })
	return stories()[i]
}

// series returns the series of a story, with a scrape every minute in [from, to).
func (s story) series(now, from, to time.Time) []recording.Series {
	begin := now.Add(-lateWindow - 26*time.Hour)
	series := func(code string) recording.Series {
		return recording.Series{Labels: labels.FromStrings(model.MetricNameLabel, "late_requests_total", "run", s.run,
			"workload", "shop", "code", code, "instance", "a", "job", "late")}
	}
	good, bad := series("200"), series("500")
	var ok, failed float64
	for at := begin; at.Before(to); at = at.Add(lateScrape) {
		before, n := now.Sub(at), 1.0
		if before <= s.incident[0] && before > s.incident[1] {
			n = perScrape / 2
		}
		ok, failed = ok+perScrape-n, failed+n
		if ms := at.Add(13 * time.Second).UnixMilli(); !at.Before(from) {
			good.Samples = append(good.Samples, recording.Sample{Ms: ms, V: ok})
			bad.Samples = append(bad.Samples, recording.Sample{Ms: ms, V: failed})
		}
	}
	return []recording.Series{good, bad}
}

// truth returns the counts of a story in (at - window, at], after all samples have arrived.
func (s story) truth(now, at time.Time, window time.Duration) (events, bad float64) {
	for _, one := range s.series(now, now.Add(-lateWindow-26*time.Hour), at.Add(time.Hour)) {
		last := func(until time.Time) float64 {
			v := 0.0
			for _, sample := range one.Samples {
				if sample.Ms > until.UnixMilli() {
					break
				}
				v = sample.V
			}
			return v
		}
		n := last(at) - last(at.Add(-window))
		if events += n; one.Labels.Get("code") == "500" {
			bad += n
		}
	}
	return events, bad
}

// backfillHole is the gap before the backfill. It begins shortly before a full hour: that hour seems
// to be complete, because a value is valid for five minutes.
func backfillHole(now time.Time) (from, to time.Time) {
	from = now.Add(-5 * 24 * time.Hour).Truncate(time.Hour).Add(-2 * time.Minute)
	return from, from.Add(6 * time.Hour)
}

func writeLateHistory(ctx context.Context, dir string, now time.Time) error {
	var all []recording.Series
	cut := now.Add(-liveFor)
	for _, s := range stories() {
		series := s.series(now, now.Add(-lateWindow-26*time.Hour), cut)
		if s.run == "backfill" {
			from, to := backfillHole(now)
			series = recording.Joined(recording.Between(series, 0, from.UnixMilli()),
				recording.Between(series, to.UnixMilli(), cut.UnixMilli()))
		}
		all = append(all, series...)
	}
	_, err := recording.WriteBlock(ctx, dir, all)
	return err
}

// push writes the samples of a story in [from, to) in order of time, as a remote write that catches
// up.
func (p *product) push(ctx context.Context, s story, from, to time.Time) error {
	const slice = 30 * time.Minute // the server limits how far one series may be ahead of another
	for at := from; at.Before(to); at = at.Add(slice) {
		end := at.Add(slice)
		if end.After(to) {
			end = to
		}
		if err := recording.Push(ctx, p.write, p.headers, s.series(p.now, at, end)); err != nil {
			return fmt.Errorf("%s of %s: %w", s.run, p.name, err)
		}
	}
	return nil
}

type startProduct func(ctx context.Context, l *lab, all *samples, history []string) (*product, func(), error)

// lateProducts are the columns of the table.
var lateProducts = []startProduct{latePrometheus, lateThanos, lateMimir}

func latePrometheus(ctx context.Context, l *lab, all *samples, history []string) (*product, func(), error) {
	b, err := l.project.ServePrometheus(ctx, slices.Concat(history, all.whole))
	if err != nil {
		return nil, nil, err
	}
	other, stop, err := l.youngReplica(ctx)
	if err != nil {
		b.Stop()
		return nil, nil, err
	}
	return &product{name: "prometheus-3.16", url: b.URL, write: b.URL + "/api/v1/write", young: other},
		func() { stop(); b.Stop() }, nil
}

// lateThanos has the written samples behind the sidecar, and the month in the bucket. The young
// replica is a Prometheus.
func lateThanos(ctx context.Context, l *lab, all *samples, history []string) (*product, func(), error) {
	t, err := l.project.ServeThanos(ctx, stack.ThanosData{Sidecar: history, Bucket: all.whole})
	if err != nil {
		return nil, nil, err
	}
	at, err := t.Address("prometheus", "9090")
	if err != nil {
		t.Stop()
		return nil, nil, err
	}
	other, stop, err := l.youngReplica(ctx)
	if err != nil {
		t.Stop()
		return nil, nil, err
	}
	return &product{name: "thanos", url: t.URL, write: "http://" + at + "/api/v1/write", young: other},
		func() { stop(); t.Stop() }, nil
}

// lateTenant and youngTenant are two tenants of one Mimir, in place of two servers.
const (
	lateTenant  = "late"
	youngTenant = "late-young"
)

func lateMimir(ctx context.Context, l *lab, all *samples, history []string) (*product, func(), error) {
	b, err := l.project.ServeMimir(ctx, slices.Concat(history, all.whole), lateTenant)
	if err != nil {
		return nil, nil, err
	}
	base := strings.TrimSuffix(b.URL, "/prometheus")
	p := &product{
		name: "mimir", url: b.URL, settings: map[string]any{"tenant": lateTenant}, write: base + "/api/v1/push",
		headers: http.Header{"X-Scope-Orgid": {lateTenant}},
	}
	young := &product{
		name: "mimir", write: p.write, headers: http.Header{"X-Scope-Orgid": {youngTenant}},
		now: time.Now().Truncate(time.Minute),
	}
	if err := young.push(ctx, storyOf("pair"), young.now.Add(-3*time.Hour), young.now.Add(time.Minute)); err != nil {
		b.Stop()
		return nil, nil, err
	}
	p.young = func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		r.Header.Set("X-Scope-OrgID", youngTenant)
		through.ServeHTTP(w, r)
	}
	return p, b.Stop, nil
}

// youngReplica starts a Prometheus with the last three hours only.
func (l *lab) youngReplica(ctx context.Context) (way, func(), error) {
	b, err := l.project.ServePrometheus(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	p := &product{name: "a young replica", write: b.URL + "/api/v1/write", now: time.Now().Truncate(time.Minute)}
	direct, err := startProxy(ctx, b.URL)
	if err == nil {
		err = p.push(ctx, storyOf("pair"), p.now.Add(-3*time.Hour), p.now.Add(time.Minute))
	}
	if err != nil {
		b.Stop()
		return nil, nil, err
	}
	young := func(w http.ResponseWriter, r *http.Request, _ http.Handler) { direct.through.ServeHTTP(w, r) }
	return young, func() { direct.close(); b.Stop() }, nil
}
