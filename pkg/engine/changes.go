package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/promexpr"
)

// ChangesRequest selects changes.
type ChangesRequest struct {
	Kinds []ChangeKind // distinct; none: all
	Top   int          // rows for each group
}

// ChangeRow is a change of one group, with the bad events that came after it.
type ChangeRow struct {
	SLO    catalog.SLO
	Labels map[string]string // of the group
	Change

	Bad           float64    // bad events of the group in the hour after the change
	Excess        *float64   // of these, those above the error ratio of the hour before; nil without events before
	ExcessWeek    *float64   // those above the error ratio of the same hour a week before; nil if it was not measured
	Explained     float64    // the bad events that the change is likely to have caused
	Likelihood    Likelihood // that the change caused the bad events
	SpentSince    *float64   // share of the group's budget spent from the change to the end of the time range
	RevisionSpent *float64   // share of the group's budget that the revision spent in the SLO's window
	Image         string     // of the revision
}

// Changes is the result of a changes query: for each group the likeliest cause first.
type Changes struct {
	Report // without rows
	Rows   []ChangeRow
}

// maxChangesPerSLO bounds the changes that are compared: each needs counts of some 30 short times.
const maxChangesPerSLO = 60

// Changes returns the changes in (from, to] of the groups of SLOs, ranked by the bad events that
// they explain.
func (e *Engine) Changes(ctx context.Context, slos []catalog.SLO, ask ChangesRequest, from, to time.Time) (*Changes,
	error,
) {
	from, to = from.Truncate(time.Minute).UTC(), e.instant(to)
	if len(ask.Kinds) == 0 {
		ask.Kinds = ChangeKinds
	}
	out := &Changes{Report: Report{Instant: to}}
	step := changeStep(to.Sub(from))
	var early Report
	var changes []Change
	rctx, cancel := context.WithCancel(ctx)
	defer cancel()
	known, kctx := fault.WithContext(rctx)
	namespaces := commonNamespaces(slos)
	if namespaces != nil { // before the groups are known
		known.Go(func() error {
			changes = e.changesIn(kctx, &early, changeQuery{ask.Kinds, []*labels.Matcher{namespaces}, step}, from, to)
			return nil
		})
	}
	parts, err := forEachSLO(ctx, e, slos, &out.Report, func(ctx context.Context, i int) (*changesOfSLO, error) {
		return e.groupsWithChanges(ctx, slos[i], from, to)
	})
	if err != nil {
		return nil, err
	}
	var workloads []map[string]string
	for _, p := range withoutFailed(parts) {
		workloads = append(workloads, p.workloads...)
	}
	if err := known.Wait(); err != nil {
		return nil, err
	}
	if areAllIn(namespaces, workloads) {
		out.Add(early.Cost, early.Warnings, early.Sent)
	} else {
		changes = e.readChanges(ctx, &out.Report, ask.Kinds, workloads, from, to)
	}
	g, gctx := fault.WithContext(ctx)
	g.SetLimit(sloConcurrency)
	for _, p := range withoutFailed(parts) {
		g.Go(func() error { return p.compare(gctx, e, changes, ask, from, to, step) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, p := range withoutFailed(parts) {
		out.Rows = append(out.Rows, p.rows...)
		out.Add(p.later.Cost, p.later.Warnings, p.later.Sent)
	}
	return out, nil
}

// changesOfSLO is the state of one SLO of a changes query.
type changesOfSLO struct {
	Report       // of the first read
	slo          catalog.SLO
	start, first time.Time           // of the SLO's window, and of the counts
	workloads    []map[string]string // common labels of the groups
	later        measure.Stats       // of the second read
	rows         []ChangeRow
}

// hasChanges reports whether changes of an SLO can be compared: it must count single events.
func hasChanges(s catalog.SLO) bool { return s.Composite() == nil && s.Slice() == 0 }

// groupsWithChanges lists the groups of an SLO, from the cells of a summary.
func (e *Engine) groupsWithChanges(ctx context.Context, s catalog.SLO, from, to time.Time) (*changesOfSLO, error) {
	if !hasChanges(s) {
		return nil, fault.UserErrorf("slos", "changes need single events, and %s SLOs have none. Use an events or latency SLO",
			s.Kind())
	}
	start, _ := s.Period(to)
	out := &changesOfSLO{slo: s, start: start, first: start}
	if compared := from.Add(-changeWindow - changeStep(to.Sub(from))).Truncate(time.Hour); compared.Before(start) {
		out.first = compared
	}
	ev, err := e.reader.Read(ctx, podSLO(s), []time.Time{out.first, start, to})
	if err != nil {
		return nil, err
	}
	out.Stats = ev.Stats
	seen := map[string]bool{}
	for _, g := range ev.Groups() {
		labels := selectLabels(g.Labels(), s.By)
		if key := measure.LabelKey(labels); !seen[key] {
			seen[key] = true
			out.workloads = append(out.workloads, commonLabels(s, labels))
		}
	}
	if len(out.workloads) == 0 {
		out.warnNoSeries(s, inWindow(s))
	}
	return out, nil
}

const (
	// changeWindow is how long after and before a change the bad events are compared.
	changeWindow = time.Hour
	changeCell   = 5 * time.Minute
	changeCells  = int(changeWindow / changeCell)
	// recentCells are the cells before a change that show whether bad events had already begun.
	recentCells = 3
	week        = 7 * 24 * time.Hour
	// finelyCompared is how long after a rollout its version is compared with others by the minute.
	finelyCompared = 30 * time.Minute
)

// beforeChange returns the last border of a cell that is certainly before a change: it happened
// within a step before the point at which it was seen.
func beforeChange(c Change, step time.Duration) time.Time {
	return c.From.Add(-step).Truncate(changeCell)
}

func (p *changesOfSLO) compare(ctx context.Context, e *Engine, changes []Change, ask ChangesRequest, from, to time.Time,
	step time.Duration,
) error {
	known := newChangeScope(p.workloads)
	own := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return !known.contains(c) })
	if n := len(own) - maxChangesPerSLO; n > 0 {
		p.later.Warn(fmt.Sprintf("SLO %s: the %d earliest of %d changes are left out. Query a shorter time, or filter by namespace or workload", p.slo.Name, n, len(own)))
		own = own[n:]
	}
	if slices.Contains(ask.Kinds, ChangeExclusion) {
		for _, x := range excludedEvents(p.slo, from, to) {
			own = append(own, Change{Kind: ChangeExclusion, From: x.From, To: x.To, Title: x.Title, Text: x.Text})
		}
	}
	if len(own) == 0 {
		return nil
	}
	// the same span as in the first read, so the owners of pods are the same
	borders := []time.Time{p.first, p.start, to}
	for _, c := range own {
		at := beforeChange(c, step)
		for i := -changeCells; i <= changeCells; i++ {
			borders = append(borders, at.Add(time.Duration(i)*changeCell))
		}
		if c.Kind == ChangeRollout {
			for t := at; t.Before(at.Add(finelyCompared)); t = t.Add(time.Minute) {
				borders = append(borders, t)
			}
		}
	}
	borders = slices.DeleteFunc(borders, func(t time.Time) bool { return t.After(to) || t.Before(p.first) })
	ev, err := e.reader.Read(ctx, podSLO(p.slo), borders)
	if err != nil {
		return err
	}
	p.later.Add(ev.Cost, ev.Warnings, ev.Sent)
	return p.rank(ctx, ev, own, ask.Top, to, step)
}

// podSLO returns the SLO grouped in addition by revision and pod, if its groups are found by pods.
// The counts are the same cells.
func podSLO(s catalog.SLO) catalog.SLO {
	s.Missing = "" // single pods have no time that counts without events
	if !s.IsCountedByPods() {
		return s
	}
	s.By = slices.Clone(s.By)
	for _, name := range []string{"namespace", catalog.LabelWorkload, catalog.LabelRevision, "pod"} {
		if !slices.Contains(s.By, name) {
			s.By = append(s.By, name)
		}
	}
	return s
}

// rank compares the changes of each group and keeps the likeliest.
func (p *changesOfSLO) rank(ctx context.Context, ev *measure.Reading, changes []Change, top int, to time.Time,
	step time.Duration,
) error {
	groups := map[string]*changedGroup{}
	for _, g := range ev.AllGroups() {
		labels := selectLabels(g.Labels(), p.slo.By)
		key := measure.LabelKey(labels)
		if groups[key] == nil {
			groups[key] = &changedGroup{
				slo: p.slo, labels: labels, common: commonLabels(p.slo, labels), start: p.start,
				to: to,
			}
		}
		groups[key].add(g)
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		g := groups[key]
		var rows []ChangeRow
		own := mergeRestarts(slices.DeleteFunc(slices.Clone(changes),
			func(c Change) bool { return c.Kind != ChangeExclusion && !isAbout(c, g.common, g.pods) }))
		if g.pods == nil && slices.ContainsFunc(own, func(c Change) bool { return c.Kind == ChangeRollout }) {
			p.later.Warn(fmt.Sprintf("SLO %s: a rollout is judged by its time only, because the groups are not found by pods. "+
				"Set identity: kubernetes to compare the version with others", p.slo.Name))
		}
		for _, c := range own {
			rows = append(rows, g.row(c, own, step))
		}
		slices.SortStableFunc(rows, func(a, b ChangeRow) int {
			return cmp.Or(cmp.Compare(b.Explained, a.Explained), cmp.Compare(valueOf(b.Excess), valueOf(a.Excess)),
				b.From.Compare(a.From))
		})
		p.rows = append(p.rows, rows[:min(len(rows), top)]...)
	}
	return nil
}

func valueOf(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// mergeRestarts merges restarts of several pods within restartPause, in order of time.
func mergeRestarts(all []Change) []Change {
	var out []Change
	last := map[ChangeKind]int{}
	for _, c := range all {
		i, ok := last[c.Kind]
		if c.Kind != ChangeRestart && c.Kind != ChangeOOM || !ok || c.From.Sub(out[i].end()) > restartPause {
			last[c.Kind] = len(out)
			out = append(out, c)
			continue
		}
		merged := &out[i]
		merged.Pods = maps.Clone(merged.Pods)
		maps.Copy(merged.Pods, c.Pods)
		merged.To = merged.end()
		if end := c.end(); end.After(merged.To) {
			merged.To = end
		}
		merged.Text = fmt.Sprintf("%d pods, such as %s", len(merged.Pods),
			slices.Min(slices.Collect(maps.Keys(merged.Pods))))
	}
	return out
}

func (c Change) end() time.Time {
	if c.To.IsZero() {
		return c.From
	}
	return c.To
}

// row compares the bad events of a group after a change with those before.
func (g *changedGroup) row(c Change, all []Change, step time.Duration) ChangeRow {
	out := ChangeRow{SLO: g.slo, Labels: g.labels, Change: c, Likelihood: Unlikely}
	allowed := g.slo.Objective.ErrorBudget() * g.count(g.series, g.start, g.to).total
	share := func(bad float64) *float64 {
		if !(allowed > 0) {
			return nil
		}
		bad = max(bad, 0) / allowed
		return &bad
	}
	at := beforeChange(c, step)
	out.SpentSince = share(g.count(g.series, at, g.to).bad)
	if c.Kind == ChangeExclusion {
		out.Likelihood = ""
		return out
	}
	w := g.window(at, step)
	after := w.sum(g.series)
	out.Bad = max(after.bad, 0)
	above := func(before tally) *float64 {
		if before.total <= 0 {
			return nil
		}
		excess := after.bad - before.ratio()*after.total
		return &excess
	}
	out.Excess = above(g.count(g.series, at.Add(-changeWindow), at))
	// Whole hours, of which a summary has the counts.
	if earlier := at.Add(-week).Truncate(time.Hour); !earlier.Before(g.start) {
		out.ExcessWeek = above(g.count(g.series, earlier, at.Add(changeWindow-week+time.Hour-1).Truncate(time.Hour)))
	}
	if c.Kind == ChangeRollout {
		if out.Revision == "" {
			out.Revision = w.newRevision(c)
		}
		of := w.revision(out.Revision, c)
		if len(of) > 0 {
			out.RevisionSpent = share(g.count(of, g.start, g.to).bad)
			out.Image = imagesOf(of)
		}
	}
	out.Explained, out.Likelihood = w.judge(out, all)
	return out
}

func imagesOf(all []podSeries) string {
	var out []string
	for _, s := range all {
		if s.image != "" && !slices.Contains(out, s.image) {
			out = append(out, s.image)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// maxNamespaces bounds the namespaces that a selector names.
const maxNamespaces = 50

// withWorkloadName returns the label sets that name a workload. For others, every rollout in the
// cluster would be shown.
func withWorkloadName(workloads []map[string]string) []map[string]string {
	return slices.DeleteFunc(slices.Clone(workloads), func(w map[string]string) bool {
		return w["namespace"] == "" && w["workload"] == "" && w["deployment"] == ""
	})
}

// namespaceMatchers returns matchers of the workloads' namespaces; none: all namespaces.
func namespaceMatchers(workloads []map[string]string) []*labels.Matcher {
	names := map[string]bool{}
	for _, w := range workloads {
		if w["namespace"] == "" {
			return nil
		}
		names[w["namespace"]] = true
	}
	if len(names) > maxNamespaces {
		return nil
	}
	return []*labels.Matcher{promexpr.OneOf("namespace", slices.Sorted(maps.Keys(names))...)}
}

// commonNamespaces returns the condition on namespaces that the selectors of all SLOs have, such as
// that of a filter; nil if they differ, or have none.
func commonNamespaces(slos []catalog.SLO) *labels.Matcher {
	var out *labels.Matcher
	for _, s := range slos {
		text, err := s.TotalSelector()
		if err != nil {
			return nil
		}
		vs, err := promexpr.ParseSelector(text)
		if err != nil {
			return nil
		}
		i := slices.IndexFunc(vs.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == s.LabelFor("namespace") && (m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp) &&
				!m.Matches("")
		})
		if i < 0 {
			return nil
		}
		one := labels.MustNewMatcher(vs.LabelMatchers[i].Type, "namespace", vs.LabelMatchers[i].Value)
		if out != nil && one.String() != out.String() {
			return nil
		}
		out = one
	}
	return out
}

// areAllIn reports whether there are workloads, and all are in the namespaces: the exporter's label
// may name others.
func areAllIn(namespaces *labels.Matcher, workloads []map[string]string) bool {
	return namespaces != nil && len(workloads) > 0 &&
		!slices.ContainsFunc(workloads, func(w map[string]string) bool { return !namespaces.Matches(w["namespace"]) })
}

// commonLabels returns the labels of an SLO's group with aliases replaced by the common labels.
func commonLabels(s catalog.SLO, labels map[string]string) map[string]string {
	aliases := s.Aliases()
	out := make(map[string]string, len(labels))
	for name, value := range labels {
		out[cmp.Or(aliases[name], name)] = value
	}
	return out
}

// changeScope are workloads by namespace and name; "" for those without one, and for all names.
type changeScope map[[2]string][]map[string]string

func newChangeScope(workloads []map[string]string) changeScope {
	out := changeScope{}
	for _, w := range withWorkloadName(workloads) {
		for _, name := range []string{workloadName(w), anyName} {
			key := [2]string{w["namespace"], name}
			out[key] = append(out[key], w)
		}
	}
	return out
}

// anyName is no name of a workload.
const anyName = "*"

// contains reports whether a change is about one of the workloads, in constant time for a change of
// a workload or pod.
func (s changeScope) contains(c Change) bool {
	keys := map[[2]string]bool{}
	add := func(namespace string, names ...string) {
		for _, name := range names {
			keys[[2]string{namespace, name}], keys[[2]string{"", name}] = true, true
		}
	}
	switch {
	case c.Labels["workload"] != "":
		add(c.Labels["namespace"], c.Labels["workload"], "")
	case c.Pods == nil:
		add(c.Labels["namespace"], anyName)
	}
	for p := range c.Pods {
		namespace, name, _ := strings.Cut(p, "/")
		for add(namespace, ""); name != ""; name = name[:max(strings.LastIndex(name, "-"), 0)] {
			add(namespace, name)
		}
	}
	for key := range keys {
		if slices.ContainsFunc(s[key], func(w map[string]string) bool { return isAbout(c, w, nil) }) {
			return true
		}
	}
	return false
}

func workloadName(w map[string]string) string { return cmp.Or(w["workload"], w["deployment"]) }

// isAbout reports whether a change is about a group with some labels. pods are those of the group
// as namespace/pod; nil: they are found by the name of the workload.
func isAbout(c Change, group map[string]string, pods map[string]bool) bool {
	differs := func(label string) bool {
		a, b := c.Labels[label], group[label]
		if label == catalog.LabelWorkloadType { // old recording rules call a Rollout so
			a, b = strings.ReplaceAll(a, "rollout", "deployment"), strings.ReplaceAll(b, "rollout", "deployment")
		}
		return a != "" && b != "" && a != b
	}
	workload := workloadName(group)
	switch {
	case differs("cluster") || differs("namespace") || differs(catalog.LabelWorkloadType):
		return false
	case c.Labels["workload"] != "":
		return workload == "" || workload == c.Labels["workload"]
	case c.Pods == nil:
		return true
	}
	for p := range c.Pods {
		namespace, name, _ := strings.Cut(p, "/")
		if pods[p] ||
			pods == nil && slices.Contains([]string{"", namespace}, group["namespace"]) &&
				(workload == "" || strings.HasPrefix(name+"-", workload+"-")) {
			return true
		}
	}
	return false
}
