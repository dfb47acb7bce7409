//go:build suite

package conformance

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
)

// trial is one fault.
type trial struct {
	name, server string
	run          func(ctx context.Context, d *differences) (description string, err error)
}

// faultNames selects all faults in CONFORMANCE.
const faultNames = "faults"

// chosen reports whether CONFORMANCE selects all faults, or this one: `faults/slow` are those with
// this word in their names.
func (t trial) chosen() bool {
	all := os.Getenv("CONFORMANCE")
	return all == "" || slices.ContainsFunc(strings.Split(all, ","), func(name string) bool {
		word, ok := strings.CutPrefix(name+"/", faultNames+"/")
		return ok && strings.Contains(t.name, strings.TrimSuffix(word, "/"))
	})
}

// faults runs the faults one after the other, and checks for leaks in the plugin's process after
// each.
func (l *lab) faults(ctx context.Context, all *samples) ([]outcome, error) {
	if !slices.ContainsFunc(new(arena).trials(), trial.chosen) {
		return nil, nil
	}
	backend, err := l.project.ServePrometheus(ctx, all.whole)
	if err != nil {
		return nil, err
	}
	defer backend.Stop()
	p, err := startProxy(ctx, backend.URL)
	if err != nil {
		return nil, err
	}
	defer p.close()
	f := &arena{lab: l, all: all, backend: backend, proxy: p}
	var out []outcome
	err = l.project.Report.Step("make things fail", func() error {
		if err := f.warm(ctx); err != nil {
			return err
		}
		for _, t := range f.trials() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if !t.chosen() {
				continue
			}
			o, err := l.judgeFault(ctx, t)
			if err != nil {
				return err
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// warm queries once, so that permanent state of the plugin exists before it is measured, and counts
// the requests.
func (f *arena) warm(ctx context.Context) error {
	a, err := f.querier(f.proxy.url, nil)
	if err != nil {
		return err
	}
	err = a.summary(ctx, &differences{}, "availability")
	f.proxy.usual = f.proxy.requests.Load()
	return err
}

func (f *arena) trials() []trial {
	var out []trial
	const name = "prometheus-3.16"
	ways := onTheWay()
	ways["gzip bomb"] = bomb(" ")
	for _, fault := range slices.Sorted(maps.Keys(ways)) {
		out = append(out, trial{fault, name, func(ctx context.Context, d *differences) (string, error) {
			a, err := f.querier(f.proxy.url, nil)
			if err != nil {
				return "", err
			}
			return a.fault(ctx, d, f.proxy, ways[fault])
		}})
	}
	of := func(run func(context.Context, *samples, *differences) (string, error)) func(context.Context,
		*differences) (string, error) {
		return func(ctx context.Context, d *differences) (string, error) { return run(ctx, f.all, d) }
	}
	return append(out,
		trial{"server killed in mid-response", name, f.killed},
		trial{"gzip bomb of series", name, f.bombOfSeries},
		trial{"late and out-of-order samples", name, f.lateSamples},
		trial{"clock skew", name, f.clockSkew},
		trial{"10,000 requests at once", name, f.crowd},
		trial{"retention shorter than the window", name, of(f.shortRetention)},
		trial{"restart with data lost", name, of(f.dataLost)},
		trial{"store gateway down", "thanos", of(f.storeDown)},
		trial{"store gateway down, partial answers", "thanos", of(f.partialAnswers)},
		trial{"raw blocks gone", "thanos", of(f.noRaw)},
		trial{"raw blocks gone, 5m allowed", "thanos", of(f.downsampled)},
		trial{"tenant under tight limits", "mimir", of(f.limited)},
	)
}

// judgeFault runs a trial.
func (l *lab) judgeFault(ctx context.Context, t trial) (outcome, error) {
	before, err := l.usage(ctx)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{server: t.server, check: "fault: " + t.name}
	d := &differences{}
	out.description, out.err = t.run(ctx, d)
	if ctx.Err() != nil {
		return out, context.Cause(ctx)
	}
	if out.err == nil {
		out.err = d.err()
	}
	if out.err == nil {
		out.err = l.leak(ctx, before)
	}
	if out.err == nil {
		out.worst = d.worst
	}
	return out, nil
}
