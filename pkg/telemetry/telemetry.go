// Package telemetry defines the metrics of the plugin. Grafana serves them at
// /metrics/plugins/burnline-slo-datasource. Labels never contain text of a user, a tenant or a
// server. It must not depend on other packages of Burnline.
package telemetry

import (
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

var (
	queries = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_queries_total",
		Help: "Queries of panels and alert rules, by query type and outcome (ok, user_error, upstream_error, canceled, plugin_error).",
	}, []string{"query_type", "outcome"})
	querySeconds = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name: "burnline_query_duration_seconds", Help: "Time to answer a query of a panel or alert rule.",
		Buckets: []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	}, []string{"query_type"})
	requests = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_upstream_requests_total",
		Help: "Requests to Prometheus-compatible servers, retries not counted apart, by API method and outcome.",
	}, []string{"op", "outcome"})
	requestSeconds = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "burnline_upstream_request_duration_seconds",
		Help:    "Time until a server had answered a request in full, with its retries.",
		Buckets: []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	}, []string{"op"})
	requestBytes = promauto.NewCounter(prometheus.CounterOpts{
		Name: "burnline_upstream_response_bytes_total", Help: "Bytes of the servers' answers, uncompressed.",
	})
	samples = promauto.NewCounter(prometheus.CounterOpts{
		Name: "burnline_upstream_samples_total",
		Help: "Samples that servers say they have read to answer, where they do.",
	})
	retries = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_upstream_retries_total",
		Help: "Requests sent again, by why: an HTTP status, blocks that a store gateway of Mimir has not loaded yet, or a broken connection.",
	}, []string{"cause"})
	splits = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_splits_total",
		Help: "Reads that were too much for a server and were split, by time or by group.",
	}, []string{"by"})
	cells = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_cache_cells_total", Help: "Cells requested from the cache, by result (hit, miss).",
	}, []string{"result"})
	evictions = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "burnline_cache_evictions_total",
		Help: "Values that were dropped because the caches were full, by cache.",
	}, []string{"cache"})
)

// The outcomes of a query.
const (
	OK            = "ok"
	UserError     = "user_error"     // a mistake in the query or the settings
	UpstreamError = "upstream_error" // the server failed, or cannot do it
	Canceled      = "canceled"       // the client has left
	PluginError   = "plugin_error"   // an error of Burnline
)

// Values of labels. All series exist from the start, so that a rate includes the first event.
var (
	queryTypes []string
	outcomes   = []string{OK, UserError, UpstreamError, Canceled, PluginError}
	ops        = []string{"query", "query_range", "read", "series", "label_values", "labels", "metadata", "buildinfo"}
	results    = []string{
		"ok", "unreachable", "timeout", "bad_query", "limit", "unauthorized", "busy", "server_fault",
		"bad_response", "canceled",
	}
	cacheNames = []string{
		"counts", "series", "sizes", "layouts", "buckets", "intervals", "findings", "types", "owners",
		"stocks", "grids", "moments",
	}
	causes = []string{"429", "502", "503", "504", "blocks", "connection"}
)

func init() {
	RegisterQueryTypes("other")
	for _, op := range ops {
		requestSeconds.WithLabelValues(op)
		for _, r := range results {
			requests.WithLabelValues(op, r)
		}
	}
	for _, c := range causes {
		retries.WithLabelValues(c)
	}
	for _, c := range cacheNames {
		evictions.WithLabelValues(c)
	}
	for _, by := range []string{"time", "group"} {
		splits.WithLabelValues(by)
	}
	for _, r := range []string{"hit", "miss"} {
		cells.WithLabelValues(r)
	}
}

// RegisterQueryTypes creates the series of query types; others are counted as "other". It is not
// safe for concurrent use.
func RegisterQueryTypes(names ...string) {
	queryTypes = append(queryTypes, names...)
	for _, t := range names {
		querySeconds.WithLabelValues(t)
		for _, o := range outcomes {
			queries.WithLabelValues(t, o)
		}
	}
}

// Query counts a query and its duration. Unknown query types are "other", so that clients cannot
// create time series.
func Query(queryType, outcome string, took time.Duration) {
	if !slices.Contains(queryTypes, queryType) {
		queryType = "other"
	}
	queries.WithLabelValues(queryType, outcome).Inc()
	querySeconds.WithLabelValues(queryType).Observe(took.Seconds())
}

// Request counts a request to a server, with its duration including retries.
func Request(op, outcome string, took time.Duration) {
	requests.WithLabelValues(op, outcome).Inc()
	requestSeconds.WithLabelValues(op).Observe(took.Seconds())
}

// Answer counts the bytes of a response, and the samples that the server read.
func Answer(bytes int, read int64) {
	requestBytes.Add(float64(bytes))
	samples.Add(float64(read))
}

// Retry counts a repeated request.
func Retry(cause string) { retries.WithLabelValues(cause).Inc() }

// SplitByTime counts a read that is split in two halves by time.
func SplitByTime() { splits.WithLabelValues("time").Inc() }

// SplitByGroup counts a read that is split in two halves by groups.
func SplitByGroup() { splits.WithLabelValues("group").Inc() }

// Cells counts the cells of a read that were in the cache, and those that were not.
func Cells(hit, missed int) {
	cells.WithLabelValues("hit").Add(float64(max(hit, 0))) // a cell may be read more than once
	cells.WithLabelValues("miss").Add(float64(missed))
}

// Evicted counts a value that was evicted because the caches were full.
func Evicted(cache string) { evictions.WithLabelValues(cache).Inc() }

// Caches are the caches of a data source, which share a bound.
type Caches interface {
	CacheBytes() (byCache map[string]int64, limit int64)
}

// caches is the collector of all caches in use.
type caches struct {
	held, limit *prometheus.Desc
	mu          sync.Mutex
	all         map[Caches]bool
}

var inUse = &caches{
	held: prometheus.NewDesc("burnline_cache_bytes", "Memory held by caches, over all data sources, by cache.",
		[]string{"cache"}, nil),
	limit: prometheus.NewDesc("burnline_cache_limit_bytes",
		"Bound of the memory held by the caches of all data sources, as their settings have it.", nil, nil),
	all: map[Caches]bool{},
}

func init() { prometheus.MustRegister(inUse) }

// Watch includes c in the metrics until stop is called.
func Watch(c Caches) (stop func()) {
	inUse.mu.Lock()
	defer inUse.mu.Unlock()
	inUse.all[c] = true
	return func() {
		inUse.mu.Lock()
		defer inUse.mu.Unlock()
		delete(inUse.all, c)
	}
}

func (c *caches) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.held
	ch <- c.limit
}

func (c *caches) Collect(ch chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, limit := map[string]int64{}, int64(0)
	for _, name := range cacheNames {
		held[name] = 0
	}
	for caches := range c.all {
		byCache, l := caches.CacheBytes()
		limit += l
		for name, bytes := range byCache {
			held[name] += bytes
		}
	}
	for name, bytes := range held {
		ch <- prometheus.MustNewConstMetric(c.held, prometheus.GaugeValue, float64(bytes), name)
	}
	ch <- prometheus.MustNewConstMetric(c.limit, prometheus.GaugeValue, float64(limit))
}
