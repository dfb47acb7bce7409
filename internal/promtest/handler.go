package promtest

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/promclient"
)

// Handler serves the HTTP API that Burnline uses, as the product named in its
// build information.
func (p *Server) Handler(buildinfo string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/v1/status/buildinfo", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, json.RawMessage(buildinfo), nil)
	})
	mux.HandleFunc("/api/v1/query_range", func(w http.ResponseWriter, r *http.Request) {
		step, _ := strconv.ParseFloat(r.FormValue("step"), 64)
		m, _, err := p.QueryRange(r.Context(), r.FormValue("query"),
			promclient.Range{Start: instant(r, "start"), End: instant(r, "end"), Step: time.Duration(step * float64(time.Second))})
		answer(w, map[string]any{"resultType": "matrix", "result": matrix(m)}, err)
	})
	mux.HandleFunc("/api/v1/query", func(w http.ResponseWriter, r *http.Request) {
		m, _, err := p.Query(r.Context(), r.FormValue("query"), instant(r, "time"))
		answer(w, map[string]any{"resultType": "matrix", "result": matrix(m)}, err)
	})
	mux.HandleFunc("/api/v1/series", func(w http.ResponseWriter, r *http.Request) {
		sets, _, err := p.Series(r.Context(), r.FormValue("match[]"), instant(r, "start"), instant(r, "end"))
		answer(w, sets, err)
	})
	mux.HandleFunc("/api/v1/label/{name}/values", func(w http.ResponseWriter, r *http.Request) {
		values, _, err := p.LabelValues(r.Context(), r.PathValue("name"), r.FormValue("match[]"), instant(r, "start"), instant(r, "end"))
		answer(w, values, err)
	})
	mux.HandleFunc("/api/v1/labels", func(w http.ResponseWriter, r *http.Request) {
		names, err := p.labelNames(r.Context(), r.FormValue("match[]"), instant(r, "start"), instant(r, "end"))
		answer(w, names, err)
	})
	return mux
}

func (p *Server) labelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error) {
	sets, _, err := p.Series(ctx, selector, start, end)
	seen := map[string]bool{}
	names := []string{}
	for _, s := range sets {
		for l := range s {
			if !seen[string(l)] {
				seen[string(l)] = true
				names = append(names, string(l))
			}
		}
	}
	return names, err
}

func instant(r *http.Request, name string) time.Time {
	seconds, _ := strconv.ParseFloat(r.FormValue(name), 64)
	return time.UnixMilli(int64(seconds * 1000))
}

// matrix keeps nothing from becoming null.
func matrix(m model.Matrix) model.Matrix {
	if m == nil {
		return model.Matrix{}
	}
	return m
}

func answer(w http.ResponseWriter, data any, err error) {
	w.Header().Set("Content-Type", "application/json")
	body := map[string]any{"status": "success", "data": data}
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		body = map[string]any{"status": "error", "errorType": "execution", "error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(body) // whoever asked may have left
}
