package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

// StoryReport is the difference of breakdowns by revision, and of changes, from the truth.
type StoryReport struct {
	Versions int      `json:"versions"` // rows of breakdowns by revision
	Stories  int      `json:"stories"`
	Wrong    []string `json:"wrong"`
}

// storyRange is the time range in which changes are compared: the one of the dashboard "What spent
// the budget".
const storyRange = 24 * time.Hour

// seenWithin is the longest time between a change and the time of its row.
const seenWithin = 15 * time.Minute

// Stories compares the breakdown by revision of each story's SLO with the generator's counts, to
// the event, and the first change of each story with the one that made requests fail.
func (d *Demo) Stories(ctx context.Context, instant time.Time) (StoryReport, error) {
	instant = instant.Truncate(time.Minute)
	report := StoryReport{Wrong: []string{}}
	if err := use(d.Cluster, d.Stack.Kubernetes); err != nil {
		return report, err
	}
	stories, err := d.Stack.Stories(ctx)
	if err != nil {
		return report, err
	}
	truths, err := d.Stack.SLOTruths(ctx, instant, demoWindow)
	if err != nil {
		return report, err
	}
	bySLO := map[string][]stack.Story{}
	for _, s := range stories {
		bySLO[s.SLO] = append(bySLO[s.SLO], s)
	}
	for _, slo := range slices.Sorted(maps.Keys(bySLO)) {
		if err := d.compareVersions(ctx, slo, instant, truths, &report); err != nil {
			return report, err
		}
		if err := d.compareChanges(ctx, slo, instant, bySLO[slo], &report); err != nil {
			return report, err
		}
	}
	if len(report.Wrong) > 0 {
		return report,
			fmt.Errorf("%d of %d versions and %d stories are wrong:\n%s", len(report.Wrong), report.Versions,
				report.Stories, strings.Join(report.Wrong, "\n"))
	}
	return report, nil
}

// workloadColumns are the columns of a workload's name in the SLOs of stories.
var workloadColumns = []string{"workload", "k8s_deployment_name"}

func workloadOf(frame *data.Frame, row int) string {
	for _, name := range workloadColumns {
		if field, _ := frame.FieldByName(name); field != nil {
			return text(frame, name, row)
		}
	}
	return ""
}

func (d *Demo) askStory(ctx context.Context, query map[string]any, from, to time.Time) (*data.Frame, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	frames, err := d.Host.Ask(ctx, d.Cluster, pluginhost.Query{JSON: query, From: from, To: to})
	if err != nil {
		return nil, err
	}
	return frames[0], nil
}

func (d *Demo) compareVersions(ctx context.Context, slo string, instant time.Time, truths []stack.SLOTruth,
	report *StoryReport,
) error {
	frame, err := d.askStory(ctx, map[string]any{
		"queryType": "burners", "slos": []string{slo},
		"burners": map[string]any{"by": []string{"revision"}, "top": 100},
	}, instant.Add(-storyRange), instant)
	if err != nil {
		return err
	}
	type key struct{ workload, revision string }
	type count struct{ events, bad float64 }
	known := map[key]count{}
	for _, t := range truths {
		if t.SLO != slo {
			continue
		}
		k := key{t.Labels[workloadColumns[0]] + t.Labels[workloadColumns[1]], t.Labels["revision"]}
		known[k] = count{known[k].events + t.Events, known[k].bad + t.Bad}
	}
	for i := range frame.Rows() {
		k := key{workloadOf(frame, i), text(frame, "revision", i)}
		report.Versions++
		if got := (count{*number(frame, "events", i), *number(frame, "bad", i)}); got != known[k] {
			report.Wrong = append(report.Wrong, fmt.Sprintf("%s %+v: %+v, the truth is %+v", slo, k, got, known[k]))
		}
		delete(known, k)
	}
	for k, c := range known {
		if c.bad > 0 {
			report.Wrong = append(report.Wrong, fmt.Sprintf("%s %+v: no row, the truth is %+v", slo, k, c))
		}
	}
	return nil
}

func (d *Demo) compareChanges(ctx context.Context, slo string, instant time.Time, stories []stack.Story,
	report *StoryReport,
) error {
	frame, err := d.askStory(ctx,
		map[string]any{"queryType": "changes", "slos": []string{slo}, "changes": map[string]any{"top": 5}},
		instant.Add(-storyRange), instant)
	if err != nil {
		return err
	}
	for _, s := range stories {
		report.Stories++
		if problem := storyProblem(frame, s); problem != "" {
			report.Wrong = append(report.Wrong,
				fmt.Sprintf("%s/%s: %s: %s", s.Namespace, s.Workload, s.Scenario, problem))
		}
	}
	return nil
}

// storyProblem compares the first change of a story's workload.
func storyProblem(frame *data.Frame, s stack.Story) string {
	for i := range frame.Rows() {
		if workloadOf(frame, i) != s.Workload {
			continue
		}
		kind, likelihood, revision := text(frame, "change_kind", i), text(frame, "likelihood", i),
			text(frame, "revision", i)
		field, _ := frame.FieldByName("time")
		at, _ := field.At(i).(time.Time)
		first := fmt.Sprintf("the first change is %s %s at %s, %s", kind, revision, at.Format("15:04"), likelihood)
		late := at.Sub(time.UnixMilli(s.AtMS))
		switch {
		case s.Kind == "" && likelihood != "unlikely":
			return first + ", and no change is the cause"
		case s.Kind != "" &&
			(kind != s.Kind || revision != s.Revision || likelihood == "unlikely" || late < -seenWithin ||
				late > seenWithin):
			return fmt.Sprintf("%s, the cause is %s %s at %s", first, s.Kind, s.Revision,
				time.UnixMilli(s.AtMS).UTC().Format("15:04"))
		}
		return ""
	}
	return "no change"
}
