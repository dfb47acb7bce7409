package cluster

import (
	"strings"
	"time"
)

// What Coroot's node agent counts of the connections that a container opens to one destination.
const (
	connects = iota
	failedConnects
	connectSeconds
	openConnections
	resentSegments
	sentBytesOfTCP
	pingSeconds
)

var corootMetrics = []string{
	"container_net_tcp_successful_connects_total", "container_net_tcp_failed_connects_total",
	"container_net_tcp_connection_time_seconds_total",
	"container_net_tcp_active_connections", "container_net_tcp_retransmits_total", "container_net_tcp_bytes_sent_total",
	"container_net_latency_seconds",
}

// Incidents of the eastern connections: they take long to be set up, and segments are sent again.
var (
	easternHandshake = span(4*time.Hour+5*time.Minute, 50*time.Minute)
	easternLoss      = span(95*time.Minute, 25*time.Minute)
)

// corootDestination returns the labels of a metric's destination.
func corootDestination(metric string) []string {
	switch {
	case strings.Contains(metric, "latency"):
		return []string{"destination_ip", "10.30.0.20"}
	case strings.Contains(metric, "failed"):
		return []string{"destination", "10.96.4.2:5432"}
	}
	return []string{"destination", "10.96.4.2:5432", "actual_destination", "10.30.0.20:5432"}
}

func (e *eastern) containerID(pod string) string {
	return "/k8s/" + e.namespace + "/" + pod + "/" + e.containers[0].name
}

// corootTotals are the values of a pod at a time. Connections are a tenth of the requests.
func (w *World) corootTotals(e *eastern, atMS int64) []float64 {
	s := w.seconds(atMS)
	perSecond := e.requests / 600
	return []float64{
		perSecond * s, 0.01 * s, perSecond * (0.004*s + 0.1*w.secondsIn(atMS, easternHandshake)), 12,
		1e6 + 0.05*s + 0.7*w.secondsIn(atMS, easternLoss), 20_000 * s, 0.0008,
	}
}

// corootRate is the rate of one of these over five minutes.
func (w *World) corootRate(e *eastern, total int, upToMS int64) float64 {
	first, last := ticksIn(easternGrid, w.fromMS, 0, shortRateMS, upToMS)
	return rate(easternGrid, first, last, w.corootTotals(e, easternGrid.at(first))[total],
		w.corootTotals(e, easternGrid.at(last))[total], shortRateMS, upToMS)
}

// corootSignals adds the signals of a workload's connections.
func (e *eastern) corootSignals(w *World, upToMS int64, one func(signal string, v float64)) {
	n, of := float64(len(e.pods)), func(total int) float64 { return w.corootRate(e, total, upToMS) }
	one("tcp_retransmits", n*of(resentSegments))
	one("connect_failures", of(failedConnects)/(of(connects)+of(failedConnects)))
	one("connect_latency", of(connectSeconds)/of(connects))
	one("tcp_rtt", w.corootTotals(e, upToMS)[pingSeconds])
	one("open_connections", n*w.corootTotals(e, upToMS)[openConnections])
}

// corootTruth adds the truth of Coroot's preset.
func (e *eastern) corootTruth(w *World) {
	for _, pod := range e.pods {
		of := map[string]string{"cluster": eastName, "container_id": e.containerID(pod)}
		slices := func(slo string, isBad func(atMS int64) bool) {
			w.truths = append(w.truths, &group{slo, Slices, of, func(afterMS, upToMS int64) (float64, float64) {
				return minutes(easternGrid, w.recorded, afterMS, upToMS, isBad)
			}})
		}
		w.truths = append(w.truths,
			&group{"coroot-tcp-connect", Events, of, func(afterMS, upToMS int64) (float64, float64) {
				before, after := w.corootTotals(e, easternGrid.at(easternGrid.last(afterMS))),
					w.corootTotals(e, easternGrid.at(easternGrid.last(upToMS)))
				bad := after[failedConnects] - before[failedConnects]
				return after[connects] - before[connects] + bad, bad
			}})
		slices("coroot-tcp-retransmits", func(atMS int64) bool {
			return 1448*w.corootRate(e, resentSegments, atMS) >= 0.01*w.corootRate(e, sentBytesOfTCP, atMS)
		})
		slices("coroot-tcp-connect-time", func(atMS int64) bool {
			return w.corootRate(e, connectSeconds, atMS) >= 0.05*w.corootRate(e, connects, atMS)
		})
	}
}
