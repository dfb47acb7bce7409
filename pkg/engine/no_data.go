package engine

import (
	"errors"
	"fmt"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
)

// noSeriesText describes what an SLO without rows counts, and how to enable its metrics, if known.
func noSeriesText(s catalog.SLO, when string) string {
	return fmt.Sprintf("SLO %s: no series of %s%s. Check the metric name and labels", s.Name, s.Source(), when) +
		howToEnable(s)
}

func (r *Report) warnNoSeries(s catalog.SLO, when string) {
	r.IsEmpty = true
	r.Warn(noSeriesText(s, when))
}

func inWindow(s catalog.SLO) string { return " in the last " + s.WindowText() }

// howToEnable returns a sentence, after a space, on how to enable the metrics; "" if unknown.
func howToEnable(s catalog.SLO) string {
	p, ok := presets.Of(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf(". If it is that of %s, to turn it on: %s", p.Title, p.TurnOn())
}

// isMissingHistogram reports whether the histogram has no series, so that the threshold is not the
// mistake.
func isMissingHistogram(err error) bool {
	var e *sli.NoBucketError
	return errors.As(err, &e) && len(e.Have) == 0
}

// isAllMissing reports whether all SLOs have no series: then there are no rows.
func (r *Report) isAllMissing(rows []*sortableRow) bool {
	return !slices.ContainsFunc(rows, func(p *sortableRow) bool { return !p.row.Unread }) &&
		!slices.ContainsFunc(r.Failed, func(f *SLOError) bool { return !isMissingHistogram(f) })
}

func (r *Report) warnNoMatch(slos []catalog.SLO) {
	if len(r.Rows) > 0 || len(slos) == 0 || !slos[0].IsFiltered {
		return
	}
	if len(slos) == 1 {
		r.warnNoSeries(slos[0], inWindow(slos[0]))
		return
	}
	r.Warn(fmt.Sprintf("none of the %d SLOs counts anything that meets the filters", len(slos)))
}
