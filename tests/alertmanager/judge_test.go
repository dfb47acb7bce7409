//go:build suite

package alertmanager

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/tests/suite"
)

func keys(a alerts) []string { return slices.Sorted(maps.Keys(a)) }

// judge checks two properties. The state of the rules at a minute is the plugin's, or the plugin's
// one evaluation interval before. Each incident notified only its receiver, once when it began and
// once when it ended, within an interval of the plugin's minutes.
func (l *lab) judge(out io.Writer, minutes [][]minute) error {
	var sum summary
	var problems []error
	for i, s := range l.systems {
		if err := sum.judge(out, l.start, s, minutes[i]); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	return errors.Join(append(problems, suite.Result(sum))...)
}

func (sum *summary) judge(out io.Writer, start time.Time, s *system, minutes []minute) error {
	var problems []error
	got := s.receivers.all()
	sum.Systems, sum.Minutes, sum.Messages = append(sum.Systems, s.name), sum.Minutes+len(minutes),
		sum.Messages+len(got)
	for i, m := range minutes {
		before := m.plugin
		if i > 0 {
			before = minutes[i-1].plugin
		}
		for _, key := range []string{"fast page", "fast slack", "slow page", "slow slack"} {
			if m.rules[key] != m.plugin[key] && m.rules[key] != before[key] {
				sum.Differ++
				problems = append(problems,
					fmt.Errorf("minute %d: %s fires by the rules: %v, by the plugin: %v", i, key, m.rules[key],
						m.plugin[key]))
			}
		}
	}
	for _, key := range []string{"fast page", "slow slack"} {
		problems = append(problems, sum.notified(out, start, s, key, minutes, got)...)
	}
	if len(got) != 4 {
		problems = append(problems, fmt.Errorf("%d messages instead of 4: %+v", len(got), got))
	}
	return errors.Join(problems...)
}

// notified checks the two messages about one alert.
func (sum *summary) notified(out io.Writer, start time.Time, s *system, key string, minutes []minute,
	got []notification,
) (problems []error) {
	workload, to, _ := strings.Cut(key, " ")
	var begins, ends time.Time // of the plugin
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
			problems = append(problems,
				fmt.Errorf("%d messages to %s about %s (resolved: %v) instead of one", len(messages), to, workload,
					resolved))
			continue
		}
		is, want, what := messages[0].Starts, begins, "fires"
		if resolved {
			is, want, what = messages[0].Ends, ends, "ends"
		}
		// The minute before the plugin's may already exceed the threshold. Alertmanager forwards
		// firing alerts within seconds.
		latest := 75*time.Second + s.delay
		if is.IsZero() { // a message to Slack has no time: its arrival counts
			is = messages[0].At
			if resolved {
				latest += time.Minute // group_interval
			}
		}
		apart := is.Sub(want)
		sum.MaxSeconds = max(sum.MaxSeconds, math.Abs(apart.Seconds()))
		_, _ = fmt.Fprintf(out, "%-10s %-10s %-5s plugin %s  rules %s  message %s  %+.0f s apart\n", s.name, key, what,
			clock(start, want), clock(start, is), clock(start, messages[0].At), apart.Seconds())
		if apart < -time.Minute || apart > latest {
			problems = append(problems, fmt.Errorf("%s %s %.0f s from the plugin's minute", key, what, apart.Seconds()))
		}
	}
	return problems
}

func clock(start, t time.Time) string {
	d := t.Sub(start).Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
