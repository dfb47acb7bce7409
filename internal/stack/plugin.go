package stack

import (
	"context"
	"fmt"
	"runtime"

	"github.com/burnline/burnline/internal/process"
)

// PluginBinary is the path of the backend binary for this machine, in the repository.
func PluginBinary() string {
	return fmt.Sprintf("dist/gpx_burnline_%s_%s%s", runtime.GOOS, runtime.GOARCH, exeSuffix())
}

// Plugin returns the path of the plugin binary for this machine in dist/, built by the Grafana
// SDK's build package if a source changed.
func (p *Project) Plugin(ctx context.Context) (string, error) {
	hash, err := p.fingerprint([]string{"pkg", "go.mod", "go.sum", "src/plugin.json", "package.json"},
		runtime.Version())
	if err != nil {
		return "", err
	}
	err = p.unlessBuilt("backend", hash, []string{PluginBinary()}, func() error {
		dev, err := p.Dev(ctx)
		if err != nil {
			return err
		}
		return p.Report.Step("build the plugin's backend", func() error {
			return process.Run(ctx,
				process.Spec{
					Name: "build:backend", Command: []string{dev, "build:backend"}, Dir: p.Root,
					Log: p.Log("build-backend"),
				})
		})
	})
	return p.Path(PluginBinary()), err
}
