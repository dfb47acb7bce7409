package promtest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/burnline/burnline/pkg/promclient"
)

// ServeHTTP answers as Prometheus' API does, as far as the plugin asks. An
// instant query gives a matrix whatever its expression.
func (p *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	at := func(name string) time.Time {
		seconds, _ := strconv.ParseFloat(r.Form.Get(name), 64)
		whole, part := math.Modf(seconds)
		return time.Unix(int64(whole), int64(math.Round(part*1000))*1e6)
	}
	answer := func(data any, warnings []string, err error) {
		body := map[string]any{"status": "success", "data": data, "warnings": warnings}
		if err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			body = map[string]any{"status": "error", "errorType": "execution", "error": err.Error()}
		}
		_ = json.NewEncoder(w).Encode(body)
	}
	matrix := func(result any, warnings []string, err error) {
		answer(map[string]any{"resultType": "matrix", "result": result}, warnings, err)
	}
	switch path := r.URL.Path; path {
	case "/api/v1/query":
		m, warnings, err := p.Query(r.Context(), r.Form.Get("query"), at("time"))
		matrix(m, warnings, err)
	case "/api/v1/query_range":
		step, _ := strconv.ParseFloat(r.Form.Get("step"), 64)
		span := promclient.Range{Start: at("start"), End: at("end"), Step: time.Duration(step * float64(time.Second))}
		m, warnings, err := p.QueryRange(r.Context(), r.Form.Get("query"), span)
		matrix(m, warnings, err)
	case "/api/v1/series":
		sets, warnings, err := p.Series(r.Context(), r.Form.Get("match[]"), at("start"), at("end"))
		answer(sets, warnings, err)
	case "/api/v1/label/le/values":
		values, warnings, err := p.LabelValues(r.Context(), "le", r.Form.Get("match[]"), at("start"), at("end"))
		answer(values, warnings, err)
	default:
		http.Error(w, fmt.Sprintf("%s is not served", path), http.StatusNotFound)
	}
}
