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

	"github.com/burnline/burnline/pkg/cells"
	"github.com/burnline/burnline/pkg/engine/measure"
	"github.com/burnline/burnline/pkg/fault"
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
var ChangeKinds = []ChangeKind{
	ChangeRollout, ChangeConfig, ChangeRestart, ChangeOOM, ChangeNode, ChangeScaling,
	ChangeExclusion,
}

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
const changePoints = 500

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

// Parts of the query for changes. The series of the first two have one part for each of their labels.
const (
	partGenerations = "generations"
	partDeployment  = "deployment"
	partDaemonSet   = "daemonset"
	partStatefulSet = "statefulset"

	partChanged   = "changed"
	partConfigMap = "configmap"
	partSecret    = "secret"
	partRestart   = "pod"

	partSets    = "sets"
	partOOM     = "oom"
	partNodes   = "nodes"
	partScaling = "scaling"
)

var partsByKind = map[ChangeKind][]string{
	ChangeRollout: {partSets, partGenerations}, ChangeConfig: {partChanged}, ChangeRestart: {partChanged, partOOM},
	ChangeOOM:  {partChanged, partOOM},
	ChangeNode: {partNodes}, ChangeScaling: {partScaling},
}

func partOf(parts []string, metric model.Metric) string {
	part := parts[promexpr.Part(metric)]
	for _, own := range []string{
		partDeployment, partDaemonSet, partStatefulSet, partConfigMap, partSecret,
		partRestart,
	} {
		if (part == partGenerations || part == partChanged) && metric[model.LabelName(own)] != "" {
			return own
		}
	}
	return part
}

// changeQuery builds queries for rows of kube-state-metrics in some namespaces. A scrape without
// honorLabels renames the labels of rows to exported_namespace and exported_pod.
type changeQuery struct {
	kinds []ChangeKind
	match []*labels.Matcher // of the label namespace; none: all namespaces
	step  time.Duration
}

const (
	exportedNamespace = "exported_namespace"
	exportedPod       = "exported_pod"
)

// expr returns one expression for all kinds, and its parts.
func (q changeQuery) expr() (expr parser.Expr, parts []string) {
	var all []parser.Expr
	for _, kind := range ChangeKinds {
		for _, part := range partsByKind[kind] {
			if slices.Contains(q.kinds, kind) && !slices.Contains(parts, part) {
				all, parts = append(all, q.part(part)), append(parts, part)
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return promexpr.Union(all...), parts
}

func (q changeQuery) part(name string) parser.Expr {
	switch name {
	case partSets: // with pods, and their owners. A set that gets its first pods is a rollout. Scaling is not
		owners := q.rows([]string{"replicaset", "owner_kind", "owner_name"}, asIs,
			promexpr.Equal(model.MetricNameLabel, replicaSetOwner),
			promexpr.OneOf("owner_kind", "Deployment", "Rollout"))
		return promexpr.On(joined("replicaset"), parser.LAND, owners,
			q.metric(replicaSetReplicas, positive, "replicaset"))
	case partGenerations:
		return q.rows([]string{partDeployment, partDaemonSet, partStatefulSet, "revision"}, asIs,
			promexpr.OneOf(model.MetricNameLabel,
				deploymentGeneration, daemonSetGeneration, statefulSetRevision))
	case partChanged:
		return q.changed()
	case partOOM:
		return q.rows([]string{"pod"}, positive,
			promexpr.Equal(model.MetricNameLabel, "kube_pod_container_status_last_terminated_reason"),
			promexpr.Equal("reason", "OOMKilled"))
	case partNodes:
		pods := promexpr.On([]string{"cluster", "node"}, parser.MUL, q.metric(podInfo, asIs, "pod", "node"), badNodes())
		pods.VectorMatching.Card = parser.CardManyToOne
		return pods
	}
	const autoscaler = "horizontalpodautoscaler" // with all replicas that it may have, and its target
	full := promexpr.On(joined(autoscaler), parser.GTE,
		q.metric("kube_horizontalpodautoscaler_status_current_replicas", asIs, autoscaler),
		q.metric("kube_horizontalpodautoscaler_spec_max_replicas", asIs, autoscaler))
	return promexpr.On(joined(autoscaler), parser.LAND,
		q.metric("kube_horizontalpodautoscaler_info", asIs, autoscaler, "scaletargetref_name"), full)
}

// comparedWith is how long before a point its previous value may be.
const comparedWith = time.Hour

// changed are the points at which the value of an object differs from the one a step earlier.
func (q changeQuery) changed() parser.Expr {
	var names []string
	if slices.Contains(q.kinds, ChangeConfig) {
		names = append(names, configMapVersion, secretVersion)
	}
	if slices.Contains(q.kinds, ChangeRestart) || slices.Contains(q.kinds, ChangeOOM) {
		names = append(names, containerRestarts)
	}
	by, metrics := []string{partConfigMap, partSecret, partRestart}, promexpr.OneOf(model.MetricNameLabel, names...)
	before := func(vs *parser.VectorSelector) parser.Expr {
		return promexpr.Over("last_over_time", promexpr.Offset(vs, q.step), comparedWith)
	}
	return promexpr.On(joined(by...), parser.NEQ, q.rows(by, asIs, metrics), q.rows(by, before, metrics))
}

// Bits of the value of a node.
const (
	drainedBit  = 1
	notReadyBit = 2
)

func badNodes() parser.Expr {
	status := promexpr.Series("kube_node_status_condition", promexpr.Equal("condition", "Ready"),
		promexpr.OneOf("status", "false", "unknown"))
	notReady := promexpr.Times(promexpr.Aggregate(parser.MAX, []string{"cluster", "node", "condition"},
		positive(status)), notReadyBit)
	drained := promexpr.Aggregate(parser.MAX, []string{"cluster", "node"},
		positive(promexpr.Series("kube_node_spec_unschedulable")))
	return promexpr.Sum([]string{"cluster", "node"}, promexpr.Binary(parser.LOR, notReady, drained))
}

func asIs(vs *parser.VectorSelector) parser.Expr { return vs }

func positive(vs *parser.VectorSelector) parser.Expr {
	return promexpr.Binary(parser.GTR, vs, promexpr.Number(0))
}

func (q changeQuery) metric(name string, of func(*parser.VectorSelector) parser.Expr, by ...string) parser.Expr {
	return q.rows(by, of, promexpr.Equal(model.MetricNameLabel, name))
}

// rows are the largest values of rows, by cluster, namespace and more labels, in both spellings.
func (q changeQuery) rows(by []string, of func(*parser.VectorSelector) parser.Expr, ms ...*labels.Matcher) parser.Expr {
	plain, renamed := q.selectors(ms...)
	exported := slices.Concat([]string{"cluster", exportedNamespace}, by)
	if i := slices.Index(exported, "pod"); i >= 0 {
		exported[i] = exportedPod
	}
	return promexpr.Binary(parser.LOR,
		promexpr.Aggregate(parser.MAX, slices.Concat([]string{"cluster", "namespace"}, by), of(plain)),
		promexpr.Aggregate(parser.MAX, exported, of(renamed)))
}

func (q changeQuery) selectors(ms ...*labels.Matcher) (plain, renamed *parser.VectorSelector) {
	other := slices.Clone(ms)
	for _, m := range q.match {
		other = append(other, labels.MustNewMatcher(m.Type, exportedNamespace, m.Value))
	}
	if len(q.match) == 0 {
		other = append(other, labels.MustNewMatcher(labels.MatchNotEqual, exportedNamespace, ""))
	}
	return promexpr.Selector(append(slices.Concat(ms, q.match), promexpr.Equal(exportedNamespace, ""))),
		promexpr.Selector(other)
}

// joined are the labels of rows, in both spellings.
func joined(by ...string) []string {
	out := append([]string{"cluster", "namespace", exportedNamespace}, by...)
	if slices.Contains(by, "pod") {
		out = append(out, exportedPod)
	}
	return out
}

// plain returns a series with plain labels. The series may be in a cache.
func plain(s *model.SampleStream) *model.SampleStream {
	out := *s
	for exported, name := range map[model.LabelName]model.LabelName{
		exportedNamespace: "namespace",
		exportedPod:       "pod",
	} {
		if v, ok := s.Metric[exported]; ok {
			out.Metric = maps.Clone(out.Metric)
			out.Metric[name] = v
			delete(out.Metric, exported)
		}
	}
	return &out
}

// readChanges reads the changes of some kinds in the namespaces of workloads, in order of time. They
// are additional information: an error is a warning.
func (e *Engine) readChanges(ctx context.Context, out *Report, kinds []ChangeKind, workloads []map[string]string, from,
	to time.Time,
) []Change {
	if len(workloads) == 0 {
		return nil
	}
	if workloads = withWorkloadName(workloads); len(workloads) == 0 {
		out.Warn("no rollouts or other changes: they are found by the labels namespace, workload or deployment, and the SLOs are grouped by none of them")
		return nil
	}
	return e.changesIn(ctx, out, changeQuery{kinds, namespaceMatchers(workloads), changeStep(to.Sub(from))}, from, to)
}

// changesIn is readChanges for some namespaces.
func (e *Engine) changesIn(ctx context.Context, out *Report, q changeQuery, from, to time.Time) []Change {
	query, names := q.expr()
	if query == nil || !from.Before(to) {
		return nil
	}
	expr := query.String()
	var matrix model.Matrix
	var cost cells.Cost
	var warnings []string
	g, gctx := fault.WithContext(ctx)
	g.Go(func() (err error) {
		matrix, cost, warnings, err = e.resources.Range(gctx, expr, from.Truncate(q.step), to, q.step)
		return err
	})
	var gaps changeGaps
	g.Go(func() error {
		gaps = e.changeGaps(gctx, q, from, to)
		return nil
	})
	if err := g.Wait(); err != nil {
		out.Warn("no rollouts or other changes: " + err.Error())
		return nil
	}
	out.Add(cost, append(warnings, gaps.notices...), []string{expr})
	out.Add(cells.Cost{Queries: gaps.queries}, nil, nil)
	parts := map[string][]*model.SampleStream{}
	for _, s := range matrix {
		s = plain(s)
		name := partOf(names, s.Metric)
		parts[name] = append(parts[name], s)
	}
	f := changeFinder{parts, q.step}
	changes := slices.Concat(f.rollouts(), f.configs(out), f.restarts(q.kinds), f.nodes(), f.scaling())
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Text, b.Text))
	})
	return changes
}

// changeFinder finds changes in the series of the parts of a query.
type changeFinder struct {
	parts map[string][]*model.SampleStream
	step  time.Duration
}

// object contains the series of one workload, pod or node, by its labels.
type object struct {
	labels map[string]string
	series []*model.SampleStream
}

// objectsOf groups series by cluster and by labels, which get other names. The order is that of the labels.
func objectsOf(series []*model.SampleStream, names map[string]string) []object {
	byKey := map[string]*object{}
	for _, s := range series {
		labels := map[string]string{}
		for name, own := range names {
			labels[own] = string(s.Metric[model.LabelName(name)])
		}
		if c := string(s.Metric["cluster"]); c != "" {
			labels["cluster"] = c
		}
		key := measure.LabelKey(labels)
		if byKey[key] == nil {
			byKey[key] = &object{labels: labels}
		}
		byKey[key].series = append(byKey[key].series, s)
	}
	var out []object
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out
}

func (f changeFinder) workloads(part, name string) []object {
	return objectsOf(f.parts[part], map[string]string{"namespace": "namespace", name: "workload"})
}

func (o object) times(is func(at model.Time, v model.SampleValue) bool) []time.Time {
	var out []time.Time
	for _, s := range o.series {
		for _, p := range s.Values {
			if is(p.Timestamp, p.Value) {
				out = append(out, p.Timestamp.Time().UTC())
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

func anyValue(model.Time, model.SampleValue) bool { return true }

func (o object) rollout(at model.Time, kind, revision, what string) Change {
	labels := maps.Clone(o.labels)
	labels["workload_type"] = kind
	return Change{
		Kind: ChangeRollout, Labels: labels, From: at.Time().UTC(), Title: "rollout", Revision: revision,
		Text: fmt.Sprintf("%s/%s: %s", o.labels["namespace"], o.labels["workload"], what),
	}
}

// newValues returns the points at which a value of a label exists, and did not when the workload
// had its previous sample. Values at the first point are not new.
func (o object) newValues(label model.LabelName, kind, words string) []Change {
	active := map[model.Time][]string{}
	for _, s := range o.series {
		for _, p := range s.Values {
			active[p.Timestamp] = append(active[p.Timestamp], string(s.Metric[label]))
		}
	}
	var out []Change
	var before []string
	for _, at := range slices.Sorted(maps.Keys(active)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(active[at]))) {
			if before != nil && !slices.Contains(before, value) {
				out = append(out, o.rollout(at, kind, value, words+" "+value))
			}
		}
		before = active[at]
	}
	return out
}

func (o object) newGenerations(kind string) []Change {
	var out []Change
	for _, s := range o.series {
		for i := 1; i < len(s.Values); i++ {
			if now := s.Values[i]; now.Value > s.Values[i-1].Value {
				out = append(out,
					o.rollout(now.Timestamp, kind, "", fmt.Sprintf("generation %.0f", float64(now.Value))))
			}
		}
	}
	return out
}

func (f changeFinder) rollouts() []Change {
	var out []Change
	seen := map[string]bool{}
	for _, o := range f.workloads(partSets, "owner_name") {
		seen[measure.LabelKey(o.labels)] = true
		out = append(out,
			o.newValues("replicaset", strings.ToLower(string(o.series[0].Metric["owner_kind"])), "replica set")...)
	}
	for _, o := range f.workloads(partDeployment, partDeployment) {
		if !seen[measure.LabelKey(o.labels)] {
			out = append(out, o.newGenerations(partDeployment)...)
		}
	}
	for _, o := range f.workloads(partStatefulSet, partStatefulSet) {
		out = append(out, o.newValues("revision", partStatefulSet, "revision")...)
	}
	for _, o := range f.workloads(partDaemonSet, partDaemonSet) {
		out = append(out, o.newGenerations(partDaemonSet)...)
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
		for _, o := range objectsOf(f.parts[part.name],
			map[string]string{"namespace": "namespace", part.name: "object"}) {
			times, text := o.times(anyValue), o.labels["namespace"]+"/"+o.labels["object"]
			if busiest(times) > maxConfigChanges {
				ignored, example = ignored+1, text
				continue
			}
			for _, at := range times {
				all = append(all,
					Change{Kind: ChangeConfig, Labels: o.labels, From: at, Title: part.word + " changed", Text: text})
			}
		}
	}
	if ignored > 0 {
		out.Warn(fmt.Sprintf("changes of %d ConfigMaps and Secrets, such as %s, are left out: they change more than %d times a day", ignored, example, maxConfigChanges))
	}
	return all
}

// busiest is the largest number of times within a day.
func busiest(times []time.Time) int {
	most, first := 0, 0
	for i, t := range times {
		for t.Sub(times[first]) > 24*time.Hour {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// restartPause is the longest time between restarts that are one change.
const restartPause = time.Hour

// restarts returns the restarts of pods. A pod of which a container was killed for its memory has
// only these.
func (f changeFinder) restarts(kinds []ChangeKind) []Change {
	names := map[string]string{"namespace": "namespace", "pod": "pod"}
	killed := map[string]map[model.Time]bool{}
	for _, o := range objectsOf(f.parts[partOOM], names) {
		at := map[model.Time]bool{}
		o.times(func(t model.Time, _ model.SampleValue) bool { at[t] = true; return false })
		killed[measure.LabelKey(o.labels)] = at
	}
	var out []Change
	for _, o := range objectsOf(f.parts[partRestart], names) {
		// 0: another pod of this name
		isRestart := func(_ model.Time, restarts model.SampleValue) bool { return restarts > 0 }
		kind, title, words, times := ChangeRestart, "restarts", "restarted", o.times(isRestart)
		ofMemory := o.times(func(t model.Time, v model.SampleValue) bool {
			return isRestart(t, v) && killed[measure.LabelKey(o.labels)][t]
		})
		if len(ofMemory) > 0 && slices.Contains(kinds, ChangeOOM) {
			kind, title, words, times = ChangeOOM, "out of memory", "killed for its memory", ofMemory
		}
		if !slices.Contains(kinds, kind) {
			continue
		}
		pod := o.labels["namespace"] + "/" + o.labels["pod"]
		labels := maps.Clone(o.labels)
		delete(labels, "pod")
		for _, run := range timeRuns(times, restartPause) {
			c := Change{
				Kind: kind, Labels: labels, From: run[0], Title: title, Pods: map[string]bool{pod: true},
				Text: pod + ": " + words,
			}
			if len(run) > 1 {
				c.To, c.Text = run[len(run)-1], fmt.Sprintf("%s %d times", c.Text, len(run))
			}
			out = append(out, c)
		}
	}
	return out
}

func timeRuns(times []time.Time, pause time.Duration) [][]time.Time {
	var out [][]time.Time
	for i, t := range times {
		if i == 0 || t.Sub(times[i-1]) > pause {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], t)
	}
	return out
}

// statePause is the longest time without a sample within one state of a node or autoscaler.
const statePause = 10 * time.Minute

// nodes returns the changes of nodes with pods of the namespaces.
func (f changeFinder) nodes() []Change {
	var all []Change
	for _, o := range objectsOf(f.parts[partNodes], map[string]string{"node": "node"}) {
		for _, state := range []struct {
			bit   int
			title string
		}{{notReadyBit, "node not ready"}, {drainedBit, "node drained"}} {
			isInState := func(_ model.Time, v model.SampleValue) bool { return int(v)&state.bit != 0 }
			for _, run := range timeRuns(o.times(isInState), max(statePause, 2*f.step)) {
				c := Change{
					Kind: ChangeNode, Labels: o.labels, From: run[0], To: run[len(run)-1], Title: state.title,
					Text: o.labels["node"], Pods: map[string]bool{},
				}
				for _, s := range o.series {
					at := object{series: []*model.SampleStream{s}}.times(isInState)
					if slices.ContainsFunc(at, func(t time.Time) bool { return !t.Before(c.From) && !t.After(c.To) }) {
						c.Pods[string(s.Metric["namespace"])+"/"+string(s.Metric["pod"])] = true
					}
				}
				all = append(all, c)
			}
		}
	}
	return all
}

func (f changeFinder) scaling() []Change {
	var out []Change
	for _, o := range f.workloads(partScaling, "scaletargetref_name") {
		for _, run := range timeRuns(o.times(anyValue), max(statePause, 2*f.step)) {
			out = append(out, Change{
				Kind: ChangeScaling, Labels: o.labels, From: run[0], To: run[len(run)-1],
				Title: "autoscaler at its maximum",
				Text:  fmt.Sprintf("%s/%s", o.labels["namespace"], o.labels["workload"]),
			})
		}
	}
	return out
}

// Metrics of kube-state-metrics by which changes are found.
const (
	replicaSetReplicas   = "kube_replicaset_spec_replicas"
	replicaSetOwner      = "kube_replicaset_owner"
	deploymentGeneration = "kube_deployment_status_observed_generation"
	statefulSetRevision  = "kube_statefulset_status_update_revision"
	daemonSetGeneration  = "kube_daemonset_metadata_generation"
	configMapVersion     = "kube_configmap_metadata_resource_version"
	secretVersion        = "kube_secret_metadata_resource_version" // #nosec G101 - a metric
	containerRestarts    = "kube_pod_container_status_restarts_total"
	podInfo              = "kube_pod_info"
)

// changeSources are the metrics of which each namespace with pods has some. One of a kind is enough.
var changeSources = []struct {
	kind    ChangeKind
	what    string
	metrics []string
}{
	{
		ChangeRollout, "rollouts",
		[]string{replicaSetReplicas, deploymentGeneration, statefulSetRevision, daemonSetGeneration},
	},
	{ChangeConfig, "ConfigMaps and Secrets", []string{configMapVersion, secretVersion}},
	{ChangeRestart, "restarts", []string{containerRestarts}},
	{ChangeNode, "nodes", []string{podInfo}},
}

// changeGaps are the kinds of changes that cannot be found in some namespaces, as notices.
type changeGaps struct {
	notices []string
	queries int // cost of the lookup
}

type changeGapsKey struct {
	selector string
	from, to int64 // whole hours, Unix seconds
}

const (
	completeTTL   = time.Hour
	incompleteTTL = 5 * time.Minute // an exporter may have been enabled
)

// changeGaps looks up the names of metrics in the server's index.
func (e *Engine) changeGaps(ctx context.Context, q changeQuery, from, to time.Time) changeGaps {
	names := []string{replicaSetOwner}
	for _, s := range changeSources {
		if slices.Contains(q.kinds, s.kind) {
			names = append(names, s.metrics...)
		}
	}
	plain, renamed := q.selectors(promexpr.OneOf(model.MetricNameLabel, names...))
	out, isFresh, err := e.gaps.Load(ctx,
		changeGapsKey{plain.String(), from.Truncate(time.Hour).Unix(), to.Truncate(time.Hour).Unix()},
		func(ctx context.Context) (out changeGaps, ttl time.Duration, err error) {
			var found []string
			for _, s := range []string{plain.String(), renamed.String()} {
				more, err := e.server.Names(ctx, model.MetricNameLabel, s, from, to, uint64(len(names)))
				if err != nil {
					return out, 0, err
				}
				out.queries++
				if found = append(found, more...); len(q.missing(found)) == 0 {
					return out, completeTTL, nil
				}
			}
			out.notices = q.missing(found)
			return out, incompleteTTL, nil
		})
	if err != nil {
		return changeGaps{notices: []string{"it is unknown which changes can be found: " + err.Error()}}
	}
	if !isFresh {
		out.queries = 0
	}
	return out
}

// missing describes the kinds that cannot be found with these metrics.
func (q changeQuery) missing(found []string) []string {
	has := func(name string) bool { return slices.Contains(found, name) }
	var out, kinds []string
	for _, s := range changeSources {
		if slices.Contains(q.kinds, s.kind) && !slices.ContainsFunc(s.metrics, has) {
			kinds = append(kinds, fmt.Sprintf("%s (%s)", s.what, strings.Join(s.metrics, ", ")))
		}
	}
	if len(kinds) > 0 {
		out = append(out, "some changes cannot be found, because these namespaces have no such series of kube-state-metrics: "+strings.Join(kinds, ", "))
	}
	if slices.Contains(q.kinds, ChangeRollout) && has(deploymentGeneration) &&
		(!has(replicaSetReplicas) || !has(replicaSetOwner)) {
		out = append(out, fmt.Sprintf("rollouts of Deployments are found by their generation, which also grows when they are scaled: no series %s or %s of these namespaces",
			replicaSetReplicas, replicaSetOwner))
	}
	return out
}
