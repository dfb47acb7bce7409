//go:build suite

package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/tests/suite"
)

func keys(a alerts) []string { return slices.Sorted(maps.Keys(a)) }

// ruleAlerts are Prometheus's firing alerts at a time.
func (l *lab) ruleAlerts(ctx context.Context, at time.Time) (alerts, error) {
	client, err := prom.New(l.servers.PrometheusURL, http.DefaultClient)
	if err != nil {
		return nil, err
	}
	matrix, _, err := client.Query(ctx, `ALERTS{alertstate="firing"}`, at)
	if err != nil {
		return nil, err
	}
	out := alerts{}
	for _, s := range matrix {
		out[string(s.Metric["workload"])+" "+string(s.Metric["severity"])] = true
	}
	return out, nil
}

// judge compares: the rules' state at a minute is the plugin's then, or one evaluation interval
// before; each incident told its receiver, and no other, once that it began and once that it ended,
// within an interval of the plugin's minutes.
func judge(out io.Writer, start time.Time, minutes []minute, got []notification) error {
	var problems []error
	s := summary{Minutes: len(minutes), Messages: len(got)}
	for i, m := range minutes {
		before := m.plugin
		if i > 0 {
			before = minutes[i-1].plugin
		}
		for _, key := range []string{"fast page", "fast slack", "slow page", "slow slack"} {
			if m.rules[key] != m.plugin[key] && m.rules[key] != before[key] {
				s.Differ++
				problems = append(problems, fmt.Errorf("minute %d: %s fires by the rules: %v, by the plugin: %v", i, key, m.rules[key], m.plugin[key]))
			}
		}
	}
	for _, key := range []string{"fast page", "slow slack"} {
		problems = append(problems, s.told(out, start, key, minutes, got)...)
	}
	if len(got) != 4 {
		problems = append(problems, fmt.Errorf("%d messages instead of 4: %+v", len(got), got))
	}
	return errors.Join(append(problems, suite.Result(s))...)
}

func (s *summary) told(out io.Writer, start time.Time, key string, minutes []minute, got []notification) (problems []error) {
	workload, to, _ := strings.Cut(key, " ")
	var begins, ends time.Time // by the plugin
	for _, m := range minutes {
		switch {
		case m.plugin[key] && begins.IsZero():
			begins = m.end
		case !m.plugin[key] && !begins.IsZero() && ends.IsZero():
			ends = m.end
		}
	}
	if begins.IsZero() || ends.IsZero() {
		return []error{fmt.Errorf("by the plugin %s did not fire and end: %v to %v", key, begins, ends)}
	}
	for _, resolved := range []bool{false, true} {
		var messages []notification
		for _, n := range got {
			if n.To == to && n.Workload == workload && n.Resolved == resolved {
				messages = append(messages, n)
			}
		}
		if len(messages) != 1 {
			problems = append(problems, fmt.Errorf("%d messages to %s about %s (resolved: %v) instead of one", len(messages), to, workload, resolved))
			continue
		}
		is, want, what := messages[0].Starts, begins, "fires"
		if resolved {
			is, want, what = messages[0].Ends, ends, "ends"
		}
		if is.IsZero() { // Slack is told no time but by when it comes
			is = messages[0].At
		}
		apart := is.Sub(want).Seconds()
		s.MaxSeconds = max(s.MaxSeconds, math.Abs(apart))
		_, _ = fmt.Fprintf(out, "%-10s %-5s plugin %s  rules %s  message %s  %+.0f s apart\n", key, what,
			clock(start, want), clock(start, is), clock(start, messages[0].At), apart)
		// The minute before the plugin's may already be over the factor, and Alertmanager passes a
		// message on within seconds.
		if apart < -60 || apart > 75 {
			problems = append(problems, fmt.Errorf("%s %s %.0f s from the plugin's minute", key, what, apart))
		}
	}
	return problems
}

func clock(start, t time.Time) string {
	d := t.Sub(start).Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
