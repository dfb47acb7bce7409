// Package resources measures what each workload uses, and of how much: CPU, memory, restarts, replicas, network and GPUs. The
// signals are data, signals.yaml. Numbers are read by pod and put together by workload here, with the owners that package
// kubernetes finds, so that pods that are gone keep counting where something is counted.
//
// Start with Reader.Answer. promql.go writes requests, reading.go makes parts of rows, together.go makes groups of parts.
package resources

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
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
	Whole string `yaml:"whole"` // a read like Over, of the pod as a whole
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
	Count     Parts = "count"     // how many there are
	Ratio     Parts = "ratio"     // sum of the values over the sum of what they are parts of
	Fullest   Parts = "fullest"   // the largest ratio of any part
	Shortfall Parts = "shortfall" // how much more the values are than the others, 0 where they are not
)

var allParts = []Parts{Sum, Mean, Count, Ratio, Fullest, Shortfall}

func (p Parts) pairs() bool { return p == Ratio || p == Fullest || p == Shortfall }

// Bound is where a number becomes one to look at: one of both.
type Bound struct {
	From  *float64 `yaml:"from"`  // and above
	Below *float64 `yaml:"below"` // that
}

// Over reports whether a value is beyond the bound; false without one.
func (b *Bound) Over(v float64) bool {
	return b != nil && (b.From != nil && v >= *b.From || b.Below != nil && v < *b.Below)
}

// Read is what is asked of the server: Gauge, Of, Growth, Events or Ever.
type Read struct {
	Name     string `yaml:"-"`
	Exporter string `yaml:"exporter"`

	// Gauge is PromQL of a value of each pod, or of each of what a pod has several of. Where several give a value for the same
	// part, the first goes before the others. One whose metrics are not there is left out.
	Gauge Exprs `yaml:"gauge"`
	// Whole is PromQL of a value of the pod as a whole, for clusters where no rows name a container.
	Whole string   `yaml:"whole"`
	Each  []string `yaml:"each"` // labels of what a pod has several of
	// Lives are labels by which rows of one part differ that are to be added: a container that was started again has another id, and
	// CPU may be given by core. Rows that differ by other labels are doubles.
	Lives []string `yaml:"lives"`
	// Device are labels of a device that several pods may share, and DeviceElse those of one without the first of Device. In a group of
	// pods it counts once.
	Device     []string `yaml:"device"`
	DeviceElse []string `yaml:"deviceElse"`

	Of     map[string]string `yaml:"of"`     // PromQL by type of workload, which is the label that names it
	Growth string            `yaml:"growth"` // PromQL: how often something happened to an object ever, by Each
	Born   string            `yaml:"born"`   // of Growth: the metric with the Unix seconds in which a pod was created
	Ever   string            `yaml:"ever"`   // selector: pods that it matched at any time
	Events string            `yaml:"events"` // selector of counters of a workload's events
	Seen   string            `yaml:"seen"`   // selector of counters that a workload has when it has no events, too
	// Labels of Events that name the workload.
	Namespace string `yaml:"namespace"`
	Workload  string `yaml:"workload"`

	Doubles  Doubles `yaml:"doubles"`  // which of two exporters' values is taken if they differ
	Unless   string  `yaml:"unless"`   // a read of pods that are left out
	Not      string  `yaml:"not"`      // pods by this pattern are the exporter's own: their rows are of no workload
	Optional bool    `yaml:"optional"` // nobody misses it
}

// Exprs is PromQL: one expression, or several in a list.
type Exprs []string

// UnmarshalYAML takes a string for a list of one.
func (e *Exprs) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*e = Exprs{one}
		return nil
	}
	var all []string
	if err := unmarshal(&all); err != nil {
		return err
	}
	*e = all
	return nil
}

// Doubles is how values that several exporters give for one thing become one: the value that hides no trouble.
type Doubles string

// The ways to choose among doubles.
const (
	Largest  Doubles = "largest" // if nothing is set
	Smallest Doubles = "smallest"
)

// exprs is the PromQL of a read.
func (r Read) exprs() []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(r.Of)) {
		out = append(out, r.Of[kind])
	}
	for _, text := range append(slices.Clone(r.Gauge), r.Whole, r.Growth, r.Ever, r.Events, r.Seen) {
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
			for _, name := range namesOf(vs) {
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// isReadable is true when the metrics that there are suffice. Events that never happened have no metric yet.
func (r Read) isReadable(there map[string]bool) bool {
	isThere := func(text string) bool { return isReadable(text, there) }
	switch {
	case r.Events != "":
		return isThere(r.Seen)
	case len(r.Of) > 0 || len(r.Gauge) > 0:
		return slices.ContainsFunc(r.exprs(), isThere)
	}
	return isThere(cmp.Or(r.Growth, r.Ever))
}

// isReadable is true when each selector of an expression has a metric.
func isReadable(text string, there map[string]bool) bool {
	e, err := promexpr.ParseVerbatim(text)
	return err == nil && !slices.ContainsFunc(promexpr.Selectors(e), func(vs *parser.VectorSelector) bool {
		return !slices.ContainsFunc(namesOf(vs), func(name string) bool { return there[name] })
	})
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
			return nil, fmt.Errorf("there is no signal %q. There are %s", name, strings.Join(known, ", "))
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
		case s.Whole != "" && c.Reads[s.Whole].Name == "":
			return nil, fmt.Errorf("signal %s: there is no read %q", s.Name, s.Whole)
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
	if !slices.Contains([]Doubles{"", Largest, Smallest}, r.Doubles) {
		return fmt.Errorf("doubles %q is neither %s nor %s", r.Doubles, Largest, Smallest)
	}
	for _, text := range r.exprs() {
		if _, err := promexpr.ParseVerbatim(text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	if len(r.exprs()) == 0 {
		return fmt.Errorf("it reads nothing")
	}
	return nil
}
