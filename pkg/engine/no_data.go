package engine

import (
	"errors"
	"fmt"
	"slices"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
)

// noSeriesText is what was looked for where an SLO has no rows, and how to turn it on where that is known.
func noSeriesText(s catalog.SLO, when string) string {
	return fmt.Sprintf("SLO %s: no series of %s%s. Check the metric name and labels", s.Name, s.Source(), when) + howToEnable(s)
}

// warnNoSeries warns that an SLO has no rows.
func (r *Report) warnNoSeries(s catalog.SLO, when string) {
	r.IsEmpty = true
	r.Warn(noSeriesText(s, when))
}

func inWindow(s catalog.SLO) string { return " in the last " + s.WindowText() }

// howToEnable is a sentence that sets how to turn the metrics on, after another one; "" where that is not known.
func howToEnable(s catalog.SLO) string {
	p, ok := presets.Of(s)
	if !ok {
		return ""
	}
	return fmt.Sprintf(". If it is that of %s, to turn it on: %s", p.Title, p.TurnOn())
}

// isMissingHistogram reports that there is nothing to read, and no mistake of the threshold.
func isMissingHistogram(err error) bool {
	var e *sli.NoBucketError
	return errors.As(err, &e) && len(e.Have) == 0
}

// isAllMissing reports that none of the SLOs counts anything: rows would be about nothing then.
func (r *Report) isAllMissing(rows []*sortableRow) bool {
	return !slices.ContainsFunc(rows, func(p *sortableRow) bool { return !p.row.Unread }) &&
		!slices.ContainsFunc(r.Failed, func(f *SLOError) bool { return !isMissingHistogram(f) })
}

// warnNoMatch states that what is chosen has no rows. One SLO of several need not be about it.
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
