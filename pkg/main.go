// Command gpx_burnline is the backend of the Burnline data source plugin.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"

	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/plugin"
)

func main() {
	limit, err := memory.SetLimit()
	if err != nil {
		backend.Logger.Warn("The memory limit was not set", "error", err)
	}
	plugin.SetMemoryLimit(limit)
	if err := datasource.Manage(plugin.ID, plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		backend.Logger.Error("Plugin stopped", "error", err)
		os.Exit(1)
	}
}
