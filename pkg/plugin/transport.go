package plugin

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/grafana/grafana-aws-sdk/pkg/awsauth"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/burnline/burnline/pkg/promclient"
)

// managedPrometheus is what Amazon's service is called in a signature.
const managedPrometheus = "aps"

// newHTTPClient is the client of a data source: TLS, credentials, proxy and
// custom headers as in its settings; the viewer's credentials where the request
// has them; signed for Amazon where sigV4Auth is set.
func newHTTPClient(ctx context.Context, is backend.DataSourceInstanceSettings) (*http.Client, error) {
	opts, err := is.HTTPClientOptions(ctx)
	if err != nil {
		return nil, err
	}
	opts.ForwardHTTPHeaders = false // the SDK would forward all of them
	opts.Middlewares = append(httpclient.DefaultMiddlewares(), forwardCredentials())
	if opts.SigV4 != nil {
		opts.SigV4.Service = managedPrometheus
		// Last, so that the request is signed as it is sent.
		opts.Middlewares = append(opts.Middlewares, awsauth.NewSigV4Middleware())
	}
	opts.Timeouts.MaxIdleConnsPerHost = promclient.DefaultConcurrency // each of them goes on to the next request
	local := isLoopback(is.URL)
	opts.ConfigureTransport = func(_ httpclient.Options, t *http.Transport) { t.DisableCompression = local }
	return httpclient.New(opts)
}

// isLoopback tells that a server is on this machine, where to compress an answer
// takes longer than to send it.
func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
