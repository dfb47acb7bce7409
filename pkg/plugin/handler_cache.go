package plugin

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// forget drops all that is remembered for the viewer, so that the next query reads
// everything again: after a backfill, or an outage of remote write that lasted
// longer than a day. What all viewers share may be dropped by editors only.
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
