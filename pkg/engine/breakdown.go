package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/slo"
)

// BreakdownRequest contains the labels by which bad events are split.
type BreakdownRequest struct {
	By  []string // distinct, at least one
	Top int      // rows for each group; one more row is the sum of the others
}

// Burner is the part of a group's budget that one combination of label values spent.
type Burner struct {
	SLO        catalog.SLO
	Labels     map[string]string // of the group
	Values     map[string]string // of the requested labels; nil for the sum of the others
	Image      string            // with revisions of pods: the images of their containers; "" if unknown
	Others     int               // number of combinations in the sum of the others, else 0
	Bad, Total float64           // events in the window
	Share      *float64          // of the group's bad events
	Spent      *float64          // share of the group's budget
	ErrorRatio *float64          // of these events
}

// Breakdown is the result of a burners query. The rows of a group add up to the Bad and Total of
// its summary.
type Breakdown struct {
	Report    // without rows
	By        []string
	Rows      []Burner
	HasImages bool // rows have images
}

// Breakdown splits the bad events of every group, over the SLO's window, by labels. Groups are
// sorted by overspending, rows by bad events, both descending.
func (e *Engine) Breakdown(ctx context.Context, slos []catalog.SLO, ask BreakdownRequest, at time.Time) (*Breakdown,
	error,
) {
	at = e.instant(at)
	out := &Breakdown{Report: Report{Instant: at}, By: ask.By}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*Breakdown, error) {
		return e.breakdown(ctx, slos[i], ask, at)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Rows = append(out.Rows, p.Rows...)
		out.HasImages = out.HasImages || p.HasImages
	}
	return out, nil
}

func (e *Engine) breakdown(ctx context.Context, s catalog.SLO, ask BreakdownRequest, at time.Time) (*Breakdown, error) {
	for i, label := range ask.By {
		if slices.Contains(s.By, label) {
			return nil, fault.UserErrorf(fmt.Sprintf("burners.by[%d]", i), "%s makes the groups already. Leave it out here, or group by other labels (groupBy)", label)
		}
	}
	switch {
	case s.Composite() != nil:
		return nil, fault.UserErrorf("slos", "a composite has no events. Query its member SLOs instead")
	case s.Slice() > 0:
		return nil, fault.UserErrorf("slos", "%s SLOs count slices of time, and those of a label's values do not add up to the "+
			"group's. Use an events or latency SLO", s.Kind())
	}
	start, _ := s.Period(at)
	own, stats, err := e.breakdownLabels(ctx, s, ask.By, start, at)
	if err != nil {
		return nil, err
	}
	wide, err := s.WithBy(append(slices.Clone(s.By), own...))
	if err != nil {
		return nil, fault.UserErrorf("burners.by", "%v", err)
	}
	ev, err := e.reader.Read(ctx, wide, []time.Time{start, at})
	if err != nil {
		return nil, err
	}
	out := &Breakdown{Report: Report{Stats: ev.Stats}, HasImages: wide.HasRevisions()}
	out.Add(stats.Cost, stats.Warnings, stats.Sent)
	byGroup := map[string]*groupBurners{}
	for _, g := range ev.AllGroups() {
		labels, values := selectLabels(g.Labels(), s.By), make(map[string]string, len(own))
		for i, label := range own {
			values[ask.By[i]] = g.Labels()[label]
		}
		key := measure.LabelKey(labels)
		if byGroup[key] == nil {
			byGroup[key] = &groupBurners{labels: labels}
		}
		m := g.MeasureUnclamped(start, at)
		byGroup[key].add(Burner{
			SLO: s, Labels: labels, Values: values, Image: strings.Join(g.Images(), "; "),
			Bad: m.Bad, Total: m.Total,
		})
	}
	for _, b := range slices.SortedFunc(maps.Values(byGroup), compareOverspent) {
		out.Rows = append(out.Rows, b.top(s, ask.Top)...)
	}
	out.warnIncomplete(s, ask)
	return out, nil
}

func selectLabels(labels map[string]string, names []string) map[string]string {
	out := make(map[string]string, len(names))
	for _, n := range names {
		out[n] = labels[n]
	}
	return out
}

// groupBurners collects the burners of one group.
type groupBurners struct {
	labels map[string]string
	rows   []Burner
	counts slo.Counts // of the group
}

func (b *groupBurners) add(row Burner) {
	b.rows = append(b.rows, row)
	b.counts.Total += row.Total
	b.counts.Bad += row.Bad
}

// top returns the n rows with the most bad events, and one row for the rest.
func (b *groupBurners) top(s catalog.SLO, n int) []Burner {
	slices.SortFunc(b.rows, func(x, y Burner) int {
		return cmp.Or(cmp.Compare(y.Bad, x.Bad),
			strings.Compare(measure.LabelKey(x.Values), measure.LabelKey(y.Values)))
	})
	whole := b.clampedCounts()
	rest := Burner{SLO: s, Labels: b.labels, Bad: whole.Bad, Total: whole.Total}
	var out []Burner
	for _, row := range b.rows {
		if len(out) == n || row.Bad <= 0 {
			rest.Others++
			continue
		}
		rest.Bad, rest.Total = rest.Bad-row.Bad, rest.Total-row.Total
		out = append(out, row)
	}
	if rest.Others > 0 || rest.Bad != 0 {
		out = append(out, rest)
	}
	for i := range out {
		out[i].setShares(s, whole)
	}
	return out
}

// clampedCounts returns the group's counts as in a summary: at most as many bad events as events.
func (b *groupBurners) clampedCounts() slo.Counts {
	return slo.Counts{Total: b.counts.Total, Bad: min(max(b.counts.Bad, 0), max(b.counts.Total, 0))}
}

func (b *Burner) setShares(s catalog.SLO, whole slo.Counts) {
	share := func(of float64) *float64 {
		if !(of > 0) {
			return nil
		}
		v := b.Bad / of
		return &v
	}
	b.Share, b.Spent = share(whole.Bad), share(s.Objective.ErrorBudget()*whole.Total)
	if ratio, ok := (slo.Counts{Total: b.Total, Bad: b.Bad}).ErrorRatio(); ok {
		b.ErrorRatio = &ratio
	}
}

// compareOverspent orders groups by the share of their budget that they spent.
func compareOverspent(a, b *groupBurners) int {
	x, _ := a.clampedCounts().ErrorRatio()
	y, _ := b.clampedCounts().ErrorRatio()
	return cmp.Or(cmp.Compare(y, x), strings.Compare(measure.LabelKey(a.labels), measure.LabelKey(b.labels)))
}

// warnIncomplete warns of reasons why the rows do not show what spent the budget.
func (r *Breakdown) warnIncomplete(s catalog.SLO, ask BreakdownRequest) {
	if len(r.Rows) == 0 {
		r.warnNoSeries(s, inWindow(s))
		return
	}
	if s.Missing == catalog.MissingBad || s.Missing == catalog.MissingGood {
		r.Warn(fmt.Sprintf("SLO %s: missing: %s adds events for unmeasured time. They have no labels, so these rows do not add up to the summary",
			s.Name, s.Missing))
	}
	for i, label := range ask.By {
		if isUnknownRevision(label, r.Rows) {
			r.Warn(fmt.Sprintf("SLO %s: the only revisions of bad events are latest and unknown. Istio uses them for pods without the label "+
				"service.istio.io/canonical-revision or version, so versions cannot be distinguished", s.Name))
		}
		if !slices.ContainsFunc(r.Rows, func(b Burner) bool { return b.Values[label] != "" }) {
			r.Warn(fmt.Sprintf("burners.by[%d]: no bad event of SLO %s has the label %s", i, s.Name, label))
		}
	}
	if slices.ContainsFunc(r.Rows, func(b Burner) bool { return b.Others > 0 && b.Bad < -0.5 }) {
		r.Warn(fmt.Sprintf("SLO %s: total and bad (or good) events use different values of %s, so the error ratio isn't available",
			s.Name, strings.Join(ask.By, ", ")))
	}
}

// versionLabels are the labels of series that contain the version which served an event. The first
// one that exists is used: Istio, OpenTelemetry, Argo Rollouts and scrapes that copy labels of pods.
var versionLabels = []string{
	catalog.LabelRevision, "destination_canonical_revision", "service_version", "service.version",
	"rollouts_pod_template_hash", "pod_template_hash", "controller_revision_hash", "app_kubernetes_io_version",
}

// breakdownLabels returns the labels of an SLO's groups for the labels of a query. They differ for
// revision: with identity kubernetes it is found by pods, else it is a label with the version.
func (e *Engine) breakdownLabels(ctx context.Context, s catalog.SLO, by []string, from, to time.Time) (own []string,
	stats measure.Stats, err error,
) {
	own = slices.Clone(by)
	i := slices.Index(by, catalog.LabelRevision)
	if i < 0 || s.Identity == catalog.IdentityKubernetes {
		return own, stats, nil
	}
	label, stats, err := e.versionLabel(ctx, s, from, to)
	if err != nil {
		return nil, stats, err
	}
	if label == "" {
		stats.Warn(fmt.Sprintf("SLO %s: the revision is unknown: the series have none of the labels %s. If they have the label pod, "+
			"set identity: kubernetes with by: [namespace, workload] to use the ReplicaSet of each pod", s.Name,
			strings.Join(versionLabels, ", ")))
		return own, stats, nil
	}
	own[i] = label
	return own, stats, nil
}

// versionLabel returns the label of the counted series that contains the version, or "".
func (e *Engine) versionLabel(ctx context.Context, s catalog.SLO, from, to time.Time) (label string,
	stats measure.Stats, err error,
) {
	selector, err := s.TotalSelector()
	if err != nil {
		return "", stats, err
	}
	names, err := e.server.LabelNames(ctx, selector, from, to)
	stats.Add(cells.Cost{Queries: 1}, nil, nil)
	if err != nil {
		return "", stats, fmt.Errorf("the labels of the series: %w", err)
	}
	for _, label := range versionLabels {
		if slices.Contains(names, label) {
			return label, stats, nil
		}
	}
	return "", stats, nil
}

// isUnknownRevision reports whether the revisions of all bad events are values that a mesh uses for
// pods without a version.
func isUnknownRevision(label string, rows []Burner) bool {
	return label == catalog.LabelRevision && len(rows) > 0 && !slices.ContainsFunc(rows, func(b Burner) bool {
		return b.Values != nil && b.Values[label] != "latest" && b.Values[label] != "unknown"
	}) && rows[0].Values != nil
}
