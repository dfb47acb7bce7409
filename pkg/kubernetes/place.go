package kubernetes

// Place contains the labels of a series that identify its pod.
//
// A scrape without honorLabels stores the target's own pod and namespace in these labels, and renames those
// of the exporter to exported_pod and exported_namespace. The exporter's labels do not always mean a
// Kubernetes pod: Temporal, KEDA and cert-manager use a label namespace with a different meaning.
type Place struct{ Cluster, Namespace, ExportedNamespace, Pod, ExportedPod string }

// Labels are the labels of a Place.
var Labels = []string{"cluster", "namespace", "exported_namespace", "pod", "exported_pod"}

// PlaceOf reads the labels of a series.
func PlaceOf(labels func(name string) string) Place {
	return Place{
		labels("cluster"), labels("namespace"), labels("exported_namespace"), labels("pod"),
		labels("exported_pod"),
	}
}

// candidates returns the possible pods of a series, the likeliest first.
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

// choosePods chooses a candidate for each place, by the existing rows. If any value of a label
// exported_pod is a pod, all of its values are pods, also those without a known owner. Otherwise
// the label has another meaning.
func choosePods(places []Place, isKnown func(Pod) bool) map[Place]Pod {
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
