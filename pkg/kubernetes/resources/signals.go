// Package resources reads the resource use of workloads, and its limits: CPU, memory, restarts,
// replicas, network and GPUs. Signals are data (signals.yaml). Values are read by pod and summed by
// workload, with the owners of package kubernetes, so that events of pods that are gone still
// count. It must not depend on SLOs or Grafana.
//
// Start reading at Reader.Answer. promql.go builds requests, reading.go converts rows to parts,
// groups.go sums parts to groups.
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
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

//go:embed signals.yaml
var file []byte

// Exporter is a source of metrics.
type Exporter struct {
	Name   string   `yaml:"name"`
	Title  string   `yaml:"title"`
	Enable string   `yaml:"enable"` // how to enable its metrics
	Docs   string   `yaml:"docs"`
	Traps  []string `yaml:"traps"` // causes of wrong numbers
}

// Signal is one number of a workload.
type Signal struct {
	Name  string `yaml:"name"`
	Title string `yaml:"title"`
	About string `yaml:"about"`
	Unit  string `yaml:"unit"`  // of Grafana
	Value string `yaml:"value"` // a read
	Over  string `yaml:"over"`  // the read of which it is a part, or ""
	Whole string `yaml:"whole"` // a read like Over, of the pod as a whole
	Parts Parts  `yaml:"parts"`
	Warn  *Bound `yaml:"warn"`
	Alarm *Bound `yaml:"alarm"`

	// Sources are the reads of several exporters, instead of Value and Over. For each workload the
	// first one with rows counts: two exporters that measure the same are not added up.
	Sources []Origin `yaml:"sources"`
	// Extra signals are read only if a query names them.
	Extra bool `yaml:"extra"`
}

// Origin contains the reads of a signal from one exporter.
type Origin struct {
	Value string `yaml:"value"`
	Over  string `yaml:"over"`
}

// sources returns the reads of a signal, by precedence.
func (s Signal) sources() []Origin {
	if len(s.Sources) > 0 {
		return s.Sources
	}
	return []Origin{{s.Value, s.Over}}
}

func (s Signal) readNames() []string {
	var out []string
	for _, from := range s.sources() {
		out = append(out, from.Value)
		if from.Over != "" {
			out = append(out, from.Over)
		}
	}
	return out
}

// Parts is how the parts of a workload are combined.
type Parts string

// The ways to combine parts. Of two reads, only parts that both have are used.
const (
	Sum       Parts = "sum"
	Max       Parts = "max"
	Mean      Parts = "mean"
	Count     Parts = "count"     // how many there are
	Ratio     Parts = "ratio"     // sum of the values over the sum of Over
	MaxRatio  Parts = "fullest"   // the largest ratio of any part
	Shortfall Parts = "shortfall" // how much the values exceed Over, at least 0
)

var allParts = []Parts{Sum, Max, Mean, Count, Ratio, MaxRatio, Shortfall}

func (p Parts) pairs() bool { return p == Ratio || p == MaxRatio || p == Shortfall }

// Bound is the range of bad values; one of both.
type Bound struct {
	From  *float64 `yaml:"from"`  // this value and above
	Below *float64 `yaml:"below"` // below this value
}

// Over reports whether a value is out of bounds; false without a bound.
func (b *Bound) Over(v float64) bool {
	return b != nil && (b.From != nil && v >= *b.From || b.Below != nil && v < *b.Below)
}

// Read is a query of the server: one of Gauge, Of, Growth, Events or Ever.
type Read struct {
	Name     string `yaml:"-"`
	Exporter string `yaml:"exporter"`

	// Gauge is PromQL of a value of each pod, or of each object of a pod. Earlier expressions take
	// precedence for the same part. Expressions without metrics are omitted.
	Gauge []string `yaml:"gauge"`
	// Whole is PromQL of a value of the pod as a whole, for clusters without rows of containers.
	Whole string   `yaml:"whole"`
	Each  []string `yaml:"each"` // labels of the objects of a pod
	// Lives are labels by which rows of one part differ that must be added: a restarted container has
	// another id, and CPU may be exported by core. Rows that differ in other labels are doubles.
	Lives []string `yaml:"lives"`
	// Device are labels of a device that several pods may share, and DeviceElse those of one
	// without the first of Device. A device counts once in a group.
	Device     []string `yaml:"device"`
	DeviceElse []string `yaml:"deviceElse"`

	Of     map[string]string `yaml:"of"`     // PromQL by type of workload; the type is also the label with its name
	Growth string            `yaml:"growth"` // PromQL: the number of events of an object since its creation, by Each
	Born   string            `yaml:"born"`   // for Growth: the metric with the creation time of a pod in Unix seconds
	Ever   string            `yaml:"ever"`   // selector of pods; one match at any time is enough
	Events string            `yaml:"events"` // selector of counters of a workload's events
	Seen   string            `yaml:"seen"`   // selector of counters that a workload has also without events
	// Labels of Events, or of Gauge, that name the workload.
	Namespace string `yaml:"namespace"`
	Workload  string `yaml:"workload"`

	// Peak is the length of short steps, such as 15s. In a time series each point is the largest
	// value of these steps since the point before, so that a burst shows in any time range.
	Peak string `yaml:"peak"`
	// Narrow is the only metric of an expression to which filters on namespaces are sent. The rows
	// of the others are those of nodes or agents.
	Narrow string `yaml:"narrow"`

	Doubles  Doubles `yaml:"doubles"`  // the choice between different values of two exporters
	Unless   string  `yaml:"unless"`   // a read of pods to leave out
	Not      string  `yaml:"not"`      // a pattern of the exporter's own pods: their rows belong to no workload
	Optional bool    `yaml:"optional"` // no warning if it is missing

	not *labels.Matcher // Not
}

// Doubles is the choice between values of several exporters for one object: the worse value.
type Doubles string

// The ways to choose among doubles.
const (
	Largest  Doubles = "largest" // if nothing is set
	Smallest Doubles = "smallest"
)

func (r Read) peak() (time.Duration, error) {
	if r.Peak == "" {
		return 0, nil
	}
	d, err := model.ParseDuration(r.Peak)
	return time.Duration(d), err
}

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

// Metrics returns the names of a read's metrics.
func (r Read) Metrics() []string {
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

// isReadable reports whether the metrics suffice. Events that have not happened yet have no metric.
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

// isReadable reports whether each selector of an expression has a metric.
func isReadable(text string, there map[string]bool) bool {
	e, err := promexpr.ParseVerbatim(text)
	return err == nil && !slices.ContainsFunc(promexpr.Selectors(e), func(vs *parser.VectorSelector) bool {
		return !slices.ContainsFunc(namesOf(vs), func(name string) bool { return there[name] })
	})
}

// Catalog contains all signals, reads and exporters.
type Catalog struct {
	Exporters []Exporter      `yaml:"exporters"`
	Reads     map[string]Read `yaml:"reads"`
	Signals   []Signal        `yaml:"signals"`
}

// Known is the content of signals.yaml. The error is a mistake in it.
var Known = sync.OnceValues(func() (*Catalog, error) { return parse(file) })

// FindSignals returns the signals of these names, in the catalog's order; all but extra ones without names.
func (c *Catalog) FindSignals(names []string) ([]Signal, error) {
	var known []string
	var out []Signal
	for _, s := range c.Signals {
		known = append(known, s.Name)
		if len(names) == 0 && !s.Extra || slices.Contains(names, s.Name) {
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

// Metrics returns the names of a signal's metrics, without those of optional reads.
func (c *Catalog) Metrics(s Signal) []string {
	var out []string
	for _, name := range s.readNames() {
		out = append(out, c.Reads[name].Metrics()...)
	}
	return out
}

// From returns the exporter of a read.
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
		if r.Name = name; r.Not != "" {
			var err error
			if r.not, err = labels.NewMatcher(labels.MatchRegexp, labelPod, r.Not); err != nil {
				return nil, fmt.Errorf("read %s: not: %w", name, err)
			}
		}
		c.Reads[name] = r
		if err := c.check(r); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	for _, s := range c.Signals {
		if !slices.Contains(allParts, s.Parts) {
			return nil, fmt.Errorf("signal %s: parts %q is none of %v", s.Name, s.Parts, allParts)
		}
		if s.Whole != "" && c.Reads[s.Whole].Name == "" {
			return nil, fmt.Errorf("signal %s: there is no read %q", s.Name, s.Whole)
		}
		for _, from := range s.sources() {
			switch _, is := c.Reads[from.Value]; {
			case !is:
				return nil, fmt.Errorf("signal %s: there is no read %q", s.Name, from.Value)
			case s.Parts.pairs() != (c.Reads[from.Over].Name != ""):
				return nil, fmt.Errorf("signal %s: %s and over %q do not go together", s.Name, s.Parts, from.Over)
			}
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
	if _, err := r.peak(); err != nil {
		return fmt.Errorf("peak: %w", err)
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
