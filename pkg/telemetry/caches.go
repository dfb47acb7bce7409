package telemetry

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Cache is something that holds cells in memory.
type Cache interface {
	CacheBytes() (held, limit int64)
}

// caches are the caches in use.
type caches struct {
	held, limit *prometheus.Desc
	mu          sync.Mutex
	all         map[Cache]bool
}

var inUse = &caches{
	held:  prometheus.NewDesc("burnline_cache_bytes", "Memory held for cells, over all data sources.", nil, nil),
	limit: prometheus.NewDesc("burnline_cache_limit_bytes", "Bound of the memory held for cells, over all data sources.", nil, nil),
	all:   map[Cache]bool{},
}

func init() { prometheus.MustRegister(inUse) }

// Watch counts c among the caches until the returned function is called.
func Watch(c Cache) (stop func()) {
	inUse.mu.Lock()
	defer inUse.mu.Unlock()
	inUse.all[c] = true
	return func() {
		inUse.mu.Lock()
		defer inUse.mu.Unlock()
		delete(inUse.all, c)
	}
}

// Describe implements prometheus.Collector.
func (c *caches) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.held
	ch <- c.limit
}

// Collect implements prometheus.Collector.
func (c *caches) Collect(ch chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var held, limit int64
	for cache := range c.all {
		h, l := cache.CacheBytes()
		held, limit = held+h, limit+l
	}
	ch <- prometheus.MustNewConstMetric(c.held, prometheus.GaugeValue, float64(held))
	ch <- prometheus.MustNewConstMetric(c.limit, prometheus.GaugeValue, float64(limit))
}
