//go:build suite

// Package alertmanager loads exported rules into a real Prometheus with a real Alertmanager, lets
// two incidents happen, and compares what the pager and Slack are told, and when, with the states
// of the plugin's own alerts at every minute.
package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/tests/suite"
)

// lab is what runs.
type lab struct {
	start     time.Time
	servers   *stack.Alerting
	receivers *receivers
	plugin    *pluginhost.Host
	source    *pluginhost.DataSource
}

// TestSuiteNotifications takes some twelve minutes: rules are evaluated by the clock on the wall.
// It prints a table and ends with a line of JSON.
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
	return judge(os.Stderr, l.start, minutes, l.receivers.all())
}

func (l *lab) open(ctx context.Context, project *stack.Project, dir string) error {
	binary, err := project.Plugin(ctx)
	if err != nil {
		return err
	}
	if _, err := project.Alertmanager(ctx); err != nil { // before the clock starts
		return err
	}
	if _, err := project.Prometheus(ctx); err != nil {
		return err
	}
	c, problems := catalog.Parse([]byte(definition))
	if err := problems.Err(); err != nil {
		return err
	}
	rules, _, err := export.Write(export.Prometheus, c.SLOs, export.Options{})
	if err != nil {
		return err
	}
	l.start = time.Now().Truncate(time.Minute).Add(time.Minute)
	if err := write(dir, l.start); err != nil {
		return fmt.Errorf("make up the incidents: %w", err)
	}
	if l.receivers, err = listen(ctx); err != nil {
		return err
	}
	if l.servers, err = project.StartAlerting(ctx, stack.AlertingSpec{Dir: dir, Rules: rules, Routes: l.receivers.routes()}); err != nil {
		return err
	}
	if l.plugin, err = pluginhost.Start(binary, io.Discard); err != nil {
		return err
	}
	l.source, err = pluginhost.NewDataSource(stack.DatasourceID, "lab", "lab", l.servers.PrometheusURL, map[string]string{"catalog": definition})
	return err
}

func (l *lab) close() {
	if l.plugin != nil {
		l.plugin.Kill()
	}
	if l.servers != nil {
		l.servers.Stop()
	}
	if l.receivers != nil {
		l.receivers.close()
	}
}

// alerts are those that fire, by "workload severity".
type alerts map[string]bool

// minute is what the plugin says at its end.
type minute struct {
	end    time.Time
	plugin alerts
	rules  alerts // Prometheus's ALERTS then: evaluated up to a minute before
}

// watch asks the plugin and Prometheus about every minute soon after it is over.
func (l *lab) watch(ctx context.Context) ([]minute, error) {
	var out []minute
	for end := l.start; !end.After(l.start.Add(lasts)); end = end.Add(time.Minute) {
		select {
		case <-time.After(time.Until(end.Add(20 * time.Second))):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		plugin, err := l.pluginAlerts(ctx, end)
		if err != nil {
			return nil, err
		}
		rules, err := l.ruleAlerts(ctx, end)
		if err != nil {
			return nil, err
		}
		out = append(out, minute{end, plugin, rules})
		fmt.Fprintf(os.Stderr, "  %2d min: plugin %v, rules %v\n", int(end.Sub(l.start).Minutes()), keys(plugin), keys(rules))
	}
	return out, nil
}

func (l *lab) pluginAlerts(ctx context.Context, at time.Time) (alerts, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	frames, err := l.plugin.Ask(ctx, l.source, pluginhost.Query{JSON: map[string]any{"queryType": "alerts"}, From: at.Add(-10 * time.Minute), To: at, Alerting: true})
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

// summary is the line that the lab ends with.
type summary struct {
	Minutes  int `json:"minutes"`
	Differ   int `json:"minutesThatDiffer"` // beyond one evaluation interval
	Messages int `json:"messages"`
	// The largest distance of a page's start or end from the plugin's minute, in seconds.
	MaxSeconds float64 `json:"maxSecondsApart"`
}
