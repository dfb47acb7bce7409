// Package cases reads and checks engine cases: small texts with series, an SLO, instants and the
// expected numbers, which a reviewer can check by hand.
//
//	# What the case is about.
//	load 1m
//	  http_requests_total{workload="a",code="200"} 0+10x1500
//
//	slo
//	  name: availability
//	  objective: 99
//	  window: 1d
//	  by: [workload]
//	  sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="500"}'}}
//
//	at 24h
//	  workload=a  events 14400  bad 0  budget 1  coverage 1  state ok
//
// A section "import" instead of "slo" is a definition of another tool. Its first SLO is checked. A
// section "catalog", with a catalog's YAML, comes before a composite SLO.
//
// Series are in the notation of Prometheus' own tests, and time starts at the epoch. Numbers are
// ratios, events, seconds and events per second. "none" is an unmeasured number. "at 24h none"
// expects no group at all.
//
// "at 28h changes 4h" expects rows of a changes query over the 4 hours before, and "at 28h burners
// revision" those of a breakdown by a label. Text columns are written as labels.
//
// A line "notice TEXT" expects a notice that contains the text. A line "error TEXT" expects an
// error that contains it, instead of groups. The text is optional and not case-sensitive.
//
// "load 1m offset 7s" is scraped seven seconds after the minute. Lines of the same series in
// several load sections are one series.
package cases

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/counting"
	"github.com/burnline/burnline/pkg/importer"
	"github.com/burnline/burnline/pkg/slo"
)

// Case is one file.
type Case struct {
	Estimator counting.Estimator // Auto by default
	Load      string             // for promqltest
	Catalog   []byte             // YAML of the catalog that a composite refers to; may be empty
	SLO       []byte             // YAML of one SLO
	Moments   []Moment
}

// Moment is an instant with the expected groups.
type Moment struct {
	Line int
	At   time.Time
	Want []Expectation

	Query map[string]any // fields of the query; nil for a summary
	Range time.Duration  // of the query

	Notices []string // texts, each of which a notice must contain, in lower case
	Fails   bool     // an error is expected instead of groups
	Error   string   // part of the error, in lower case
}

// Expectation is the expected result of one group.
type Expectation struct {
	Line   int
	Labels map[string]string
	Values map[string]string // by the names of values(), as written
}

// Parse reads a case. Errors contain the line.
func Parse(text string) (*Case, error) {
	c := &Case{}
	section := ""
	var load, definition, others, imported strings.Builder
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if line[0] != ' ' && line[0] != '\t' {
			section = strings.Fields(line)[0]
		}
		var err error
		switch section {
		case "load":
			load.WriteString(line + "\n")
		case "slo":
			if trimmed != "slo" {
				definition.WriteString(strings.TrimPrefix(line, "  ") + "\n")
			}
		case "catalog":
			if trimmed != "catalog" {
				others.WriteString(strings.TrimPrefix(line, "  ") + "\n")
			}
		case "import":
			if trimmed != "import" {
				imported.WriteString(strings.TrimPrefix(line, "  ") + "\n")
			}
		case "at":
			err = c.moment(i+1, line)
		default:
			err = fmt.Errorf("expected load, catalog, slo, import or at, found %q", section)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	c.Load, c.Catalog, c.SLO = load.String(), []byte(others.String()), []byte(definition.String())
	if imported.Len() > 0 {
		r, err := importer.Import([]byte(imported.String()))
		if err != nil {
			return nil, err
		}
		var made struct{ Policies, SLOs any }
		if err := yaml.Unmarshal([]byte(r.Catalog), &made); err != nil {
			return nil, err
		}
		c.Catalog = []byte(r.Catalog)
		if c.SLO, err = yaml.Marshal(made.SLOs.([]any)[0]); err != nil {
			return nil, err
		}
	}
	if len(c.Moments) == 0 {
		return nil, fmt.Errorf("the case expects nothing: add an `at` section")
	}
	return c, nil
}

func (c *Case) moment(n int, line string) error {
	fields := strings.Fields(line)
	if fields[0] == "at" {
		if len(fields) < 2 {
			return fmt.Errorf("at what time? for example at 24h")
		}
		d, err := slo.ParseDuration(fields[1])
		if err != nil {
			return err
		}
		m := Moment{Line: n, At: time.Unix(0, 0).Add(d).UTC(), Range: time.Hour}
		switch {
		case len(fields) == 4 && fields[2] == "changes":
			m.Query = map[string]any{"queryType": "changes"}
			m.Range, err = slo.ParseDuration(fields[3])
		case len(fields) == 4 && fields[2] == "burners":
			m.Query = map[string]any{"queryType": "burners", "burners": map[string]any{"by": fields[3:]}}
		case len(fields) == 3 && fields[2] != "none" || len(fields) > 3:
			err = fmt.Errorf("%q is no query. There are changes DURATION and burners LABEL",
				strings.Join(fields[2:], " "))
		}
		c.Moments = append(c.Moments, m)
		return err
	}
	m := &c.Moments[len(c.Moments)-1]
	switch text := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line),
		fields[0]))); fields[0] {
	case "notice":
		m.Notices = append(m.Notices, text)
		return nil
	case "error":
		m.Fails, m.Error = true, text
		return nil
	}
	e := Expectation{Line: n, Labels: map[string]string{}, Values: map[string]string{}}
	for i := 0; i < len(fields); i++ {
		if name, value, ok := strings.Cut(fields[i], "="); ok {
			e.Labels[name] = value
			continue
		}
		if i+1 == len(fields) {
			return fmt.Errorf("%s has no value", fields[i])
		}
		e.Values[fields[i]] = fields[i+1]
		i++
	}
	m.Want = append(m.Want, e)
	return nil
}

// Lacks returns a sentence for every expected notice that is not in texts.
func (m Moment) Lacks(texts []string) []string {
	var out []string
	for _, want := range m.Notices {
		found := slices.ContainsFunc(texts,
			func(text string) bool { return strings.Contains(strings.ToLower(text), want) })
		if !found {
			out = append(out, fmt.Sprintf("at line %d: no notice contains %q. There are %q", m.Line, want, texts))
		}
	}
	return out
}

// Refused compares an error with the expected one, and returns a sentence if they differ.
func (m Moment) Refused(err error) string {
	switch {
	case err == nil:
		return fmt.Sprintf("at line %d: an answer, expected an error", m.Line)
	case !strings.Contains(strings.ToLower(err.Error()), m.Error):
		return fmt.Sprintf("at line %d: the error %q does not contain %q", m.Line, err, m.Error)
	}
	return ""
}

// Agrees compares a number with its expectation: equal to nine digits, or within the written
// tolerance ("0.5~0.01").
func Agrees(want string, got *float64) bool {
	if want == "none" {
		return got == nil
	}
	text, tolerance, loose := strings.Cut(want, "~")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || got == nil {
		return false
	}
	allowed := 1e-9 * max(math.Abs(v), 1)
	if loose {
		if allowed, err = strconv.ParseFloat(tolerance, 64); err != nil {
			return false
		}
	}
	return math.Abs(*got-v) <= allowed
}
