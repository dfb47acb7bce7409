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

// Budget is the share of the error budget that is left, 1 when untouched, for an objective as a
// ratio (0.999). ok is false when there were no events.
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
func TruthAt(ctx context.Context, base string, at time.Time, window string) (all []Truth, err error) {
	err = askTruth(ctx, base+"/truth", at, window, &all)
	return all, err
}

// SLOTruth is what the generator knows of one group of a preset's SLO. The labels are all that
// might tell the group apart; an SLO that groups by fewer counts the sum.
type SLOTruth struct {
	SLO    string            `json:"slo"`
	Kind   string            `json:"kind"` // events or slices
	Labels map[string]string `json:"labels"`
	Events float64           `json:"events"` // or slices of time
	Bad    float64           `json:"bad"`
}

// SLOTruths asks the generator about the SLOs of presets, as Truth does.
func (s *Stack) SLOTruths(ctx context.Context, at time.Time, window string) (all []SLOTruth, err error) {
	err = askTruth(ctx, s.TruthURL+"/truth/slos", at, window, &all)
	return all, err
}

// ResourceTruth is the true value of a signal of a workload; restarts are those of a window.
type ResourceTruth struct {
	Cluster   string  `json:"cluster"`
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Type      string  `json:"type"`
	Signal    string  `json:"signal"`
	Value     float64 `json:"value"`
}

// ResourceTruths asks the generator what workloads use, as Truth does.
func (s *Stack) ResourceTruths(ctx context.Context, at time.Time, window string) (all []ResourceTruth, err error) {
	err = askTruth(ctx, s.TruthURL+"/truth/resources", at, window, &all)
	return all, err
}

func askTruth(ctx context.Context, address string, at time.Time, window string, out any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // seconds, but for a busy machine
	defer cancel()
	query := url.Values{"time": {strconv.FormatInt(at.Unix(), 10)}, "window": {window}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the generator for the truth: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("read the truth: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the generator knows no truth at %s: %s: %s", at.UTC().Format(time.RFC3339), res.Status, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("read the truth: %w", err)
	}
	return nil
}
