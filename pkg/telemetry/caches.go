package telemetry

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

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
