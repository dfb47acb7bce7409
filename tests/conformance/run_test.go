//go:build suite

// Package conformance compares the built plugin's results with a known truth on real servers of the
// Prometheus family. Every server has the same month of samples, and receives every type of query.
// Then faults are injected. `go tool mage conformance` and `go tool mage soak` run it. The build
// tag keeps it out of `go test ./...`.
package conformance

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/conformance/month"
	"github.com/burnline/burnline/tests/suite"
)

func TestMain(m *testing.M) { suite.Main(m) }

// outcome is the result of one case on one server.
type outcome struct {
	server, check string
	worst         float64 // error of a count, percent
	err           error   // reason of a failure
	cannot        string  // reason why the server cannot, from the plugin's error
	without       string  // reason why it was not run
	description   string  // result of the plugin during a fault
}

// result is the last line of the suite.
type result struct {
	Servers            int     `json:"servers"`
	Cases              int     `json:"cases"`
	Failed             int     `json:"failed"`
	MaxAbsErrorPercent float64 `json:"maxAbsErrorPercent"`
}

// TestSuiteServers sends every query to every server and prints the table and one line of JSON. It
// fails if any result differs from the truth. CONFORMANCE selects servers, separated by commas,
// `compose` for docker-compose.yaml, and `faults`, or `faults/slow` for faults with this name.
// `late`, or `late/stalled`, are faults of time and of unequal replicas on several products.
func TestSuiteServers(t *testing.T) { suite.Run(t, run) }

func run(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	all, err := load(ctx, project)
	if err != nil {
		return err
	}
	selected, err := openLab(ctx, project, "conformance")
	if err != nil {
		return err
	}
	defer selected.close()
	breaking, err := openLab(ctx, project, "faults") // a separate process, which is measured
	if err != nil {
		return err
	}
	defer breaking.close()
	composing, err := openLab(ctx, project, "compose")
	if err != nil {
		return err
	}
	defer composing.close()
	belated, err := openLab(ctx, project, "late")
	if err != nil {
		return err
	}
	defer belated.close()
	var columns, faults, composed, late []outcome
	requested := chosen(servers())
	if err := known(os.Getenv("CONFORMANCE"), servers(), new(arena).trials()); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		columns, err = selected.checkAll(gctx, requested, all)
		return err
	})
	g.Go(func() (err error) { // mostly waits
		faults, err = breaking.faults(gctx, all)
		return err
	})
	g.Go(func() (err error) {
		composed, err = composing.compose(gctx)
		return err
	})
	g.Go(func() (err error) {
		late, err = belated.late(gctx, all)
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	return report(len(requested), slices.Concat(columns, composed, faults, late))
}

// known returns an error for a name in CONFORMANCE that selects nothing.
func known(names string, servers []server, trials []trial) error {
	if names == "" {
		return nil
	}
	may := []string{composeFile, faultNames, lateNames}
	for _, s := range servers {
		may = append(may, s.name)
	}
	for _, name := range strings.Split(names, ",") {
		word, ofFaults := strings.CutPrefix(name, faultNames+"/")
		lateWord, ofLate := strings.CutPrefix(name, lateNames+"/")
		if ofLate &&
			slices.ContainsFunc(lateFaults(), func(f lateFault) bool { return strings.Contains(f.name, lateWord) }) {
			continue
		}
		if slices.Contains(may, name) ||
			ofFaults && slices.ContainsFunc(trials, func(t trial) bool { return strings.Contains(t.name, word) }) {
			continue
		}
		return fmt.Errorf("CONFORMANCE=%s: %q chooses nothing. Give some of %s, or %s/ and a word of a fault", names,
			name, strings.Join(may, ", "), faultNames)
	}
	return nil
}

func chosen(all []server) []server {
	names := os.Getenv("CONFORMANCE")
	if names == "" {
		return all
	}
	var out []server
	for _, s := range all {
		for _, name := range strings.Split(names, ",") {
			if s.name == name {
				out = append(out, s)
			}
		}
	}
	return out
}

// checkAll checks one server after the other.
func (l *lab) checkAll(ctx context.Context, requested []server, all *samples) ([]outcome, error) {
	var out []outcome
	for _, s := range requested {
		got, err := l.hold(ctx, s, all)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		out = append(out, got...)
	}
	return out, nil
}

// hold starts a server and runs all checks on it.
func (l *lab) hold(ctx context.Context, s server, all *samples) ([]outcome, error) {
	running, err := s.start(ctx, l.project, all)
	if err != nil && s.optional && ctx.Err() == nil {
		return []outcome{{server: s.name, check: "start", without: err.Error()}}, nil
	}
	if err != nil {
		return nil, err
	}
	defer running.stop()
	source, err := l.source(settings{url: running.url, catalog: month.Catalog, json: s.settings})
	if err != nil {
		return nil, err
	}
	a := &querier{lab: l, truth: all.month.Truth, source: source}
	var out []outcome
	err = l.project.Report.Step("ask "+s.name, func() error {
		for _, c := range checks() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			out = append(out, s.judge(ctx, a, c))
		}
		for _, c := range all.cases {
			other := s.instead["case "+c.name]
			o, err := l.holdCase(ctx, s, running.url, c.name, string(c.Catalog),
				c.shifted(s.shift).expecting(other).ask)
			if err != nil {
				return err
			}
			if o.description = other.why; o.err != nil || o.without != "" {
				o.description = ""
			}
			out = append(out, o)
		}
		for _, c := range all.signals {
			o, err := l.holdCase(ctx, s, running.url, c.name, "",
				func(ctx context.Context, a *querier, d *differences) error {
					return c.ask(ctx, a, d, time.Unix(0, 0).Add(s.shift))
				})
			if err != nil {
				return err
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// holdCase runs the check of one case file. A proxy separates its series from the others.
func (l *lab) holdCase(ctx context.Context, s server, url, name, catalog string,
	run func(context.Context, *querier, *differences) error,
) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	if why, ok := s.without["case "+name]; ok {
		return outcome{server: s.name, check: "case " + name, without: why}, nil
	}
	p, err := startProxy(ctx, url)
	if err != nil {
		return outcome{}, err
	}
	defer p.close()
	p.set(only(caseLabel, name))
	source, err := l.source(settings{url: p.url, catalog: catalog, json: s.settings})
	if err != nil {
		return outcome{}, err
	}
	return s.judge(ctx, &querier{lab: l, source: source}, check{"case " + name, run}), nil
}

// judge runs one check.
func (s server) judge(ctx context.Context, a *querier, c check) outcome {
	d := &differences{}
	err := c.run(ctx, a, d)
	out := outcome{server: s.name, check: c.name, worst: d.worst}
	if unable, ok := s.cannot[c.name]; ok {
		switch {
		case err == nil:
			out.err = fmt.Errorf("the plugin must say %q, but answered", unable.message)
		case !strings.Contains(err.Error(), unable.message):
			out.err = fmt.Errorf("the plugin must say %q, but said: %w", unable.message, err)
		default:
			out.cannot = unable.why
		}
		return out
	}
	if out.err = err; err == nil {
		out.err = d.err()
	}
	return out
}
