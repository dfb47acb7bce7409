// Package demo runs Burnline for a person: a real Prometheus with generated workloads, the built
// plugin binary, a table in the terminal and a page in the browser.
package demo

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

// The demo's data sources: its twelve workloads, and the cluster around them, with the names in
// provisioning.
const (
	sourceUID  = "burnline-demo"
	clusterUID = "burnline-kubernetes"
)

// Demo is the built plugin on a running stack, with the demo's catalogs. The caller must Stop it.
type Demo struct {
	Stack   *stack.Stack
	Host    *pluginhost.Host
	Source  *pluginhost.DataSource // of the twelve workloads
	Cluster *pluginhost.DataSource
}

// Start builds missing parts and runs them.
func Start(ctx context.Context, project *stack.Project) (*Demo, error) {
	d, err := start(ctx, project)
	if err != nil {
		return nil, err
	}
	if err := d.Stack.StartNodeExporter(ctx); err != nil {
		d.Stop()
		return nil, err
	}
	return d, nil
}

// start is Start without the node-exporter.
func start(ctx context.Context, project *stack.Project) (*Demo, error) {
	d := &Demo{}
	binary := ""
	both, within := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		binary, err = project.Plugin(within)
		return err
	})
	both.Go(func() (err error) {
		d.Stack, err = project.Start(within)
		return err
	})
	err := both.Wait()
	if err == nil {
		err = d.startPlugin(project, binary)
	}
	if err != nil {
		d.Stop()
		return nil, err
	}
	return d, nil
}

func (d *Demo) startPlugin(project *stack.Project, binary string) error {
	err := project.Report.Step("start the plugin", func() (err error) {
		d.Host, err = pluginhost.StartLogged(binary, project.Log("plugin"))
		return err
	})
	if err != nil {
		return err
	}
	d.Source, err = pluginhost.NewDataSource(stack.DatasourceID, sourceUID, "Burnline demo", d.Stack.PrometheusURL,
		map[string]string{"catalog": d.Stack.Catalog})
	if err != nil {
		return err
	}
	d.Cluster, err = pluginhost.NewDataSource(stack.DatasourceID, clusterUID, "Burnline Kubernetes",
		d.Stack.PrometheusURL,
		map[string]string{"catalog": d.Stack.Kubernetes})
	return err
}

// Stop ends the plugin and the stack. Further calls do nothing.
func (d *Demo) Stop() {
	if d.Host != nil {
		d.Host.Kill()
	}
	if d.Stack != nil {
		d.Stack.Stop()
	}
}
