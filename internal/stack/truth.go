package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Truth is what the generator wrote for one workload within a window.
type Truth struct {
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Kind      string  `json:"kind"`
	Scenario  string  `json:"scenario"`
	Events    float64 `json:"events"`
	Bad       float64 `json:"bad"`
	Slow      float64 `json:"slow"` // over the latency threshold of the demo's catalog
}

// Budget is the share of the error budget that is left, 1 when untouched, for an objective as a ratio (0.999).
// ok is false when there were no events.
func (t Truth) Budget(objective float64) (budget float64, ok bool) {
	if t.Events == 0 {
		return 0, false
	}
	return 1 - t.Bad/t.Events/(1-objective), true
}

// Truth asks the generator what it wrote within window (as "30d") up to a whole minute.
func (s *Stack) Truth(ctx context.Context, at time.Time, window string) ([]Truth, error) {
	return TruthAt(ctx, s.TruthURL, at, window)
}

// TruthAt asks the generator that serves its truth at a URL.
func TruthAt(ctx context.Context, base string, at time.Time, window string) ([]Truth, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	query := url.Values{"time": {strconv.FormatInt(at.Unix(), 10)}, "window": {window}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/truth?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the generator for the truth: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("read the truth: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the generator knows no truth at %s: %s: %s", at.UTC().Format(time.RFC3339), res.Status, text)
	}
	var all []Truth
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read the truth: %w", err)
	}
	return all, nil
}
