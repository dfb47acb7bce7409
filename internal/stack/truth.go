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

// Truth is the generator's count for one workload in a window.
type Truth struct {
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Kind      string  `json:"kind"`
	Scenario  string  `json:"scenario"`
	Events    float64 `json:"events"`
	Bad       float64 `json:"bad"`
	Slow      float64 `json:"slow"` // above the latency threshold in the demo's catalog
}

// Budget is the remaining share of the error budget, 1 if untouched, for an objective as a ratio
// (0.999). ok is false without events.
func (t Truth) Budget(objective float64) (budget float64, ok bool) {
	if t.Events == 0 {
		return 0, false
	}
	return 1 - t.Bad/t.Events/(1-objective), true
}

// Truth returns the generator's counts in a window (such as "30d") up to a whole minute.
func (s *Stack) Truth(ctx context.Context, at time.Time, window string) ([]Truth, error) {
	return TruthAt(ctx, s.TruthURL, at, window)
}

// TruthAt returns the counts of the generator at a URL.
func TruthAt(ctx context.Context, base string, at time.Time, window string) (all []Truth, err error) {
	err = askTruth(ctx, base+"/truth", at, window, &all)
	return all, err
}

// SLOTruth is the generator's count for one group of a preset's SLO, with all labels that may
// distinguish the group. An SLO that groups by fewer labels counts the sum.
type SLOTruth struct {
	SLO    string            `json:"slo"`
	Kind   string            `json:"kind"` // events or slices
	Labels map[string]string `json:"labels"`
	Events float64           `json:"events"` // or time slices
	Bad    float64           `json:"bad"`
}

// SLOTruths returns the counts of the presets' SLOs, as Truth does.
func (s *Stack) SLOTruths(ctx context.Context, at time.Time, window string) (all []SLOTruth, err error) {
	err = askTruth(ctx, s.TruthURL+"/truth/slos", at, window, &all)
	return all, err
}

// ResourceTruth is the true value of a signal of a workload. Restarts are counted in a window.
type ResourceTruth struct {
	Cluster   string  `json:"cluster"`
	Namespace string  `json:"namespace"`
	Workload  string  `json:"workload"`
	Type      string  `json:"type"`
	Signal    string  `json:"signal"`
	Value     float64 `json:"value"`
}

// ResourceTruths returns the resources of workloads, as Truth does.
func (s *Stack) ResourceTruths(ctx context.Context, at time.Time, window string) (all []ResourceTruth, err error) {
	err = askTruth(ctx, s.TruthURL+"/truth/resources", at, window, &all)
	return all, err
}

// Story is a change that made requests of a workload fail.
type Story struct {
	Namespace string `json:"namespace"`
	Workload  string `json:"workload"`
	Scenario  string `json:"scenario"`
	SLO       string `json:"slo"`
	Kind      string `json:"kind"`     // of the change; "": no change caused the failures
	Revision  string `json:"revision"` // of a rollout
	AtMS      int64  `json:"atMS"`
}

// Stories returns the generator's stories.
func (s *Stack) Stories(ctx context.Context) (all []Story, err error) {
	err = askTruth(ctx, s.TruthURL+"/truth/stories", time.Now(), "1h", &all)
	return all, err
}

func askTruth(ctx context.Context, address string, at time.Time, window string, out any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // usually seconds, more on a busy machine
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
