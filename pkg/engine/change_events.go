package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/promexpr"
)

// ChangeKind is the kind of a change.
type ChangeKind string

// The kinds of changes.
const (
	ChangeRollout   ChangeKind = "rollout"   // a workload got another version, forward or back
	ChangeConfig    ChangeKind = "config"    // a ConfigMap or Secret was changed
	ChangeRestart   ChangeKind = "restart"   // containers restarted
	ChangeOOM       ChangeKind = "oom"       // containers were killed because they used too much memory
	ChangeNode      ChangeKind = "node"      // a node was not ready, or was drained
	ChangeScaling   ChangeKind = "scaling"   // an autoscaler was at its maximum
	ChangeExclusion ChangeKind = "exclusion" // excluded time
)

// ChangeKinds are all kinds of changes.
var ChangeKinds = []ChangeKind{ChangeRollout, ChangeConfig, ChangeRestart, ChangeOOM, ChangeNode, ChangeScaling, ChangeExclusion}

// Change is something that happened to workloads at From, or from From to To.
type Change struct {
	Kind     ChangeKind
	Labels   map[string]string // cluster, namespace, workload, workload_type, as far as they are known
	From, To time.Time         // To zero: at one instant. From is up to a step of the read too late
	Title    string
	Text     string
	Revision string          // of a rollout; "" if unknown
	Pods     map[string]bool // namespace/pod: the pods that it is about; nil: all pods
}

// changePoints is the approximate number of points in time at which changes are read.
const changePoints = 1000

// changeStep returns the step at which changes in a time range are read.
func changeStep(length time.Duration) time.Duration {
	step := max(length/changePoints, time.Minute)
	for _, round := range []time.Duration{time.Hour, 5 * time.Minute} {
		if step > round {
			return (step + round - 1).Truncate(round)
		}
	}
	return (step + time.Minute - 1).Truncate(time.Minute)
}

// Parts of the query for changes. Each is a label value of its series.
const (
	partLabel = "burnline_change"

	partSets        = "sets"
	partDeployment  = "deployment"
	partDaemonSet   = "daemonset"
	partStatefulSet = "statefulset"
	partConfigMap   = "configmap"
	partSecret      = "secret"
	partRestart     = "restart"
	partOOM         = "oom"
	partNotReady    = "notready"
	partDrained     = "drained"
	partPodInfo     = "podinfo"
	partScaling     = "scaling"
)

// spelling contains the labels of kube-state-metrics, which a scrape without honorLabels renames.
type spelling struct{ namespace, pod string }

var (
	plainSpelling   = spelling{"namespace", "pod"}
	renamedSpelling = spelling{"exported_namespace", "exported_pod"}
)

// part is one kind of series in the query for changes.
type part struct {
	name  string
	kind  ChangeKind
	build func(l spelling, match []*labels.Matcher, step time.Duration) parser.Expr
}

var changeParts = []part{
	{partSets, ChangeRollout, activeSets},
	{partDeployment, ChangeRollout, latest("kube_deployment_status_observed_generation", "deployment")},
	{partDaemonSet, ChangeRollout, latest("kube_daemonset_metadata_generation", "daemonset")},
	{partStatefulSet, ChangeRollout, latest("kube_statefulset_status_update_revision", "statefulset", "revision")},
	{partConfigMap, ChangeConfig, changed(parser.NEQ, "kube_configmap_metadata_resource_version", "configmap")},
	{partSecret, ChangeConfig, changed(parser.NEQ, "kube_secret_metadata_resource_version", "secret")},
	{partRestart, ChangeRestart, restarted},
	{partOOM, ChangeOOM, killed},
	{partNotReady, ChangeNode, podsOn(notReady)},
	{partDrained, ChangeNode, podsOn(drained)},
	{partPodInfo, ChangeNode, anyPods},
	{partScaling, ChangeScaling, atMaximum},
}

// activeSets are the ReplicaSets with pods, and their owners. A set that gets its first pods is a
// rollout, forward or back. Scaling is not.
func activeSets(l spelling, match []*labels.Matcher, _ time.Duration) parser.Expr {
	of := []string{"cluster", l.namespace, "replicaset"}
	active := promexpr.Binary(parser.GTR, promexpr.Series("kube_replicaset_spec_replicas", match...), promexpr.Number(0))
	owner := promexpr.Series("kube_replicaset_owner", append(slices.Clone(match), promexpr.OneOf("owner_kind", "Deployment", "Rollout"))...)
	return groupLeft(of, []string{"owner_kind", "owner_name"}, promexpr.Aggregate(parser.MAX, of, active),
		promexpr.Aggregate(parser.MAX, append(slices.Clone(of), "owner_kind", "owner_name"), owner))
}

// groupLeft multiplies series by the one on the right that has the same labels `on`, and adds its
// labels.
func groupLeft(on, added []string, left, right parser.Expr) parser.Expr {
	out := promexpr.On(on, parser.MUL, left, right)
	out.VectorMatching.Card, out.VectorMatching.Include = parser.CardManyToOne, added
	return out
}

// latest are the values of a metric for each object.
func latest(metric string, by ...string) func(spelling, []*labels.Matcher, time.Duration) parser.Expr {
	return func(l spelling, match []*labels.Matcher, _ time.Duration) parser.Expr {
		return promexpr.Aggregate(parser.MAX, append([]string{"cluster", l.namespace}, by...), promexpr.Series(metric, match...))
	}
}

// comparedWith is how long before a point its previous value may be.
const comparedWith = time.Hour

// changed are the points at which the value of an object differs from the one a step earlier.
func changed(op parser.ItemType, metric string, by ...string) func(spelling, []*labels.Matcher, time.Duration) parser.Expr {
	return func(l spelling, match []*labels.Matcher, step time.Duration) parser.Expr {
		of := append([]string{"cluster", l.namespace}, by...)
		before := promexpr.Over("last_over_time", promexpr.Offset(promexpr.Series(metric, match...), step), comparedWith)
		return promexpr.On(of, op, promexpr.Aggregate(parser.MAX, of, promexpr.Series(metric, match...)), promexpr.Aggregate(parser.MAX, of, before))
	}
}

func restarted(l spelling, match []*labels.Matcher, step time.Duration) parser.Expr {
	return changed(parser.GTR, "kube_pod_container_status_restarts_total", l.pod)(l, match, step)
}

// killed are the restarts of pods of which a container was last terminated for its memory.
func killed(l spelling, match []*labels.Matcher, step time.Duration) parser.Expr {
	of := []string{"cluster", l.namespace, l.pod}
	reason := promexpr.Series("kube_pod_container_status_last_terminated_reason", append(slices.Clone(match), promexpr.Equal("reason", "OOMKilled"))...)
	out := promexpr.On(of, parser.LAND, restarted(l, match, step), promexpr.Aggregate(parser.MAX, of, promexpr.Binary(parser.GTR, reason, promexpr.Number(0))))
	out.VectorMatching.Card = parser.CardManyToMany
	return out
}

func notReady() parser.Expr {
	status := promexpr.Series("kube_node_status_condition", promexpr.Equal("condition", "Ready"), promexpr.OneOf("status", "false", "unknown"))
	return promexpr.Aggregate(parser.MAX, []string{"cluster", "node"}, promexpr.Binary(parser.GTR, status, promexpr.Number(0)))
}

func drained() parser.Expr {
	return promexpr.Aggregate(parser.MAX, []string{"cluster", "node"},
		promexpr.Binary(parser.GTR, promexpr.Series("kube_node_spec_unschedulable"), promexpr.Number(0)))
}

// podsOn are the pods on some nodes.
func podsOn(nodes func() parser.Expr) func(spelling, []*labels.Matcher, time.Duration) parser.Expr {
	return func(l spelling, match []*labels.Matcher, _ time.Duration) parser.Expr {
		pods := promexpr.Aggregate(parser.MAX, []string{"cluster", l.namespace, l.pod, "node"}, promexpr.Series("kube_pod_info", match...))
		return groupLeft([]string{"cluster", "node"}, nil, pods, nodes())
	}
}

// anyPods has a value if the nodes of pods are known.
func anyPods(_ spelling, match []*labels.Matcher, _ time.Duration) parser.Expr {
	return promexpr.Aggregate(parser.GROUP, nil, promexpr.Series("kube_pod_info", match...))
}

// atMaximum are the autoscalers that have all replicas that they may have, with their targets.
func atMaximum(l spelling, match []*labels.Matcher, _ time.Duration) parser.Expr {
	of := []string{"cluster", l.namespace, "horizontalpodautoscaler"}
	highest := func(metric string) parser.Expr {
		return promexpr.Aggregate(parser.MAX, of, promexpr.Series(metric, match...))
	}
	full := promexpr.On(of, parser.GTE, highest("kube_horizontalpodautoscaler_status_current_replicas"), highest("kube_horizontalpodautoscaler_spec_max_replicas"))
	target := []string{"scaletargetref_name"}
	return groupLeft(of, target, promexpr.Paren(full),
		promexpr.Aggregate(parser.MAX, slices.Concat(of, target), promexpr.Series("kube_horizontalpodautoscaler_info", match...)))
}

// changesQuery returns one expression for all changes of some kinds. Each part exists for rows as
// kube-state-metrics exports them, and for rows of a scrape without honorLabels.
func changesQuery(kinds []ChangeKind, match []*labels.Matcher, step time.Duration) parser.Expr {
	var all parser.Expr
	add := func(name string, e parser.Expr) {
		e = promexpr.Call("label_replace", e, promexpr.Text(partLabel), promexpr.Text(name), promexpr.Text(""), promexpr.Text(""))
		if all == nil {
			all = e
			return
		}
		both := promexpr.Binary(parser.LOR, all, e)
		both.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToMany}
		all = both
	}
	renamed := renamedMatchers(match)
	for _, p := range changeParts {
		if !slices.Contains(kinds, p.kind) && (p.kind != ChangeRestart || !slices.Contains(kinds, ChangeOOM)) {
			continue
		}
		add(p.name, p.build(plainSpelling, append(slices.Clone(match), promexpr.Equal(renamedSpelling.namespace, "")), step))
		other := p.build(renamedSpelling, renamed, step)
		for _, names := range [][2]string{{plainSpelling.namespace, renamedSpelling.namespace}, {plainSpelling.pod, renamedSpelling.pod}} {
			other = promexpr.Call("label_replace", other, promexpr.Text(names[0]), promexpr.Text("$1"), promexpr.Text(names[1]), promexpr.Text("(.*)"))
		}
		add(p.name, other)
	}
	return all
}

// renamedMatchers returns matchers of namespaces for rows with exported_namespace.
func renamedMatchers(match []*labels.Matcher) []*labels.Matcher {
	if len(match) == 0 {
		return []*labels.Matcher{labels.MustNewMatcher(labels.MatchNotEqual, renamedSpelling.namespace, "")}
	}
	var out []*labels.Matcher
	for _, m := range match {
		out = append(out, labels.MustNewMatcher(m.Type, renamedSpelling.namespace, m.Value))
	}
	return out
}

// readChanges reads the changes of some kinds in the namespaces of workloads, in order of time. They
// are additional information: an error is a warning.
func (e *Engine) readChanges(ctx context.Context, out *Report, kinds []ChangeKind, workloads []map[string]string, from, to time.Time) (changes []Change, step time.Duration) {
	step = changeStep(to.Sub(from))
	if len(workloads) == 0 || !from.Before(to) || len(kinds) == 0 {
		return nil, step
	}
	if workloads = withWorkloadName(workloads); len(workloads) == 0 {
		out.Warn("no rollouts or other changes: they are found by the labels namespace, workload or deployment, and the SLOs are grouped by none of them")
		return nil, step
	}
	query := changesQuery(kinds, namespaceMatchers(workloads), step)
	if query == nil {
		return nil, step
	}
	expr := query.String()
	matrix, cost, warnings, err := e.resources.Range(ctx, expr, from.Truncate(step), to, step)
	if err != nil {
		out.Warn("no rollouts or other changes: " + err.Error())
		return nil, step
	}
	out.Add(cost, warnings, []string{expr})
	parts := map[string][]*model.SampleStream{}
	for _, s := range matrix {
		name := string(s.Metric[partLabel])
		parts[name] = append(parts[name], s)
	}
	if slices.Contains(kinds, ChangeRollout) && len(parts[partSets])+len(parts[partDeployment])+len(parts[partStatefulSet])+len(parts[partDaemonSet]) == 0 {
		out.Warn("no rollouts: no series kube_replicaset_spec_replicas, kube_deployment_status_observed_generation, kube_statefulset_status_update_revision " +
			"or kube_daemonset_metadata_generation of these namespaces. They come from kube-state-metrics")
	}
	f := changeFinder{parts, step}
	changes = slices.Concat(f.rollouts(), f.configs(out), f.restarts(kinds), f.nodes(out, kinds), f.scaling())
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Text, b.Text))
	})
	return changes, step
}

// changeFinder finds changes in the series of the parts of a query.
type changeFinder struct {
	parts map[string][]*model.SampleStream
	step  time.Duration
}

// objectsOf groups series of a part by cluster, namespace and workload. The order is that of the
// labels.
func objectsOf(series []*model.SampleStream, name model.LabelName) []workloadSeries {
	byKey := map[string]*workloadSeries{}
	for _, s := range series {
		labels := map[string]string{"namespace": string(s.Metric["namespace"]), "workload": string(s.Metric[name])}
		if c := string(s.Metric["cluster"]); c != "" {
			labels["cluster"] = c
		}
		key := measure.LabelKey(labels)
		if byKey[key] == nil {
			byKey[key] = &workloadSeries{labels: labels}
		}
		byKey[key].series = append(byKey[key].series, s)
	}
	var out []workloadSeries
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out
}

// workloadSeries contains the series of one workload.
type workloadSeries struct {
	labels map[string]string // cluster, namespace, workload
	series []*model.SampleStream
}

func (w workloadSeries) rollout(at model.Time, kind, revision, what string) Change {
	labels := maps.Clone(w.labels)
	labels["workload_type"] = kind
	return Change{
		Kind: ChangeRollout, Labels: labels, From: at.Time().UTC(), Title: "rollout", Revision: revision,
		Text: fmt.Sprintf("%s/%s: %s", w.labels["namespace"], w.labels["workload"], what),
	}
}

// newValues returns the points at which a value of a label exists, and did not when the workload
// had its previous sample. Values at the first point are not new.
func (w workloadSeries) newValues(label model.LabelName, kind, words string) []Change {
	active := map[model.Time][]string{}
	for _, s := range w.series {
		for _, p := range s.Values {
			active[p.Timestamp] = append(active[p.Timestamp], string(s.Metric[label]))
		}
	}
	var out []Change
	var before []string
	for _, at := range slices.Sorted(maps.Keys(active)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(active[at]))) {
			if before != nil && !slices.Contains(before, value) {
				out = append(out, w.rollout(at, kind, value, words+" "+value))
			}
		}
		before = active[at]
	}
	return out
}

func (w workloadSeries) newGenerations(kind string) []Change {
	var out []Change
	for _, s := range w.series {
		for i := 1; i < len(s.Values); i++ {
			if now := s.Values[i]; now.Value > s.Values[i-1].Value {
				out = append(out, w.rollout(now.Timestamp, kind, "", fmt.Sprintf("generation %.0f", float64(now.Value))))
			}
		}
	}
	return out
}

func (f changeFinder) rollouts() []Change {
	var out []Change
	seen := map[string]bool{}
	for _, w := range objectsOf(f.parts[partSets], "owner_name") {
		seen[measure.LabelKey(w.labels)] = true
		kind := strings.ToLower(string(w.series[0].Metric["owner_kind"]))
		out = append(out, w.newValues("replicaset", kind, "replica set")...)
	}
	for _, w := range objectsOf(f.parts[partDeployment], "deployment") {
		if !seen[measure.LabelKey(w.labels)] {
			out = append(out, w.newGenerations("deployment")...)
		}
	}
	for _, w := range objectsOf(f.parts[partStatefulSet], "statefulset") {
		out = append(out, w.newValues("revision", "statefulset", "revision")...)
	}
	for _, w := range objectsOf(f.parts[partDaemonSet], "daemonset") {
		out = append(out, w.newGenerations("daemonset")...)
	}
	return out
}

// maxConfigChanges bounds the changes of one object in a day. An object with more is a lock or a
// record of a controller, not a configuration.
const maxConfigChanges = 24

func (f changeFinder) configs(out *Report) []Change {
	var all []Change
	ignored, example := 0, ""
	for _, part := range []struct{ name, word string }{{partConfigMap, "ConfigMap"}, {partSecret, "Secret"}} {
		for _, w := range objectsOf(f.parts[part.name], model.LabelName(part.name)) {
			var own []Change
			for _, s := range w.series {
				for _, p := range s.Values {
					labels := maps.Clone(w.labels)
					name := labels["workload"]
					delete(labels, "workload")
					labels["object"] = name
					own = append(own, Change{
						Kind: ChangeConfig, Labels: labels, From: p.Timestamp.Time().UTC(), Title: part.word + " changed",
						Text: fmt.Sprintf("%s/%s", labels["namespace"], name),
					})
				}
			}
			if busiest(own) > maxConfigChanges {
				ignored, example = ignored+1, own[0].Text
				continue
			}
			all = append(all, own...)
		}
	}
	if ignored > 0 {
		out.Warn(fmt.Sprintf("changes of %d ConfigMaps and Secrets, such as %s, are left out: they change more than %d times a day", ignored, example, maxConfigChanges))
	}
	return all
}

// busiest is the largest number of changes within a day.
func busiest(all []Change) int {
	most, first := 0, 0
	slices.SortFunc(all, func(a, b Change) int { return a.From.Compare(b.From) })
	for i, c := range all {
		for c.From.Sub(all[first].From) > 24*time.Hour {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// restartPause is the longest time between restarts that are one change.
const restartPause = time.Hour

func (f changeFinder) restarts(kinds []ChangeKind) []Change {
	var out []Change
	killed := map[string]bool{}
	if slices.Contains(kinds, ChangeOOM) {
		out = append(out, f.podRestarts(partOOM, ChangeOOM, "out of memory", "killed for its memory")...)
		for _, s := range f.parts[partOOM] {
			killed[podKey(s.Metric)] = true
		}
	}
	if !slices.Contains(kinds, ChangeRestart) {
		return out
	}
	return append(out, slices.DeleteFunc(f.podRestarts(partRestart, ChangeRestart, "restarts", "restarted"), func(c Change) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(c.Pods)), func(p string) bool { return killed[c.Labels["cluster"]+"/"+p] })
	})...)
}

func podKey(m model.Metric) string {
	return string(m["cluster"]) + "/" + string(m["namespace"]) + "/" + string(m["pod"])
}

func (f changeFinder) podRestarts(part string, kind ChangeKind, title, words string) []Change {
	var out []Change
	for _, w := range objectsOf(f.parts[part], "pod") {
		labels := maps.Clone(w.labels)
		pod := labels["namespace"] + "/" + labels["workload"]
		delete(labels, "workload")
		var times []time.Time
		for _, s := range w.series {
			for _, p := range s.Values {
				times = append(times, p.Timestamp.Time().UTC())
			}
		}
		for _, r := range timeRuns(times, restartPause) {
			c := Change{Kind: kind, Labels: labels, From: r.times[0], Title: title, Pods: map[string]bool{pod: true}, Text: pod + ": " + words}
			if last := r.times[len(r.times)-1]; len(r.times) > 1 {
				c.To, c.Text = last, fmt.Sprintf("%s %d times", c.Text, len(r.times))
			}
			out = append(out, c)
		}
	}
	return out
}

// timeRun is a series of times without a pause.
type timeRun struct{ times []time.Time }

// timeRuns splits times at pauses.
func timeRuns(times []time.Time, pause time.Duration) []timeRun {
	slices.SortFunc(times, time.Time.Compare)
	var out []timeRun
	for _, t := range times {
		if n := len(out); n > 0 && t.Sub(out[n-1].times[len(out[n-1].times)-1]) <= pause {
			out[n-1].times = append(out[n-1].times, t)
		} else {
			out = append(out, timeRun{[]time.Time{t}})
		}
	}
	return out
}

// statePause is the longest time without a sample within one state of a node or autoscaler.
const statePause = 10 * time.Minute

// nodes returns the changes of nodes with pods of the namespaces.
func (f changeFinder) nodes(out *Report, kinds []ChangeKind) []Change {
	if slices.Contains(kinds, ChangeNode) && len(f.parts[partPodInfo]) == 0 {
		out.Warn("no changes of nodes: no series kube_pod_info of these namespaces, so the nodes of pods are unknown. They come from kube-state-metrics")
	}
	var all []Change
	for _, part := range []struct{ name, title string }{{partNotReady, "node not ready"}, {partDrained, "node drained"}} {
		for _, w := range nodesOf(f.parts[part.name]) {
			var times []time.Time
			for _, s := range w.series {
				times = append(times, timesOf(s)...)
			}
			for _, r := range timeRuns(times, max(statePause, 2*f.step)) {
				from, to := r.times[0], r.times[len(r.times)-1]
				c := Change{Kind: ChangeNode, Labels: w.labels, From: from, To: to, Title: part.title, Text: w.labels["node"], Pods: map[string]bool{}}
				for _, s := range w.series {
					if slices.ContainsFunc(timesOf(s), func(t time.Time) bool { return !t.Before(from) && !t.After(to) }) {
						c.Pods[string(s.Metric["namespace"])+"/"+string(s.Metric["pod"])] = true
					}
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// nodesOf groups the series of pods by their nodes.
func nodesOf(series []*model.SampleStream) []workloadSeries {
	byKey := map[string]*workloadSeries{}
	for _, s := range series {
		labels := map[string]string{"node": string(s.Metric["node"])}
		if c := string(s.Metric["cluster"]); c != "" {
			labels["cluster"] = c
		}
		key := measure.LabelKey(labels)
		if byKey[key] == nil {
			byKey[key] = &workloadSeries{labels: labels}
		}
		byKey[key].series = append(byKey[key].series, s)
	}
	var out []workloadSeries
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out
}

func timesOf(s *model.SampleStream) []time.Time {
	out := make([]time.Time, len(s.Values))
	for i, p := range s.Values {
		out[i] = p.Timestamp.Time().UTC()
	}
	return out
}

func (f changeFinder) scaling() []Change {
	var out []Change
	for _, w := range objectsOf(f.parts[partScaling], "scaletargetref_name") {
		var times []time.Time
		for _, s := range w.series {
			times = append(times, timesOf(s)...)
		}
		for _, r := range timeRuns(times, max(statePause, 2*f.step)) {
			out = append(out, Change{
				Kind: ChangeScaling, Labels: w.labels, From: r.times[0], To: r.times[len(r.times)-1], Title: "autoscaler at its maximum",
				Text: fmt.Sprintf("%s/%s", w.labels["namespace"], w.labels["workload"]),
			})
		}
	}
	return out
}
