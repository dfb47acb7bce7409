package benchdata

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

func requestLabels(workload, pod, code string) labels.Labels {
	return labels.FromStrings(model.MetricNameLabel, "http_requests_total", "code", code, "job", "bench", "namespace",
		"bench",
		"pod", workload+"-"+pod, "workload", workload)
}

func startTimeLabels(workload, pod string) labels.Labels {
	return labels.FromStrings(model.MetricNameLabel, "process_start_time_seconds", "job", "bench", "namespace", "bench",
		"pod", workload+"-"+pod, "workload", workload)
}
