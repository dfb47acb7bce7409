package plugin

import (
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
)

// exportSLOs writes the catalog's SLOs, or those of the parameter `slo`, in a format of another
// tool. Grafana's alert rules query this data source.
func (d *Datasource) exportSLOs(w http.ResponseWriter, r *http.Request) {
	if d.settingsErr != nil {
		writeError(w, http.StatusBadRequest, d.settingsErr)
		return
	}
	query := r.URL.Query()
	format, err := export.ParseFormat(query.Get("format"))
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	slos := d.settings.Catalog.SLOs
	if names := query["slo"]; len(names) > 0 {
		slos = make([]catalog.SLO, len(names))
		for i, name := range names {
			if slos[i], err = d.settings.Catalog.Lookup(name); err != nil {
				writeError(w, http.StatusNotFound, err)
				return
			}
		}
	} else if err := d.settings.CatalogProblems.Err(); err != nil { // rules without some of the SLOs would look complete
		writeError(w, http.StatusBadRequest, err)
		return
	}
	options := export.Options{DashboardUID: query.Get("dashboard")}
	if source := backend.PluginConfigFromContext(r.Context()).DataSourceInstanceSettings; source != nil {
		options.DatasourceUID, options.DatasourceName = source.UID, source.Name
	}
	text, _, err := export.Write(format, slos, options)
	if err != nil {
		writeError(w, http.StatusUnprocessableEntity, err)
		return
	}
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Content-Disposition", `attachment; filename="burnline-`+string(format)+`.yaml"`)
	if _, err := w.Write(text); err != nil { //nolint:gosec // YAML to be saved, never shown as a page
		backend.Logger.Debug("Export was not read", "error", err)
	}
}
