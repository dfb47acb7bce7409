package plugin

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// forget empties the caches of the viewer, so that the next query reads all data again: after a
// backfill, or after an outage of remote write of more than a day. Only editors may empty caches
// that all viewers share.
func (d *Datasource) forget(w http.ResponseWriter, r *http.Request) {
	if d.settingsErr != nil {
		writeError(w, http.StatusBadRequest, d.settingsErr)
		return
	}
	user := backend.UserFromContext(r.Context())
	if d.engines.shared != nil && (user == nil || user.Role != "Editor" && user.Role != "Admin") {
		writeError(w, http.StatusForbidden, errors.New("all viewers share the counts of this data source: only editors and admins can drop them"))
		return
	}
	d.engines.accessOf(r.Context()).dashboards.Forget()
	writeJSON(w, http.StatusOK, struct{}{})
}
