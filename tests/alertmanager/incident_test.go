//go:build suite

package alertmanager

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb"
)

// The incidents, in time from the start. Both spend the budget of the default policy's SLO of 99.9%
// over 30d: a page at 0.72% bad within an hour, Slack at 0.6% within six hours.
const (
	history = 8 * time.Hour    // before the start: six hours, and the time that shows that counters existed
	lasts   = 11 * time.Minute // after it
	// settles is the time after which all states of the last minute are recorded and all messages
	// are sent. Mimir evaluates a minute later, and Alertmanager sends resolved alerts once a
	// minute.
	settles = 3 * time.Minute
	scrape  = 15 * time.Second
	offset  = 7 * time.Second // of the scrapes, after the whole minute

	// fast: a fifth of the requests fails from 0:30 on, for three minutes. The hour exceeds 0.72%
	// in the third minute. The last five minutes have no errors from 8:30 on. Six hours reach
	// 0.17%.
	fastFrom, fastTo = 30 * time.Second, 210 * time.Second
	// slow: 0.66% has failed for 325 minutes. This exceeds 0.6% of six hours after 327.3 minutes,
	// soon after 2:00. The hour does not page. The incident ends at 5:00. The last half hour is
	// below 0.6% three minutes later.
	slowFrom, slowTo = -325 * time.Minute, 5 * time.Minute
)

const definition = `slos:
  - name: lab
    objective: 99.9
    window: 30d
    by: [workload]
    sli: {events: {total: requests_total, bad: 'requests_total{code="500"}'}}
`

// counter is a cumulative series. It begins with its first event, as error counters do.
type counter struct {
	labels labels.Labels
	value  float64
}

// add counts events. It returns false if the counter has had none.
func (c *counter) add(n float64) bool {
	c.value += n
	return c.value > 0
}

// write creates a TSDB in dir/prometheus with the scrapes of the whole time around start, and a
// block of the same samples in dir/blocks. Future samples are included: a server returns each of
// them from its time on.
func write(dir string, start time.Time) (blocks []string, err error) {
	db, err := tsdb.Open(filepath.Join(dir, "prometheus"), nil, nil, tsdb.DefaultOptions(), nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.DisableCompactions()
	series := func(workload, code string) *counter {
		return &counter{labels: labels.FromStrings(model.MetricNameLabel, "requests_total", "workload", workload, "pod",
			workload+"-0", "code", code)}
	}
	fastOK, fastBad, slowOK, slowBad := series("fast", "200"), series("fast", "500"), series("slow", "200"),
		series("slow", "500")
	const requests = 1500 // in each scrape
	for at := start.Add(-history + offset); at.Before(start.Add(lasts + settles)); at = at.Add(scrape) {
		since := at.Sub(start)
		fails := map[*counter]float64{}
		if since > fastFrom && since <= fastTo {
			fails[fastBad] = requests / 5
		}
		if since > slowFrom && since <= slowTo {
			fails[slowBad] = 9.9
		}
		app := db.Appender(context.Background())
		for _, c := range []struct {
			of *counter
			n  float64
		}{
			{fastOK, requests - fails[fastBad]},
			{fastBad, fails[fastBad]},
			{slowOK, requests - fails[slowBad]},
			{slowBad, fails[slowBad]},
		} {
			if !c.of.add(c.n) {
				continue
			}
			if _, err := app.Append(0, c.of.labels, at.UnixMilli(), c.of.value); err != nil {
				return nil, errors.Join(err, app.Rollback())
			}
		}
		if err := app.Commit(); err != nil {
			return nil, err
		}
	}
	if err := db.Snapshot(filepath.Join(dir, "blocks"), true); err != nil {
		return nil, err
	}
	blocks, err = filepath.Glob(filepath.Join(dir, "blocks", "*", "meta.json"))
	for i := range blocks {
		blocks[i] = filepath.Dir(blocks[i])
	}
	return blocks, err
}
