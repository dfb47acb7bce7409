package kubernetes

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// unresolved is why a pod has no workload.
type unresolved struct {
	reason reason
	object string   // the ReplicaSet or Job without a known owner
	others []string // clusters that have a pod of this name
}

type reason int

const (
	resolved reason = iota
	noRow           // the pod has no row
	noLink          // the pod's ReplicaSet or Job has no row
	contradicted
	ambiguous // several clusters have pods of this name
)

// Instants are Unix minutes in this file.
const (
	always  = math.MinInt64
	forever = math.MaxInt64
)

// resolve returns the workloads of a pod, in order of time.
func (cs claims) resolve(p Pod) resolution {
	own := cs.matching(object{kindPod, p.Namespace, p.Name}, p.Cluster, p.UID)
	rules := cs.matching(object{kindRule, p.Namespace, p.Name}, p.Cluster, "")
	revisions := cs.matching(object{kindRevision, p.Namespace, p.Name}, p.Cluster, p.UID)
	if len(own)+len(rules) == 0 {
		r := resolution{why: unresolved{reason: noRow}}
		if others := (&Owners{claims: cs}).Clusters(p.Namespace, p.Name); len(others) > 0 {
			r.why = unresolved{reason: contradicted, others: others}
		}
		return r
	}
	if others := clustersOf(append(slices.Clone(own), rules...)); p.Cluster == "" && len(others) > 1 {
		return cs.resolveIn(others, p)
	}
	var out resolution
	borders := cs.borders(p, own, rules, revisions)
	var stays []stretch
	for i := 0; i+1 < len(borders); i++ {
		w, why, disputed := cs.at(p, own, rules, borders[i])
		if why.reason == noRow { // the pod did not exist then: the previous or next owner applies
			continue
		}
		if why.reason != resolved {
			out.why = why
		}
		if disputed != "" {
			out.disputed = disputed
		}
		v := cs.versionAt(p, own, rules, revisions, borders[i])
		if n := len(stays); n > 0 && stays[n-1].Workload == w && stays[n-1].Version == v {
			stays[n-1].last = borders[i+1]
		} else {
			stays = append(stays, stretch{w, v, borders[i], borders[i+1]})
		}
	}
	out.stays = mergeStretches(stays, p.Name)
	if len(out.stays) == 1 && out.stays[0].Workload == (Workload{}) && out.stays[0].Version == (Version{}) {
		out.stays = nil
	}
	if len(stays) == 0 {
		out.why = unresolved{reason: noRow}
	}
	return out
}

// resolveIn returns the workloads of a pod of an unknown cluster, if they are equal in all clusters.
func (cs claims) resolveIn(clusters []string, p Pod) resolution {
	var one resolution
	for i, c := range clusters {
		in := p
		in.Cluster = c
		r := cs.resolve(in)
		switch {
		case i == 0 || slices.Equal(r.stays, one.stays):
		case slices.Equal(workloadsOf(r.stays), workloadsOf(one.stays)): // of different versions
			r.stays = workloadsOf(r.stays)
		default:
			return resolution{why: unresolved{reason: ambiguous, others: clusters}}
		}
		one = r
	}
	return one
}

func workloadsOf(stays []Ownership) []Ownership {
	if !slices.ContainsFunc(stays, func(s Ownership) bool { return s.Version != Version{} }) {
		return stays
	}
	var out []Ownership
	for _, s := range stays {
		if n := len(out); n > 0 && out[n-1].Workload == s.Workload {
			out[n-1].To = s.To
		} else {
			out = append(out, Ownership{Workload: s.Workload, From: s.From, To: s.To})
		}
	}
	if len(out) == 1 && out[0].Workload == (Workload{}) {
		return nil
	}
	return out
}

// stretch is a time with rows of one workload and version, in minutes.
type stretch struct {
	Workload
	Version
	first, last int64
}

// orphaned is how long an object may be without an owner between two owners: an adoption takes
// moments, and the time counts for the owner that comes.
const orphaned = 60 // minutes

// mergeStretches merges stretches without gaps into ownerships.
func mergeStretches(all []stretch, pod string) []Ownership {
	for i := len(all) - 2; i > 0; i-- {
		s, next := &all[i], &all[i+1]
		isOrphan := s.Type == barePod && s.Name == pod || s.Type == typeOf("ReplicaSet") || s.Type == typeOf("Job")
		if isOrphan && s.last-s.first < orphaned {
			next.first = s.first
			all = slices.Delete(all, i, i+1)
		}
	}
	var out []Ownership
	for _, s := range all {
		n := len(out)
		switch {
		case n == 0:
			out = append(out, Ownership{Workload: s.Workload, Version: s.Version})
		case out[n-1].Workload != s.Workload || out[n-1].Version != s.Version:
			border := time.Unix(s.first*60, 0).UTC()
			out[n-1].To = border
			out = append(out, Ownership{Workload: s.Workload, Version: s.Version, From: border})
		}
	}
	return out
}

// borders returns the instants at which the rows of a pod may change.
func (cs claims) borders(p Pod, lists ...[]*claim) []int64 {
	out := []int64{always, forever}
	add := func(all []*claim) {
		for _, c := range all {
			for _, r := range c.seen {
				out = append(out, r.first, r.last)
			}
		}
	}
	for _, list := range lists {
		add(list)
		for _, c := range list {
			if o, ok := ownerObject(p, c.owner); ok {
				add(cs.matching(o, cmp.Or(c.cluster, p.Cluster), ""))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ownerObject returns the object that is looked up to find the owner of an owner.
func ownerObject(p Pod, o owner) (object, bool) {
	switch typeOf(o.kind) {
	case "replicaset":
		return object{kindReplicaSet, p.Namespace, o.name}, true
	case "job":
		return object{kindJob, p.Namespace, o.name}, true
	case "replicationcontroller":
		return object{kindController, p.Namespace, o.name}, true
	case "pod": // the driver of a Spark job owns its executors
		return object{kindPod, p.Namespace, o.name}, true
	}
	return object{}, false
}

// at returns the workload of a pod at an instant. Source rows take precedence. The recording rule
// is used for a pod without them, and for the type of a workload that both name, if all pods of the
// workload have one type in it.
func (cs claims) at(p Pod, own, rules []*claim, at int64) (Workload, unresolved, string) {
	byRule, _, isRuled := choose(rules, p.Cluster, at)
	c, disputed, ok := choose(own, p.Cluster, at)
	if !ok {
		if !isRuled {
			return Workload{}, unresolved{reason: noRow}, ""
		}
		w := Workload{byRule.owner.name, typeOf(byRule.owner.kind)}
		if w.Type == "job" {
			if up, why := cs.follow(p, byRule, at); why.reason == resolved {
				w = up
			}
		}
		return w, unresolved{}, ""
	}
	w, why := cs.follow(p, c, at)
	if why.reason != resolved && isRuled {
		return Workload{byRule.owner.name, typeOf(byRule.owner.kind)}, unresolved{}, disputed
	}
	for _, cluster := range []string{cmp.Or(c.cluster, p.Cluster), ""} {
		if kind := cs.ruledTypes[[3]string{cluster, p.Namespace, w.Name}]; kind != "" && w.Type != barePod &&
			w.Type != staticPod {
			w.Type = kind
			break
		}
	}
	return w, why, disputed
}

// typesInRule returns the types of workloads in the recording rule, by cluster, namespace and name;
// "" if rows differ, as they do after an upgrade of the mixin.
func (cs claims) typesInRule() map[[3]string]string {
	out := map[[3]string]string{}
	for o, all := range cs.rows {
		if o.kind != kindRule {
			continue
		}
		for _, c := range all {
			key := [3]string{c.cluster, o.namespace, c.owner.name}
			if known, ok := out[key]; ok && known != typeOf(c.owner.kind) {
				out[key] = ""
			} else {
				out[key] = typeOf(c.owner.kind)
			}
		}
	}
	return out
}

// Names of Jobs of CronJobs, and of ReplicationControllers of DeploymentConfigs.
var (
	cronJobRun = regexp.MustCompile(`-\d{8,10}$`)
	rollout    = regexp.MustCompile(`-\d+$`)
)

// hasOwner reports whether an object must have an owner, by its kind or name.
func (o object) hasOwner() bool {
	return o.kind == kindReplicaSet || o.kind == kindJob && cronJobRun.MatchString(o.name) ||
		o.kind == kindController && rollout.MatchString(o.name)
}

// follow returns the workload above the owner in a claim.
func (cs claims) follow(p Pod, c *claim, at int64) (Workload, unresolved) {
	o := c.owner
	if !o.isNamed() {
		return Workload{p.Name, barePod}, unresolved{}
	}
	if o.kind == "Node" {
		return Workload{p.Name, staticPod}, unresolved{}
	}
	self := Workload{o.name, typeOf(o.kind)}
	up, ok := ownerObject(p, o)
	if !ok {
		return self, unresolved{}
	}
	cluster := cmp.Or(c.cluster, p.Cluster)
	all := cs.matching(up, cluster, "")
	top, _, found := choose(all, cluster, at)
	switch {
	case len(all) == 0 && up.hasOwner():
		return Workload{}, unresolved{reason: noLink, object: fmt.Sprintf("%s %s/%s", o.kind, p.Namespace, o.name)}
	case len(all) == 0:
		return self, unresolved{}
	case cluster == "" && len(clustersOf(all)) > 1 && !haveOneOwner(all):
		return Workload{}, unresolved{reason: ambiguous, others: clustersOf(all)}
	case !found:
		top = nearest(all, at)
	}
	if up.kind == kindPod && top.owner.kind != "Pod" {
		driver := p
		driver.Name = o.name
		return cs.follow(driver, top, at)
	}
	if !top.owner.isNamed() {
		return self, unresolved{}
	}
	return Workload{top.owner.name, typeOf(top.owner.kind)}, unresolved{}
}

// nearest returns the last claim before an instant, else the first one after it.
func nearest(all []*claim, at int64) *claim {
	distance := func(c *claim) (int, int64) {
		before, after := int64(forever), int64(forever)
		for _, r := range c.seen {
			if r.last <= at {
				before = min(before, at-r.last)
			} else {
				after = min(after, r.first-at)
			}
		}
		if before < forever {
			return 0, before
		}
		return 1, after
	}
	return slices.MinFunc(all, func(a, b *claim) int {
		x, i := distance(a)
		y, j := distance(b)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(i, j))
	})
}

// choose returns the valid claim at an instant. Claims of the cluster take precedence over claims
// without one, controllers over other owners, and later owners over earlier ones: a name belongs to
// one object at a time. disputed contains owners that existed at the same time.
func choose(all []*claim, cluster string, at int64) (chosen *claim, disputed string, ok bool) {
	here := slices.DeleteFunc(slices.Clone(all), func(c *claim) bool { return !c.covers(at) })
	if len(here) == 0 {
		return nil, "", false
	}
	if slices.ContainsFunc(here, func(c *claim) bool { return c.cluster == cluster }) {
		here = slices.DeleteFunc(here, func(c *claim) bool { return c.cluster != cluster })
	}
	if slices.ContainsFunc(here, func(c *claim) bool { return c.owner.controller }) {
		here = slices.DeleteFunc(here, func(c *claim) bool { return c.owner.isNamed() && !c.owner.controller })
	}
	if isOne := !slices.ContainsFunc(here, func(c *claim) bool { return c.owner != here[0].owner }); isOne {
		return here[0], "", true
	}
	slices.SortStableFunc(here, func(a, b *claim) int {
		return cmp.Or(cmp.Compare(b.runStart(at), a.runStart(at)), cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.owner.name, b.owner.name))
	})
	if here[0].owner.isNamed() && here[1].owner.isNamed() && here[0].dated {
		disputed = fmt.Sprintf("%s %s and %s %s", here[0].owner.kind, here[0].owner.name, here[1].owner.kind,
			here[1].owner.name)
	}
	return here[0], disputed, true
}

func rank(c *claim) int {
	if c.owner.isNamed() {
		return 0
	}
	return 1
}

func clustersOf(all []*claim) []string {
	var out []string
	for _, c := range all {
		if c.cluster != "" && !slices.Contains(out, c.cluster) {
			out = append(out, c.cluster)
		}
	}
	slices.Sort(out)
	return out
}

func (c *claim) covers(at int64) bool {
	if !c.dated {
		return true
	}
	return slices.ContainsFunc(c.seen, func(r run) bool { return r.first <= at && at < r.last })
}

func (c *claim) runStart(at int64) int64 {
	for _, r := range c.seen {
		if r.first <= at && at < r.last {
			return r.first
		}
	}
	return always
}

// needsDates returns the objects that must be dated to resolve a pod, because they have several owners.
func (cs claims) needsDates(p Pod) []object {
	own, rules := object{kindPod, p.Namespace, p.Name}, object{kindRule, p.Namespace, p.Name}
	var out []object
	resolves := false
	look := func(o object) {
		all := cs.matching(o, p.Cluster, "")
		if !haveOneOwner(all) {
			out = append(out, o)
		}
		for _, c := range all {
			_, why := cs.follow(p, c, always)
			resolves = resolves || why.reason == resolved
			if up, ok := ownerObject(p, c.owner); ok && !slices.Contains(out, up) &&
				!haveOneOwner(cs.matching(up, cmp.Or(c.cluster, p.Cluster), "")) {
				out = append(out, up)
			}
		}
	}
	if look(own); !resolves {
		look(rules)
	}
	if cs.needsRevisionDates(p) {
		out = append(out, object{kindRevision, p.Namespace, p.Name})
	}
	return out
}

// haveOneOwner reports whether claims name one owner, except owners that are not controllers.
func haveOneOwner(all []*claim) bool {
	var first *claim
	hasController := slices.ContainsFunc(all, func(c *claim) bool { return c.owner.controller })
	for _, c := range all {
		switch {
		case hasController && c.owner.isNamed() && !c.owner.controller:
		case first == nil:
			first = c
		case first.owner != c.owner:
			return false
		}
	}
	return true
}

func (u unresolved) text() string {
	switch u.reason {
	case noLink:
		metric, kind := kindReplicaSet, "ReplicaSet"
		switch {
		case strings.HasPrefix(u.object, "Job"):
			metric, kind = kindJob, "Job"
		case strings.HasPrefix(u.object, "ReplicationController"):
			metric, kind = kindController, "ReplicationController"
		}
		return fmt.Sprintf("their %s is known, its owner is not (such as %s). Turn on %s in kube-state-metrics (collectors, --metric-allowlist), of all its shards",
			kind, u.object, metric)
	case contradicted:
		return fmt.Sprintf(`kube-state-metrics has pods of these names in other clusters only (%s). Give both sides the same label cluster, or none`, strings.Join(u.others, ", "))
	case ambiguous:
		return fmt.Sprintf("several clusters (%s) have pods of these names, and the series have no label cluster. Give them one", strings.Join(u.others, ", "))
	}
	return "Owners come from kube_pod_owner and kube_replicaset_owner of kube-state-metrics"
}
