//go:build suite

package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/pkg/prom"
)

// The two fleets: 100 long-lived series at 15 s, and 3 replicas at 60 s that are replaced every 6 h
// (363 pods in 30 d).
const (
	fleetLong  = "long"
	fleetChurn = "churn"
)

const (
	wallRounds    = 5
	historyRounds = 2
	historyPoints = 360
	// freshWait is longer than the plugin reuses unsettled cells: a refresh after it reads them
	// again, as one a minute later does.
	freshWait = 6 * time.Second
)

type upstreamResult struct {
	Seed uint64 `json:"seed"`
	// time of a first summary, relative to the 16 instant queries, 8 at a time; long-lived
	ColdWallRatio      float64 `json:"coldWallRatio"`
	ColdWallRatioChurn float64 `json:"coldWallRatioChurn"`
	// CPU time of server and plugin for it, relative to the server's for the 16 queries
	ColdCPURatio      float64 `json:"coldCpuRatio"`
	ColdCPURatioChurn float64 `json:"coldCpuRatioChurn"`
	// samplesRead for it, relative to the existing samples in its 31 d: informational
	ColdRatio      float64 `json:"coldRatio"`
	ColdRatioChurn float64 `json:"coldRatioChurn"`
	// samples read a minute later, in percent of the existing ones in the 31 d; the worse fleet
	RefreshPercent     float64 `json:"refreshPercent"`
	RefreshOfCold      float64 `json:"refreshOfColdPercent"` // and in percent of those of the first
	HistorySpeedupCold float64 `json:"historySpeedupCold"`
	HistorySpeedupWarm float64 `json:"historySpeedupWarm"`
	// samples that its rules read in an hour, relative to Burnline's, queried every minute; the worse fleet
	VsPyrraPerHour float64      `json:"vsPyrraPerHour"`
	VsSlothPerHour float64      `json:"vsSlothPerHour"`
	Fleets         []fleetReads `json:"fleets"`
}

type fleetReads struct {
	Name            string  `json:"name"`
	Exist           float64 `json:"exist"` // samples of the total's series in the 31 d of a summary
	Cold            reads   `json:"cold"`
	Refresh         reads   `json:"refresh"`
	PyrraPerHour    float64 `json:"pyrraPerHour"`
	SlothPerHour    float64 `json:"slothPerHour"`
	ColdSeconds     float64 `json:"coldSeconds"` // medians
	ByHandSeconds   float64 `json:"byHandSeconds"`
	OneByOneSeconds float64 `json:"byHandOneByOneSeconds"`
	ColdCost        cost    `json:"coldCost"` // medians
	ByHandCost      cost    `json:"byHandCost"`
	OneByOneCost    cost    `json:"byHandOneByOneCost"`
	HistoryByHand   float64 `json:"historyByHandSeconds,omitempty"`
	HistoryCold     float64 `json:"historyColdSeconds,omitempty"`
	HistoryWarm     float64 `json:"historyWarmSeconds,omitempty"`
}

// upstream measures the samples that the server reads, and the time, for Burnline and for the usual
// queries and rules.
func upstream(ctx context.Context) error {
	return run(ctx, "upstream", true, func(ctx context.Context, l *lab) (any, error) {
		r, err := l.upstream(ctx)
		if err != nil {
			return nil, err
		}
		return r, nil
	})
}

func (l *lab) upstream(ctx context.Context) (*upstreamResult, error) {
	out := &upstreamResult{}
	var err error
	if out.Seed, err = seed(); err != nil {
		return nil, err
	}
	direct, err := newPrometheus(l.server.URL)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{fleetLong, fleetChurn} {
		f, err := l.countReads(ctx, direct, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := l.time(ctx, direct, &f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out.RefreshPercent = max(out.RefreshPercent, significant(100*float64(f.Refresh.Samples)/f.Exist))
		out.RefreshOfCold = max(out.RefreshOfCold, significant(100*float64(f.Refresh.Samples)/float64(f.Cold.Samples)))
		hour := float64(f.Cold.Samples + 59*f.Refresh.Samples)
		out.VsPyrraPerHour = least(out.VsPyrraPerHour, significant(f.PyrraPerHour/hour))
		out.VsSlothPerHour = least(out.VsSlothPerHour, significant(f.SlothPerHour/hour))
		out.Fleets = append(out.Fleets, f)
	}
	long, churn := out.Fleets[0], out.Fleets[1]
	out.ColdRatio = significant(float64(long.Cold.Samples) / long.Exist)
	out.ColdRatioChurn = significant(float64(churn.Cold.Samples) / churn.Exist)
	out.ColdWallRatio = significant(long.ColdSeconds / long.ByHandSeconds)
	out.ColdWallRatioChurn = significant(churn.ColdSeconds / churn.ByHandSeconds)
	out.ColdCPURatio, out.ColdCPURatioChurn = long.coldCPURatio(), churn.coldCPURatio()
	out.HistorySpeedupCold = significant(long.HistoryByHand / long.HistoryCold)
	out.HistorySpeedupWarm = significant(long.HistoryByHand / long.HistoryWarm)
	return out, nil
}

// coldCPURatio is the CPU time of server and plugin, relative to the server's for the queries by
// hand.
func (f fleetReads) coldCPURatio() float64 {
	return ratio(f.ColdCost.ServerCPU+f.ColdCost.PluginCPU, f.ByHandCost.ServerCPU)
}

func least(a, b float64) float64 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// countReads counts the samples of a first summary, its refresh, and the rules of other tools.
func (l *lab) countReads(ctx context.Context, direct prometheus, name string) (fleetReads, error) {
	out := fleetReads{Name: name}
	c, err := startCounter(ctx, l.server.URL)
	if err != nil {
		return out, err
	}
	defer c.close()
	source, err := l.source(c.url, catalogOf(name))
	if err != nil {
		return out, err
	}
	at := time.Now().Truncate(time.Minute).Add(-time.Minute)
	if out.Exist, err = direct.scalar(ctx, fmt.Sprintf("sum(count_over_time(%s[31d]))", totalOf(name)),
		at); err != nil {
		return out, err
	}
	if _, err := l.summary(ctx, source, name, at); err != nil {
		return out, err
	}
	out.Cold = c.reads()
	if err := waitUntilStale(ctx); err != nil {
		return out, err
	}
	refreshed, err := l.summary(ctx, source, name, at.Add(time.Minute))
	if err != nil {
		return out, err
	}
	out.Refresh = c.reads().minus(out.Cold)
	if err := l.sameFromScratch(ctx, name, at.Add(time.Minute), refreshed); err != nil {
		return out, err
	}
	counted, err := newPrometheus(c.url)
	if err != nil {
		return out, err
	}
	if out.PyrraPerHour, err = counted.samplesPerHour(ctx, c, pyrraRules(name), at); err != nil {
		return out, err
	}
	if out.SlothPerHour, err = counted.samplesPerHour(ctx, c, slothRules(name), at); err != nil {
		return out, err
	}
	out.SlothPerHour += slothRecordedPerHour
	l.write("%s: %.0f samples exist, cold reads %d in %d requests, refresh %d in %d. An hour of rules: Pyrra %.3g, Sloth %.3g", name, out.Exist,
		out.Cold.Samples, out.Cold.Requests, out.Refresh.Samples, out.Refresh.Requests, out.PyrraPerHour,
		out.SlothPerHour)
	return out, nil
}

// sameFromScratch fails if a refreshed summary differs from a new one.
func (l *lab) sameFromScratch(ctx context.Context, name string, at time.Time, refreshed float64) error {
	source, err := l.source(l.server.URL, catalogOf(name))
	if err != nil {
		return err
	}
	scratch, err := l.summary(ctx, source, name, at)
	if err == nil && scratch != refreshed {
		err = fmt.Errorf("a refreshed summary counts %v bad events, a new one at the same instant %v", refreshed,
			scratch)
	}
	return err
}

// summary returns the count of bad events.
func (l *lab) summary(ctx context.Context, source *pluginhost.DataSource, name string, at time.Time) (float64, error) {
	frames, err := l.ask(ctx, source, map[string]any{"queryType": "summary", "slos": []string{name}},
		at.Add(-time.Hour), at, 60)
	if err != nil {
		return 0, err
	}
	bad := number(frames[0], "slo", name, "bad")
	if bad != bad {
		return 0, fmt.Errorf("the summary has no row for %s", name)
	}
	return bad, nil
}

// time measures seconds. Plugin and queries by hand alternate.
func (l *lab) time(ctx context.Context, direct prometheus, f *fleetReads) error {
	var cold, hand, oneByOne []cost
	m := meter{l.server.PIDs(), l.host.PID()}
	add := func(to *[]cost, f func() error) error {
		c, err := m.measure(f)
		*to = append(*to, c)
		return err
	}
	at := time.Now().Truncate(time.Minute).Add(-time.Minute)
	for range wallRounds {
		if err := add(&hand,
			func() error { return direct.instants(ctx, byHand(f.Name), at, handConcurrency) }); err != nil {
			return err
		}
		source, err := l.source(l.server.URL, catalogOf(f.Name))
		if err != nil {
			return err
		}
		if err := add(&cold, func() error { _, err := l.summary(ctx, source, f.Name, at); return err }); err != nil {
			return err
		}
		if err := add(&oneByOne, func() error { return direct.instants(ctx, byHand(f.Name), at, 1) }); err != nil {
			return err
		}
	}
	f.ColdCost, f.ByHandCost, f.OneByOneCost = medians(cold), medians(hand), medians(oneByOne)
	f.ColdSeconds, f.ByHandSeconds, f.OneByOneSeconds = f.ColdCost.Seconds, f.ByHandCost.Seconds, f.OneByOneCost.Seconds
	l.write("%s: cold %.3f s (processors %.3f + %.3f), by hand %.3f s (%.3f), one by one %.3f s", f.Name, f.ColdSeconds,
		f.ColdCost.ServerCPU,
		f.ColdCost.PluginCPU, f.ByHandSeconds, f.ByHandCost.ServerCPU, f.OneByOneSeconds)
	if f.Name != fleetLong {
		return nil
	}
	return l.timeHistory(ctx, direct, f)
}

func (l *lab) timeHistory(ctx context.Context, direct prometheus, f *fleetReads) error {
	to := time.Now().Truncate(time.Hour)
	from, step := to.Add(-window), window/historyPoints
	query := map[string]any{"queryType": "timeseries", "slos": []string{f.Name}, "metrics": []string{"budget"}}
	var hand, cold, warm []float64
	for range historyRounds {
		source, err := l.source(l.server.URL, catalogOf(f.Name))
		if err != nil {
			return err
		}
		ask := func() error {
			frames, err := l.ask(ctx, source, query, from.Add(step), to, historyPoints)
			if err == nil && (len(frames) != 1 || frames[0].Rows() < historyPoints-1) {
				err = fmt.Errorf("the history has %d frames, want one of %d points", len(frames), historyPoints)
			}
			return err
		}
		took, err := stopwatch(ask)
		if err != nil {
			return err
		}
		cold = append(cold, took)
		if err := waitUntilStale(ctx); err != nil {
			return err
		}
		for range wallRounds {
			if took, err = stopwatch(ask); err != nil {
				return err
			}
			warm = append(warm, took)
		}
		took, err = stopwatch(func() error {
			_, _, err := direct.QueryRange(ctx, historyByHand(f.Name),
				prom.Range{Start: from.Add(step), End: to, Step: step})
			return err
		})
		if err != nil {
			return err
		}
		hand = append(hand, took)
		l.write("%s: history by hand %.2f s, cold %.3f s, warm %.4f s", f.Name, took, cold[len(cold)-1], median(warm))
	}
	f.HistoryByHand, f.HistoryCold, f.HistoryWarm = significant(median(hand)), significant(median(cold)),
		significant(median(warm))
	return nil
}

func stopwatch(f func() error) (seconds float64, err error) {
	start := time.Now()
	err = f()
	return time.Since(start).Seconds(), err
}

// waitUntilStale waits for freshWait, or until ctx ends.
func waitUntilStale(ctx context.Context) error {
	select {
	case <-time.After(freshWait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
