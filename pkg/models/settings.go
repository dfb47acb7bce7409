package models

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
)

// Settings are the checked settings of a data source instance.
type Settings struct {
	URL        string        // of the Prometheus API, http or https, without a trailing slash
	Settle     time.Duration // cells younger than this are read again, 0..2h
	CacheBytes int64         // bound of the cell cache, 16 MiB..64 GiB
	Catalog    *catalog.Catalog
	// CatalogProblems are reported by the health check and by the queries that need a broken SLO; they do not make the data
	// source unusable.
	CatalogProblems catalog.Problems
}

// ParseSettings reads the settings. Every error is a UserError, or several joined; problems of the catalog are none.
func ParseSettings(is backend.DataSourceInstanceSettings) (Settings, error) {
	return Settings{}, nil
}
