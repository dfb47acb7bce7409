// Package presets contains SLOs for the metrics of well-known exporters. A preset is one YAML file. The
// code reads the files, looks for their metrics on a server, and adapts the SLOs to the existing labels and
// buckets. It must not read samples, except for suggestions. Start reading at Preset, Detect and Offer.
package presets

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog"
)

//go:embed *.yaml
var files embed.FS

// Kinds are the subjects of presets, in the order of lists.
var Kinds = []string{"network", "mesh", "ingress", "application", "models", "kubernetes", "nodes", "probes"}

// Preset contains SLOs for the metrics of one exporter.
type Preset struct {
	Name   string   `yaml:"-" json:"name"` // the name of the file
	Title  string   `yaml:"title" json:"title"`
	Kind   string   `yaml:"kind" json:"kind"`     // one of Kinds
	About  string   `yaml:"about" json:"about"`   // what its SLOs measure, in one sentence
	Enable string   `yaml:"enable" json:"enable"` // how to enable its metrics
	Traps  []string `yaml:"traps" json:"traps"`   // causes of wrong numbers
	Docs   string   `yaml:"docs" json:"docs"`     // the exporter's documentation

	// Lost names the counter of events that the exporter lost, and so did not count.
	Lost *Lost `yaml:"lost" json:"-"`

	SLOs []Definition `yaml:"-" json:"-"`
}

// Lost contains two counters of an exporter, as selectors: the events that it lost, and those that
// it processed.
type Lost struct {
	Events string `yaml:"events"`
	Seen   string `yaml:"seen"`
}

// Definition is an SLO of a preset.
type Definition struct {
	catalog.SLO
	source yaml.MapSlice // as it is written
}

// All returns the presets, by kind and name. The error is a mistake in a file.
var All = sync.OnceValues(func() ([]Preset, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Preset
	for _, file := range names {
		text, err := files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		p, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("preset %s: %w", file, err)
		}
		p.Name = strings.TrimSuffix(file, ".yaml")
		out = append(out, p)
	}
	slices.SortStableFunc(out,
		func(a, b Preset) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	return out, nil
})

// Find returns the preset of a name.
func Find(name string) (Preset, error) {
	all, err := All()
	if err != nil {
		return Preset{}, err
	}
	names := make([]string, len(all))
	for i, p := range all {
		if p.Name == name {
			return p, nil
		}
		names[i] = p.Name
	}
	return Preset{}, fmt.Errorf("there is no preset %q. There are %s", name, strings.Join(names, ", "))
}

func parse(text []byte) (Preset, error) {
	var file struct {
		Preset `yaml:",inline"`
		SLOs   []yaml.MapSlice `yaml:"slos"`
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.UseOrderedMap()).Decode(&file); err != nil {
		return Preset{}, err
	}
	p := file.Preset
	p.About, p.Enable = strings.TrimSpace(p.About), strings.TrimSpace(p.Enable)
	if !slices.Contains(Kinds, p.Kind) {
		return Preset{}, fmt.Errorf("kind %q is none of %s", p.Kind, strings.Join(Kinds, ", "))
	}
	for _, source := range file.SLOs {
		d, err := definition(source)
		if err != nil {
			return Preset{}, err
		}
		p.SLOs = append(p.SLOs, d)
	}
	return p, nil
}

func definition(source yaml.MapSlice) (Definition, error) {
	text, err := formatYAML(source)
	if err != nil {
		return Definition{}, err
	}
	s, problems := catalog.ParseSLO(text)
	return Definition{s, source}, problems.Err()
}

func formatYAML(source any) ([]byte, error) {
	return yaml.MarshalWithOptions(source, yaml.Indent(2), yaml.IndentSequence(true), yaml.UseSingleQuote(true))
}

// Catalog formats SLOs as a catalog; "" without SLOs.
func Catalog(slos []Definition) (string, error) {
	if len(slos) == 0 {
		return "", nil
	}
	sources := make([]yaml.MapSlice, len(slos))
	for i, s := range slos {
		sources[i] = s.source
	}
	text, err := formatYAML(yaml.MapSlice{
		{Key: "apiVersion", Value: catalog.APIVersion},
		{Key: "slos", Value: sources},
	})
	return string(text), err
}

// with returns the definition with a field at a path replaced or added; nil removes the field.
func (d Definition) with(value any, path ...string) (Definition, error) {
	if f, ok := value.(float64); ok && f == math.Trunc(f) {
		value = int(f) // 99, not 99.0
	}
	return definition(withField(d.source, value, path))
}

func withField(m yaml.MapSlice, value any, path []string) yaml.MapSlice {
	m = slices.Clone(m)
	i := slices.IndexFunc(m, func(item yaml.MapItem) bool { return item.Key == path[0] })
	switch {
	case i < 0 && value != nil && len(path) == 1:
		m = append(m, yaml.MapItem{Key: path[0], Value: value})
	case i < 0:
	case len(path) > 1:
		if inner, ok := m[i].Value.(yaml.MapSlice); ok {
			m[i].Value = withField(inner, value, path[1:])
		}
	case value == nil:
		m = slices.Delete(m, i, i+1)
	default:
		m[i].Value = value
	}
	return m
}

// byMetric contains the presets by metric; if there are several, the first.
var byMetric = sync.OnceValue(func() map[string]Preset {
	out := map[string]Preset{}
	all, err := All()
	if err != nil {
		return out
	}
	for _, p := range all {
		for _, name := range p.Metrics() {
			if _, taken := out[name]; !taken {
				out[name] = p
			}
		}
	}
	return out
})

// Of returns the preset that counts the metrics of an SLO.
func Of(s catalog.SLO) (Preset, bool) {
	for _, name := range requiredMetrics(s) {
		if p, ok := byMetric()[name]; ok {
			return p, true
		}
	}
	return Preset{}, false
}

// TurnOn returns how to enable the metrics, in one line.
func (p Preset) TurnOn() string { return strings.Join(strings.Fields(p.Enable), " ") }
