package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/lookup"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// maxBody bounds the body of a resource call: a catalog of 1 MiB in a JSON string.
const maxBody = 3 << 20

// route is the handler of a resource call, and its queue.
type route struct {
	pattern string
	turns   *semaphore.Weighted
	handle  http.HandlerFunc
}

// routes returns the routes of all resource calls.
func (d *Datasource) routes() []route {
	reads, lists := d.queues.resources, d.queues.lists
	return []route{
		{"GET /labels", reads, d.labelsOfNamed},
		{"POST /labels", reads, d.labelsOfInline},
		{"POST /lookup/metrics", reads, jsonHandler(d, d.metrics)},
		{"POST /lookup/labels", reads, jsonHandler(d, d.labelsOf)},
		{"POST /lookup/values", reads, jsonHandler(d, d.valuesOf)},
		{"POST /lookup/buckets", reads, jsonHandler(d, d.buckets)},
		{"POST /values", reads, jsonHandler(d, d.values)},
		{"POST /keys", reads, jsonHandler(d, d.keys)},
		{"POST /preview", reads, jsonHandler(d, d.preview)},
		{"POST /discover", reads, jsonHandler(d, d.discover)},
		{"GET /presets", reads, d.listPresets},
		{"GET /presets/{name}", reads, d.showPreset},

		{"POST /catalog/validate", definitionReads, d.validateCatalog},
		{"POST /slo/validate", definitionReads, d.validateSLO},
		{"POST /import", definitionReads, d.importDefinitions},
		{"GET /export", definitionReads, d.exportSLOs},

		{"GET /slos", lists, d.listSLOs},
		{"GET /policies", lists, d.listPolicies},
		{"GET /signals", lists, listSignals},
		{"GET /catalog/schema", lists, showSchema},
		{"POST /cache/forget", lists, d.forget},
	}
}

func (d *Datasource) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range d.routes() {
		mux.HandleFunc(r.pattern, limitConcurrency(r.turns, r.handle))
	}
	return mux
}

type sloInfo struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Objective   float64  `json:"objective"` // percent
	Window      string   `json:"window"`
	Kind        string   `json:"kind"`
	By          []string `json:"by"`

	Labels  map[string]string `json:"labels,omitempty"`
	SplitBy []string          `json:"splitBy,omitempty"` // labels to split its bad events by
}

func sloInfos(slos []catalog.SLO) []sloInfo {
	out := make([]sloInfo, len(slos))
	for i, s := range slos {
		out[i] = sloInfo{s.Name, s.Description, s.Objective.Percent(), windowsOf(s), s.Kind(), append([]string{}, s.By...), s.Labels, sli.SplitLabels(s.SLI, s.By)}
	}
	return out
}

type signalInfo struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	About string `json:"about"`
	Unit  string `json:"unit"`
}

// listSignals lists the signals of resources queries.
func listSignals(w http.ResponseWriter, _ *http.Request) {
	known, err := resources.Known()
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	out := make([]signalInfo, len(known.Signals))
	for i, s := range known.Signals {
		out[i] = signalInfo{s.Name, s.Title, s.About, s.Unit}
	}
	writeJSON(w, http.StatusOK, map[string]any{"signals": out})
}

func windowsOf(s catalog.SLO) string {
	var all []string
	for _, one := range s.SplitWindows() {
		all = append(all, one.WindowText())
	}
	return strings.Join(all, ", ")
}

// nonNilProblems returns an empty list for nil, which would be null in JSON.
func nonNilProblems(ps catalog.Problems) catalog.Problems {
	if ps == nil {
		return catalog.Problems{}
	}
	return ps
}

func (d *Datasource) validateCatalog(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Catalog string `json:"catalog"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	c, problems := catalog.Parse([]byte(body.Catalog))
	writeJSON(w, http.StatusOK, map[string]any{"slos": sloInfos(c.SLOs), "problems": nonNilProblems(problems)})
}

func (d *Datasource) validateSLO(w http.ResponseWriter, r *http.Request) {
	var body struct {
		SLO json.RawMessage `json:"slo"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	_, problems := d.settings.Catalog.ParseSLO(body.SLO)
	writeJSON(w, http.StatusOK, map[string]any{"problems": nonNilProblems(problems)})
}

func (d *Datasource) listSLOs(w http.ResponseWriter, _ *http.Request) {
	var slos []catalog.SLO
	if d.settings.Catalog != nil {
		slos = d.settings.Catalog.SLOs
	}
	writeJSON(w, http.StatusOK, map[string]any{"slos": sloInfos(slos)})
}

func (d *Datasource) listPolicies(w http.ResponseWriter, _ *http.Request) {
	type alert struct {
		Severity string  `json:"severity"`
		Percent  float64 `json:"percent"`
		Long     string  `json:"long"`
		Short    string  `json:"short"`
	}
	type policy struct {
		Name        string  `json:"name"`
		Description string  `json:"description"`
		Alerts      []alert `json:"alerts"`
	}
	out := []policy{}
	for _, p := range d.settings.Catalog.AllPolicies() {
		item := policy{Name: p.Name, Description: p.Description, Alerts: []alert{}}
		for _, a := range p.Alerts {
			item.Alerts = append(item.Alerts, alert{a.Severity, a.Percent, slo.FormatDuration(a.Long), slo.FormatDuration(a.Short)})
		}
		out = append(out, item)
	}
	writeJSON(w, http.StatusOK, map[string]any{"policies": out})
}

func (d *Datasource) labelsOfNamed(w http.ResponseWriter, r *http.Request) {
	s, err := d.settings.Catalog.Lookup(r.URL.Query().Get("slo"))
	if err != nil {
		writeError(w, http.StatusNotFound, err)
		return
	}
	d.labels(w, r, s)
}

func (d *Datasource) labelsOfInline(w http.ResponseWriter, r *http.Request) {
	var body struct {
		SLO json.RawMessage `json:"slo"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	s, problems := d.settings.Catalog.ParseSLO(body.SLO)
	if err := problems.Err(); err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	d.labels(w, r, s)
}

// labels lists the possible group labels of an SLO: the labels of its series in the last hour.
func (d *Datasource) labels(w http.ResponseWriter, r *http.Request, s catalog.SLO) {
	if d.settingsErr != nil {
		writeError(w, http.StatusBadRequest, d.settingsErr)
		return
	}
	selector, err := s.TotalSelector()
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	now := time.Now()
	names, err := d.engines.accessOf(r.Context()).client.LabelNames(r.Context(), selector, now.Add(-time.Hour), now)
	if err != nil {
		status, _ := statusOf(err)
		writeError(w, status, err)
		return
	}
	out := []string{}
	for _, n := range names {
		if n != "__name__" && n != "le" {
			out = append(out, n)
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"labels": out[:min(len(out), lookup.Limit)]})
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	if r.Body == nil { // a resource call without a body
		r.Body = http.NoBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		writeError(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the request is larger than %d MiB", maxBody>>20))
		return false
	case err != nil:
		writeError(w, http.StatusBadRequest, fmt.Errorf("the request could not be read: %w", err))
		return false
	}
	if err := json.Unmarshal(body, into); err != nil {
		writeError(w, http.StatusBadRequest, fmt.Errorf("the request is not the JSON that was expected: %w", err))
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		backend.Logger.Debug("Resource answer was not read", "error", err)
	}
}

func writeError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"message": plainText(err)})
}
