// Package lint finds likely mistakes in SLO definitions: a selector that matches nothing, a gauge
// that is counted, milliseconds in place of seconds. The command line, the health check, the editor
// and query results use it.
//
// Definition checks the definition alone. A Linter also queries a server: one PromQL query for an
// SLO, and more only to explain a mistake. The package contains SLOs and PromQL. It must not depend
// on Grafana, and changes no number. Start reading at Definition and Linter.Findings.
package lint

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Severity is the certainty of a mistake.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // certainly a mistake
	Warning Severity = "warning" // may be intended
)

// Finding is one likely mistake.
type Finding struct {
	Path     string   `json:"path"` // in the SLO, e.g. sli.events.bad or by[0]
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // the mistake, and the correction
	Member   string   `json:"-"`       // the member of a composite; "" for the SLO itself
	// Absent: a metric has no series, and no similar name exists. Query results warn of it anyway.
	Absent bool `json:"-"`
}

func (f Finding) String() string { return f.Path + ": " + f.Message }

func warning(path, format string, args ...any) Finding {
	return Finding{Path: path, Severity: Warning, Message: fmt.Sprintf(format, args...)}
}

func mistake(path, format string, args ...any) Finding {
	return Finding{Path: path, Severity: Error, Message: fmt.Sprintf(format, args...)}
}

// read is one selector of an SLO.
type read struct {
	path     string
	use      sli.Use
	part     bool // bad or good events, which may not have happened yet
	matchers []*labels.Matcher
}

func (r read) metric() string { return promexpr.Metric(r.matchers) }

// readsOf returns the selectors of an SLO, distinct for each path.
func readsOf(s catalog.SLO) []read {
	var out []read
	add := func(path, text string, as sli.Use, part bool) {
		if text == "" {
			return
		}
		e, err := promexpr.Parse(text)
		if err != nil { // the catalog has parsed the expression
			return
		}
		for _, vs := range promexpr.Selectors(e) {
			r := read{path, as, part, vs.LabelMatchers}
			if r.metric() != "" &&
				!slices.ContainsFunc(out,
					func(o read) bool { return o.path == path && text == promexpr.Selector(o.matchers).String() }) {
				out = append(out, r)
			}
		}
	}
	for _, in := range s.SLI.Inputs() {
		add("sli."+s.Kind()+"."+in.Field, *in.Text, in.Use, in.Part)
	}
	if l := ownP95(s); l != nil {
		add("p95.histogram", l.Histogram, sli.Histogram, false)
	}
	return out
}

// ownP95 returns the histogram of an SLO's p95 if the SLI does not use it; otherwise nil.
func ownP95(s catalog.SLO) *sli.Latency {
	switch i := s.SLI.(type) {
	case *sli.Latency:
		if s.P95 == i {
			return nil
		}
	case *sli.Quantile:
		if s.P95 != nil && s.P95.Histogram == i.Histogram {
			return nil
		}
	}
	return s.P95
}

// limit is a duration to which observations of a histogram are compared.
type limit struct {
	path, histogram string // paths of the fields
	at              time.Duration
	unit            string
}

func limitsOf(s catalog.SLO) []limit {
	var out []limit
	switch i := s.SLI.(type) {
	case *sli.Latency:
		out = append(out, limit{"sli.latency.threshold", "sli.latency.histogram", i.Threshold, i.Unit})
	case *sli.Quantile:
		out = append(out, limit{"sli.quantile.below", "sli.quantile.histogram", i.Below, i.Unit})
	}
	if l := ownP95(s); l != nil && l.Threshold > 0 {
		out = append(out, limit{"p95.target", "p95.histogram", l.Threshold, l.Unit})
	}
	return out
}

// Definition returns the mistakes that the definition alone shows, including members of a composite.
func Definition(s catalog.SLO) []Finding {
	out, _ := findInMembers(s, func(member catalog.SLO) ([]Finding, error) { return Definition(member), nil })
	for _, r := range readsOf(s) {
		name := r.metric()
		if r.use == sli.Counter && strings.Contains(name, ":") {
			out = append(out, recordedAsCounter(r.path, name))
		}
		if r.use == sli.Counter && strings.HasSuffix(name, "_bucket") && !matchesOneBucket(r.matchers) {
			out = append(out,
				warning(r.path, `%s without a matcher of le counts each event once for each bucket that it is in. `+
					`Add le="+Inf", or the bound that is meant`, name))
		}
		for _, m := range r.matchers {
			if variable.MatchString(m.Value) {
				out = append(out, warning(r.path,
					"%s: %q is text here, no variable of a dashboard. Write the value, or choose it in the panel by filters", m, variable.FindString(m.Value)))
			} else if looksLikePattern(m) {
				out = append(out, warning(r.path, "%s compares the whole text. For a regular expression write %s", m, patternText(m)))
			}
		}
	}
	return append(append(append(out, findSwappedParts(s)...), findUnmatchedSides(s)...), findSteadyAlerts(s)...)
}

// findSwappedParts finds bad or good events that include all events: their matchers are a subset of
// those of total.
func findSwappedParts(s catalog.SLO) []Finding {
	reads := readsOf(s)
	if len(reads) != 2 || reads[0].use != sli.Counter || !reads[1].part {
		return nil
	}
	has := func(all []*labels.Matcher) func(*labels.Matcher) bool {
		return func(m *labels.Matcher) bool {
			return slices.ContainsFunc(all, func(o *labels.Matcher) bool { return o.String() == m.String() })
		}
	}
	total, part := reads[0].matchers, reads[1].matchers
	if isLess := !slices.ContainsFunc(part, func(m *labels.Matcher) bool { return !has(total)(m) }); !isLess ||
		len(part) >= len(total) {
		return nil
	}
	return []Finding{mistake(reads[1].path,
		"%s matches every series of total and others, so there would be more of these events than all. Are the two swapped?",
		promexpr.Selector(part))}
}

// findInMembers returns the mistakes of a composite's members, grouped as the composite is.
func findInMembers(s catalog.SLO, find func(catalog.SLO) ([]Finding, error)) (out []Finding, failed error) {
	if s.Composite() == nil {
		return nil, nil
	}
	for i, m := range s.Composite().Of {
		member, err := m.SLO.WithBy(s.By)
		if err != nil { // the catalog has checked the group labels
			member = m.SLO
		}
		found, err := find(member)
		failed = errors.Join(failed, err)
		for _, f := range found {
			if f.Path == "policy" { // the policy of the composite applies
				continue
			}
			f.Member = m.Name
			if !strings.HasPrefix(f.Path, "by[") {
				f.Message, f.Path = f.String(), fmt.Sprintf("sli.composite.of[%d]", i)
			}
			f.Message = "SLO " + m.Name + ": " + f.Message
			out = append(out, f)
		}
	}
	return out, failed
}

// findUnmatchedSides finds sums with labels that don't match the groups, or each other.
func findUnmatchedSides(s catalog.SLO) []Finding {
	texts := map[string]string{}
	for _, in := range s.SLI.Inputs() {
		if in.Use == sli.Counter {
			texts["sli."+s.Kind()+"."+in.Field] = *in.Text
		}
	}
	var out []Finding
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		e, err := promexpr.Parse(texts[path])
		if err != nil || texts[path] == "" {
			continue
		}
		by := s.By
		if s.IsCountedByPods() {
			by = nil
		}
		var not *sli.NotLinearError
		if _, err := sli.Linear(e, by); errors.As(err, &not) && not.Mistake {
			out = append(out, mistake(path, "%s", not.Reason))
		}
	}
	return out
}

func recordedAsCounter(path, name string) Finding {
	for _, function := range []string{"rate", "irate", "ratio", "avg", "mean", "quantile", "burnrate"} {
		if regexp.MustCompile(`(^|[:_])` + function + `(\d|[:_]|$)`).MatchString(name) {
			return warning(path, "%s looks like a recorded %s. Its increase is no count. Give the original counters",
				name, function)
		}
	}
	return warning(path,
		"%s looks like a recorded sum. A sum of counters is no counter: it falls by a restart of one of them, and "+
			"the whole sum is counted again. Give the counters that it was made of", name)
}

func matchesOneBucket(ms []*labels.Matcher) bool {
	return slices.ContainsFunc(ms, func(m *labels.Matcher) bool {
		return m.Name == model.BucketLabel && (m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp)
	})
}

// pattern matches texts that are hardly ever label values: 5.., .*, 2xx|3xx, [45]00, ^a$.
var pattern = regexp.MustCompile(`^\d\.\.$|\.[*+]|\w\|\w|\[[^\]]+\]|^\^|\$$`)

func looksLikePattern(m *labels.Matcher) bool {
	return (m.Type == labels.MatchEqual || m.Type == labels.MatchNotEqual) && m.Name != model.MetricNameLabel &&
		pattern.MatchString(m.Value)
}

// variable matches dashboard variables.
var variable = regexp.MustCompile(`\$(\w*[A-Za-z_]\w*|\{\w+[^}]*\})|\[\[\w+\]\]`)

func patternText(m *labels.Matcher) string {
	as := labels.MatchRegexp
	if m.Type == labels.MatchNotEqual {
		as = labels.MatchNotRegexp
	}
	out, err := labels.NewMatcher(as, m.Name, m.Value)
	if err != nil {
		return m.Name + as.String() + `"..."`
	}
	return out.String()
}

// findSteadyAlerts finds alerts that fire at a burn rate at which the budget lasts.
func findSteadyAlerts(s catalog.SLO) []Finding {
	var out []Finding
	for i, a := range s.Policy.Alerts {
		f := a.Factor(s.Window, s.Objective)
		if f <= 0 || f >= 1 {
			continue
		}
		text := fmt.Sprintf("alert %d of policy %s (%s, %v%% in %s) fires at a burn rate of %.3g. At a burn rate of 1 the budget lasts the whole window",
			i+1, s.Policy.Name, a.Severity, a.Percent, slo.FormatDuration(a.Long), f)
		if a.Percent < 1 {
			text += fmt.Sprintf(". percent is percent of the budget: is %v meant?", 100*a.Percent)
		}
		out = append(out, Finding{Path: "policy", Severity: Warning, Message: text})
	}
	return out
}
