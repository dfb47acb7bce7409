// Package compose reads docker-compose.yaml and runs its services without Docker: with the same
// commands and configuration files, on loopback addresses and in local folders.
package compose

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
)

// File is a Compose file with the features that this project uses. Unknown fields are errors.
type File struct {
	Services map[string]Service  `yaml:"services"`
	Volumes  map[string]struct{} `yaml:"volumes"`
}

// Service is one container.
type Service struct {
	Profiles    []string              `yaml:"profiles"` // empty: always
	Image       string                `yaml:"image"`
	Build       string                `yaml:"build"` // folder in the repository, instead of an image
	User        string                `yaml:"user"`
	Command     []string              `yaml:"command"` // arguments of the image's entrypoint
	Environment map[string]string     `yaml:"environment"`
	WorkingDir  string                `yaml:"working_dir"`
	Volumes     []string              `yaml:"volumes"` // source:target or source:target:ro
	Tmpfs       []string              `yaml:"tmpfs"`
	Ports       []string              `yaml:"ports"`
	DependsOn   map[string]Dependency `yaml:"depends_on"`
	Healthcheck *Healthcheck          `yaml:"healthcheck"`
	// URL that responds when the service is ready; for images without a health check
	Ready string `yaml:"x-ready"`
}

// Dependency is a service to wait for, and its condition.
type Dependency struct {
	Condition string `yaml:"condition"`
	Required  *bool  `yaml:"required"` // false: only if a profile has it
}

// Healthcheck is a command that ends with a URL.
type Healthcheck struct {
	Test     []string `yaml:"test"`
	Interval string   `yaml:"interval"`
	Timeout  string   `yaml:"timeout"`
	Retries  int      `yaml:"retries"`
}

// Conditions of a dependency.
const (
	Started   = "service_started"
	Healthy   = "service_healthy"
	Completed = "service_completed_successfully"
)

// Read reads a Compose file.
func Read(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f File
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &f, nil
}

// Profiles returns the profiles of all services, sorted.
func (f *File) Profiles() []string {
	var all []string
	for _, s := range f.Services {
		all = append(all, s.Profiles...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Order returns the services of the profiles and those without a profile, in the order of their
// dependencies.
func (f *File) Order(profiles ...string) ([]string, error) {
	var order []string
	done := map[string]bool{} // false: in progress
	var visit func(name string) error
	visit = func(name string) error {
		if added, seen := done[name]; seen {
			if !added {
				return fmt.Errorf("service %s depends on itself", name)
			}
			return nil
		}
		done[name] = false
		s := f.Services[name]
		for _, on := range slices.Sorted(maps.Keys(s.DependsOn)) {
			other, ok := f.Services[on]
			switch {
			case ok && other.in(profiles):
				if err := visit(on); err != nil {
					return err
				}
			case s.DependsOn[on].Required == nil || *s.DependsOn[on].Required:
				return fmt.Errorf("service %s depends on %s, which no profile of %v has", name, on, profiles)
			}
		}
		done[name] = true
		order = append(order, name)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		if f.Services[name].in(profiles) {
			if err := visit(name); err != nil {
				return nil, err
			}
		}
	}
	return order, nil
}

func (s Service) in(profiles []string) bool {
	return len(s.Profiles) == 0 ||
		slices.ContainsFunc(s.Profiles, func(p string) bool { return slices.Contains(profiles, p) })
}

// Ends reports whether other services wait for the end of this one.
func (f *File) Ends(name string) bool {
	for _, s := range f.Services {
		if s.DependsOn[name].Condition == Completed {
			return true
		}
	}
	return false
}
