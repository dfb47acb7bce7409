package plugin

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/require"
)

// authorizations is a server that records the header Authorization of each request.
type authorizations struct {
	*httptest.Server
	got []string
}

func recordAuthorizations(t *testing.T) *authorizations {
	a := &authorizations{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.got = append(a.got, r.Header.Get("Authorization"))
		if to := r.URL.Query().Get("redirect"); to != "" {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

// onlyTo is a client of which every request reaches srv, whatever its host is.
func onlyTo(srv *httptest.Server) *http.Client {
	target, _ := url.Parse(srv.URL)
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("X-Asked", r.URL.Host)
		r.URL.Scheme, r.URL.Host = target.Scheme, target.Host
		return srv.Client().Transport.RoundTrip(r)
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func clientOf(ctx context.Context, t *testing.T, address, jsonData string, secrets map[string]string,
	forTokens *http.Client,
) (*http.Client, error) {
	client, conns, err := newHTTPClientWith(ctx, backend.DataSourceInstanceSettings{
		URL: address, JSONData: []byte(jsonData), DecryptedSecureJSONData: secrets,
	}, forTokens)
	if conns != nil {
		t.Cleanup(conns.close)
	}
	return client, err
}

func get(t *testing.T, client *http.Client, address string) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	res, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
}

// entra answers as Microsoft Entra ID does, and counts the tokens that it gave.
func entra(t *testing.T) (*httptest.Server, *url.Values, *int) {
	var form url.Values
	tokens := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		host := r.Header.Get("X-Asked")
		switch {
		case strings.Contains(r.URL.Path, "/discovery/instance"):
			_ = json.NewEncoder(w).Encode(map[string]any{
				"tenant_discovery_endpoint": "https://" + host + "/tenant/v2.0/.well-known/openid-configuration",
				"metadata": []map[string]any{{
					"preferred_network": host, "preferred_cache": host,
					"aliases": []string{host},
				}},
			})
		case strings.Contains(r.URL.Path, "openid-configuration"):
			_ = json.NewEncoder(w).Encode(map[string]any{
				"issuer":                 "https://" + host + "/tenant/v2.0",
				"authorization_endpoint": "https://" + host + "/tenant/oauth2/v2.0/authorize",
				"token_endpoint":         "https://" + host + "/tenant/oauth2/v2.0/token",
			})
		default:
			_ = r.ParseForm()
			form = r.Form
			tokens++
			_ = json.NewEncoder(w).Encode(map[string]any{
				"access_token": "entra-token", "expires_in": 3600,
				"token_type": "Bearer",
			})
		}
	}))
	t.Cleanup(srv.Close)
	return srv, &form, &tokens
}

func TestRequestsToAzureHaveATokenForPrometheus(t *testing.T) {
	for name, c := range map[string]struct{ more, scope string }{
		"the public cloud": {``, "https://prometheus.monitor.azure.com/.default"},
		"China":            {`,"azureCloud":"AzureChinaCloud"`, "https://prometheus.monitor.azure.cn/.default"},
	} {
		t.Run(name, func(t *testing.T) {
			server := recordAuthorizations(t)
			login, form, tokens := entra(t)
			client, err := clientOf(t.Context(), t, server.URL,
				`{"azureCredentials":{"authType":"clientsecret","tenantId":"tenant","clientId":"client"`+c.more+`}}`,
				map[string]string{"azureClientSecret": "kept to itself"}, onlyTo(login))
			require.NoError(t, err)
			get(t, client, server.URL+"/api/v1/query")
			get(t, client, server.URL+"/api/v1/query")
			require.Equal(t, []string{"Bearer entra-token", "Bearer entra-token"}, server.got)
			require.Equal(t, 1, *tokens, "the token is cached")
			require.Contains(t, form.Get("scope"), c.scope)
			require.Equal(t, "client", form.Get("client_id"))
			require.Equal(t, "kept to itself", form.Get("client_secret"))
		})
	}
}

func TestARedirectToAnotherServerHasNoToken(t *testing.T) {
	server, other := recordAuthorizations(t), recordAuthorizations(t)
	login, _, _ := entra(t)
	client, err := clientOf(t.Context(), t, server.URL,
		`{"azureCredentials":{"authType":"clientsecret","tenantId":"tenant","clientId":"client"}}`,
		map[string]string{"azureClientSecret": "kept to itself"}, onlyTo(login))
	require.NoError(t, err)
	get(t, client, server.URL+"/?redirect="+url.QueryEscape(other.URL))
	require.Equal(t, []string{"Bearer entra-token"}, server.got)
	require.Equal(t, []string{""}, other.got)
}

func keyPEM(t *testing.T) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestRequestsToGoogleHaveATokenOfTheServiceAccount(t *testing.T) {
	key := keyPEM(t)
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, []byte(key), 0o600))
	for name, c := range map[string]struct {
		more    string
		secrets map[string]string
	}{
		"a stored key":       {``, map[string]string{"privateKey": key}},
		"the path of a file": {`,"privateKeyPath":"` + file + `"`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			server := recordAuthorizations(t)
			tokens := 0
			var form url.Values
			google := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				form = r.Form
				tokens++
				w.Header().Set("Content-Type", "application/json")
				_ = json.NewEncoder(w).Encode(map[string]any{
					"access_token": "google-token", "expires_in": 3600,
					"token_type": "Bearer",
				})
			}))
			defer google.Close()
			client, err := clientOf(t.Context(), t, server.URL,
				`{"authenticationType":"jwt","clientEmail":"burnline@example.iam.gserviceaccount.com","tokenUri":"`+google.URL+`"`+c.more+`}`,
				c.secrets, google.Client())
			require.NoError(t, err)
			get(t, client, server.URL+"/api/v1/query")
			get(t, client, server.URL+"/api/v1/query")
			require.Equal(t, []string{"Bearer google-token", "Bearer google-token"}, server.got)
			require.Equal(t, 1, tokens, "the token is cached")
			require.Equal(t, "urn:ietf:params:oauth:grant-type:jwt-bearer", form.Get("grant_type"))
			require.NotEmpty(t, form.Get("assertion"))
		})
	}
}

// The identity of the Grafana server is for the cloud that it belongs to: who may edit a data source
// must not get it by an address.
func TestTheIdentityOfTheServerStaysInItsCloud(t *testing.T) {
	requested := 0
	forTokens := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		requested++
		return nil, http.ErrHandlerTimeout
	})}
	ctx := config.WithGrafanaConfig(t.Context(),
		config.NewGrafanaCfg(map[string]string{"GFAZPL_MANAGED_IDENTITY_ENABLED": "true"}))
	server := recordAuthorizations(t)
	for _, address := range []string{
		server.URL, "https://prometheus.monitor.azure.com.example.org",
		"http://a.prometheus.monitor.azure.com",
	} {
		client, err := clientOf(ctx, t, address, `{"azureCredentials":{"authType":"msi"}}`, nil, forTokens)
		require.NoError(t, err)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		require.NoError(t, err)
		_, err = client.Do(r)
		require.ErrorContains(t, err, "by https to *.prometheus.monitor.azure.com only", address)
	}
	require.Zero(t, requested)
	require.Empty(t, server.got)
}

func TestCloudSettingsThatAreWrongAreNamed(t *testing.T) {
	for _, c := range []struct{ jsonData, want string }{
		{
			`{"azureCredentials":{"authType":"clientsecret","tenantId":"t","clientId":"c"}}`,
			"jsonData.azureCredentials: the tenant ID, the client ID or the client secret is missing",
		},
		{
			`{"azureCredentials":{"authType":"password"}}`,
			`jsonData.azureCredentials.authType: "password" is not supported`,
		},
		{
			`{"azureCredentials":{"authType":"msi"}}`,
			"jsonData.azureCredentials.authType: Grafana does not allow it. Set managed_identity_enabled",
		},
		{`{"azureCredentials":{"authType":"workloadidentity"}}`, "Set workload_identity_enabled"},
		{`{"azureCredentials":{"authType":"msi","azureCloud":"moon"}}`, `unknown cloud "moon"`},
		{
			`{"authenticationType":"jwt","clientEmail":"a@b"}`,
			"jsonData.clientEmail: the client email, the token URI or the private key is missing",
		},
		{
			`{"authenticationType":"jwt","privateKeyPath":"/no/such/file"}`,
			"jsonData.privateKeyPath: the private key could not be read",
		},
		{`{"authenticationType":"key"}`, `jsonData.authenticationType: "key" is not supported`},
	} {
		_, err := clientOf(t.Context(), t, "https://example.org", c.jsonData, nil, http.DefaultClient)
		require.ErrorContains(t, err, c.want, c.jsonData)
	}
}
