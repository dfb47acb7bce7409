package resources

import (
	"regexp"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/promexpr"
)

// selectors returns the selectors of a checked expression, in its order.
func selectors(text string) []*parser.VectorSelector {
	e, err := promexpr.ParseVerbatim(text)
	if err != nil {
		return nil
	}
	return promexpr.Selectors(e)
}

func isSelector(text string) bool {
	e, _ := promexpr.ParseVerbatim(text)
	_, is := e.(*parser.VectorSelector)
	return is
}

// namesOf returns the metrics of a selector: one, or several in a regular expression.
func namesOf(vs *parser.VectorSelector) []string {
	for _, m := range vs.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchRegexp {
			return m.SetMatches()
		}
	}
	return []string{vs.Name}
}

// scope is the spelling of the labels of a metric, and the selection of its rows.
//
// A scrape without honorLabels renames labels that both the exporter and the target have to
// exported_<label>. A metric may have both spellings at once: honorLabels may change over time, or
// be set in one of two clusters. So each row is read in its own spelling.
type scope struct {
	isRenamed bool              // some rows have exported_namespace
	narrowed  []*labels.Matcher // conditions on namespaces, and on clusters, where a missing one matches
	only      string            // the metric that has the conditions; "": all
}

const exportedPrefix = "exported_"

func bothSpellings(names []string) []string {
	out := slices.Clone(names)
	for _, name := range names {
		if slices.Contains(renamable, name) {
			out = append(out, exportedPrefix+name)
		}
	}
	return out
}

// renamable are labels that targets in a cluster have too.
var renamable = []string{labelNamespace, labelPod, labelContainer}

const labelContainer = "container"

// targets are the labels that identify a replica of an exporter.
var targets = []string{"instance", "job"}

// gauge returns PromQL of a value by labels: the maximum of equal rows, and the sum of rows that
// differ by lives.
func (s scope) gauge(text string, by, lives []string) parser.Expr {
	largest := promexpr.Aggregate(parser.MAX, append(slices.Clone(by), lives...), s.restricted(text))
	if len(lives) == 0 {
		return largest
	}
	return promexpr.Sum(by, largest)
}

// ever returns PromQL of the last value of a growing gauge in the step that ends at a point, also
// of one that has ended.
func (s scope) ever(text string, by []string, step time.Duration, function string) parser.Expr {
	return promexpr.Aggregate(parser.MAX, by,
		promexpr.ReplaceSelectors(s.restricted(text), func(vs *parser.VectorSelector) parser.Expr {
			return promexpr.Over(function, vs, step)
		}))
}

func (s scope) matchers(text string) []*labels.Matcher {
	out := selectors(text)[0].LabelMatchers
	return append(out, s.narrowed...)
}

// restricted returns an expression restricted to the selection, in both spellings if rows may have both.
func (s scope) restricted(text string) parser.Expr {
	plain := s.with(text, "")
	if !s.isRenamed || len(s.narrowed) == 0 {
		return plain
	}
	return promexpr.Binary(parser.LOR, s.with(text, exportedPrefix), plain)
}

func (s scope) with(text, prefix string) parser.Expr {
	e, _ := promexpr.ParseVerbatim(text) // parsed when the catalog was read
	var all []*labels.Matcher
	for _, m := range s.narrowed {
		if m.Name == labelNamespace {
			if s.isRenamed && prefix == "" {
				all = append(all, labels.MustNewMatcher(labels.MatchEqual, exportedPrefix+labelNamespace, ""))
			}
			m = labels.MustNewMatcher(m.Type, prefix+labelNamespace, m.Value)
		}
		all = append(all, m)
	}
	for _, vs := range promexpr.Selectors(e) {
		if s.only == "" || vs.Name == s.only {
			vs.LabelMatchers = append(vs.LabelMatchers, all...)
		}
	}
	return e
}

// narrow adds the conditions that the server can evaluate. A row without a cluster may belong to
// any cluster, so it is read too. Pods and workloads are filtered later.
func (s *scope) narrow(filters []*labels.Matcher, called map[string]string) {
	for _, f := range filters {
		name, ok := called[f.Name]
		switch {
		case !ok:
		case f.Name != labelCluster:
			s.narrowed = append(s.narrowed, labels.MustNewMatcher(f.Type, name, f.Value))
		case f.Type == labels.MatchEqual:
			s.narrowed = append(s.narrowed,
				labels.MustNewMatcher(labels.MatchRegexp, name, regexp.QuoteMeta(f.Value)+"|"))
		case f.Type == labels.MatchRegexp:
			s.narrowed = append(s.narrowed, labels.MustNewMatcher(labels.MatchRegexp, name, "(?:"+f.Value+")|"))
		}
	}
}
