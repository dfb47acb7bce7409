package plugin

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/engine"
)

// forgetCounts drops all counts that are held for the viewer, so that the next
// query reads everything again: after a backfill, or an outage of remote write
// that lasted longer than a day. Counts that all viewers share may be dropped by
// editors only.
func (d *Datasource) forgetCounts(w http.ResponseWriter, r *http.Request) {
	user := backend.UserFromContext(r.Context())
	if d.viewers.shared != nil && (user == nil || user.Role != "Editor" && user.Role != "Admin") {
		writeError(w, http.StatusForbidden, errors.New("all viewers of this data source share its counts: only editors and admins can drop them"))
		return
	}
	err := d.viewers.read(r.Context(), false, func(e *engine.Engine) error {
		e.Forget()
		return nil
	})
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}
