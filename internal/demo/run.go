package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/burnline/burnline/internal/page"
	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/stack"
)

// Run shows the demo until Ctrl-C: a table in the terminal, then a page, or the user's own Grafana
// if there is one.
func Run(ctx context.Context) error {
	ctx, stop := process.WithSignals(ctx)
	defer stop()
	err := run(ctx)
	if errors.Is(err, process.ErrInterrupted) || errors.Is(context.Cause(ctx), process.ErrInterrupted) {
		fmt.Println("\nEverything that was started has been ended.")
		return nil
	}
	return err
}

func run(ctx context.Context) error {
	project, err := stack.Open(os.Stdout)
	if err != nil {
		return err
	}
	started := time.Now()
	grafana, found, err := stack.FindGrafana()
	if err != nil {
		return err
	}
	project.AnyPrometheus, project.WithTraces = true, found
	d, err := start(ctx, project)
	if err != nil {
		return err
	}
	defer d.Stop()

	instant := settled(time.Now())
	rows, err := d.Rows(ctx, instant)
	if err != nil {
		return err
	}
	fmt.Printf("\nAvailability 99.9 %% over 30 days, at %s; the truth is the generator's own count.\n\n",
		instant.Local().Format("15:04 on 2 January"))
	if err := printTable(os.Stdout, rows); err != nil {
		return err
	}
	fmt.Printf("\nLargest distance from the truth: %.4f percentage points. %.1f s so far.\n\n", maxErrorPoints(rows),
		time.Since(started).Seconds())

	if err := project.Frontend(ctx); err != nil {
		return err
	}
	var url string
	if found {
		if url, err = d.Stack.StartGrafana(ctx, grafana); err != nil {
			return err
		}
		fmt.Printf("\nGrafana:    %s/dashboards   (user %s, password %s)\n", url, stack.GrafanaLogin,
			stack.GrafanaLogin)
		if d.Stack.TracesURL != "" {
			fmt.Printf("Traces:     %s\n", d.Stack.TracesURL)
		}
	} else {
		assets, err := project.Page(ctx, stack.PageHosts[0])
		if err != nil {
			return err
		}
		server, err := d.Page(ctx, project, stack.PageHosts[0], assets, "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer server.Close()
		cluster, err := d.page(ctx, project, stack.PageHosts[0], assets, "127.0.0.1:0", d.Cluster)
		if err != nil {
			return err
		}
		defer cluster.Close()
		url = server.URL
		fmt.Printf("\nPage:       %s   (the cluster around these workloads: %s)\n", url, cluster.URL)
	}
	fmt.Printf("Prometheus: %s\nReady in %.1f s. Ctrl-C ends everything.\n", d.Stack.PrometheusURL,
		time.Since(started).Seconds())
	stack.OpenInBrowser(ctx, url)
	if err := d.Stack.StartNodeExporter(ctx); err != nil { // required by its preset only
		return err
	}
	return d.Stack.Ended(ctx)
}

// Page serves the demo page from assets. The caller must close it.
func (d *Demo) Page(ctx context.Context, project *stack.Project, host stack.PageHost, assets,
	listen string,
) (*page.Server, error) {
	return d.page(ctx, project, host, assets, listen, d.Source)
}

func (d *Demo) page(ctx context.Context, project *stack.Project, host stack.PageHost, assets, listen string,
	source *pluginhost.DataSource,
) (*page.Server, error) {
	return page.Start(ctx, page.Config{
		Assets: assets, Dist: project.Path("dist"), NodeModules: host.NodeModules(project), PanelID: stack.PanelID,
		Host: d.Host, Source: source, Listen: listen,
	})
}
