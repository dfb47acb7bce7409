package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Version is what a pod ran.
type Version struct {
	// Revision is the ReplicaSet, ReplicationController or ControllerRevision of the pod; "" if it
	// has none or if it is unknown.
	Revision string
	// Image contains the images of the containers without their registries, sorted, such as
	// "proxy:1.9, web:2.1"; "" if unknown.
	Image string
}

// Versions returns the workloads and versions of a pod, in order of time; none if both are unknown.
// The owners must have been read by Reader.OwnersAndVersions.
func (o *Owners) Versions(p Pod) []Ownership { return o.of(p).stays }

// versionAt returns the version of a pod at an instant. A pod of a ReplicaSet has its name for one
// revision. A pod of a StatefulSet keeps its name over many, which its labels distinguish.
func (cs claims) versionAt(p Pod, own, rules, revisions []*claim, at int64) Version {
	c, _, isOwned := choose(own, p.Cluster, at)
	uid, owned, kind := "", "", ""
	if isOwned {
		uid, owned, kind = c.uid, c.owner.name, typeOf(c.owner.kind)
	} else if byRule, _, ok := choose(rules, p.Cluster, at); ok {
		owned, kind = byRule.owner.name, typeOf(byRule.owner.kind)
	}
	var v Version
	switch {
	case isOwned && (kind == "replicaset" || kind == "replicationcontroller"):
		v.Revision = owned
	case hasRevisions(kind):
		r, _, ok := choose(revisions, p.Cluster, at)
		if ok {
			v.Revision = revisionName(owned, r.owner.name)
		}
		switch {
		case ok && r.uid != "":
			uid = r.uid
		case hasSeveralUIDs(own):
			uid = ""
		}
	}
	v.Image = cs.imagesOf(p, uid)
	return v
}

func hasSeveralUIDs(all []*claim) bool {
	return slices.ContainsFunc(all, func(c *claim) bool { return c.uid != all[0].uid })
}

// hasRevisions reports whether a kind of owner gives its pods the label controller-revision-hash.
func hasRevisions(kind string) bool {
	switch kind {
	case "", "replicaset", "replicationcontroller", "deployment", "rollout", "deploymentconfig", "job", "cronjob",
		"pod", "node", barePod, staticPod:
		return false
	}
	return true
}

// revisionName returns the name of a ControllerRevision. The label of a StatefulSet's pod is the
// whole name, that of a DaemonSet's pod its last part.
func revisionName(owner, label string) string {
	if owner == "" || strings.HasPrefix(label, owner+"-") {
		return label
	}
	return owner + "-" + label
}

// imagesOf returns the images of a pod's containers. A container with several images under one name
// of a pod, and no uid to distinguish them, has none.
func (cs claims) imagesOf(p Pod, uid string) string {
	images := map[string]string{}
	for _, c := range cs.matching(object{kindImage, p.Namespace, p.Name}, p.Cluster, uid) {
		container, image := c.owner.kind, shortImage(c.owner.name)
		if known, ok := images[container]; ok && known != image {
			image = ""
		}
		images[container] = image
	}
	var out []string
	for _, image := range images {
		if image != "" && !slices.Contains(out, image) {
			out = append(out, image)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// digestLength is the number of digits of a digest that identify an image for people.
const digestLength = 12

// shortImage removes the registry from the name of an image, and shortens a digest. A digest after a
// tag is left out.
func shortImage(image string) string {
	image = image[strings.LastIndex(image, "/")+1:]
	name, digest, ok := strings.Cut(image, "@")
	if !ok && strings.HasPrefix(image, "sha256:") {
		name, digest, ok = "", image, true
	}
	switch {
	case !ok || strings.Contains(name, ":"):
		return name
	case name != "":
		name += "@"
	}
	algorithm, digits, _ := strings.Cut(digest, ":")
	return name + algorithm + ":" + digits[:min(len(digits), digestLength)]
}

// needsRevisionDates reports whether the revisions of a pod must be dated: a pod of a DaemonSet has
// a unique name and one revision, others keep their names over many.
func (cs claims) needsRevisionDates(p Pod) bool {
	revisions := cs.matching(object{kindRevision, p.Namespace, p.Name}, p.Cluster, "")
	if len(revisions) == 0 {
		return false
	}
	if !haveOneOwner(revisions) {
		return true
	}
	own := cs.matching(object{kindPod, p.Namespace, p.Name}, p.Cluster, "")
	return !slices.ContainsFunc(own, func(c *claim) bool { return typeOf(c.owner.kind) == "daemonset" })
}

const (
	// revisionSlack is how long before its first and after its last row a revision counts: rows
	// begin with the next scrape of kube-state-metrics.
	revisionSlack = 5 // minutes
	// longestRevisionGap bounds the time between rows of two revisions, in which one of them ran.
	longestRevisionGap = 10 // minutes
)

// fillShortGaps is fillGaps for revisions, of which no row means that the revision is unknown: a
// pod of a StatefulSet may have had another one before its rows begin, or while
// kube-state-metrics was absent. Gaps within one revision are closed.
func fillShortGaps(all []*claim, step int64) {
	var edges []run // the unknown times at the ends and in long gaps
	type owned struct {
		run
		owner
	}
	var runs []owned
	for _, c := range all {
		for _, r := range c.seen {
			runs = append(runs, owned{r, c.owner})
		}
	}
	if len(runs) == 0 {
		return
	}
	slices.SortStableFunc(runs, func(a, b owned) int { return cmp.Compare(a.first, b.first) })
	edges = append(edges, run{always, runs[0].first - revisionSlack})
	last := runs[0]
	for _, r := range runs[1:] {
		if r.owner != last.owner && r.first-last.last > max(longestRevisionGap, step) {
			edges = append(edges, run{last.last + revisionSlack, r.first - revisionSlack})
		}
		if r.last > last.last {
			last = r
		}
	}
	edges = append(edges, run{last.last + revisionSlack, forever})
	fillGaps(all, step)
	for _, c := range all {
		for _, hole := range edges {
			c.seen = without(c.seen, hole)
		}
	}
}

// without removes a time from runs.
func without(runs []run, hole run) []run {
	var out []run
	for _, r := range runs {
		if before := (run{r.first, min(r.last, hole.first)}); before.first < before.last {
			out = append(out, before)
		}
		if after := (run{max(r.first, hole.last), r.last}); after.first < after.last {
			out = append(out, after)
		}
	}
	return out
}

// unversioned is why a pod has no revision.
type unversioned int

const (
	versioned       unversioned = iota
	ownerUnknown                // Gaps has the reason
	ruleOnly                    // the recording rule names the workload, without its ReplicaSet
	noHash                      // no label controller-revision-hash
	someHash                    // labels for a part of the time
	jobPod                      // a run of a Job
	uncontrolled                // no controller, or a node
	lastUnversioned = uncontrolled
)

func (u unversioned) text() string {
	switch u {
	case ruleOnly:
		return "The recording rule " + rule +
			" has their workload, but not their ReplicaSet. Keep kube_pod_owner of kube-state-metrics"
	case noHash:
		return "The revision of a StatefulSet or DaemonSet is a label of its pods. Start kube-state-metrics with --metric-labels-allowlist=pods=[controller-revision-hash]"
	case someHash:
		return "For a part of the time, kube_pod_labels has no rows of them"
	case jobPod:
		return "Each run of a Job has its own pods, and runs have no revision"
	case uncontrolled:
		return "A pod without a controller has no revision"
	}
	return "Their owner is unknown"
}

func (cs claims) unversioned(p Pod, stays []Ownership) unversioned {
	own := cs.matching(object{kindPod, p.Namespace, p.Name}, p.Cluster, p.UID)
	var some, missing bool
	for _, s := range stays {
		some, missing = some || s.Revision != "", missing || s.Revision == ""
	}
	switch {
	case len(stays) == 0:
		return ownerUnknown
	case !missing:
		return versioned
	case some:
		return someHash
	}
	kind := stays[len(stays)-1].Type
	switch {
	case kind == "":
		return ownerUnknown
	case kind == "job" || kind == "cronjob":
		return jobPod
	case kind == barePod || kind == staticPod:
		return uncontrolled
	case len(own) == 0 && !hasRevisions(kind):
		return ruleOnly
	}
	return noHash
}

// VersionGaps describes the pods of places without a revision for all or a part of the time: their
// number, an example, and what to do.
func (o *Owners) VersionGaps(places []Place) []string {
	var gaps [lastUnversioned + 1]podGap
	pods := o.distinctPods(places)
	for _, p := range pods {
		why := o.claims.unversioned(p, o.Versions(p))
		gaps[why].add(p, why.text)
	}
	var out []string
	for _, g := range gaps[ownerUnknown:] {
		if g.pods > 0 {
			out = append(out,
				fmt.Sprintf(`of %d of %d pods, such as %s/%s, no revision is known. They count as revision "". %s`,
					g.pods, len(pods), g.first.Namespace, g.first.Name, g.text))
		}
	}
	return out
}
