package catalog

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/slo"
)

// Bounds of an SLO's window.
const (
	MinWindow = time.Hour
	MaxWindow = 366 * 24 * time.Hour
)

var sloFields = []string{
	"name", "description", "objective", "window", "by", "policy", "sli", "p95", "missing",
	"lowTraffic", "noTraffic", "exclude", "labels", "runbook", "identity",
}

// namedSLO is an SLO, as far as it could be read. Its name is "" if the name could not be read.
type namedSLO struct {
	SLO
	at decode.Node // of the name
}

// slo reads an SLO. The result is valid if no problem was added.
func (d reader) slo(n decode.Node, policies policySet) namedSLO {
	var s namedSLO
	o, ok := d.Object(n, "an SLO: a mapping with name, objective, window and sli", sloFields)
	if !ok {
		return s
	}
	s.at = o.Require("name", "name: checkout-availability")
	s.Name = d.name(s.at, "checkout-availability")
	s.Description, _ = d.Text(o.Get("description"), "checkout answers without an error")
	s.Objective = sli.ReadPercent(d.Decoder, o.Require("objective", "objective: 99.9"), "99.9")
	windows := d.windows(o.Require("window", "window: 30d"))
	s.SLI = d.sli(o.Require("sli", exampleSLI))
	switch i := s.SLI.(type) {
	case *sli.Latency:
		s.P95 = i
	case *sli.Quantile:
		if i.Quantile == sli.P95Quantile {
			s.P95 = &sli.Latency{Histogram: i.Histogram, Threshold: i.Below, Unit: i.Unit}
		}
	}
	if at := o.Get("p95"); !at.IsAbsent() {
		s.P95 = sli.ReadP95(d.Decoder, at)
	}
	by := o.Get("by")
	s.By = d.by(by, s.SLI)
	s.Identity = d.identity(o.Get("identity"), s.SLO)
	s.Missing = o.Choice("missing", "unknown %s. Use unmeasured (the default), bad or good", MissingUnmeasured,
		MissingBad, MissingGood)
	s.NoTraffic = o.Choice("noTraffic",
		"unknown %s. Without traffic an alert resolves (resolve, the default) or keeps its state (keep)",
		NoTrafficResolves, NoTrafficKeeps)
	s.LowTraffic, s.Exclude = d.lowTraffic(o.Get("lowTraffic")), d.exclusions(o.Get("exclude"))
	s.Labels, s.Runbook = d.labels(o.Get("labels")), d.runbook(o.Get("runbook"))
	policy, at, ok := d.policyOf(o, policies)
	s.Policy = policy
	if len(windows) > 0 {
		s.Window, s.Calendar, s.MoreWindows = windows[0].Length, windows[0].Calendar, slices.Clip(windows[1:])
		if len(s.MoreWindows) == 0 {
			s.MoreWindows = nil
		}
	}
	if ok && s.Objective > 0 {
		chosen := o.Has("policy")
		d.checkPolicy(at, policy, chosen, windows, s.Objective)
	}
	if c := s.Composite(); c != nil { // its slices and group labels depend on its members
		c.by, c.policy = by, at
		c.by.Node, c.policy.Node = nil, nil
	} else if ok {
		d.checkPolicySlices(at, policy, s.Grain())
	}
	return s
}

// checkPolicySlices reports the alerts with a long window shorter than a slice.
func (d reader) checkPolicySlices(at decode.Node, policy slo.Policy, slice time.Duration) {
	for _, err := range alertsShorterThan(slice, policy) {
		d.Report(at, "policy %s does not fit: %v", policy.Name, err)
	}
}

// checkPolicy reports why a policy cannot serve the objective over each window.
func (d reader) checkPolicy(at decode.Node, policy slo.Policy, chosen bool, windows []Window, o slo.Objective) {
	name := policy.Name
	if !chosen {
		name += " (the default)"
	}
	for _, w := range windows {
		does := "does not fit"
		if len(windows) > 1 {
			does += " the window " + w.String()
		}
		for _, err := range splitErrors(policy.Validate(w.Length, o)) {
			d.Report(at, "policy %s %s: %v", name, does, err)
		}
	}
}

func (d reader) name(n decode.Node, example string) string {
	name, ok := d.Text(n, example)
	if ok && !slo.ValidName(name) {
		d.Report(n,
			"%s is not a name. Use letters, digits, '.', '_' and '-', with a letter or digit first, for example %s",
			decode.Quote(name), example)
		return ""
	}
	return name
}

func (d reader) by(n decode.Node, i sli.Indicator) []string {
	elements, _ := d.List(n, "[namespace, workload]")
	var names []string
	for _, at := range elements {
		name, ok := d.Text(at, "namespace")
		if !ok {
			continue
		}
		if message := groupLabelProblem(name, names, i); message != "" {
			d.Report(at, "%s", message)
			continue
		}
		names = append(names, name)
	}
	return names
}

// groupLabelProblem returns why a label cannot be added to the group labels, or "".
func groupLabelProblem(name string, before []string, i sli.Indicator) string {
	if message := labelNameProblem(name); message != "" {
		return message
	}
	if name == "le" && sli.ReadsHistogram(i) {
		return "le makes the buckets of the histogram. A " + i.Traits().Kind + " SLO cannot be grouped by it"
	}
	if slices.Contains(before, name) {
		return decode.Quote(name) + " is given twice. Keep one"
	}
	return ""
}

func (d reader) labels(n decode.Node) map[string]string {
	o, ok := d.Object(n, "a mapping, for example {team: shop}", nil)
	if !ok {
		return nil
	}
	texts := map[string]string{}
	for _, name := range o.Names() {
		if value := o.Get(name); !value.IsAbsent() {
			texts[name], _ = d.Text(value, "shop")
		}
	}
	return texts
}

// runbook reads an http or https address. It becomes a link, so javascript: and other schemes must
// not pass.
func (d reader) runbook(n decode.Node) string {
	text, ok := d.Text(n, "https://wiki.example.org/checkout")
	if !ok {
		return ""
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		d.Report(n, "%s is no web address. Give for example https://wiki.example.org/checkout", decode.Quote(text))
		return ""
	}
	return text
}

// policyOf returns the SLO's policy, and the node at which to report a policy that does not fit.
func (d reader) policyOf(o decode.Object, policies policySet) (slo.Policy, decode.Node, bool) {
	at := o.Get("policy")
	if at.IsAbsent() {
		written := o.Has("policy")
		p, _ := slo.FindPolicy(slo.DefaultPolicy)
		return p, decode.Node{Line: o.Line, Column: o.Column, Path: o.PathOf("policy")}, !written ||
			!o.Unresolved("policy")
	}
	name, ok := d.Text(at, slo.DefaultPolicy)
	if !ok {
		return slo.Policy{}, at, false
	}
	p, err := policies.find(name)
	if err != nil {
		d.Report(at, "%s", err)
	}
	return p, at, err == nil
}

func splitErrors(err error) []error {
	if joined := (interface{ Unwrap() []error })(nil); errors.As(err, &joined) {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

const exampleSLI = `sli: {events: {total: 'requests_total{job="x"}', bad: 'requests_total{job="x",code=~"5.."}'}}`

var kinds = Kinds()

// Kinds returns the names of all kinds of SLI.
func Kinds() []string { return append(sli.Kinds(), KindComposite) }

// sli reads the field sli. The result is valid if no problem was added.
func (d reader) sli(n decode.Node) sli.Indicator {
	o, ok := d.Object(n, "a mapping with one kind of SLI, such as events or latency", kinds)
	if !ok {
		return nil
	}
	var read sli.Indicator
	var given []string
	for _, kind := range kinds {
		at := o.Get(kind)
		if at.IsAbsent() {
			continue
		}
		given = append(given, kind)
		if kind == KindComposite {
			read = d.composite(at)
		} else {
			read = sli.Read(d.Decoder, kind, at)
		}
	}
	switch {
	case len(given) > 1:
		d.Report(n, "has both %s and %s. An SLO has one, make two of it", given[0], given[1])
	case len(given) == 0 && len(o.Names()) == 0:
		d.Report(n, "needs %s or %s. For example: %s", strings.Join(kinds[:len(kinds)-1], ", "), KindComposite,
			exampleSLI)
	case len(given) == 0:
		if name := o.Names()[0]; !o.Unresolved(name) {
			d.Report(o.Key(name), "has no value. For example: %s", exampleSLI)
		}
	}
	return read
}

const exampleCalendar = "{calendar: month, timezone: Europe/Berlin}"

// windows reads one window or a list of windows. The result is valid if no problem was added.
func (d reader) windows(n decode.Node) []Window {
	if !n.IsList() {
		w, ok := d.window(n)
		if !ok {
			return nil
		}
		return []Window{w}
	}
	elements, _ := d.List(n, "[30d, "+exampleCalendar+"]")
	var all []Window
	for _, at := range elements {
		w, ok := d.window(at)
		if !ok {
			continue
		}
		if slices.ContainsFunc(all, func(o Window) bool { return o.String() == w.String() }) {
			d.Report(at, "%s is given twice. Keep one", w)
			continue
		}
		all = append(all, w)
	}
	if len(elements) == 0 {
		d.Report(n, "an empty list. Give a window, for example 30d")
	}
	return all
}

// calendarText matches the text of a calendar period: 1month, 3 months, quarterly, 1M.
var calendarText = regexp.MustCompile(`^(\d*)\s*(M|mo|(?i:months?|monthly|weeks?|weekly|quarters?|quarterly|years?|yearly))$`)

var calendarWords = map[string]slo.CalendarUnit{
	"m": slo.Month, "mo": slo.Month, "month": slo.Month, "months": slo.Month, "monthly": slo.Month,
	"week": slo.Week, "weeks": slo.Week, "weekly": slo.Week, "quarter": slo.Quarter, "quarters": slo.Quarter,
	"quarterly": slo.Quarter,
	"year":      slo.Year, "years": slo.Year, "yearly": slo.Year,
}

// rollingEquivalents are rolling windows of about the length of calendar units.
var rollingEquivalents = map[slo.CalendarUnit]string{
	slo.Week: "7d", slo.Month: "30d", slo.Quarter: "90d",
	slo.Year: "365d",
}

func (d reader) window(n decode.Node) (Window, bool) {
	if n.IsMapping() {
		return d.calendar(n)
	}
	if text, isString := n.Node.(*ast.StringNode); isString {
		if found := calendarText.FindStringSubmatch(strings.TrimSpace(text.Value)); found != nil {
			unit := calendarWords[strings.ToLower(found[2])]
			d.Report(n, "%s is no duration. Write {calendar: %s} for a calendar %s, or a rolling window in days, for example %s", decode.Quote(text.Value), unit, unit, rollingEquivalents[unit])
			return Window{}, false
		}
	}
	length, ok := d.rolling(n, MinWindow, MaxWindow)
	return Window{Length: length}, ok
}

func (d reader) calendar(n decode.Node) (Window, bool) {
	before := d.Found
	o, _ := d.Object(n, "a duration or a calendar, for example 30d or "+exampleCalendar,
		[]string{"calendar", "timezone", "start"})
	c := slo.Calendar{Zone: time.UTC}
	at := o.Require("calendar", "calendar: month")
	unit, ok := d.Text(at, "month")
	if c.Unit = slo.CalendarUnit(unit); ok && !slices.Contains(slo.CalendarUnits, c.Unit) {
		d.Report(at, "unknown calendar %s. There are %s", decode.Quote(unit), decode.Join(slo.CalendarUnits))
	}
	c.Zone = d.timezone(o)
	at = o.Get("start")
	if text, ok := d.Text(at, "2026-01-15 12:00"); ok {
		start, err := slo.ParseStart(text)
		if err != nil {
			d.Report(at, "%s", err)
		}
		c.Start = start
		c = c.Canonical()
	}
	return Window{c.Unit.Longest(), &c}, d.Found == before
}

// timezone reads the field timezone. The default is UTC.
func (d reader) timezone(o decode.Object) *time.Location {
	at := o.Get("timezone")
	name, ok := d.Text(at, "Europe/Berlin")
	if !ok {
		return time.UTC
	}
	zone, err := slo.LoadZone(name)
	if err != nil {
		d.Report(at, "%s", err)
		return time.UTC
	}
	return zone
}

// rolling reads a duration of whole minutes within bounds.
func (d reader) rolling(n decode.Node, least, most time.Duration) (time.Duration, bool) {
	w, ok := d.Duration(n, "30d")
	if !ok {
		return 0, false
	}
	if w < least || w > most || w%time.Minute != 0 {
		d.Report(n, "a window of %s is not read. Give whole minutes from %s to %s, for example 30d",
			slo.FormatDuration(w), slo.FormatDuration(least), slo.FormatDuration(most))
		return 0, false
	}
	return w, true
}

// Policies for unmeasured time.
const (
	MissingUnmeasured = "unmeasured" // the default: it lowers coverage
	MissingBad        = "bad"
	MissingGood       = "good"
)

// Policies for alerts without traffic.
const (
	NoTrafficResolves = "resolve" // the default: without events nothing burns
	NoTrafficKeeps    = "keep"    // the state from before, for at most a day
)

const exampleExclude = "exclude: [{from: 2026-03-01T22:00, to: 2026-03-02T02:00, timezone: Europe/Berlin}]"

func (d reader) lowTraffic(n decode.Node) slo.LowTraffic {
	o, _ := d.Object(n, "a mapping, for example {minEvents: 100, minBad: 3}", []string{"minEvents", "minBad"})
	return slo.LowTraffic{MinEvents: d.leastEvents(o.Get("minEvents")), MinBad: d.leastEvents(o.Get("minBad"))}
}

func (d reader) leastEvents(n decode.Node) float64 {
	least, _ := d.Number(n, "3")
	if least < 0 {
		d.Report(n, "there are never fewer than 0 events. Give for example 3")
	}
	return least
}

func (d reader) exclusions(n decode.Node) []slo.Exclusion {
	elements, _ := d.List(n, "["+exampleExclude[len("exclude: ["):])
	var all []slo.Exclusion
	for _, element := range elements {
		all = append(all, d.exclusion(element))
	}
	return all
}

func (d reader) exclusion(n decode.Node) slo.Exclusion {
	o, ok := d.Object(n, "a mapping with from and to, or every and duration",
		[]string{"from", "to", "every", "duration", "timezone", "reason"})
	if !ok {
		return slo.Exclusion{}
	}
	before := d.Found
	x := slo.Exclusion{Zone: d.timezone(o)}
	x.Reason, _ = d.Text(o.Get("reason"), "migration")
	every := o.Get("every")
	if every.IsAbsent() {
		d.oneTimeExclusion(o, &x)
		return x
	}
	x.Every, _ = d.Text(every, "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2")
	at := o.Require("duration", "duration: 2h")
	if x.Duration, ok = d.Duration(at, "2h"); ok && (x.Duration < time.Minute || x.Duration > 31*24*time.Hour) {
		d.Report(at, "%s is not within 1m and 31d", slo.FormatDuration(x.Duration))
	}
	x.From, x.To = d.instant(o.Get("from"), x.Zone), d.instant(o.Get("to"), x.Zone)
	if d.Found == before {
		if err := x.Validate(); err != nil {
			d.Report(every, "%s %v", decode.Quote(x.Every), err)
		}
	}
	return x
}

func (d reader) oneTimeExclusion(o decode.Object, x *slo.Exclusion) {
	if at := o.Get("duration"); !at.IsAbsent() {
		d.Report(at, "requires every. For a one-time exclusion, use from and to")
	}
	before := d.Found
	x.From = d.instant(o.Require("from", "from: 2026-03-01T22:00"), x.Zone)
	to := o.Require("to", "to: 2026-03-02T02:00")
	x.To = d.instant(to, x.Zone)
	if d.Found == before && !to.IsAbsent() && !x.To.After(x.From) {
		d.Report(to, "ends at %s, not after it begins, at %s", x.To.Format(time.RFC3339), x.From.Format(time.RFC3339))
	}
}

// instant reads an RFC 3339 time, or a local date with or without a time.
func (d reader) instant(n decode.Node, zone *time.Location) time.Time {
	text, ok := d.Text(n, "2026-03-01T22:00")
	if !ok {
		return time.Time{}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC()
	}
	for _, layout := range []string{
		"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04",
		"2006-01-02 15:04:05", "2006-01-02",
	} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.UTC()
		}
	}
	d.Report(n, "%s is no time. Write 2026-03-01T22:00 (in timezone, or UTC), 2026-03-01T22:00:00+01:00 or 2026-03-01",
		decode.Quote(text))
	return time.Time{}
}
