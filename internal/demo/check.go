package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/stack"
)

// tolerancePoints is the maximum difference of a budget from the truth, in percentage points.
const tolerancePoints = 0.5

// settled returns the newest minute with all samples scraped, sent and stored.
func settled(now time.Time) time.Time { return now.Add(-time.Minute).Truncate(time.Minute) }

// report is the last line of Check. Numbers are null if unmeasured.
type report struct {
	Workloads      []workload     `json:"workloads"`
	MaxErrorPoints float64        `json:"maxErrorPoints"`
	Presets        PresetReport   `json:"presets"`
	Resources      ResourceReport `json:"resources"`
	Stories        StoryReport    `json:"stories"`
}

type workload struct {
	Name   string   `json:"name"`
	Budget *float64 `json:"budget"` // remaining, in percent
	Truth  *float64 `json:"truth"`  // the same
	P95    *float64 `json:"p95"`    // milliseconds
	RPS    *float64 `json:"rps"`
}

// Check runs the demo without its page. It compares every budget of the twelve workloads, every
// group of every preset's SLOs, the resources of every workload of the cluster, and the versions and
// changes of every story with the truth.
// It prints one line of JSON on stdout, and the rest on stderr. It fails above half a percentage
// point of a budget, above a hundred-thousandth of a count, on a wrong resource, version or change,
// and on a preset without results.
func Check(ctx context.Context) error {
	ctx, stop := process.WithSignals(ctx)
	defer stop()
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	project.AnyPrometheus = true
	d, err := Start(ctx, project)
	if err != nil {
		return err
	}
	defer d.Stop()
	rows, err := d.Rows(ctx, settled(time.Now()))
	if err != nil {
		return err
	}
	if err := printTable(os.Stderr, rows); err != nil {
		return err
	}
	var presets PresetReport
	presetsErr := project.Report.Step("count by every preset", func() (err error) {
		presets, err = d.Presets(ctx, settled(time.Now()))
		return err
	})
	var resources ResourceReport
	resourcesErr := project.Report.Step("measure what workloads use", func() (err error) {
		resources, err = d.Resources(ctx, settled(time.Now()))
		return err
	})
	var stories StoryReport
	storiesErr := project.Report.Step("find the causes of stories", func() (err error) {
		stories, err = d.Stories(ctx, settled(time.Now()))
		return err
	})
	return errors.Join(writeReport(os.Stdout, report{Presets: presets, Resources: resources, Stories: stories}, rows),
		presetsErr, resourcesErr, storiesErr)
}

func writeReport(out io.Writer, r report, rows []Row) error {
	r.Workloads, r.MaxErrorPoints = []workload{}, rounded(maxErrorPoints(rows), 6)
	for _, row := range rows {
		w := workload{
			Name: row.Name, Budget: scaled(row.Budget, 100), Truth: scaled(row.Truth, 100),
			RPS: scaled(row.PerSecond, 1),
		}
		if row.P95 != nil {
			p95 := rounded(row.P95.Seconds()*1000, 3)
			w.P95 = &p95
		}
		r.Workloads = append(r.Workloads, w)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s\n", line); err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("the plugin found no workload")
	}
	if r.MaxErrorPoints > tolerancePoints {
		return fmt.Errorf("a budget is %.3f percentage points from the truth; %.1f is the most allowed",
			r.MaxErrorPoints, tolerancePoints)
	}
	return nil
}

func scaled(v *float64, factor float64) *float64 {
	if v == nil {
		return nil
	}
	s := rounded(*v*factor, 6)
	return &s
}

func rounded(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}
