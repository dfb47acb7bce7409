// Package plugin is Grafana's face: it turns requests into questions for the
// engine and answers into frames, statuses and JSON. Nothing is computed here.
package plugin

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/models"
	"github.com/burnline/burnline/pkg/telemetry"
)

// ID is the plugin's id in Grafana.
const ID = "burnline-slo-datasource"

var (
	_ backend.QueryDataHandler    = (*Datasource)(nil)
	_ backend.CheckHealthHandler  = (*Datasource)(nil)
	_ backend.CallResourceHandler = (*Datasource)(nil)
)

// Datasource answers for one revision of a data source's settings.
type Datasource struct {
	backend.CallResourceHandler
	settings    models.Settings
	settingsErr error // a mistake in the settings: every request says so
	viewers     *viewers
	turns       *semaphore.Weighted // of requests that are answered at the same time
	unwatch     func()
}

// mostAtOnce bounds the requests that are being answered: what thousands of
// dashboards ask at once waits with little more than its question in memory.
const mostAtOnce = 128

// NewDatasource builds the instance. Mistakes in the settings do not fail it:
// an instance that cannot start could not say what is wrong.
func NewDatasource(ctx context.Context, is backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	ds := &Datasource{turns: semaphore.NewWeighted(mostAtOnce)}
	mux := http.NewServeMux()
	ds.routes(mux)
	ds.CallResourceHandler = httpadapter.New(mux)
	if ds.settings, ds.settingsErr = models.ParseSettings(is); ds.settingsErr != nil {
		return ds, nil
	}
	forwards := forwardsIdentity(is)
	hc, err := newHTTPClient(ctx, is, forwards)
	if err != nil {
		ds.settingsErr = err
		return ds, nil
	}
	if ds.viewers, ds.settingsErr = newViewers(ds.settings, hc, forwards); ds.settingsErr == nil {
		ds.unwatch = telemetry.Watch(ds.viewers)
	}
	return ds, nil
}

// Dispose ends what the instance holds open.
func (d *Datasource) Dispose() {
	if d.viewers != nil {
		d.unwatch()
		d.viewers.http.CloseIdleConnections()
	}
}
