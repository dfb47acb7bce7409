package plugin

import (
	"context"

	_ "github.com/goccy/go-yaml"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	_ "github.com/grafana/grafana-plugin-sdk-go/build"
	_ "github.com/grafana/grafana-plugin-sdk-go/experimental"
	_ "github.com/hashicorp/go-plugin"
	_ "github.com/magefile/mage/mg"
	_ "github.com/prometheus/client_golang/api/prometheus/v1"
	_ "github.com/prometheus/prometheus/promql/parser"
	_ "github.com/stretchr/testify/require"
	_ "golang.org/x/sync/errgroup"
)

// ID is the plugin's id in Grafana.
const ID = "burnline-slo-datasource"

// Datasource answers for one configured data source.
type Datasource struct{}

// NewDatasource builds the instance for one revision of the settings.
func NewDatasource(_ context.Context, _ backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return &Datasource{}, nil
}
