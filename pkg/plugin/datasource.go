// Package plugin implements the backend of the Grafana data source. It authenticates and limits
// requests, calls the query parser and the engine, and returns frames, HTTP statuses and JSON. It
// must not compute numbers. Start reading at Datasource and QueryData.
package plugin

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/burnline/burnline/pkg/query"
)

// ID is the plugin's id in Grafana.
const ID = "burnline-slo-datasource"

var (
	_ backend.QueryDataHandler    = (*Datasource)(nil)
	_ backend.CheckHealthHandler  = (*Datasource)(nil)
	_ backend.CallResourceHandler = (*Datasource)(nil)
)

// Datasource serves one revision of a data source's settings.
type Datasource struct {
	resources   backend.CallResourceHandler
	settings    query.Settings
	settingsErr error // a mistake in the settings: the error of every request
	forwarding  forwarding
	engines     *enginePool
	queues      queues
	close       func() // may be nil
}

// NewDatasource returns an instance. A mistake in the settings is not its error: an instance that
// does not start could not report it.
func NewDatasource(ctx context.Context, is backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	ds := &Datasource{queues: newQueues()}
	ds.resources = httpadapter.New(ds.mux())
	if ds.settings, ds.settingsErr = query.ParseSettings(is); ds.settingsErr != nil {
		return ds, nil
	}
	ds.forwarding = parseForwarding(is)
	hc, conns, err := newHTTPClient(ctx, is)
	if err != nil {
		ds.settingsErr = err
		return ds, nil
	}
	ds.close = func() { current.dispose(is.UID, conns) }
	ds.engines, ds.settingsErr = newEnginePool(ds.settings, hc, ds.forwarding)
	return ds, nil
}

// admit adds the viewer to a request's context. Of the headers, only the viewer's reach a server.
func (d *Datasource) admit(ctx context.Context, headers http.Header, in backend.PluginContext) context.Context {
	if !d.forwarding.enabled() {
		return ctx
	}
	credentials := d.forwarding.credentials(headers)
	return withViewer(ctx, viewer{credentials, identityOf(credentials, in)})
}

// Dispose closes the resources of the instance.
func (d *Datasource) Dispose() {
	if d.engines != nil {
		d.engines.store.Close()
	}
	if d.close != nil {
		d.close()
	}
}
