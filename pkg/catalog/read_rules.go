package catalog

import (
	"time"

	"github.com/burnline/burnline/pkg/catalog/decode"
	"github.com/burnline/burnline/pkg/slo"
)

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
