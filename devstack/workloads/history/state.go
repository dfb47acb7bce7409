package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/burnline/burnline/devstack/workloads/blocks"
	"github.com/burnline/burnline/devstack/workloads/scrape"
	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

// State describes the content of a data directory, in its file state.json. It is written last, and
// files that it does not list are ignored.
type State struct {
	Generator string           `json:"generator"` // fingerprint of the program that generated the data
	Seed      uint64           `json:"seed"`
	Anchor    time.Time        `json:"anchor"`
	From      time.Time        `json:"from"`
	To        time.Time        `json:"to"` // whole minute; blocks and truth end here, live begins here
	Blocks    []blocks.Written `json:"blocks"`
	Targets   []savedTarget    `json:"targets"`
}

type savedTarget struct {
	Workload string
	Pod      string
	State    scrape.State
	Tally    truth.Tally
}

// The files of a data directory.
func statePath(dir string) string { return filepath.Join(dir, "state.json") }

// BlocksDir is the folder of a data directory that contains only blocks.
func BlocksDir(dir string) string { return filepath.Join(dir, "blocks") }

func truthPath(dir string, w *sim.Workload) string {
	return filepath.Join(dir, "truth", w.Namespace+"-"+w.Name+".bin")
}

// LoadState reads the state of a data directory.
func LoadState(dir string) (*State, error) {
	b, err := os.ReadFile(statePath(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("no data in %s: run `workloads generate --dir %s` first: %w", dir, dir, err)
	}
	if err != nil {
		return nil, err
	}
	var s State
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w; delete it and generate anew", statePath(dir), err)
	}
	return &s, nil
}

// Load returns the simulation of a data directory, which continues at the end of the data.
func Load(dir string, fleet []*sim.Workload) (*Simulation, *State, error) {
	state, err := LoadState(dir)
	if err != nil {
		return nil, nil, err
	}
	s, err := New(fleet, state.Seed, state.Anchor.UnixMilli(), state.From.UnixMilli())
	if err != nil {
		return nil, nil, err
	}
	minutes := int(state.To.Sub(state.From) / time.Minute)
	for _, r := range s.Runs {
		path := truthPath(dir, r.Behaviour.Workload)
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		if err := r.Truth.UnmarshalBinary(b); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(r.Truth.Counts) < minutes {
			return nil, nil,
				fmt.Errorf("%s holds %d minutes, state.json has %d: generate anew", path, len(r.Truth.Counts), minutes)
		}
		r.Truth.Counts = r.Truth.Counts[:minutes]
		r.AtMS = state.To.UnixMilli()
		if err := r.restoreTargets(state); err != nil {
			return nil, nil, err
		}
	}
	totals, err := readTotals(dir)
	if err != nil {
		return nil, nil, err
	}
	return s, state, s.Cluster.Resume(state.To.UnixMilli(), totals)
}

func (r *Run) restoreTargets(state *State) error {
	name := r.Behaviour.FullName()
	saved := map[string]savedTarget{}
	for _, t := range state.Targets {
		if t.Workload == name {
			saved[t.Pod] = t
		}
	}
	const longestEnd = 10 * time.Minute // a removed pod gets its stale markers within one scrape interval
	for _, p := range r.Behaviour.PodsBetween(r.AtMS-longestEnd.Milliseconds(), r.AtMS) {
		if t, ok := saved[p.Name]; ok {
			r.targets = append(r.targets,
				&target{Target: scrape.RestoreTarget(r.Behaviour, p, t.State), tally: t.Tally})
			delete(saved, p.Name)
		}
	}
	for pod := range saved {
		return fmt.Errorf("state.json contains pod %s of %s, which this program does not generate. Generate the data again", pod, name)
	}
	return nil
}

// save writes truth and state. Blocks must be on disk.
func (s *Simulation) save(dir string, state *State) error {
	if err := os.MkdirAll(filepath.Join(dir, "truth"), 0o750); err != nil {
		return err
	}
	minutes := int(state.To.Sub(state.From) / time.Minute)
	state.Targets = nil
	for _, r := range s.Runs {
		if missing := minutes - len(r.Truth.Counts); missing > 0 {
			r.Truth.Counts = append(r.Truth.Counts, make([]truth.Counts, missing)...)
		}
		b, err := r.Truth.AppendBinary(nil)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Behaviour.FullName(), err)
		}
		if err := writeWhole(truthPath(dir, r.Behaviour.Workload), b); err != nil {
			return err
		}
		for _, t := range r.targets {
			state.Targets = append(state.Targets, savedTarget{r.Behaviour.FullName(), t.Pod.Name, t.State(), t.tally})
		}
	}
	if err := writeTotals(dir, s.Cluster.Totals()); err != nil {
		return err
	}
	b, err := json.MarshalIndent(state, "", " ")
	if err != nil {
		return err
	}
	return writeWhole(statePath(dir), b)
}

// sweep removes blocks of an interrupted run that the state does not list.
func sweep(dir string, state *State) error {
	known := map[string]bool{}
	for _, b := range state.Blocks {
		known[b.ID] = true
	}
	entries, err := os.ReadDir(BlocksDir(dir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !known[e.Name()] {
			if err := os.RemoveAll(filepath.Join(BlocksDir(dir), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeWhole replaces a file atomically: readers get the old or the new content, never a part.
func writeWhole(path string, b []byte) error {
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
