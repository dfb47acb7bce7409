package plugin

import (
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
)

// download is an answer that a browser saves.
type download struct {
	name, contentType string
	text              []byte
}

func (f download) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	if _, err := w.Write(f.text); err != nil {
		backend.Logger.Debug("Export was not read", "error", err)
	}
}

// exportSLOs writes the catalog's SLOs, or those named by `slo`, in a format of
// other tools. Grafana's alert rules query this data source.
func (d *Datasource) exportSLOs(r *http.Request) (any, error) {
	query := r.URL.Query()
	format, err := export.ParseFormat(query.Get("format"))
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, err}
	}
	slos := d.settings.Catalog.SLOs
	if names := query["slo"]; len(names) > 0 {
		slos = make([]catalog.SLO, len(names))
		for i, name := range names {
			if slos[i], err = d.settings.Catalog.Lookup(name); err != nil {
				return nil, &statusError{http.StatusNotFound, err}
			}
		}
	} else if err := d.settings.CatalogProblems.Err(); err != nil { // rules that lack some SLOs would look whole
		return nil, err
	}
	options := export.Options{DashboardUID: query.Get("dashboard")}
	if source := backend.PluginConfigFromContext(r.Context()).DataSourceInstanceSettings; source != nil {
		options.DatasourceUID, options.DatasourceName = source.UID, source.Name
	}
	text, _, err := export.Write(format, slos, options)
	if err != nil {
		return nil, &statusError{http.StatusUnprocessableEntity, err}
	}
	return download{"burnline-" + string(format) + ".yaml", "application/yaml", text}, nil
}
