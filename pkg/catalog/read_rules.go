package catalog

import (
	"slices"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// What time that was not measured counts as.
const (
	MissingUnmeasured = "unmeasured" // the default: as nothing; coverage tells
	MissingBad        = "bad"
	MissingGood       = "good"
)

// What an alert does while there is no traffic.
const (
	NoTrafficResolves = "resolve" // the default: without events nothing burns
	NoTrafficKeeps    = "keep"    // the state of when there were events, for a day
)

const exampleExclude = "exclude: [{from: 2026-03-01T22:00, to: 2026-03-02T02:00, timezone: Europe/Berlin}]"

func (d *decoder) missing(o object) string {
	at, ok := o.get("missing")
	if !ok {
		return MissingUnmeasured
	}
	missing, ok := d.text(at, "bad")
	if ok && !slices.Contains([]string{MissingUnmeasured, MissingBad, MissingGood}, missing) {
		d.problem(at, "unknown %s; time that was not measured counts as unmeasured (the default), bad or good", quote(missing))
	}
	return missing
}

func (d *decoder) noTraffic(o object) string {
	at, ok := o.get("noTraffic")
	if !ok {
		return NoTrafficResolves
	}
	noTraffic, ok := d.text(at, NoTrafficKeeps)
	if ok && !slices.Contains([]string{NoTrafficResolves, NoTrafficKeeps}, noTraffic) {
		d.problem(at, "unknown %s; without traffic an alert resolves (resolve, the default) or keeps its state (keep)", quote(noTraffic))
	}
	return noTraffic
}

func (d *decoder) lowTraffic(o object) slo.LowTraffic {
	var low slo.LowTraffic
	at, ok := o.get("lowTraffic")
	if !ok {
		return low
	}
	fields, ok := d.object(at, "a mapping, e.g. {minEvents: 100, minBad: 3}", []string{"minEvents", "minBad"})
	if !ok {
		return low
	}
	for name, into := range map[string]*float64{"minEvents": &low.MinEvents, "minBad": &low.MinBad} {
		if at, ok := fields.get(name); ok {
			if *into, ok = d.number(at, "3"); ok && *into < 0 {
				d.problem(at, "there are never fewer than 0 events; give e.g. 3")
			}
		}
	}
	return low
}

func (d *decoder) exclusions(o object) []slo.Exclusion {
	at, ok := o.get("exclude")
	if !ok {
		return nil
	}
	elements, _ := d.list(at, "["+exampleExclude[len("exclude: ["):])
	var all []slo.Exclusion
	for _, element := range elements {
		all = append(all, d.exclusion(element))
	}
	return all
}

func (d *decoder) exclusion(n node) slo.Exclusion {
	o, ok := d.object(n, "a mapping with from and to, or every and duration", []string{"from", "to", "every", "duration", "timezone", "reason"})
	if !ok {
		return slo.Exclusion{}
	}
	before := d.found
	x := slo.Exclusion{Zone: d.timezone(o)}
	if at, ok := o.get("reason"); ok {
		x.Reason, _ = d.text(at, "migration")
	}
	every, recurs := o.get("every")
	if !recurs {
		d.once(o, &x)
		return x
	}
	x.Every, _ = d.text(every, "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2")
	if at, ok := o.require("duration", "duration: 2h"); ok {
		if x.Duration, ok = d.duration(at, "2h"); ok && (x.Duration < time.Minute || x.Duration > 31*24*time.Hour) {
			d.problem(at, "%s is not within 1m and 31d", format(x.Duration))
		}
	}
	x.From, x.To = d.optionalInstant(o, "from", x.Zone), d.optionalInstant(o, "to", x.Zone)
	if d.found == before {
		if err := x.Validate(); err != nil {
			d.problem(every, "%s %v", quote(x.Every), err)
		}
	}
	return x
}

func (d *decoder) once(o object, x *slo.Exclusion) {
	if at, ok := o.get("duration"); ok {
		d.problem(at, "is of a recurring exclusion, with every; give from and to")
	}
	before := d.found
	if at, ok := o.require("from", "from: 2026-03-01T22:00"); ok {
		x.From = d.instant(at, x.Zone)
	}
	to, ok := o.require("to", "to: 2026-03-02T02:00")
	if !ok {
		return
	}
	x.To = d.instant(to, x.Zone)
	if d.found == before && !x.To.After(x.From) {
		d.problem(to, "ends at %s, not after it begins, at %s", x.To.Format(time.RFC3339), x.From.Format(time.RFC3339))
	}
}

func (d *decoder) optionalInstant(o object, name string, zone *time.Location) time.Time {
	if at, ok := o.get(name); ok {
		return d.instant(at, zone)
	}
	return time.Time{}
}

// instant reads RFC 3339, or a local date with or without a time.
func (d *decoder) instant(n node, zone *time.Location) time.Time {
	text, ok := d.text(n, "2026-03-01T22:00")
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
	d.problem(n, "%s is no time; write 2026-03-01T22:00 (in timezone, or UTC), 2026-03-01T22:00:00+01:00 or 2026-03-01", quote(text))
	return time.Time{}
}
