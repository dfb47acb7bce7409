package cluster

// keptSets is the number of replica sets without pods of a deployment (its revision history).
const keptSets = 2

// keptJobMS is how long the job of a cron job exists.
const keptJobMS = 3 * 24 * 60 * minuteMS

// emitSets emits the series of the pods' owners in kube-state-metrics.
func (w *workload) emitSets(fromMS, untilMS int64, sink Sink) {
	switch w.kind {
	case "deployment":
		w.emitDeployment(fromMS, untilMS, sink)
		w.emitReplicaSets(fromMS, untilMS, sink)
	case "statefulset":
		w.emitGauges(fromMS, untilMS, sink, "statefulset", []string{
			"kube_statefulset_replicas", "kube_statefulset_status_replicas", "kube_statefulset_status_replicas_ready",
			"kube_statefulset_status_replicas_available", "kube_statefulset_status_replicas_current",
			"kube_statefulset_status_replicas_updated",
		}, func(atMS int64, out []float64) {
			ready := float64(w.readyPods(atMS))
			copy(out,
				[]float64{
					float64(w.replicas), float64(w.replicas), ready, ready, float64(w.replicas),
					float64(w.replicas),
				})
		})
		w.emitRevisions(fromMS, untilMS, sink)
	case "daemonset":
		w.emitGauges(fromMS, untilMS, sink, "daemonset", []string{
			"kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_current_number_scheduled",
			"kube_daemonset_status_number_ready", "kube_daemonset_status_number_available",
			"kube_daemonset_status_number_unavailable",
			"kube_daemonset_status_number_misscheduled", "kube_daemonset_status_updated_number_scheduled",
		}, func(atMS int64, out []float64) {
			all, ready := float64(w.replicas), float64(w.readyPods(atMS))
			copy(out, []float64{all, all, ready, ready, all - ready, 0, all})
		})
	case "cronjob":
		w.emitJobs(fromMS, untilMS, sink)
	}
	if len(w.config) > 0 {
		w.emitGauges(fromMS, untilMS, sink, "configmap",
			[]string{"kube_configmap_info", "kube_configmap_metadata_resource_version"},
			func(atMS int64, out []float64) {
				out[0], out[1] = 1, 48_100
				for _, before := range w.config {
					out[1] += flag(atMS >= w.anchorMS-before.Milliseconds())
				}
			})
	}
	if w.most > 0 {
		w.emitGauges(fromMS, untilMS, sink, "horizontalpodautoscaler", []string{
			"kube_horizontalpodautoscaler_spec_min_replicas", "kube_horizontalpodautoscaler_spec_max_replicas",
			"kube_horizontalpodautoscaler_status_current_replicas",
			"kube_horizontalpodautoscaler_status_desired_replicas",
		}, func(atMS int64, out []float64) {
			copy(out,
				[]float64{
					float64(w.replicas), float64(w.most), float64(w.count(atMS, (*Pod).isKept)),
					float64(w.desired(atMS)),
				})
		})
	}
}

// emitGauges emits series of an object with the name of the workload, from its first pod on.
func (w *workload) emitGauges(fromMS, untilMS int64, sink Sink, kind string, names []string,
	values func(atMS int64, out []float64),
) {
	t := newStateTarget(w.anchorMS, w.bornMS, 0)
	if !t.live(fromMS, untilMS) {
		return
	}
	for _, name := range names {
		t.series = append(t.series, named(name, stateTarget, "namespace", w.namespace, kind, w.name))
	}
	t.gauges(fromMS, untilMS, sink, values)
}

func (w *workload) emitDeployment(fromMS, untilMS int64, sink Sink) {
	names := []string{
		"kube_deployment_spec_replicas", "kube_deployment_status_replicas", "kube_deployment_status_replicas_ready",
		"kube_deployment_status_replicas_available", "kube_deployment_status_replicas_unavailable",
		"kube_deployment_status_replicas_updated",
	}
	if !w.adopted {
		names = append(names, "kube_deployment_status_observed_generation")
	}
	w.emitGauges(fromMS, untilMS, sink, "deployment", names, func(atMS int64, out []float64) {
		want, there, ready := float64(w.desired(atMS)), float64(w.count(atMS, (*Pod).isKept)),
			float64(w.readyPods(atMS))
		newest, observed := w.newestGeneration(atMS), w.rollouts(atMS)
		updated := w.count(atMS, func(p *Pod, atMS int64) bool { return p.generation == newest && p.isKept(atMS) })
		copy(out, []float64{want, there, ready, ready, max(0, want-ready), float64(updated), float64(observed)})
	})
}

// desired is the number of replicas that the autoscaler set at the last whole minute.
func (w *workload) desired(atMS int64) int { return w.replicasAt(atMS / minuteMS * minuteMS) }

// isKept reports whether a pod is not terminating.
func (p *Pod) isKept(atMS int64) bool { return p.DoneMS == 0 || atMS < p.DoneMS }

// newestGeneration returns the newest generation of the started pods. In a story, it is the version
// that was rolled out last.
func (w *workload) newestGeneration(atMS int64) int64 {
	if len(w.versions) > 0 {
		return w.versionAt(0, atMS)
	}
	newest := int64(0)
	for _, pods := range w.bySlot {
		for i := len(pods) - 1; i >= 0; i-- {
			if pods[i].StartMS <= atMS {
				newest = max(newest, pods[i].generation)
				break
			}
		}
	}
	return newest
}

// emitReplicaSets emits the series of the replica sets of each rollout. Package scrape emits those
// of package sim's workloads.
func (w *workload) emitReplicaSets(fromMS, untilMS int64, sink Sink) {
	if w.adopted {
		return
	}
	for _, g := range w.generations() {
		t := newStateTarget(w.anchorMS, g.startMS, g.endMS)
		if !t.live(fromMS, untilMS) {
			continue
		}
		id := []string{"namespace", w.namespace, "replicaset", w.replicaSet(g.number)}
		t.series = append(t.series, named("kube_replicaset_spec_replicas", stateTarget, id...))
		t.series = append(t.series, named("kube_replicaset_owner", stateTarget,
			append(id, "owner_kind", "Deployment", "owner_name", w.name, "owner_is_controller", "true")...))
		t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
			out[0] = float64(w.count(atMS,
				func(p *Pod, atMS int64) bool { return p.generation == g.number && p.isKept(atMS) }))
			out[1] = 1
		})
	}
}

// generation is the life of a rollout's replica set, including its time in the revision history.
type generation struct {
	number, startMS, endMS int64
}

func (w *workload) generations() []generation {
	var out []generation
	for _, p := range w.pods {
		if n := len(out); n == 0 || p.generation > out[n-1].number {
			out = append(out, generation{number: p.generation, startMS: p.StartMS})
			if n > keptSets {
				out[n-keptSets-1].endMS = p.StartMS
			}
		}
	}
	return out
}

// emitJobs emits the series of the jobs of a cron job.
func (w *workload) emitJobs(fromMS, untilMS int64, sink Sink) {
	for _, p := range w.pods {
		t := newStateTarget(w.anchorMS, p.StartMS, p.StartMS+keptJobMS)
		if !t.live(fromMS, untilMS) {
			continue
		}
		id := []string{"namespace", w.namespace, "job_name", p.ownerName}
		for _, name := range []string{"kube_job_status_active", "kube_job_status_succeeded", "kube_job_status_failed"} {
			t.series = append(t.series, named(name, stateTarget, id...))
		}
		t.series = append(t.series, named("kube_job_owner", stateTarget,
			append(id, "owner_kind", "CronJob", "owner_name", w.name, "owner_is_controller", "true")...))
		t.gauges(fromMS, untilMS, sink, func(atMS int64, out []float64) {
			done := p.DoneMS > 0 && atMS >= p.DoneMS
			out[0], out[1], out[2], out[3] = flag(!done), flag(done && !p.fails), flag(done && p.fails), 1
		})
	}
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
