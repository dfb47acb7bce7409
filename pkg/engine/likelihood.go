package engine

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/slo"
)

// Likelihood is how likely a change caused bad events. It is an estimate from counts and times, not
// a proof.
type Likelihood string

// The likelihoods.
const (
	Likely   Likelihood = "likely"
	Possible Likelihood = "possible"
	Unlikely Likelihood = "unlikely"
)

// Thresholds of the judgement. bench:changes measures them on seeded incidents.
const (
	minCompared   = 20   // events of each side, to compare two versions
	minDeviations = 3    // standard deviations between two error ratios that differ
	minRatio      = 1.5  // between two error ratios that differ
	minExplained  = 5    // bad events, to call a change more than unlikely
	likelyShare   = 0.5  // of the bad events in excess
	possibleShare = 0.2  // of the bad events in excess
	minSpread     = 0.5  // share of the pods of a bad version that have bad events in excess
	late          = 0.1  // weight of a change when bad events began earlier, or long after it
	timingOnly    = 0.45 // weight of a change that only its time links to the bad events: possible, but not likely
)

// kindWeights are weights of the kinds without versions. Restarts and a full autoscaler are often
// symptoms. A configuration may be that of another workload, unless its name shows its workload.
var kindWeights = map[ChangeKind]float64{
	ChangeConfig: timingOnly, ChangeRestart: timingOnly, ChangeScaling: timingOnly,
	ChangeOOM: 0.9, ChangeNode: 1,
}

// isNamedAfter reports whether an object is named after a workload: checkout-config, checkout.
func isNamedAfter(object, workload string) bool {
	rest, ok := strings.CutPrefix(object, workload)
	return ok && workload != "" && (rest == "" || strings.ContainsAny(rest[:1], "-._"))
}

// podSeries is the counts of one pod with one revision, or of a group without pods.
type podSeries struct {
	pod, workload, revision, image string
	group                          measure.Group
}

// changedGroup is a group of an SLO by pods.
type changedGroup struct {
	slo            catalog.SLO
	labels, common map[string]string
	start, to      time.Time // of the SLO's window
	series         []podSeries
	pods           map[string]bool // namespace/pod; nil without pods
}

func (g *changedGroup) add(m measure.Group) {
	s := podSeries{group: m, image: strings.Join(m.Images(), "; ")}
	if labels := m.Labels(); g.slo.IsCountedByPods() {
		s.pod, s.workload, s.revision = labels["namespace"]+"/"+labels["pod"], labels[catalog.LabelWorkload],
			labels[catalog.LabelRevision]
		if g.pods == nil {
			g.pods = map[string]bool{}
		}
		g.pods[s.pod] = true
	}
	g.series = append(g.series, s)
}

// tally is a number of events.
type tally struct{ bad, total float64 }

func (t tally) plus(o tally) tally { return tally{t.bad + o.bad, t.total + o.total} }

func (t tally) ratio() float64 {
	if t.total <= 0 {
		return 0
	}
	return min(max(t.bad/t.total, 0), 1)
}

// exceeds reports whether there are significantly more bad events than an error ratio explains.
func (t tally) exceeds(ratio float64) bool {
	expected := ratio * t.total
	return t.bad > expected+minDeviations*math.Sqrt(expected+1)+1
}

func (g *changedGroup) count(of []podSeries, from, to time.Time) tally {
	var out tally
	if to.After(g.to) {
		to = g.to
	}
	if !from.Before(to) {
		return out
	}
	for _, s := range of {
		m := s.group.CountsUnclamped(from, to)
		out = out.plus(tally{m.Bad, m.Total})
	}
	return out
}

// changedWindow is the hour after a change, in cells.
type changedWindow struct {
	*changedGroup
	at   time.Time
	ends []time.Time
	slow int     // cells that a change may be earlier than it was seen
	ref  float64 // error ratio before the change
	// begun: bad events in excess had begun before the change.
	begun bool
}

func (g *changedGroup) window(at time.Time, step time.Duration) *changedWindow {
	w := &changedWindow{changedGroup: g, at: at, slow: int(step / changeCell)}
	for i := 1; i <= changeCells; i++ {
		if end := at.Add(time.Duration(i) * changeCell); !end.After(g.to) {
			w.ends = append(w.ends, end)
		}
	}
	recent := at.Add(-recentCells * changeCell)
	w.ref = g.count(g.series, at.Add(-changeWindow), at).ratio()
	calm, last := g.count(g.series, at.Add(-changeWindow), recent), g.count(g.series, recent, at)
	w.begun = calm.total > 0 && last.exceeds(calm.ratio()) && last.ratio() > minRatio*calm.ratio()
	return w
}

// compared returns the times in which versions are compared: minutes at first, then cells.
func (w *changedWindow) compared() []slo.Interval {
	var out []slo.Interval
	for _, end := range w.ends {
		step := changeCell
		if end.Sub(w.at) <= finelyCompared {
			step = time.Minute
		}
		for from := end.Add(-changeCell); from.Before(end); from = from.Add(step) {
			out = append(out, slo.Interval{From: from, To: from.Add(step)})
		}
	}
	return out
}

func (w *changedWindow) cell(of []podSeries, i int) tally {
	return w.count(of, w.ends[i].Add(-changeCell), w.ends[i])
}

func (w *changedWindow) sum(of []podSeries) tally {
	if len(w.ends) == 0 {
		return tally{}
	}
	return w.count(of, w.at, w.ends[len(w.ends)-1])
}

// excess is the number of bad events above an error ratio.
func (w *changedWindow) excess(of []podSeries, ratio float64) float64 {
	t := w.sum(of)
	return max(t.bad-ratio*t.total, 0)
}

// onset returns the first cell with significantly more bad events than a ratio explains, or -1.
func (w *changedWindow) onset(of []podSeries, ratio float64) int {
	for i := range w.ends {
		if w.cell(of, i).exceeds(ratio) {
			return i
		}
	}
	return -1
}

// promptness is the weight of a change by the cells between it and the first bad events.
func (w *changedWindow) promptness(cells int) float64 {
	switch {
	case w.begun || cells < 0:
		return late
	case cells <= 2+w.slow:
		return 1
	case cells <= 4+w.slow:
		return 0.4
	}
	return late
}

// newRevision returns the revision that has its first events after the change, if there is one.
func (w *changedWindow) newRevision(c Change) string {
	before, after := map[string]bool{}, map[string]bool{}
	for _, s := range w.series {
		if s.revision == "" || s.workload != c.Labels[catalog.LabelWorkload] {
			continue
		}
		if w.count([]podSeries{s}, w.start, w.at).total > 0 {
			before[s.revision] = true
		}
		if w.sum([]podSeries{s}).total > 0 {
			after[s.revision] = true
		}
	}
	one := ""
	for r := range after {
		if !before[r] {
			if one != "" {
				return ""
			}
			one = r
		}
	}
	return one
}

func (w *changedWindow) revision(name string, c Change) []podSeries {
	if name == "" {
		return nil
	}
	return w.filtered(func(s podSeries) bool {
		return s.revision == name &&
			s.workload == c.Labels[catalog.LabelWorkload]
	})
}

func (w *changedWindow) filtered(is func(podSeries) bool) []podSeries {
	return slices.DeleteFunc(slices.Clone(w.series), func(s podSeries) bool { return !is(s) })
}

// hasUnversioned reports whether pods of a change's workload have no known revision, or the change has none.
func (w *changedWindow) hasUnversioned(c Change) bool {
	return c.Revision == "" ||
		slices.ContainsFunc(w.series,
			func(s podSeries) bool { return s.revision == "" && s.workload == c.Labels[catalog.LabelWorkload] })
}

// judge returns the bad events that a change explains, and its likelihood. all are changes of the group.
func (w *changedWindow) judge(row ChangeRow, all []Change) (explained float64, l Likelihood) {
	if len(w.ends) == 0 || row.Excess == nil {
		return 0, Unlikely
	}
	if row.Kind == ChangeRollout {
		explained = w.explainedByRollout(row, all)
	} else {
		explained = w.explainedByOther(row.Change)
	}
	share := explained / max(w.excess(w.series, w.ref), 1)
	switch {
	case explained < minExplained || share < possibleShare:
		return explained, Unlikely
	case share < likelyShare:
		return explained, Possible
	}
	return explained, Likely
}

// explainedByOther returns the bad events in excess of the pods that a change is about, or of the
// group, weighted by the time and the kind of the change.
func (w *changedWindow) explainedByOther(c Change) float64 {
	of := w.series
	if c.Pods != nil && w.pods != nil {
		of = w.filtered(func(s podSeries) bool { return c.Pods[s.pod] })
	}
	weight := kindWeights[c.Kind]
	if c.Kind == ChangeConfig && isNamedAfter(c.Labels["object"], w.common["workload"]) {
		weight = 1
	}
	return w.excess(of, w.ref) * weight * w.promptness(w.onset(of, w.ref))
}

// explainedByRollout compares the new version with the others that served at the same time. If both
// fail alike, the version is not the cause. Without others at the same time, only the times remain.
func (w *changedWindow) explainedByRollout(row ChangeRow, all []Change) float64 {
	own := w.revision(row.Revision, row.Change)
	if w.pods == nil || len(own) == 0 && w.hasUnversioned(row.Change) {
		return w.excess(w.series, w.ref) * timingOnly * w.promptness(w.onset(w.series, w.ref))
	}
	own = w.withoutBadNodes(own, all)
	others := w.withoutBadNodes(w.filtered(func(s podSeries) bool {
		return s.revision != row.Revision && s.workload == row.Change.Labels[catalog.LabelWorkload]
	}), all)
	var both comparison // of the times in which both served
	first := -1
	for i := range w.ends {
		if first < 0 && w.cell(own, i).total > 0 {
			first = i
		}
	}
	for _, t := range w.compared() {
		both.add(w.count(own, t.From, t.To), w.count(others, t.From, t.To))
	}
	if first < 0 {
		return 0
	}
	if both.a.total >= minCompared && both.b.total >= minCompared {
		switch {
		case both.isWorse():
			ref := max(both.b.ratio(), w.ref)
			if !w.isSpread(own, ref) {
				return 0
			}
			return w.excess(own, ref)
		case both.a.plus(both.b).exceeds(w.ref):
			return 0
		}
	}
	if !w.isSpread(own, w.ref) {
		return 0
	}
	began := w.onset(own, w.ref)
	if began >= 0 {
		began -= first
	}
	return w.excess(own, w.ref) * timingOnly * w.promptness(began)
}

// comparison compares the error ratios of two versions, cell by cell: while pods are replaced, one of
// them serves more of a failure that begins or ends (Mantel and Haenszel, 1959).
type comparison struct {
	a, b                 tally
	excess, variance     float64 // of the bad events of a, if both had one error ratio
	largest, itsOwn      float64 // the largest excess of a cell, and the variance of that cell
	weightedA, weightedB float64 // the quotient is the common ratio of the error ratios
}

func (c *comparison) add(a, b tally) {
	if a.total <= 0 || b.total <= 0 {
		return
	}
	c.a, c.b = c.a.plus(a), c.b.plus(b)
	n, p := a.total+b.total, a.plus(b).ratio()
	excess, variance := a.bad-p*a.total, p*(1-p)*a.total*b.total/n
	c.excess, c.variance = c.excess+excess, c.variance+variance
	if excess > c.largest {
		c.largest, c.itsOwn = excess, variance
	}
	c.weightedA += a.bad * b.total / n
	c.weightedB += b.bad * a.total / n
}

// isWorse reports whether the error ratio of a is significantly higher, also without the cell that
// shows it most: a failure may begin in it, after b served and before a did.
func (c *comparison) isWorse() bool {
	return c.weightedA > minRatio*c.weightedB && c.excess > minDeviations*math.Sqrt(c.variance) &&
		c.excess-c.largest > minDeviations*math.Sqrt(max(c.variance-c.itsOwn, 0))
}

// isSpread reports whether the pods of a version have bad events in excess, rather than a few of
// them. Pods with too few events do not count.
func (w *changedWindow) isSpread(of []podSeries, ratio float64) bool {
	measured, bad := 0, 0
	for _, s := range of {
		t := w.sum([]podSeries{s})
		if t.total < minCompared {
			continue
		}
		measured++
		if t.exceeds(ratio) {
			bad++
		}
	}
	return float64(bad) >= minSpread*float64(measured)
}

// withoutBadNodes removes pods on nodes that were not ready in the time around the change.
func (w *changedWindow) withoutBadNodes(of []podSeries, all []Change) []podSeries {
	for _, c := range all {
		if c.Kind == ChangeNode && len(c.Pods) > 0 && c.From.Before(w.at.Add(changeWindow)) &&
			c.end().After(w.at.Add(-recentCells*changeCell)) {
			of = slices.DeleteFunc(slices.Clone(of), func(s podSeries) bool { return c.Pods[s.pod] })
		}
	}
	return of
}
