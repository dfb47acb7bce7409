// Package stack prepares and runs Burnline's environment on one machine: the plugin binary, the
// frontend, a real Prometheus, the workload generator and, if there is one, Grafana.
//
// Build results are cached outside the tree, under names with a hash of their inputs. So nothing
// stale is used, and a second run builds nothing.
package stack

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/burnline/burnline/internal/progress"
)

// Ids of the two plugins, as in their plugin.json.
const (
	DatasourceID = "burnline-slo-datasource"
	PanelID      = "burnline-workloads-panel"
)

// Project is a checkout of Burnline and the user's cache.
type Project struct {
	Root   string // folder of go.mod
	Cache  string // $BURNLINE_CACHE, else the user's cache folder
	Report *progress.Reporter

	AnyPrometheus bool // allows DemoPrometheus; tests use the pinned version
	WithTraces    bool // runs Jaeger for the requests of exemplars

	building sync.Mutex // locked while Go builds a program, on all cores
}

// Open finds the checkout that contains the working directory. Progress is written to out.
func Open(out io.Writer) (*Project, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	cache := os.Getenv("BURNLINE_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no cache folder for this user (set BURNLINE_CACHE to one): %w", err)
		}
		cache = filepath.Join(base, "burnline")
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return nil, err
	}
	// The plugin is built without cgo. Everything else is, too, so that Go compiles a package once.
	// The race detector enables it again.
	if os.Getenv("CGO_ENABLED") == "" {
		if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
			return nil, err
		}
	}
	return &Project{Root: root, Cache: cache, Report: progress.New(out)}, nil
}

// Path joins a slash-separated path of the repository to its root. An absolute path is returned
// unchanged.
func (p *Project) Path(slashed string) string {
	if filepath.IsAbs(slashed) {
		return slashed
	}
	return filepath.Join(p.Root, filepath.FromSlash(slashed))
}

// cached joins a slash-separated path to the cache.
func (p *Project) cached(slashed string) string {
	return filepath.Join(p.Cache, filepath.FromSlash(slashed))
}

// Log is the log file of a step or a program.
func (p *Project) Log(name string) string {
	return p.cached(fmt.Sprintf("logs/%s/%s.log", p.id(), name))
}

// id distinguishes the checkouts of one user in the cache.
func (p *Project) id() string { return hashStrings(p.Root)[:12] }

func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if strings.HasPrefix(string(mod), "module github.com/burnline/burnline\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "",
				fmt.Errorf("no checkout of Burnline around %s (no go.mod of github.com/burnline/burnline above it)",
					start)
		}
		dir = parent
	}
}
