package plugin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/require"
)

func TestRequestsToAmazonAreSigned(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", "") // a setting of this machine that its SDK refuses beside a client of its own
	var signature string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signature = r.Header.Get("Authorization")
		http.NotFound(w, r)
	}))
	defer srv.Close()
	ctx := config.WithGrafanaConfig(t.Context(), config.NewGrafanaCfg(map[string]string{"AWS_AUTH_AllowedAuthProviders": "keys"}))
	instance, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{
		URL: srv.URL, JSONData: []byte(`{"sigV4Auth":true,"sigV4AuthType":"keys","sigV4Region":"eu-central-1"}`),
		DecryptedSecureJSONData: map[string]string{"sigV4AccessKey": "AKIDEXAMPLE", "sigV4SecretKey": "kept to itself"},
	})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	res, err := ds.CheckHealth(ctx, &backend.CheckHealthRequest{})
	require.NoError(t, err)
	require.Contains(t, res.Message, "404")
	require.True(t, strings.HasPrefix(signature, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), signature)
	require.Contains(t, signature, "/eu-central-1/aps/aws4_request")
}

func TestGrafanaSaysWhichKindsOfCredentialsMaySign(t *testing.T) {
	asked := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer srv.Close()
	ctx := config.WithGrafanaConfig(t.Context(), config.NewGrafanaCfg(map[string]string{"AWS_AUTH_AllowedAuthProviders": "keys"}))
	instance, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{
		URL: srv.URL, JSONData: []byte(`{"sigV4Auth":true,"sigV4AuthType":"ec2_iam_role","sigV4Region":"eu-central-1"}`),
	})
	require.NoError(t, err)
	ds := instance.(*Datasource)
	t.Cleanup(ds.Dispose)
	res, err := ds.CheckHealth(ctx, &backend.CheckHealthRequest{})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, res.Status)
	require.Contains(t, res.Message, "non-allowed auth method")
	require.False(t, asked)
}
