package measure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli/presets"
)

const labelCluster = "cluster"

// lostEvents contains the events that an exporter lost, and those that it processed, by cluster if
// the SLO is grouped by it.
type lostEvents struct {
	lost, seen *cells.Counts
	byCluster  bool
}

// readLost reads the lost events of the exporter of an SLO, if a preset names their counter. The
// processed events have many series, and are read only if some events were lost.
func (r *Reader) readLost(ctx context.Context, ev *Reading, borders []time.Time) error {
	preset, ok := presets.Of(ev.SLO)
	if !ok || preset.Lost == nil {
		return nil
	}
	from, to := Span(borders)
	out := &lostEvents{byCluster: slices.Contains(ev.SLO.By, labelCluster)}
	var err error
	if out.lost, err = r.readCounter(ctx, ev, preset.Lost.Events, out.byCluster, borders); err != nil {
		return err
	}
	lost := sumWindow(out.lost, "", false, from, to)
	if lost <= 0 {
		return nil
	}
	if out.seen, err = r.readCounter(ctx, ev, preset.Lost.Seen, out.byCluster, borders); err != nil {
		return err
	}
	ev.lost = out
	ev.Warn(fmt.Sprintf("SLO %s: %s lost %.0f of %.0f events between %s and %s (%s). Lost events are in no count, and lower the coverage by their share. "+
		"Increase the buffers of the exporter, or reduce its load",
		ev.SLO.Name, preset.Title, lost, lost+sumWindow(out.seen, "", false, from, to), from.UTC().Format(time.RFC3339),
		to.UTC().Format(time.RFC3339), preset.Lost.Events))
	return nil
}

func (r *Reader) readCounter(ctx context.Context, ev *Reading, selector string, byCluster bool,
	borders []time.Time,
) (*cells.Counts, error) {
	vs, err := promexpr.ParseSelector(selector)
	if err != nil {
		return nil, err
	}
	query := counting.Counters{
		Selectors: []counting.Selector{{Matchers: vs.LabelMatchers}},
		Parts:     []counting.Part{{Terms: []counting.Term{{Weight: 1}}}},
	}
	if byCluster {
		query.By = []string{labelCluster}
	}
	counts, err := r.cells.Read(ctx, query, borders)
	if err == nil {
		ev.Add(counts.Cost, counts.Warnings, counts.Sent)
	}
	return counts, err
}

// kept is the share of events in (from, to] that the exporter did not lose, 0..1.
func (l *lostEvents) kept(cluster string, from, to time.Time) float64 {
	lost := sumWindow(l.lost, cluster, l.byCluster, from, to)
	if lost <= 0 {
		return 1
	}
	return 1 - lost/(lost+max(sumWindow(l.seen, cluster, l.byCluster, from, to), 0))
}

// sumWindow returns the events of a cluster in (from, to], or those of all clusters.
func sumWindow(c *cells.Counts, cluster string, byCluster bool, from, to time.Time) float64 {
	sum := 0.0
	for i := range c.Groups {
		if g := &c.Groups[i]; !byCluster || g.Labels[labelCluster] == cluster {
			sum += c.Window(g, 0, from, to)
		}
	}
	return sum
}
