package kubernetes

// Place is what the labels of a series tell about where it comes from.
//
// A scrape without honorLabels keeps the target's own pod and namespace under these names, and calls the exporter's
// exported_pod and exported_namespace. The exporter's labels are not always about a Kubernetes pod: Temporal, KEDA and
// cert-manager have a label namespace with a meaning of their own.
type Place struct{ Cluster, Namespace, ExportedNamespace, Pod, ExportedPod string }

// Labels are the labels of a Place.
var Labels = []string{"cluster", "namespace", "exported_namespace", "pod", "exported_pod"}

// PlaceOf reads the labels of a series.
func PlaceOf(labels func(name string) string) Place {
	return Place{labels("cluster"), labels("namespace"), labels("exported_namespace"), labels("pod"), labels("exported_pod")}
}

// candidates are the pods that a series can be about, the likeliest first.
func (p Place) candidates() []Pod {
	target := Pod{Cluster: p.Cluster, Namespace: p.Namespace, Name: p.Pod}
	exported := target
	if p.ExportedNamespace != "" {
		exported.Namespace = p.ExportedNamespace
	}
	switch {
	case p.ExportedPod != "":
		exported.Name = p.ExportedPod
		return []Pod{exported, target}
	case exported != target:
		return []Pod{target, exported}
	}
	return []Pod{target}
}

// decide chooses a candidate for each place by what rows are there. A label exported_pod means pods if any of its values names
// one; then it means pods everywhere, also where a pod's owner is unknown. Else it has a meaning of its own.
func decide(places []Place, isKnown func(Pod) bool) map[Place]Pod {
	meansPods := false
	for _, p := range places {
		meansPods = meansPods || p.ExportedPod != "" && isKnown(p.candidates()[0])
	}
	out := make(map[Place]Pod, len(places))
	for _, p := range places {
		all := p.candidates()
		out[p] = all[0]
		if p.ExportedPod != "" && meansPods {
			continue
		}
		for _, pod := range all {
			if isKnown(pod) {
				out[p] = pod
				break
			}
		}
	}
	return out
}
