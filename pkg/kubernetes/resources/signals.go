// Package resources tells what each workload uses and of how much: CPU, memory, restarts, replicas, network and GPUs. What is
// told is data, signals.yaml. Numbers are read by pod and put together by workload here, with the owners that package identity
// finds, so that pods that are gone keep counting where something is counted.
package resources

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/prometheus/promql/parser"
)

//go:embed signals.yaml
var file []byte

// Exporter is where metrics come from.
type Exporter struct {
	Name   string   `yaml:"name"`
	Title  string   `yaml:"title"`
	Enable string   `yaml:"enable"` // how to turn its metrics on
	Docs   string   `yaml:"docs"`
	Traps  []string `yaml:"traps"` // what numbers go wrong by
}

// Signal is one number of a workload.
type Signal struct {
	Name  string `yaml:"name"`
	Title string `yaml:"title"`
	About string `yaml:"about"`
	Unit  string `yaml:"unit"`  // of Grafana
	Value string `yaml:"value"` // a read
	Over  string `yaml:"over"`  // the read that it is a part of, "" without
	Parts Parts  `yaml:"parts"`
	Warn  *Bound `yaml:"warn"`
	Alarm *Bound `yaml:"alarm"`
}

// Parts say how the parts of a workload make its number.
type Parts string

// The ways to put parts together. Of two reads only parts that are in both are taken.
const (
	Sum       Parts = "sum"
	Mean      Parts = "mean"
	Max       Parts = "max"
	Count     Parts = "count"     // how many there are
	Ratio     Parts = "ratio"     // sum of the values over the sum of what they are parts of
	Fullest   Parts = "fullest"   // the largest ratio of any part
	Shortfall Parts = "shortfall" // how much more the values are than the others, 0 where they are not
)

var allParts = []Parts{Sum, Mean, Max, Count, Ratio, Fullest, Shortfall}

func (p Parts) pairs() bool { return p == Ratio || p == Fullest || p == Shortfall }

// Bound is where a number becomes one to look at: one of both.
type Bound struct {
	From  *float64 `yaml:"from"`  // and above
	Below *float64 `yaml:"below"` // that
}

// Over tells whether a value is beyond the bound; false without one.
func (b *Bound) Over(v float64) bool {
	return b != nil && (b.From != nil && v >= *b.From || b.Below != nil && v < *b.Below)
}

// Read is what is asked of the server: one of Gauge, Of, Growth and Events.
type Read struct {
	Name     string            `yaml:"-"`
	Exporter string            `yaml:"exporter"`
	Gauge    string            `yaml:"gauge"`  // PromQL: a value of each pod and of each of what it has several of
	Each     []string          `yaml:"each"`   // labels of what a pod has several of
	Of       map[string]string `yaml:"of"`     // PromQL by type of workload, which is the label that names it
	Growth   string            `yaml:"growth"` // PromQL: how often something happened to an object ever, by Each
	Events   string            `yaml:"events"` // selector of counters of a workload's events
	Seen     string            `yaml:"seen"`   // selector of counters that a workload has when it has no events, too
	// Labels of Events that name the workload.
	Namespace string `yaml:"namespace"`
	Workload  string `yaml:"workload"`

	Unless   string `yaml:"unless"`   // a read of pods that are left out
	Not      string `yaml:"not"`      // pods by this pattern are the exporter's own: their rows are of no workload
	Optional bool   `yaml:"optional"` // nobody misses it
}

// exprs is the PromQL of a read.
func (r Read) exprs() []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(r.Of)) {
		out = append(out, r.Of[kind])
	}
	for _, text := range []string{r.Gauge, r.Growth, r.Events, r.Seen} {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// metrics are the names that a read is made of.
func (r Read) metrics() []string {
	var out []string
	for _, text := range r.exprs() {
		for _, vs := range selectors(text) {
			if !slices.Contains(out, vs.Name) {
				out = append(out, vs.Name)
			}
		}
	}
	return out
}

// readable tells whether the metrics that there are suffice. Events that never happened have no metric yet.
func (r Read) readable(there map[string]bool) bool {
	needed := func(text string) bool {
		return text == "" || !slices.ContainsFunc(selectors(text), func(vs *parser.VectorSelector) bool { return !there[vs.Name] })
	}
	switch {
	case r.Events != "":
		return needed(r.Seen)
	case len(r.Of) > 0:
		return slices.ContainsFunc(r.exprs(), needed)
	}
	return needed(r.Gauge) && needed(r.Growth)
}

// Catalog is all that is known about resources.
type Catalog struct {
	Exporters []Exporter      `yaml:"exporters"`
	Reads     map[string]Read `yaml:"reads"`
	Signals   []Signal        `yaml:"signals"`
}

// Known is what signals.yaml says. The error is a mistake in it.
var Known = sync.OnceValues(func() (*Catalog, error) { return parse(file) })

// Named are the signals of these names, in the catalog's order; all for none.
func (c *Catalog) Named(names []string) ([]Signal, error) {
	var known []string
	var out []Signal
	for _, s := range c.Signals {
		known = append(known, s.Name)
		if len(names) == 0 || slices.Contains(names, s.Name) {
			out = append(out, s)
		}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no signal %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return out, nil
}

// Metrics are the names that a signal is made of, those of optional reads not among them.
func (c *Catalog) Metrics(s Signal) []string {
	out := c.Reads[s.Value].metrics()
	if s.Over != "" {
		out = append(out, c.Reads[s.Over].metrics()...)
	}
	return out
}

// From is the exporter of a read.
func (c *Catalog) From(read string) Exporter {
	i := slices.IndexFunc(c.Exporters, func(e Exporter) bool { return e.Name == c.Reads[read].Exporter })
	return c.Exporters[i]
}

func parse(text []byte) (*Catalog, error) {
	var c Catalog
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&c); err != nil {
		return nil, err
	}
	for name, r := range c.Reads {
		r.Name = name
		c.Reads[name] = r
		if err := c.check(r); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	for _, s := range c.Signals {
		switch _, is := c.Reads[s.Value]; {
		case !slices.Contains(allParts, s.Parts):
			return nil, fmt.Errorf("signal %s: parts %q is none of %v", s.Name, s.Parts, allParts)
		case !is:
			return nil, fmt.Errorf("signal %s: there is no read %q", s.Name, s.Value)
		case s.Parts.pairs() != (c.Reads[s.Over].Name != ""):
			return nil, fmt.Errorf("signal %s: %s and over %q do not go together", s.Name, s.Parts, s.Over)
		}
	}
	return &c, nil
}

func (c *Catalog) check(r Read) error {
	if !slices.ContainsFunc(c.Exporters, func(e Exporter) bool { return e.Name == r.Exporter }) {
		return fmt.Errorf("there is no exporter %q", r.Exporter)
	}
	if _, is := c.Reads[r.Unless]; r.Unless != "" && !is {
		return fmt.Errorf("there is no read %q", r.Unless)
	}
	for _, text := range r.exprs() {
		if _, err := promQL.ParseExpr(text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	if len(r.exprs()) == 0 {
		return fmt.Errorf("it reads nothing")
	}
	return nil
}
