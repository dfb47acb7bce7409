package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
)

// CheckHealth runs a query, identifies the server, and reports problems of the catalog.
func (d *Datasource) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult,
	error,
) {
	if d.settingsErr != nil {
		return healthError(plainText(d.settingsErr), ""), nil
	}
	if req != nil {
		ctx = d.admit(ctx, req.GetHTTPHeaders(), req.PluginContext)
	}
	if err := d.queues.resources.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer d.queues.resources.Release(1)
	client := d.engines.accessOf(ctx).client
	matrix, _, err := client.Query(ctx, "vector(1)", time.Now())
	if err != nil {
		return healthError(plainText(err), ""), nil
	}
	if len(matrix) != 1 || len(matrix[0].Values) != 1 || matrix[0].Values[0].Value != 1 {
		return healthError("The server answered, but not as Prometheus does: vector(1) is not 1. Check the data source URL", ""), nil
	}
	server, warning := "The server", ""
	if dialect, err := client.Dialect(ctx); err == nil {
		server, warning = dialect.String(), dialect.Warning()
	}
	if problems := d.settings.CatalogProblems; len(problems) > 0 {
		return healthError(fmt.Sprintf("%s answers queries, but the SLO catalog has %s. First: %s",
			server, countText(len(problems), "problem"), problems[0].Error()), problems.Error()), nil
	}
	found := "No SLO in the catalog yet"
	if n := len(d.settings.Catalog.SLOs); n > 0 {
		found = countText(n, "SLO") + " in the catalog"
	}
	message := fmt.Sprintf("%s answers queries. %s.", server, found)
	if replicas := d.replicas(ctx, client); replicas != "" {
		message += " Warning: " + replicas + ". One answer may then have less data than the next. " +
			"Let each user's requests go to one server, or query the servers through Thanos."
	}
	if warning != "" {
		message += " Warning: " + warning + "."
	}
	likely := d.catalogFindings(ctx)
	if len(likely) > 0 {
		message += fmt.Sprintf(" %s. First: %s", countText(len(likely), "likely mistake"), likely[0])
	}
	return healthResult(backend.HealthStatusOk, message, strings.Join(likely, "\n")), nil
}

// Bounds of the search for likely mistakes. The health check shows what was found until then.
const (
	findingsTimeout = 5 * time.Second
	maxCheckedSLOs  = 200 // SLOs
)

// replicas describes several servers with different data behind one address; "" if there are none,
// or time ran out.
func (d *Datasource) replicas(ctx context.Context, client *prom.Client) string {
	ctx, cancel := context.WithTimeout(ctx, findingsTimeout)
	defer cancel()
	selectors := []string{"up"}
	for _, s := range d.settings.Catalog.SLOs {
		if selector, err := s.TotalSelector(); err == nil {
			selectors = append(selectors, selector)
			break
		}
	}
	now := time.Now().Truncate(time.Minute)
	at := []time.Time{
		now.Add(-max(d.settings.Settle, time.Minute)), now.Add(-25 * time.Hour),
		now.Add(-29 * 24 * time.Hour),
	}
	found, _ := client.Replicas(ctx, selectors, at)
	return found
}

func (d *Datasource) catalogFindings(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, findingsTimeout)
	defer cancel()
	c := d.settings.Catalog
	out, _ := withEngine(ctx, d.engines, false, func(e *engine.Engine) (out []string, _ error) {
		for _, s := range c.SLOs[:min(len(c.SLOs), maxCheckedSLOs)] {
			found, _ := e.Findings(ctx, s, time.Now())
			for _, f := range found {
				out = append(out, c.Locate(s.Name, f.Path, f.Message).Error())
			}
		}
		return out, nil
	})
	return out
}

func healthError(message, verbose string) *backend.CheckHealthResult {
	return healthResult(backend.HealthStatusError, message, verbose)
}

func healthResult(status backend.HealthStatus, message, verbose string) *backend.CheckHealthResult {
	r := &backend.CheckHealthResult{Status: status, Message: message}
	if verbose != "" {
		r.JSONDetails, _ = json.Marshal(map[string]string{"verboseMessage": verbose})
	}
	return r
}

func countText(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
