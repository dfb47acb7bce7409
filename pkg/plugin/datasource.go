// Package plugin is Grafana's face: it turns requests into questions for the
// engine and answers into frames, statuses and JSON. Nothing is computed here.
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

// Datasource answers for one revision of a data source's settings.
type Datasource struct {
	resources   backend.CallResourceHandler
	settings    query.Settings
	settingsErr error // a mistake in the settings: every request says so
	forwarding  forwarding
	engines     *enginePool
	queues      queues
	close       func() // nil where there is nothing to end
}

// NewDatasource builds the instance. Mistakes in the settings do not fail it:
// an instance that cannot start could not say what is wrong.
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

// admit adds to a request's context the viewer for whom it is answered: all
// that reaches a server of the headers that came with it.
func (d *Datasource) admit(ctx context.Context, headers http.Header, in backend.PluginContext) context.Context {
	if !d.forwarding.enabled() {
		return ctx
	}
	credentials := d.forwarding.credentials(headers)
	return withViewer(ctx, viewer{credentials, identityOf(credentials, in)})
}

// Dispose ends what the instance holds open.
func (d *Datasource) Dispose() {
	if d.engines != nil {
		d.engines.store.Close()
	}
	if d.close != nil {
		d.close()
	}
}
