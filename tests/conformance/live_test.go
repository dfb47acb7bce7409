//go:build suite

package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/tests/recording"
)

// liveInline returns an SLO of samples that arrive while the suite runs.
func liveInline(name string) map[string]any {
	selector := fmt.Sprintf(`live_requests_total{run=%q}`, name)
	return map[string]any{
		"name": name, "objective": 99, "window": "1d", "by": []string{"workload"}, "policy": "page-and-slack",
		"sli": map[string]any{"events": map[string]any{
			"total": selector,
			"bad":   fmt.Sprintf(`live_requests_total{run=%q,code="500"}`, name),
		}},
	}
}

// liveSeries returns counters that rise by 10 and 1 a minute from `from` on, scraped 13 seconds
// after the minute.
func liveSeries(name string, from, to time.Time) []recording.Series {
	var out []recording.Series
	for code, perMinute := range map[string]float64{"200": 10, "500": 1} {
		s := recording.Series{Labels: labels.FromStrings(model.MetricNameLabel, "live_requests_total", "run", name,
			"workload", "live", "code", code, "instance", "live", "job", "live")}
		for i, at := 0, from; at.Before(to); i, at = i+1, at.Add(time.Minute) {
			s.Samples = append(s.Samples,
				recording.Sample{Ms: at.Add(13 * time.Second).UnixMilli(), V: perMinute * float64(i)})
		}
		out = append(out, s)
	}
	return out
}

// live checks that the counts at an instant are those of the samples up to it: one of each counter
// a minute, the first of which is the baseline.
func (a *querier) live(ctx context.Context, d *differences, name string, minutes int, at time.Time) error {
	frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "inline": liveInline(name)}, at.Add(-time.Hour),
		at)
	if err != nil {
		return err
	}
	r := rowsOf(frames[0])
	i, ok := r.find(map[string]string{"workload": "live"})
	if !ok {
		d.add("%s: no row", name)
		return nil
	}
	d.count(name+" events", r.number(i, "events"), 11*float64(minutes))
	d.count(name+" bad", r.number(i, "bad"), float64(minutes))
	return nil
}

// readAgain is the time after which unsettled cells are read again.
const readAgain = 6 * time.Second

// lateSamples queries before the newest samples, and some earlier ones, have arrived. Then they
// arrive out of order.
func (f *arena) lateSamples(ctx context.Context, d *differences) (string, error) {
	a, err := f.querier(f.backend.URL, nil)
	if err != nil {
		return "", err
	}
	now := time.Now().Truncate(time.Minute)
	from, write := now.Add(-2*time.Hour), f.backend.URL+"/api/v1/write"
	all := liveSeries("late", from, now)
	ms := func(before time.Duration) int64 { return now.Add(-before).UnixMilli() }
	hole := recording.Joined(recording.Between(all, 0, ms(8*time.Minute)),
		recording.Between(all, ms(6*time.Minute), ms(4*time.Minute)))
	if err := recording.Push(ctx, write, nil, hole); err != nil {
		return "", err
	}
	// the increase over the hole is counted, the last four minutes are not
	if err := a.live(ctx, d, "late", 115, now); err != nil {
		return "", err
	}
	for _, part := range [][]recording.Series{
		recording.Between(all, ms(4*time.Minute), ms(0)),
		recording.Between(all, ms(8*time.Minute), ms(6*time.Minute)),
	} {
		if err := recording.Push(ctx, write, nil, part); err != nil {
			return "", err
		}
	}
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-time.After(readAgain):
	}
	return "the truth of what had come, then of all", a.live(ctx, d, "late", 119, now)
}

// clockSkew queries with samples four minutes ahead of the plugin's clock, and at an instant four
// minutes ahead of the samples.
func (f *arena) clockSkew(ctx context.Context, d *differences) (string, error) {
	a, err := f.querier(f.backend.URL, nil)
	if err != nil {
		return "", err
	}
	now := time.Now().Truncate(time.Minute)
	write := f.backend.URL + "/api/v1/write"
	if err := recording.Push(ctx, write, nil,
		liveSeries("ahead", now.Add(-time.Hour), now.Add(4*time.Minute))); err != nil {
		return "", err
	}
	if err := recording.Push(ctx, write, nil,
		liveSeries("behind", now.Add(-time.Hour), now.Add(-4*time.Minute))); err != nil {
		return "", err
	}
	if err := a.live(ctx, d, "ahead", 59, now); err != nil {
		return "", err
	}
	// An instant in the future of the plugin's clock is truncated to the current minute.
	requested := &differences{}
	if err := a.live(ctx, requested, "ahead", 59, now.Add(4*time.Minute)); err != nil {
		return "", err
	}
	if time.Since(now) < time.Minute {
		d.texts = append(d.texts, requested.texts...)
	}
	return "the truth up to the present minute", a.live(ctx, d, "behind", 55, now)
}
