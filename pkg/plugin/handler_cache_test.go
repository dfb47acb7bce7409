package plugin

import (
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

func TestEditorsCanDropTheCounts(t *testing.T) {
	ds, u := serve(t, map[string]any{})
	query := func() (requestCount int) {
		before := u.requestCount()
		require.NoError(t, ask(t, ds, nil, `{"slos":["availability"]}`).Error)
		return u.requestCount() - before
	}
	cold := query()
	require.Greater(t, cold, query())
	for _, role := range []string{"Viewer", "", "None"} {
		require.Equal(t, http.StatusForbidden, forget(t, ds, role), role)
	}
	require.Greater(t, cold, query(), "nothing was dropped")
	require.Equal(t, http.StatusOK, forget(t, ds, "Editor"))
	require.Equal(t, cold, query())
}

func forget(t *testing.T, ds *Datasource, role string) (status int) {
	t.Helper()
	request := &backend.CallResourceRequest{
		Method: http.MethodPost, Path: "cache/forget", URL: "cache/forget", Body: []byte("{}"),
		PluginContext: backend.PluginContext{User: &backend.User{Role: role}},
	}
	require.NoError(t,
		ds.CallResource(t.Context(), request,
			backend.CallResourceResponseSenderFunc(func(r *backend.CallResourceResponse) error {
				status = r.Status
				return nil
			})))
	return status
}
