package plugin

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-aws-sdk/pkg/awsauth"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// managedPrometheus is what Amazon's service is called in a signature.
const managedPrometheus = "aps"

// newHTTPClient is the client of a data source: TLS, credentials, proxy and
// custom headers as in its settings; headers of the viewer where it forwards
// them; signed for Amazon where sigV4Auth is set.
func newHTTPClient(ctx context.Context, is backend.DataSourceInstanceSettings, forwards bool) (*http.Client, error) {
	opts, err := is.HTTPClientOptions(ctx)
	if err != nil {
		return nil, err
	}
	opts.ForwardHTTPHeaders = forwards
	if opts.SigV4 != nil {
		opts.SigV4.Service = managedPrometheus
		// Last, so that the request is signed as it is sent.
		opts.Middlewares = append(httpclient.DefaultMiddlewares(), awsauth.NewSigV4Middleware())
	}
	return httpclient.New(opts)
}
