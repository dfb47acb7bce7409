package plugin

import (
	"net/http"

	"github.com/burnline/burnline/pkg/engine"
)

// forgetCounts drops all counts that are held for the viewer, so that the next
// query reads everything again: after a backfill, or an outage of remote write
// that lasted longer than a day.
func (d *Datasource) forgetCounts(w http.ResponseWriter, r *http.Request) {
	err := d.viewers.read(r.Context(), false, func(e *engine.Engine) error {
		e.Forget()
		return nil
	})
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
