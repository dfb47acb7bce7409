package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// Dataset is a generated history for a benchmark.
type Dataset struct {
	Dir     string         `json:"-"`    // data directory for Prometheus
	From    int64          `json:"from"` // Unix seconds
	End     int64          `json:"end"`
	Samples uint64         `json:"samples"`
	Truth   []DatasetTruth `json:"truth"` // of the set accuracy
}

// DatasetTruth is the true count of one scenario.
type DatasetTruth struct {
	Scenario string `json:"scenario"`
	Windows  []struct {
		Instant int64   `json:"instant"` // Unix seconds
		Seconds int64   `json:"seconds"`
		Events  float64 `json:"events"`
		Bad     float64 `json:"bad"`
		LostBad float64 `json:"lostBad"` // never scraped
	} `json:"windows"`
}

// reaches reports whether a set that must include the present does so for another hour, and does
// not end in the future.
func (d Dataset) reaches(now time.Time) bool {
	left := time.Unix(d.End, 0).Sub(now)
	return left > time.Hour && left < 10*24*time.Hour
}

// Dataset returns a set of the generator's benchmark data, generated if the cache has no suitable
// one. A set that need not include the present may have any age.
func (p *Project) Dataset(ctx context.Context, set string, seed uint64, present bool) (Dataset, error) {
	generator, err := p.Generator(ctx)
	if err != nil {
		return Dataset{}, err
	}
	made, err := p.fingerprint([]string{"devstack/workloads/benchdata", "devstack/workloads/blocks"})
	if err != nil {
		return Dataset{}, err
	}
	dir := p.cached(fmt.Sprintf("bench/%s-%d-%s", set, seed, made[:12]))
	found, err := readDataset(dir)
	if err == nil && (!present || found.reaches(time.Now())) {
		now := time.Now()
		_ = os.Chtimes(dir, now, now) // in use: forgetOld keeps it
		return found, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return Dataset{}, err
	}
	err = p.Report.Step("generate the data set "+set, func() error {
		return process.Run(ctx, process.Spec{
			Name:    "workloads benchdata",
			Command: []string{generator, "benchdata", "--dir", dir, "--set", set, "--seed", fmt.Sprint(seed)},
			Log:     p.Log("benchdata-" + set),
		})
	})
	if err != nil {
		return Dataset{}, err
	}
	forgetOld(filepath.Dir(dir), set+"-")
	return readDataset(dir)
}

func readDataset(dir string) (Dataset, error) {
	d := Dataset{Dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, "dataset.json")) // #nosec G304 - our own cache
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(text, &d)
}

// Serve runs a Prometheus with default limits and a data set.
func (p *Project) Serve(ctx context.Context, d Dataset) (*Backend, error) {
	binary, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	return p.begin(ctx, "Prometheus", func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 1)
		if err != nil {
			return err
		}
		b.URL = "http://" + at[0]
		return b.run(ctx, "Prometheus", b.URL+"/-/ready", binary,
			"--config.file="+p.Path("devstack/prometheus/prometheus.yml"),
			"--storage.tsdb.path="+d.Dir,
			"--storage.tsdb.retention.time=1y",
			// The blocks are already compacted as Prometheus would. It must not change them.
			"--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h",
			"--web.listen-address="+at[0],
		)
	})
}

// PID is the process id of a program of this stack by name, 0 if it does not run.
func (s *Stack) PID(name string) int {
	for _, p := range s.programs() {
		if p.Name() == name {
			return p.PID()
		}
	}
	return 0
}
