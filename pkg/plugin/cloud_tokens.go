package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	googleauth "cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/config"

	"github.com/burnline/burnline/pkg/fault"
)

// tokenSource provides access tokens for a server, and caches each until shortly before it expires.
type tokenSource struct {
	provider string // of the tokens, for errors
	token    func(context.Context) (string, error)
	// hosts that tokens are sent to, as suffixes of their names. Empty: the host of the URL.
	// The identity of the Grafana server must not leave its cloud, wherever the URL points.
	hosts []string
}

type cloudSettings struct {
	// AzureCredentials are those of Grafana's own data sources for Azure.
	AzureCredentials *azureCredentials `json:"azureCredentials"`
	AzureResource    string            `json:"azureEndpointResourceId"`
	// AuthenticationType is set where Google authentication is chosen, as in Grafana's own data
	// sources for Google Cloud.
	AuthenticationType string `json:"authenticationType"`
	ClientEmail        string `json:"clientEmail"`
	TokenURI           string `json:"tokenUri"`
	PrivateKeyPath     string `json:"privateKeyPath"`
}

type azureCredentials struct {
	AuthType string `json:"authType"`
	Cloud    string `json:"azureCloud"`
	TenantID string `json:"tenantId"`
	ClientID string `json:"clientId"`
}

// cloudTokens returns the source of tokens that the settings choose, nil if they choose none.
// client requests the tokens.
func cloudTokens(ctx context.Context, is backend.DataSourceInstanceSettings, client *http.Client) (*tokenSource,
	error,
) {
	var s cloudSettings
	if err := json.Unmarshal(is.JSONData, &s); err != nil {
		return nil, nil //nolint:nilerr // ParseSettings reports it, with its place
	}
	switch {
	case s.AzureCredentials != nil:
		return azureTokens(s, is.DecryptedSecureJSONData, config.GrafanaConfigFromContext(ctx), client)
	case s.AuthenticationType != "":
		return googleTokens(s, is.DecryptedSecureJSONData, client)
	default:
		return nil, nil
	}
}

// azureClouds are the clouds by the names that Grafana stores, with the audience and the hosts of
// Azure Monitor managed service for Prometheus.
var azureClouds = map[string]struct {
	authority cloud.Configuration
	audience  string
	host      string
}{
	"AzureCloud":        {cloud.AzurePublic, "https://prometheus.monitor.azure.com", ".prometheus.monitor.azure.com"},
	"AzureChinaCloud":   {cloud.AzureChina, "https://prometheus.monitor.azure.cn", ".prometheus.monitor.azure.cn"},
	"AzureUSGovernment": {cloud.AzureGovernment, "https://prometheus.monitor.azure.us", ".prometheus.monitor.azure.us"},
}

func azureTokens(s cloudSettings, secrets map[string]string, cfg *config.GrafanaCfg, client *http.Client) (*tokenSource,
	error,
) {
	c := s.AzureCredentials
	if c.Cloud == "" {
		c.Cloud = "AzureCloud"
	}
	at, ok := azureClouds[c.Cloud]
	if !ok {
		return nil, settingError("azureCredentials.azureCloud",
			"unknown cloud %q. Use AzureCloud, AzureChinaCloud or AzureUSGovernment", c.Cloud)
	}
	audience := at.audience
	if s.AzureResource != "" {
		audience = strings.TrimRight(s.AzureResource, "/")
	}
	source := &tokenSource{provider: "Microsoft Entra ID"}
	opts := azcore.ClientOptions{Cloud: at.authority, Transport: client}
	var credential azcore.TokenCredential
	var err error
	switch c.AuthType {
	case "clientsecret":
		if c.TenantID == "" || c.ClientID == "" || secrets["azureClientSecret"] == "" {
			return nil, settingError("azureCredentials",
				"the tenant ID, the client ID or the client secret is missing. Enter all three")
		}
		credential, err = azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, secrets["azureClientSecret"],
			&azidentity.ClientSecretCredentialOptions{ClientOptions: opts})
	case "msi":
		if cfg.Get("GFAZPL_MANAGED_IDENTITY_ENABLED") != "true" {
			return nil, notEnabled("managed_identity_enabled")
		}
		source.hosts = []string{at.host}
		identity := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: opts}
		if id := cfg.Get("GFAZPL_MANAGED_IDENTITY_CLIENT_ID"); id != "" {
			identity.ID = azidentity.ClientID(id)
		}
		credential, err = azidentity.NewManagedIdentityCredential(identity)
	case "workloadidentity":
		if cfg.Get("GFAZPL_WORKLOAD_IDENTITY_ENABLED") != "true" {
			return nil, notEnabled("workload_identity_enabled")
		}
		source.hosts = []string{at.host}
		credential, err = azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: opts,
			TenantID:      cfg.Get("GFAZPL_WORKLOAD_IDENTITY_TENANT_ID"),
			ClientID:      cfg.Get("GFAZPL_WORKLOAD_IDENTITY_CLIENT_ID"),
			TokenFilePath: cfg.Get("GFAZPL_WORKLOAD_IDENTITY_TOKEN_FILE"),
		})
	default:
		return nil, settingError("azureCredentials.authType", "%q is not supported. Use clientsecret, msi or workloadidentity",
			c.AuthType)
	}
	if err != nil {
		return nil, settingError("azureCredentials", "%v", err)
	}
	source.token = func(ctx context.Context) (string, error) {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
		return token.Token, err
	}
	return source, nil
}

// monitoringRead is the scope of Google Cloud Managed Service for Prometheus.
const monitoringRead = "https://www.googleapis.com/auth/monitoring.read"

func googleTokens(s cloudSettings, secrets map[string]string, client *http.Client) (*tokenSource, error) {
	source := &tokenSource{provider: "Google"}
	var provider googleauth.TokenProvider
	switch s.AuthenticationType {
	case "jwt":
		key := []byte(secrets["privateKey"])
		if s.PrivateKeyPath != "" {
			var err error
			if key, err = os.ReadFile(s.PrivateKeyPath); err != nil {
				return nil, settingError("privateKeyPath",
					"the private key could not be read. Enter a file that the Grafana server can read")
			}
		}
		if s.ClientEmail == "" || s.TokenURI == "" || len(key) == 0 {
			return nil, settingError("clientEmail",
				"the client email, the token URI or the private key is missing. Upload the key file of a service account")
		}
		tokens, err := googleauth.New2LOTokenProvider(&googleauth.Options2LO{
			Email: s.ClientEmail, PrivateKey: key, TokenURL: s.TokenURI, Scopes: []string{monitoringRead},
			Client: client,
		})
		if err != nil {
			return nil,
				settingError("privateKey", "the private key isn't valid. Upload the key file of a service account")
		}
		provider = googleauth.NewCachedTokenProvider(tokens, nil)
	case "gce":
		source.hosts = []string{".googleapis.com"}
		found, err := credentials.DetectDefault(&credentials.DetectOptions{
			Scopes: []string{monitoringRead},
			Client: client,
		})
		if err != nil {
			return nil, settingError("authenticationType", "the Grafana server has no default credentials of Google: %v", err)
		}
		provider = found
	default:
		return nil, settingError("authenticationType", "%q is not supported. Use jwt or gce", s.AuthenticationType)
	}
	source.token = func(ctx context.Context) (string, error) {
		token, err := provider.Token(ctx)
		if err != nil {
			return "", err
		}
		return token.Value, nil
	}
	return source, nil
}

// middleware adds a token to each request to the host of address. A redirect to another host gets none.
func (s *tokenSource) middleware(address string) httpclient.Middleware {
	return httpclient.NamedMiddlewareFunc("cloud-tokens",
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(r *http.Request) (*http.Response, error) {
				if u, err := url.Parse(address); err != nil || u.Host != r.URL.Host {
					return next.RoundTrip(r)
				}
				if !s.isAllowed(r.URL) {
					return nil, fmt.Errorf("the identity of the Grafana server is sent by https to *%s only, not to %s. Use credentials of the data source", strings.Join(s.hosts, ", *"), r.URL.Host)
				}
				token, err := s.token(r.Context())
				if err != nil {
					return nil,
						fmt.Errorf("%s returned no access token. Check the authentication settings: %w", s.provider,
							firstLine(err))
				}
				r = r.Clone(r.Context())
				r.Header.Set("Authorization", "Bearer "+token)
				return next.RoundTrip(r)
			})
		})
}

func (s *tokenSource) isAllowed(u *url.URL) bool {
	if len(s.hosts) == 0 {
		return true
	}
	for _, suffix := range s.hosts {
		if u.Scheme == "https" && strings.HasSuffix(u.Hostname(), suffix) {
			return true
		}
	}
	return false
}

// firstLine shortens an error that contains a whole response.
func firstLine(err error) error {
	text, _, more := strings.Cut(err.Error(), "\n")
	if !more {
		return err
	}
	return errors.New(text)
}

func settingError(field, message string, args ...any) error {
	return fault.UserErrorf("jsonData."+field, message, args...)
}

func notEnabled(setting string) error {
	return settingError("azureCredentials.authType",
		"Grafana does not allow it. Set %s in section [azure] of grafana.ini, and add the plugin to forward_settings_to_plugins", setting)
}
