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

func (d reader) lowTraffic(o decode.Object) slo.LowTraffic {
	var low slo.LowTraffic
	at, ok := o.Get("lowTraffic")
	if !ok {
		return low
	}
	fields, ok := d.Object(at, "a mapping, for example {minEvents: 100, minBad: 3}", []string{"minEvents", "minBad"})
	if !ok {
		return low
	}
	for name, into := range map[string]*float64{"minEvents": &low.MinEvents, "minBad": &low.MinBad} {
		if at, ok := fields.Get(name); ok {
			if *into, ok = d.Number(at, "3"); ok && *into < 0 {
				d.Report(at, "there are never fewer than 0 events. Give for example 3")
			}
		}
	}
	return low
}

func (d reader) exclusions(o decode.Object) []slo.Exclusion {
	at, ok := o.Get("exclude")
	if !ok {
		return nil
	}
	elements, _ := d.List(at, "["+exampleExclude[len("exclude: ["):])
	var all []slo.Exclusion
	for _, element := range elements {
		all = append(all, d.exclusion(element))
	}
	return all
}

func (d reader) exclusion(n decode.Node) slo.Exclusion {
	o, ok := d.Object(n, "a mapping with from and to, or every and duration", []string{"from", "to", "every", "duration", "timezone", "reason"})
	if !ok {
		return slo.Exclusion{}
	}
	before := d.Found
	x := slo.Exclusion{Zone: d.timezone(o)}
	if at, ok := o.Get("reason"); ok {
		x.Reason, _ = d.Text(at, "migration")
	}
	every, recurs := o.Get("every")
	if !recurs {
		d.oneTimeExclusion(o, &x)
		return x
	}
	x.Every, _ = d.Text(every, "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2")
	if at, ok := o.Require("duration", "duration: 2h"); ok {
		if x.Duration, ok = d.Duration(at, "2h"); ok && (x.Duration < time.Minute || x.Duration > 31*24*time.Hour) {
			d.Report(at, "%s is not within 1m and 31d", slo.FormatDuration(x.Duration))
		}
	}
	x.From, x.To = d.optionalInstant(o, "from", x.Zone), d.optionalInstant(o, "to", x.Zone)
	if d.Found == before {
		if err := x.Validate(); err != nil {
			d.Report(every, "%s %v", decode.Quote(x.Every), err)
		}
	}
	return x
}

func (d reader) oneTimeExclusion(o decode.Object, x *slo.Exclusion) {
	if at, ok := o.Get("duration"); ok {
		d.Report(at, "requires every. For a one-time exclusion, use from and to")
	}
	before := d.Found
	if at, ok := o.Require("from", "from: 2026-03-01T22:00"); ok {
		x.From = d.instant(at, x.Zone)
	}
	to, ok := o.Require("to", "to: 2026-03-02T02:00")
	if !ok {
		return
	}
	x.To = d.instant(to, x.Zone)
	if d.Found == before && !x.To.After(x.From) {
		d.Report(to, "ends at %s, not after it begins, at %s", x.To.Format(time.RFC3339), x.From.Format(time.RFC3339))
	}
}

func (d reader) optionalInstant(o decode.Object, name string, zone *time.Location) time.Time {
	if at, ok := o.Get(name); ok {
		return d.instant(at, zone)
	}
	return time.Time{}
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
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at.UTC()
		}
	}
	d.Report(n, "%s is no time. Write 2026-03-01T22:00 (in timezone, or UTC), 2026-03-01T22:00:00+01:00 or 2026-03-01", decode.Quote(text))
	return time.Time{}
}
