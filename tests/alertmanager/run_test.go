//go:build suite

// Package alertmanager loads exported rules and routes into real servers: Prometheus, Mimir with its
// own Alertmanager, and Thanos Ruler. Two incidents happen. The suite compares what the pager and
// Slack receive, and when, with the states of the plugin's own alerts at every minute. Start reading
// at run.
package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/tests/suite"
)

// lab is the running plugin with all systems.
type lab struct {
	start   time.Time
	systems []*system
	plugin  *pluginhost.Host
}

// TestSuiteNotifications takes about 16 minutes: rules are evaluated in real time. It prints a
// table and ends with a line of JSON.
func TestSuiteNotifications(t *testing.T) { suite.Run(t, run) }

func TestMain(m *testing.M) { suite.Main(m) }

func run(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	l := &lab{}
	defer l.close()
	dir, err := os.MkdirTemp("", "burnline-alertlab-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := l.open(ctx, project, dir); err != nil {
		return err
	}
	minutes, err := l.watch(ctx)
	if err != nil {
		return err
	}
	return l.judge(os.Stderr, minutes)
}

// startsWithin is the maximum time for all systems to start.
const startsWithin = 90 * time.Second

func (l *lab) open(ctx context.Context, project *stack.Project, dir string) error {
	binary, err := project.Plugin(ctx)
	if err != nil {
		return err
	}
	c, problems := catalog.Parse([]byte(definition))
	if err := problems.Err(); err != nil {
		return err
	}
	in := &input{project: project, dir: dir, slos: c.SLOs}
	if err := in.build(ctx); err != nil { // before the clock starts
		return err
	}
	l.start = time.Now().Add(startsWithin).Truncate(time.Minute)
	if in.blocks, err = write(dir, l.start); err != nil {
		return fmt.Errorf("make up the incidents: %w", err)
	}
	if l.plugin, err = pluginhost.Start(binary, io.Discard); err != nil {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	for _, one := range []struct {
		*system
		start start
	}{
		{&system{name: "prometheus"}, startPrometheus},
		{&system{name: "thanos"}, startThanos},
		{&system{name: "mimir", delay: time.Minute, tenant: tenant}, startMimir}, // ruler_evaluation_delay_duration
	} {
		l.systems = append(l.systems, one.system)
		group.Go(func() error { return one.open(gctx, in, one.start) })
	}
	return group.Wait()
}

func (l *lab) close() {
	for _, s := range l.systems {
		s.close()
	}
	if l.plugin != nil {
		l.plugin.Kill()
	}
}

// alerts are the firing alerts by "workload severity".
type alerts map[string]bool

// minute is the firing alerts at its end.
type minute struct {
	end    time.Time
	plugin alerts
	rules  alerts // evaluated up to a minute before
}

// watch queries the plugin soon after every minute, and the rules after all of them. The result has
// the minutes of every system.
func (l *lab) watch(ctx context.Context) ([][]minute, error) {
	out := make([][]minute, len(l.systems))
	for end := l.start; !end.After(l.start.Add(lasts)); end = end.Add(time.Minute) {
		if err := waitUntil(ctx, end.Add(20*time.Second)); err != nil {
			return nil, err
		}
		for i, s := range l.systems {
			plugin, err := l.pluginAlerts(ctx, s, end)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			out[i] = append(out[i], minute{end: end, plugin: plugin})
			fmt.Fprintf(os.Stderr, "  %2d min: %-10s plugin %v\n", int(end.Sub(l.start).Minutes()), s.name,
				keys(plugin))
		}
	}
	if err := waitUntil(ctx, l.start.Add(lasts+settles)); err != nil {
		return nil, err
	}
	for i, s := range l.systems {
		for j := range out[i] {
			var err error
			if out[i][j].rules, err = s.ruleAlerts(ctx, out[i][j].end); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return out, nil
}

func waitUntil(ctx context.Context, at time.Time) error {
	select {
	case <-time.After(time.Until(at)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *lab) pluginAlerts(ctx context.Context, s *system, at time.Time) (alerts, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	frames, err := l.plugin.Ask(ctx, s.source,
		pluginhost.Query{
			JSON: map[string]any{"queryType": "alerts"}, From: at.Add(-10 * time.Minute), To: at,
			Alerting: true,
		})
	if err != nil {
		return nil, err
	}
	out := alerts{}
	for _, f := range frames {
		if len(f.Fields) != 1 {
			return nil, errors.New("the plugin found no series")
		}
		labels := f.Fields[0].Labels
		value, err := f.Fields[0].NullableFloatAt(0)
		if err != nil || value == nil {
			return nil, fmt.Errorf("%v is not measured: %w", labels, err)
		}
		if *value == 1 {
			out[labels["workload"]+" "+labels["severity"]] = true
		}
	}
	return out, nil
}

// summary is the last line of the lab, with numbers of all systems.
type summary struct {
	Systems  []string `json:"systems"`
	Minutes  int      `json:"minutes"`
	Differ   int      `json:"minutesThatDiffer"` // beyond one evaluation interval
	Messages int      `json:"messages"`
	// The largest difference between a message and the plugin's minute, in seconds.
	MaxSeconds float64 `json:"maxSecondsApart"`
}
