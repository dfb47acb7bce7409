package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// api implements the requests of the plugin's frontend to Grafana's server.
type api struct {
	config Config
}

// instanceSettings are the settings of the data source in the browser. They never contain secrets.
type instanceSettings struct {
	UID      string          `json:"uid"`
	Name     string          `json:"name"`
	Type     string          `json:"type"`
	URL      string          `json:"url"`
	Access   string          `json:"access"`
	JSONData json.RawMessage `json:"jsonData"`
	Meta     json.RawMessage `json:"meta"`
}

func (a *api) settings(w http.ResponseWriter, _ *http.Request) {
	saved := a.config.Source.Settings()
	meta, err := os.ReadFile(filepath.Join(a.config.Dist, "plugin.json"))
	if err != nil {
		problem(w, http.StatusInternalServerError, fmt.Errorf("the plugin is not built: %w", err))
		return
	}
	reply(w, http.StatusOK, instanceSettings{
		UID: saved.UID, Name: saved.Name, Type: saved.Type, URL: saved.URL, Access: "proxy", JSONData: saved.JSONData,
		Meta: meta,
	})
}

func (a *api) saveSettings(w http.ResponseWriter, r *http.Request) {
	saved := a.config.Source.Settings()
	change := struct {
		URL            *string           `json:"url"`
		JSONData       json.RawMessage   `json:"jsonData"`
		SecureJSONData map[string]string `json:"secureJsonData"`
	}{URL: &saved.URL, JSONData: saved.JSONData}
	if !read(w, r, &change) {
		return
	}
	if change.URL == nil || !strings.HasPrefix(string(change.JSONData), "{") {
		problem(w, http.StatusBadRequest, errors.New("settings need url as a string and jsonData as an object"))
		return
	}
	a.config.Source.Save(*change.URL, change.JSONData, change.SecureJSONData)
	a.settings(w, r)
}

// queryRequest is the body of Grafana's POST /api/ds/query.
type queryRequest struct {
	Queries []json.RawMessage `json:"queries"`
	From    string            `json:"from"` // epoch milliseconds, as a browser sends them
	To      string            `json:"to"`
}

func (a *api) query(w http.ResponseWriter, r *http.Request) {
	var body queryRequest
	if !read(w, r, &body) {
		return
	}
	queries, err := body.dataQueries()
	if err != nil {
		problem(w, http.StatusBadRequest, err)
		return
	}
	res, err := a.config.Host.QueryData(r.Context(),
		&backend.QueryDataRequest{PluginContext: a.config.Source.Context(), Queries: queries})
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	status := http.StatusOK
	for _, answer := range res.Responses {
		if answer.Error != nil {
			status = http.StatusBadRequest // as in Grafana; the body has all results
		}
	}
	reply(w, status, res)
}

// dataQueries reads the fields of the queries that Grafana's server uses. All other fields belong
// to the plugin.
func (q queryRequest) dataQueries() ([]backend.DataQuery, error) {
	if len(q.Queries) == 0 {
		return nil, errors.New("no queries: the body needs at least one in queries")
	}
	from, err := epochMillis("from", q.From)
	if err != nil {
		return nil, err
	}
	to, err := epochMillis("to", q.To)
	if err != nil {
		return nil, err
	}
	var all []backend.DataQuery
	for i, raw := range q.Queries {
		common := struct {
			RefID         string  `json:"refId"`
			QueryType     string  `json:"queryType"`
			MaxDataPoints int64   `json:"maxDataPoints"`
			IntervalMs    float64 `json:"intervalMs"`
			Hide          bool    `json:"hide"`
		}{RefID: "A", MaxDataPoints: 100, IntervalMs: 1000}
		if err := json.Unmarshal(raw, &common); err != nil {
			return nil, fmt.Errorf("queries[%d]: %w", i, err)
		}
		if common.Hide {
			continue
		}
		all = append(all, backend.DataQuery{
			RefID: common.RefID, QueryType: common.QueryType, MaxDataPoints: common.MaxDataPoints,
			Interval:  time.Duration(common.IntervalMs * float64(time.Millisecond)),
			TimeRange: backend.TimeRange{From: from, To: to}, JSON: raw,
		})
	}
	return all, nil
}

func epochMillis(field, text string) (time.Time, error) {
	millis, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s is %q. It takes a time in epoch milliseconds, as a string", field, text)
	}
	return time.UnixMilli(millis).UTC(), nil
}

// search lists the dashboards with the uids. The page has all of them.
func (a *api) search(w http.ResponseWriter, r *http.Request) {
	found := []map[string]string{}
	for _, uid := range r.URL.Query()["dashboardUIDs"] {
		found = append(found, map[string]string{"uid": uid})
	}
	reply(w, http.StatusOK, found)
}

// rules lists the alert rules. The page has none.
func (a *api) rules(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{"data": map[string]any{"groups": []any{}}})
}

func (a *api) health(w http.ResponseWriter, r *http.Request) {
	if !a.known(w, r) {
		return
	}
	res, err := a.config.Host.CheckHealth(r.Context(), a.config.Source.Context())
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	body := map[string]any{"status": res.Status.String(), "message": res.Message}
	if len(res.JSONDetails) > 0 {
		body["details"] = json.RawMessage(res.JSONDetails)
	}
	status := http.StatusOK
	if res.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest // as in Grafana
	}
	reply(w, status, body)
}

func (a *api) resource(w http.ResponseWriter, r *http.Request) {
	if !a.known(w, r) {
		return
	}
	body, ok := readAll(w, r)
	if !ok {
		return
	}
	url := r.PathValue("path")
	if r.URL.RawQuery != "" {
		url += "?" + r.URL.RawQuery
	}
	headers := map[string][]string{}
	for _, name := range []string{"Accept", "Content-Type"} {
		if values := r.Header.Values(name); len(values) > 0 {
			headers[name] = values
		}
	}
	res, err := a.config.Host.CallResource(r.Context(), &backend.CallResourceRequest{
		PluginContext: a.config.Source.Context(), Path: r.PathValue("path"), Method: r.Method, URL: url,
		Headers: headers, Body: body,
	})
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	for name, values := range res.Headers {
		if name == "Content-Type" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(res.Status)
	_, _ = w.Write(res.Body)
}

func (a *api) known(w http.ResponseWriter, r *http.Request) bool {
	have := a.config.Source.Settings().UID
	if requested := r.PathValue("uid"); requested != have {
		problem(w, http.StatusNotFound, fmt.Errorf("no data source %q. The demo's is %q", requested, have))
		return false
	}
	return true
}
