//go:build suite

package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/changeworlds"
	"github.com/burnline/burnline/tests/recording"
	"github.com/burnline/burnline/tests/suite"
)

const (
	badRollouts    = 20
	otherIncidents = 200
	// maxFalseBlamePercent is the share of incidents without a bad rollout in which one is blamed.
	maxFalseBlamePercent = 5
)

type changesResult struct {
	Seed              uint64         `json:"seed"`
	BadRollouts       int            `json:"badRollouts"`
	Blamed            int            `json:"blamed"` // bad rollouts with their version in the first row
	Others            int            `json:"others"`
	FalseBlamePercent float64        `json:"falseBlamePercent"`
	FirstByCause      map[string]int `json:"firstByCause"` // incidents by cause and kind of the first likely row
	Month             changesCost    `json:"month"`        // of 30 days of one namespace
}

type changesCost struct {
	SummarySeconds  float64 `json:"summarySeconds"`  // cold, median
	ColdSeconds     float64 `json:"coldSeconds"`     // median
	ColdRatio       float64 `json:"coldRatio"`       // of the medians
	WarmRequests    int     `json:"warmRequests"`    // of a changes query after a summary
	RefreshRequests int     `json:"refreshRequests"` // of a changes query after itself
}

// changes queries the changes of seeded incidents on a real Prometheus. It fails if the version of
// a bad rollout is not first, or if innocent rollouts are blamed too often.
func changes(ctx context.Context) error {
	seed, err := seed()
	if err != nil {
		return err
	}
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	binary, err := project.Plugin(ctx)
	if err != nil {
		return err
	}
	l := &lab{project: project}
	defer l.close()
	begin := time.Date(2026, time.January, 5, 6, 0, 0, 0, time.UTC)
	end := begin.Add(changeworlds.Length)
	incidents := seededIncidents(seed, begin)
	dir, err := project.Made(fmt.Sprintf("bench/changes-%d", seed), []string{"tests/changeworlds", "tests/recording"},
		func(dir string) error {
			return project.Report.Step("write the incidents as a block", func() error {
				series, err := seriesOf(append(incidents, changeworlds.Month(end.Add(-changeworlds.MonthLength))))
				if err == nil {
					_, err = recording.WriteBlock(ctx, dir, series)
				}
				return err
			})
		})
	if err != nil {
		return err
	}
	blocks, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return err
	}
	if l.server, err = project.ServePrometheus(ctx, blocks); err != nil {
		return err
	}
	if err := l.startPlugin(binary); err != nil {
		return err
	}
	out, err := l.judgeChanges(ctx, incidents, end)
	if err != nil {
		return err
	}
	if out.Month, err = l.costOfChanges(ctx, end); err != nil {
		return err
	}
	out.Seed = seed
	if err := suite.Result(out); err != nil {
		return err
	}
	return out.judge()
}

func seededIncidents(seed uint64, begin time.Time) (out []*changeworlds.Incident) {
	for i := range uint64(badRollouts) {
		out = append(out, changeworlds.Bad(1000*seed+i, begin))
	}
	for i := range uint64(otherIncidents) {
		out = append(out, changeworlds.Other(1000*seed+i, begin))
	}
	return out
}

func seriesOf(incidents []*changeworlds.Incident) (out []recording.Series, err error) {
	for _, i := range incidents {
		for name, samples := range i.Series {
			labels, err := parser.NewParser(parser.Options{}).ParseMetric(name)
			if err != nil {
				return nil, err
			}
			out = append(out, recording.Series{Labels: labels, Samples: samples})
		}
	}
	return out, nil
}

// changesCatalog has the SLO over a day, for the incidents, and over a month.
func changesCatalog() string {
	return "slos:\n- " + changeworlds.SLO + "\n- " +
		strings.NewReplacer("name: requests", "name: month", "window: 1d", "window: 30d").Replace(changeworlds.SLO)
}

// askAbout sends a query of a type about a namespace in the hours before end.
func (l *lab) askAbout(ctx context.Context, source *pluginhost.DataSource, kind, name, namespace string, hours int,
	end time.Time,
) (*data.Frame, float64, error) {
	query := map[string]any{
		"queryType": kind, "slos": []string{name},
		"filters": []map[string]string{{"label": "namespace", "value": namespace}},
	}
	start := time.Now()
	frames, err := l.ask(ctx, source, query, end.Add(-time.Duration(hours)*time.Hour), end, 500)
	if err != nil {
		return nil, 0, fmt.Errorf("%s of %s: %w", kind, namespace, err)
	}
	return frames[0], time.Since(start).Seconds(), nil
}

// costRuns is how often the cold queries are measured.
const costRuns = 7

func (l *lab) costOfChanges(ctx context.Context, end time.Time) (out changesCost, err error) {
	var summaries, colds []float64
	for range costRuns {
		one, err := l.source(l.server.URL, changesCatalog())
		if err != nil {
			return out, err
		}
		other, err := l.source(l.server.URL, changesCatalog())
		if err != nil {
			return out, err
		}
		_, summary, err := l.askAbout(ctx, one, "summary", "month", "month", 24, end)
		if err != nil {
			return out, err
		}
		_, cold, err := l.askAbout(ctx, other, "changes", "month", "month", 24, end)
		if err != nil {
			return out, err
		}
		warm, _, err := l.askAbout(ctx, one, "changes", "month", "month", 24, end)
		if err != nil {
			return out, err
		}
		again, _, err := l.askAbout(ctx, one, "changes", "month", "month", 24, end)
		if err != nil {
			return out, err
		}
		summaries, colds = append(summaries, summary), append(colds, cold)
		out.WarmRequests, out.RefreshRequests = requestsOf(warm), requestsOf(again)
	}
	out.SummarySeconds, out.ColdSeconds = significant(median(summaries)), significant(median(colds))
	out.ColdRatio = significant(median(colds) / median(summaries))
	return out, nil
}

func (l *lab) judgeChanges(ctx context.Context, incidents []*changeworlds.Incident, end time.Time) (*changesResult,
	error,
) {
	out := &changesResult{FirstByCause: map[string]int{}}
	falselyBlamed := 0
	source, err := l.source(l.server.URL, changesCatalog())
	if err != nil {
		return nil, err
	}
	for _, i := range incidents {
		frame, _, err := l.askAbout(ctx, source, "changes", "requests", i.Namespace, 6, end)
		if err != nil {
			return nil, err
		}
		first := firstChange(frame)
		if i.Cause == changeworlds.CauseRollout {
			if out.BadRollouts++; first.kind == "rollout" && first.revision == i.Revision {
				out.Blamed++
			} else {
				l.write("%s: first is %+v, not %s", i.Namespace, first, i.Revision)
			}
			continue
		}
		out.Others++
		if first.likelihood == "unlikely" || first.kind == "" {
			first.kind = "none"
		}
		out.FirstByCause[i.Cause+"/"+first.kind]++
		if first.kind == "rollout" {
			falselyBlamed++
			l.write("%s: blames %s", i.Namespace, first.revision)
		}
	}
	out.FalseBlamePercent = 100 * float64(falselyBlamed) / float64(out.Others)
	return out, nil
}

type firstRow struct{ kind, revision, likelihood string }

// firstChange is the first row of the workload with the incident.
func firstChange(frame *data.Frame) (out firstRow) {
	text := func(name string, row int) string {
		f, _ := frame.FieldByName(name)
		if f == nil {
			return ""
		}
		v, _ := f.At(row).(string)
		return v
	}
	for row := range frame.Rows() {
		if text("workload", row) == changeworlds.Workload {
			return firstRow{text("change_kind", row), text("revision", row), text("likelihood", row)}
		}
	}
	return out
}

// requestsOf is the number of requests that an answer took.
func requestsOf(frame *data.Frame) int {
	custom, _ := frame.Meta.Custom.(map[string]any)
	cost, _ := custom["cost"].(map[string]any)
	n, _ := cost["queries"].(float64)
	return int(n)
}

func (r *changesResult) judge() error {
	var broken []string
	if r.Blamed < r.BadRollouts {
		broken = append(broken,
			fmt.Sprintf("%d of %d bad rollouts are not first", r.BadRollouts-r.Blamed, r.BadRollouts))
	}
	if r.FalseBlamePercent >= maxFalseBlamePercent {
		broken = append(broken,
			fmt.Sprintf("a rollout is blamed in %.1f %% of the other incidents", r.FalseBlamePercent))
	}
	if len(broken) > 0 {
		return errors.New(strings.Join(broken, "; "))
	}
	return nil
}
