package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

// patience is the maximum time that a request for the newest minute waits for its last samples.
const patience = 10 * time.Second

// Handler serves GET /truth?time=<unix seconds>&window=30d with a list of truth.Row. time defaults
// to now and is truncated to the minute, window defaults to 30d. GET /truth/slos returns
// cluster.Count, GET /truth/resources returns cluster.Resource, GET /truth/stories returns
// cluster.Story. GET /ready returns 200 once the
// server has every sample up to now, else 503.
func (f *Feed) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", f.ready)
	mux.HandleFunc("GET /truth", f.truth(func(ctx context.Context, at time.Time, window time.Duration) (any, error) {
		return f.Table(ctx, at, window)
	}))
	mux.HandleFunc("GET /truth/slos",
		f.truth(func(ctx context.Context, at time.Time, window time.Duration) (any, error) {
			return f.SLOs(ctx, at, window)
		}))
	mux.HandleFunc("GET /truth/resources",
		f.truth(func(ctx context.Context, at time.Time, window time.Duration) (any, error) {
			return f.Resources(ctx, at, window)
		}))
	mux.HandleFunc("GET /truth/stories",
		func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, f.Stories()) })
	return mux
}

func (f *Feed) ready(w http.ResponseWriter, _ *http.Request) {
	if !f.CaughtUp() {
		answer(w, http.StatusServiceUnavailable, problem{"still catching up"})
		return
	}
	answer(w, http.StatusOK, map[string]bool{"ready": true})
}

// truth responds with the truth of a window.
func (f *Feed) truth(read func(ctx context.Context, at time.Time, window time.Duration) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		at, window, err := parseTruthQuery(r, f.now())
		if err != nil {
			answer(w, http.StatusBadRequest, problem{err.Error()})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		rows, err := read(ctx, at, window)
		if err != nil {
			answer(w, http.StatusServiceUnavailable, problem{err.Error()})
			return
		}
		answer(w, http.StatusOK, rows)
	}
}

func parseTruthQuery(r *http.Request, now time.Time) (time.Time, time.Duration, error) {
	at, window := now, 30*24*time.Hour
	if s := r.FormValue("time"); s != "" {
		seconds, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return at, window, fmt.Errorf("time %q is no number of Unix seconds", s)
		}
		at = time.Unix(int64(seconds), 0)
	}
	if s := r.FormValue("window"); s != "" {
		d, err := model.ParseDuration(s)
		if err != nil {
			return at, window, fmt.Errorf("window: %w", err)
		}
		if d == 0 || time.Duration(d)%time.Minute != 0 {
			return at, window, fmt.Errorf("window %q is no whole number of minutes, such as 5m or 30d", s)
		}
		window = time.Duration(d)
	}
	if at.After(now) {
		return at, window, fmt.Errorf("time %d lies in the future", at.Unix())
	}
	return at.Truncate(time.Minute), window, nil
}

type problem struct {
	Message string `json:"message"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails if the client has disconnected
}
