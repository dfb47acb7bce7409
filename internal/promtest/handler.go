package promtest

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/prom"
)

// Handler serves the HTTP API that Burnline uses, as the product in the build information. With ""
// there is none.
func (p *Server) Handler(buildinfo string) http.Handler {
	mux := http.NewServeMux()
	if buildinfo != "" {
		mux.HandleFunc("/api/v1/status/buildinfo", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, json.RawMessage(buildinfo), nil, nil)
		})
	}
	mux.HandleFunc("/api/v1/query_range", func(w http.ResponseWriter, r *http.Request) {
		step, _ := strconv.ParseFloat(r.FormValue("step"), 64)
		m, warnings, err := p.QueryRange(r.Context(), r.FormValue("query"),
			prom.Range{
				Start: instant(r, "start"), End: instant(r, "end"),
				Step: time.Duration(step * float64(time.Second)),
			})
		answer(w, map[string]any{"resultType": "matrix", "result": matrix(m)}, warnings, err)
	})
	mux.HandleFunc("/api/v1/query", func(w http.ResponseWriter, r *http.Request) {
		m, warnings, err := p.Query(r.Context(), r.FormValue("query"), instant(r, "time"))
		answer(w, map[string]any{"resultType": "matrix", "result": matrix(m)}, warnings, err)
	})
	mux.HandleFunc("/api/v1/series", func(w http.ResponseWriter, r *http.Request) {
		sets, warnings, err := p.seriesOfAny(r)
		answer(w, sets, warnings, err)
	})
	mux.HandleFunc("/api/v1/label/{name}/values", func(w http.ResponseWriter, r *http.Request) {
		values, warnings, err := p.LabelValues(r.Context(), r.PathValue("name"), r.FormValue("match[]"),
			instant(r, "start"), instant(r, "end"))
		answer(w, values, warnings, err)
	})
	mux.HandleFunc("/api/v1/labels", func(w http.ResponseWriter, r *http.Request) {
		names, err := p.labelNames(r.Context(), cmp.Or(r.FormValue("match[]"), `{__name__!=""}`), instant(r, "start"),
			instant(r, "end"))
		answer(w, names, nil, err)
	})
	return mux
}

// ServeHTTP serves the API of a product without build information.
func (p *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.Handler("").ServeHTTP(w, r) }

func (p *Server) seriesOfAny(r *http.Request) (sets []model.LabelSet, warnings []string, err error) {
	_ = r.ParseForm()
	for _, selector := range r.Form["match[]"] {
		some, warned, err := p.Series(r.Context(), selector, instant(r, "start"), instant(r, "end"))
		if err != nil {
			return nil, nil, err
		}
		sets, warnings = append(sets, some...), append(warnings, warned...)
	}
	return sets, warnings, nil
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
	return time.UnixMilli(int64(math.Round(seconds * 1000)))
}

// matrix encodes an empty result as [] instead of null.
func matrix(m model.Matrix) model.Matrix {
	if m == nil {
		return model.Matrix{}
	}
	return m
}

func answer(w http.ResponseWriter, data any, warnings []string, err error) {
	w.Header().Set("Content-Type", "application/json")
	body := map[string]any{"status": "success", "data": data, "warnings": warnings}
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		body = map[string]any{"status": "error", "errorType": "execution", "error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(body) // the client may have disconnected
}
