package plugin

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/lookup"
	"github.com/burnline/burnline/pkg/query"
)

func (d *Datasource) finder(r *http.Request) lookup.Finder {
	return lookup.Finder{Server: d.engines.accessOf(r.Context()).client, Now: time.Now()}
}

// asUserError makes a mistake in what was written of an error that is not the server's.
func asUserError(err error) error {
	if status, _ := statusOf(err); err != nil && status == http.StatusInternalServerError {
		return fault.UserErrorf("", "%v", err)
	}
	return err
}

type metricsRequest struct {
	Search     string `json:"search"`
	Histograms bool   `json:"histograms"`
}

func (d *Datasource) metrics(r *http.Request, q metricsRequest) (any, error) {
	names, err := d.finder(r).Metrics(r.Context(), q.Search, q.Histograms)
	return map[string]any{"metrics": names}, asUserError(err)
}

type selectorRequest struct {
	Selector string `json:"selector"`
	Label    string `json:"label"`
	Search   string `json:"search"`
	Unit     string `json:"unit"`
}

func (d *Datasource) labelsOf(r *http.Request, q selectorRequest) (any, error) {
	names, err := d.finder(r).Labels(r.Context(), q.Selector)
	return map[string]any{"labels": names}, asUserError(err)
}

func (d *Datasource) valuesOf(r *http.Request, q selectorRequest) (any, error) {
	values, err := d.finder(r).Values(r.Context(), q.Selector, q.Label, q.Search)
	return map[string]any{"values": values}, asUserError(err)
}

func (d *Datasource) buckets(r *http.Request, q selectorRequest) (any, error) {
	found, err := d.finder(r).Buckets(r.Context(), q.Selector, q.Unit)
	return found, asUserError(err)
}

// queryRequest selects the SLOs of a query, with all of its fields applied.
type queryRequest struct {
	Query json.RawMessage `json:"query"`
	Label string          `json:"label"`
}

// parse parses the query over the last hour.
func (q queryRequest) parse() (query.Query, error) {
	now := time.Now()
	return query.ParseQuery(backend.DataQuery{
		JSON:      q.Query,
		TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
	}, now)
}

// maxLookupSLOs bounds the SLOs that one question looks up.
const maxLookupSLOs = 20

// values lists the values of a label in the counted series of a query's SLOs; for resources, in the
// present workloads.
func (d *Datasource) values(r *http.Request, q queryRequest) (any, error) {
	return d.unionOf(r, q, "values", func(s catalog.SLO, selector string) ([]string, error) {
		return d.finder(r).Values(r.Context(), selector, s.LabelFor(q.Label), "")
	})
}

func (d *Datasource) keys(r *http.Request, q queryRequest) (any, error) {
	return d.unionOf(r, q, "labels", func(_ catalog.SLO, selector string) ([]string, error) {
		return d.finder(r).Labels(r.Context(), selector)
	})
}

// unionOf calls find for the selector of each SLO and returns the union of the results.
func (d *Datasource) unionOf(r *http.Request, q queryRequest, name string,
	find func(s catalog.SLO, selector string) ([]string, error),
) (any, error) {
	parsed, err := q.parse()
	if err != nil {
		return nil, err
	}
	if parsed.Type == query.Resources {
		found, err := d.workloadLabels(r, parsed, name, q.Label)
		if err != nil || len(found) > 0 { // without exported workloads, the labels of the counted series
			return map[string]any{name: found}, err
		}
	}
	slos, _, err := parsed.Resolve(d.settings.Catalog)
	if err != nil {
		return nil, err
	}
	all := [][]string{}
	seen := map[string]bool{}
	for _, s := range slos {
		selector, err := s.TotalSelector()
		key := selector + s.LabelFor(q.Label)
		if err != nil || seen[key] || len(seen) == maxLookupSLOs {
			continue
		}
		seen[key] = true
		found, err := find(s, selector)
		if err != nil {
			return nil, asUserError(err)
		}
		all = append(all, found)
	}
	return map[string]any{name: lookup.Union(all)}, nil
}

// workloadLabels returns the labels of workloads, or the present values of one of them.
func (d *Datasource) workloadLabels(r *http.Request, q query.Query, name, label string) ([]string, error) {
	if name == "labels" {
		return resources.Labels, nil
	}
	return withEngine(r.Context(), d.engines, false, func(e *engine.Engine) ([]string, error) {
		return e.WorkloadValues(r.Context(), q.ResourcesRequest(), label)
	})
}

// preview explains the first SLOs of a query.
func (d *Datasource) preview(r *http.Request, q queryRequest) (any, error) {
	parsed, err := q.parse()
	if err != nil {
		return nil, err
	}
	slos, _, err := parsed.Resolve(d.settings.Catalog)
	if err != nil {
		return nil, err
	}
	out := []engine.Explained{}
	for _, s := range slos[:min(len(slos), maxLookupSLOs)] {
		one, err := d.engines.accessOf(r.Context()).dashboards.Explain(r.Context(), s, time.Now())
		if err != nil {
			return nil, asUserError(err)
		}
		out = append(out, one...)
	}
	return map[string]any{"slos": out, "more": max(len(slos)-maxLookupSLOs, 0)}, nil
}
