package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"golang.org/x/sync/semaphore"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/pkg/kubernetes/resources"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// maxBody bounds the body of a resource call: a catalog of 1 MiB in a JSON string.
const maxBody = 3 << 20

// handler answers a resource call. The answer is sent as JSON, a download as it is, an error with
// its status.
type handler func(r *http.Request) (any, error)

// route is the handler of a resource call, and what it waits for.
type route struct {
	pattern string
	turns   *semaphore.Weighted
	handle  handler
}

func (d *Datasource) routes() []route {
	reads, lists := d.queues.resources, d.queues.lists
	return []route{
		{"GET /labels", reads, d.withSettings(d.labelsOfNamed)},
		{"POST /labels", reads, d.withSettings(withBody(d.labelsOfInline))},
		{"POST /lookup/metrics", reads, d.withSettings(withBody(d.metrics))},
		{"POST /lookup/labels", reads, d.withSettings(withBody(d.labelsOf))},
		{"POST /lookup/values", reads, d.withSettings(withBody(d.valuesOf))},
		{"POST /lookup/buckets", reads, d.withSettings(withBody(d.buckets))},
		{"POST /values", reads, d.withSettings(withBody(d.values))},
		{"POST /keys", reads, d.withSettings(withBody(d.keys))},
		{"POST /preview", reads, d.withSettings(withBody(d.preview))},
		{"POST /discover", reads, d.withSettings(d.discover)},
		{"GET /presets", reads, d.withSettings(d.listPresets)},
		{"GET /presets/{name}", reads, d.withSettings(d.showPreset)},

		{"POST /catalog/validate", definitionReads, withBody(validateCatalog)},
		{"POST /slo/validate", definitionReads, withBody(d.validateSLO)},
		{"POST /import", definitionReads, withBody(importDefinitions)},
		{"GET /export", definitionReads, d.withSettings(d.exportSLOs)},

		{"GET /slos", lists, d.listSLOs},
		{"GET /policies", lists, d.listPolicies},
		{"GET /signals", lists, listSignals},
		{
			"GET /catalog/schema", lists,
			func(*http.Request) (any, error) { return json.RawMessage(catalog.Schema()), nil },
		},
		{"POST /cache/forget", lists, d.withSettings(d.forget)},
	}
}

// parameters are those in the URL, by pattern. Other routes have none.
var parameters = map[string][]string{
	"GET /labels":         {"slo"},
	"GET /presets/{name}": {"suggest"},
	"GET /export":         {"format", "slo", "dashboard"},
}

func (d *Datasource) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range d.routes() {
		mux.HandleFunc(r.pattern, limitConcurrency(r.turns, r.handle.withParameters(parameters[r.pattern]).serve))
	}
	return mux
}

// withParameters refuses a request with other parameters: it would be answered as if they were absent.
func (h handler) withParameters(known []string) handler {
	return func(r *http.Request) (any, error) {
		for _, name := range slices.Sorted(maps.Keys(r.URL.Query())) {
			if !slices.Contains(known, name) {
				err := errors.New(decode.UnknownName("parameter", name, known))
				return nil, &statusError{http.StatusBadRequest, err}
			}
		}
		return h(r)
	}
}

func (h handler) serve(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil { // a resource call without one
		r.Body = http.NoBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	out, err := h(r)
	if err != nil {
		status, _ := statusOf(err)
		writeError(w, status, err)
		return
	}
	if file, ok := out.(download); ok {
		file.write(w)
		return
	}
	writeJSON(w, http.StatusOK, out)
}

// withSettings is the handler where the settings have no mistake.
func (d *Datasource) withSettings(next handler) handler {
	return func(r *http.Request) (any, error) {
		if d.settingsErr != nil {
			return nil, &statusError{http.StatusBadRequest, d.settingsErr}
		}
		return next(r)
	}
}

func withBody[Q any](next func(*http.Request, Q) (any, error)) handler {
	return func(r *http.Request) (any, error) {
		var question Q
		body, err := io.ReadAll(r.Body)
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			return nil, &statusError{
				http.StatusRequestEntityTooLarge,
				fmt.Errorf("the request is larger than %d MiB", maxBody>>20),
			}
		case err != nil:
			return nil, &statusError{http.StatusBadRequest, fmt.Errorf("the request could not be read: %w", err)}
		}
		if err := jsonv2.Unmarshal(body, &question, jsonv2.RejectUnknownMembers(true)); err != nil {
			return nil, &statusError{http.StatusBadRequest, describeBody(err)}
		}
		return next(r, question)
	}
}

// describeBody names the fields that exist if the body has another one.
func describeBody(err error) error {
	var wrong *jsonv2.SemanticError
	if !errors.As(err, &wrong) || !errors.Is(err, jsonv2.ErrUnknownName) {
		return fmt.Errorf("the request is not the JSON that was expected: %w", err)
	}
	var known []string
	for _, field := range reflect.VisibleFields(wrong.GoType) {
		known = append(known, field.Tag.Get("json"))
	}
	return errors.New(decode.UnknownName("field", wrong.JSONPointer.LastToken(), known))
}

// statusError is an error with the HTTP status of its answer.
type statusError struct {
	status int
	error
}

func (e *statusError) Unwrap() error { return e.error }

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
		out[i] = sloInfo{
			s.Name, s.Description, s.Objective.Percent(), windowsOf(s), s.Kind(),
			append([]string{}, s.By...), s.Labels, sli.SplitLabels(s.SLI, s.By),
		}
	}
	return out
}

type signalInfo struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	About string `json:"about"`
	Unit  string `json:"unit"`
}

func listSignals(*http.Request) (any, error) {
	known, err := resources.Known()
	if err != nil {
		return nil, err
	}
	out := make([]signalInfo, len(known.Signals))
	for i, s := range known.Signals {
		out[i] = signalInfo{s.Name, s.Title, s.About, s.Unit}
	}
	return map[string]any{"signals": out}, nil
}

func windowsOf(s catalog.SLO) string {
	var all []string
	for _, one := range s.SplitWindows() {
		all = append(all, one.WindowText())
	}
	return strings.Join(all, ", ")
}

type catalogRequest struct {
	Catalog string `json:"catalog"`
}

func validateCatalog(_ *http.Request, q catalogRequest) (any, error) {
	c, problems := catalog.Parse([]byte(q.Catalog))
	return map[string]any{"slos": sloInfos(c.SLOs), "problems": append(catalog.Problems{}, problems...)}, nil
}

type sloRequest struct {
	SLO json.RawMessage `json:"slo"`
}

func (d *Datasource) validateSLO(_ *http.Request, q sloRequest) (any, error) {
	_, problems := d.settings.Catalog.ParseSLO(q.SLO)
	return map[string]any{"problems": append(catalog.Problems{}, problems...)}, nil
}

func (d *Datasource) listSLOs(*http.Request) (any, error) {
	var slos []catalog.SLO
	if d.settings.Catalog != nil {
		slos = d.settings.Catalog.SLOs
	}
	return map[string]any{"slos": sloInfos(slos)}, nil
}

func (d *Datasource) listPolicies(*http.Request) (any, error) {
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
			item.Alerts = append(item.Alerts,
				alert{a.Severity, a.Percent, slo.FormatDuration(a.Long), slo.FormatDuration(a.Short)})
		}
		out = append(out, item)
	}
	return map[string]any{"policies": out}, nil
}

func (d *Datasource) labelsOfNamed(r *http.Request) (any, error) {
	s, err := d.settings.Catalog.Lookup(r.URL.Query().Get("slo"))
	if err != nil {
		return nil, &statusError{http.StatusNotFound, err}
	}
	return d.labels(r, s)
}

func (d *Datasource) labelsOfInline(r *http.Request, q sloRequest) (any, error) {
	s, problems := d.settings.Catalog.ParseSLO(q.SLO)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return d.labels(r, s)
}

// labels lists what an SLO can be grouped by: the labels its counters had in the last hour.
func (d *Datasource) labels(r *http.Request, s catalog.SLO) (any, error) {
	selector, err := s.TotalSelector()
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, err}
	}
	return d.labelsOf(r, selectorRequest{Selector: selector})
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

// forget drops all that is remembered for the viewer, so that the next query reads
// everything again: after a backfill, or an outage of remote write that lasted
// longer than a day. What all viewers share may be dropped by editors only.
func (d *Datasource) forget(r *http.Request) (any, error) {
	user := backend.UserFromContext(r.Context())
	if d.engines.shared != nil && (user == nil || user.Role != "Editor" && user.Role != "Admin") {
		return nil, &statusError{
			http.StatusForbidden,
			errors.New("all viewers share the counts of this data source: only editors and admins can drop them"),
		}
	}
	d.engines.accessOf(r.Context()).dashboards.Forget()
	return struct{}{}, nil
}

// download is an answer that a browser saves.
type download struct {
	name, contentType string
	text              []byte
}

func (f download) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	if _, err := w.Write(f.text); err != nil {
		backend.Logger.Debug("Export was not read", "error", err)
	}
}

// exportSLOs writes the catalog's SLOs, or those named by `slo`, in a format of
// other tools. Grafana's alert rules query this data source.
func (d *Datasource) exportSLOs(r *http.Request) (any, error) {
	query := r.URL.Query()
	format, err := export.ParseFormat(query.Get("format"))
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, err}
	}
	slos := d.settings.Catalog.SLOs
	if names := query["slo"]; len(names) > 0 {
		slos = make([]catalog.SLO, len(names))
		for i, name := range names {
			if slos[i], err = d.settings.Catalog.Lookup(name); err != nil {
				return nil, &statusError{http.StatusNotFound, err}
			}
		}
	} else if err := d.settings.CatalogProblems.Err(); err != nil { // rules that lack some SLOs would look whole
		return nil, err
	}
	options := export.Options{DashboardUID: query.Get("dashboard")}
	if source := backend.PluginConfigFromContext(r.Context()).DataSourceInstanceSettings; source != nil {
		options.DatasourceUID, options.DatasourceName = source.UID, source.Name
	}
	text, _, err := export.Write(format, slos, options)
	if err != nil {
		return nil, &statusError{http.StatusUnprocessableEntity, err}
	}
	return download{"burnline-" + string(format) + ".yaml", "application/yaml", text}, nil
}
