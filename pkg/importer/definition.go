package importer

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

const hour, day = time.Hour, 24 * time.Hour

// definition is an SLO in the form of a catalog.
type definition struct {
	at                *value // of the name
	name, description string
	objective         float64 // in percent
	window            any     // a duration, or a calendar
	by                []string
	policy            string
	sli               yaml.MapSlice
	labels            map[string]string
	runbook           string
	foreign           bool // its queries are not PromQL
}

func (s definition) yaml() yaml.MapSlice {
	out := mapping("name", s.name, "description", s.description, "objective", s.objective)
	out = append(out, yaml.MapItem{Key: "window", Value: s.window})
	if len(s.by) > 0 {
		out = append(out, yaml.MapItem{Key: "by", Value: s.by})
	}
	out = append(out, mapping("policy", s.policy, "sli", s.sli)...)
	if len(s.labels) > 0 {
		out = append(out, yaml.MapItem{Key: "labels", Value: s.labels})
	}
	return append(out, mapping("runbook", s.runbook)...)
}

// mapping returns keys and values in their order, without values that are "".
func mapping(pairs ...any) yaml.MapSlice {
	var out yaml.MapSlice
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if pairs[1] != "" {
			out = append(out, yaml.MapItem{Key: pairs[0], Value: wholeNumber(pairs[1])})
		}
	}
	return out
}

// wholeNumber returns 99 for 99.0, so that YAML shows no fraction.
func wholeNumber(value any) any {
	if f, ok := value.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return int64(f)
	}
	return value
}

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9._-]+`)

// add adds an SLO under a valid and unique name. It returns false, and adds a note, if the source
// is not an SLO.
func (im *importer) add(at *value, s definition) bool {
	if found := templateExpression.FindString(s.name); found != "" {
		im.warn(at, "SLO %s was left out: its name contains the template expression %q. Render the file first, then import the result", decode.Clip(s.name), decode.Clip(found))
		return false
	}
	if s.foreign {
		im.warn(at, "SLO %s was left out: its queries are not PromQL", s.name)
		return false
	}
	if !(s.objective > 0 && s.objective <= 100) {
		im.warn(at, "SLO %s was left out: it has no objective between 0 and 100%%", decode.Clip(s.name))
		return false
	}
	s.at = at
	requestedName := s.name
	s.name = strings.TrimLeft(notInNames.ReplaceAllString(s.name, "-"), ".-_")
	if s.name == "" {
		s.name = "slo"
	}
	base := s.name
	for n := 2; slices.ContainsFunc(im.slos, func(o definition) bool { return o.name == s.name }); n++ {
		s.name = base + "-" + strconv.Itoa(n)
	}
	if s.name != requestedName {
		im.warn(at, "the name %q became %s: letters, digits, '.', '_' and '-' make a name, and each SLO has its own",
			requestedName, s.name)
	}
	if s.policy == "" {
		s.policy = im.fittingPolicy(at, s)
	}
	im.slos = append(im.slos, s)
	return true
}

// outageShare is the bad share that fires the alerts of an objective so low that the usual
// burn-rate thresholds are unreachable.
const outageShare = 0.9

// fittingPolicy returns "" if the default policy serves the SLO, or else a policy of those of its
// alerts that can fire.
func (im *importer) fittingPolicy(at *value, s definition) string {
	text, ok := s.window.(string)
	period, err := slo.ParseDuration(text)
	if !ok || err != nil {
		period = openSLOPeriod(s.window)
	}
	standard, _ := slo.FindPolicy(slo.DefaultPolicy)
	if period == 0 || standard.Validate(period, slo.ObjectiveFromPercent(s.objective)) == nil {
		return ""
	}
	alerts := standard.Alerts
	canFire := func(a slo.Alert) bool { return a.Long < period && !cannotFire(a, s.objective, period) }
	if !slices.ContainsFunc(alerts, canFire) && s.objective < 100 {
		highest := outageShare / (1 - s.objective/100)
		im.warn(at, "no alert of the default policy can fire at an objective of %v%%. Its alerts were set to a burn rate of %.3g", s.objective, highest)
		for i, a := range alerts {
			alerts[i] = burnAlert(a.Severity, min(burnRateOf(a, period), highest), a.Long, a.Short, period)
		}
	}
	alerts = im.keepReachable(at, alerts, s.objective, period)
	if len(alerts) == 0 {
		return ""
	}
	return im.policies.add(slo.DefaultPolicy+"-reachable", alerts)
}

// percent converts a share to percent without rounding errors.
func percent(share float64) float64 { return roundDigits(share * 100) }

func roundDigits(v float64) float64 {
	out, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 10, 64), 64) // formatted numbers parse
	return out
}

func burnAlert(severity string, factor float64, long, short, period time.Duration) slo.Alert {
	percent := roundDigits(math.Round(factor*float64(long)/float64(period)*1e6) / 1e4)
	return slo.Alert{Severity: severity, Percent: percent, Long: long, Short: short}
}

// setPolicy gives an SLO a policy of the alerts that can fire. It returns false if there are none.
func (im *importer) setPolicy(at *value, s *definition, base string, alerts []slo.Alert, period time.Duration) bool {
	alerts = im.keepReachable(at, alerts, s.objective, period)
	if len(alerts) > 0 {
		s.policy = im.policies.add(base, alerts)
	}
	return len(alerts) > 0
}

// policies are the policies of the imported SLOs, without duplicates.
type policies []slo.Policy

// add adds a policy with the alerts and returns its name, which begins with base.
func (ps *policies) add(base string, alerts []slo.Alert) string {
	var distinct []slo.Alert
	for _, a := range alerts {
		if !slices.Contains(distinct, a) {
			distinct = append(distinct, a)
		}
	}
	alerts = distinct
	same := func(p slo.Policy) bool { return slices.Equal(p.Alerts, alerts) }
	if i := slices.IndexFunc(*ps, same); i >= 0 {
		return (*ps)[i].Name
	}
	name := base
	for n := 2; slices.ContainsFunc(*ps, func(p slo.Policy) bool { return p.Name == name }); n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	*ps = append(*ps, slo.Policy{Name: name, Alerts: alerts})
	return name
}

func (ps policies) yamlOf(slos []definition) yaml.MapSlice {
	var out yaml.MapSlice
	for _, p := range ps {
		if slices.ContainsFunc(slos, func(s definition) bool { return s.policy == p.Name }) {
			var alerts []yaml.MapSlice
			for _, a := range p.Alerts {
				alerts = append(alerts, mapping("severity", a.Severity, "percent", a.Percent, "long", slo.FormatDuration(a.Long), "short",
					slo.FormatDuration(a.Short)))
			}
			out = append(out, yaml.MapItem{Key: p.Name, Value: alerts})
		}
	}
	return out
}

func burnRateOf(a slo.Alert, period time.Duration) float64 {
	return a.Percent / 100 * float64(period) / float64(a.Long)
}

// cannotFire reports whether even a total outage would not fire the alert at the objective (percent).
func cannotFire(a slo.Alert, objective float64, period time.Duration) bool {
	return objective < 100 && burnRateOf(a, period)*(1-objective/100) > 1
}

// keepReachable removes the alerts that cannot fire at the objective (percent), with a note, and
// those longer than the period.
func (im *importer) keepReachable(at *value, alerts []slo.Alert, objective float64, period time.Duration) []slo.Alert {
	return slices.DeleteFunc(slices.Clone(alerts), func(a slo.Alert) bool {
		never := cannotFire(a, objective, period)
		if never {
			im.warn(at, "the %s alert over %s needs a burn rate of %.4g, which an objective of %v%% cannot reach. It was left out",
				a.Severity, slo.FormatDuration(a.Long), burnRateOf(a, period), objective)
		}
		return never || a.Long >= period
	})
}
