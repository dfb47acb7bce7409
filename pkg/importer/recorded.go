package importer

import (
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/slo"
)

// Series is one series with its present value.
type Series struct {
	Labels map[string]string // including __name__
	Value  float64
}

// Selectors returns the selectors of the series that Recorded needs, at the present time.
func Selectors() []string {
	return []string{
		`{__name__=~"slo:sli_error:ratio_rate5m|slo:objective:ratio|slo:time_period:days|sloth_slo_info"}`,
		`{__name__=~"pyrra_objective|pyrra_window|pyrra_requests:rate5m",slo!=""}`,
		`{__name__=~".+:burnrate[0-9]+[mhd]",slo!=""}`,
	}
}

// Recorded converts the series of recording rules of Sloth and Pyrra to a catalog.
func Recorded(series []Series) (Result, error) {
	im := &importer{}
	im.slothRecorded(series)
	im.pyrraRecorded(series)
	return im.result()
}

func valueOf(series []Series, name, label, value string) (float64, bool) {
	i := slices.IndexFunc(series, func(s Series) bool { return s.Labels["__name__"] == name && s.Labels[label] == value })
	if i < 0 {
		return 0, false
	}
	return series[i].Value, true
}

// noPlace is a value for notes that refer to no document.
func noPlace(name string) *value { return &value{path: name, used: true} }

func (im *importer) slothRecorded(series []Series) {
	var ids []string
	for _, s := range series {
		id := s.Labels["sloth_id"]
		if s.Labels["__name__"] != "slo:sli_error:ratio_rate5m" || id == "" || slices.Contains(ids, id) {
			continue
		}
		ids = append(ids, id)
		im.noteFormat("rules of Sloth")
		d := definition{name: id, window: "30d", labels: map[string]string{}}
		at := noPlace(id)
		if service := s.Labels["sloth_service"]; service != "" {
			d.labels["service"] = service
		}
		share, ok := valueOf(series, "slo:objective:ratio", "sloth_id", id)
		if d.objective = percent(share); !ok {
			d.objective = 99.9
			im.warn(at, "no slo:objective:ratio contains the objective. 99.9 was used")
		}
		period := slothPeriod
		if days, ok := valueOf(series, "slo:time_period:days", "sloth_id", id); ok && days >= 1 && days <= 366 {
			period = time.Duration(days) * day
			d.window = slo.FormatDuration(period)
		}
		d.sli = mapping("recorded",
			mapping("ratio", promexpr.Series("slo:sli_error:ratio_rate5m", promexpr.Equal("sloth_id", id)).String()))
		im.warn(at,
			"Sloth records no events, only their ratio: every 5m weigh the same, busy or idle. Give `total`, a recorded rate, or count the events themselves")
		im.setPolicy(at, &d, "sloth", slices.Concat(slothPage, slothTicket), period)
		im.add(at, d)
	}
}

func (im *importer) pyrraRecorded(series []Series) {
	var seen []string
	for _, s := range series {
		metric, window, ok := strings.Cut(s.Labels["__name__"], ":burnrate")
		id := s.Labels["slo"]
		if !ok || id == "" || slices.Contains(seen, id) || !isShortestWindow(series, metric, id, window) {
			continue
		}
		seen = append(seen, id)
		im.noteFormat("rules of Pyrra")
		at := noPlace(id)
		d := definition{name: id, window: "28d", labels: map[string]string{}}
		share, known := valueOf(series, "pyrra_objective", "slo", id)
		if d.objective = percent(share); !known {
			d.objective = 99
			im.warn(at, "no pyrra_objective contains the objective (Pyrra's generic rules are off). 99 was used")
		}
		period := 28 * day
		if seconds, ok := valueOf(series, "pyrra_window", "slo", id); ok && seconds >= 3600 && seconds <= 366*86400 {
			period = time.Duration(seconds) * time.Second
			d.window = slo.FormatDuration(period)
		} else {
			im.warn(at, "no pyrra_window contains the window. 28d was used")
		}
		total := ""
		if _, ok := valueOf(series, "pyrra_requests:rate5m", "slo", id); ok {
			total = promexpr.Series("pyrra_requests:rate5m", promexpr.Equal("slo", id)).String()
		} else {
			im.warn(at, "no pyrra_requests:rate5m contains the number of events (Pyrra's generic rules are off). All 5m have the same weight")
		}
		ratio := promexpr.Series(metric+":burnrate"+window, promexpr.Equal("slo", id)).String()
		d.sli = mapping("recorded", mapping("ratio", ratio, "total", total))
		im.setPolicy(at, &d, "pyrra", im.pyrraAlerts(&value{}, period), period)
		im.add(at, d)
	}
}

func isShortestWindow(series []Series, metric, id, window string) bool {
	own, err := slo.ParseDuration(window)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(series, func(s Series) bool {
		other, ok := strings.CutPrefix(s.Labels["__name__"], metric+":burnrate")
		d, err := slo.ParseDuration(other)
		return ok && err == nil && s.Labels["slo"] == id && d < own
	})
}
