package plugin

import (
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// forget drops all that is remembered for the viewer, so that the next query reads
// everything again: after a backfill, or an outage of remote write that lasted
// longer than a day. What all viewers share may be dropped by editors only.
func (d *Datasource) forget(r *http.Request) (any, error) {
	user := backend.UserFromContext(r.Context())
	if d.engines.shared != nil && (user == nil || user.Role != "Editor" && user.Role != "Admin") {
		return nil, &statusError{
			http.StatusForbidden,
			errors.New("all viewers share the counts of this data source: only editors and admins can drop them"),
		}
	}
	d.engines.accessOf(r.Context()).dashboards.Forget()
	return struct{}{}, nil
}
