package plugin

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/sli"
	"github.com/burnline/burnline/pkg/sli/presets"
	"github.com/burnline/burnline/pkg/slo"
)

// States of a preset.
const (
	presetReady   = "ready"   // all SLOs can be used
	presetPartial = "partial" // some SLOs, or not all labels
	presetAbsent  = "absent"  // no SLO; common names such as http_requests_total may belong to another exporter
)

type presetInfo struct {
	presets.Preset
	State   string      `json:"state"`
	Metrics []string    `json:"metrics"` // names that were looked up
	Found   []string    `json:"found"`
	SLOs    []presetSLO `json:"slos"`
	Catalog string      `json:"catalog"` // YAML of the SLOs that are ready
}

type presetSLO struct {
	sloInfo
	Ready         bool        `json:"ready"`
	Missing       []string    `json:"missing"` // metrics
	MissingLabels []string    `json:"lacking"` // labels
	Notes         []string    `json:"notes"`   // changes to fit the server
	Catalog       string      `json:"catalog"` // YAML of this SLO, if it is ready
	Suggestion    *suggestion `json:"suggestion,omitempty"`
}

// suggestion is an objective that the SLO's past window would have met.
type suggestion struct {
	Objective *float64       `json:"objective"` // percent; null when nine of ten groups met no usual objective
	Kept      int            `json:"kept"`
	Groups    int            `json:"groups"`
	Least     []measuredPart `json:"least"`   // the groups with the lowest share of good events, at most five
	Problem   string         `json:"problem"` // why there are no numbers
}

type measuredPart struct {
	Labels   map[string]string `json:"labels"`
	SLI      float64           `json:"sli"`      // share of good events
	Coverage float64           `json:"coverage"` // share of the window that was measured
}

// maxWorstGroups bounds the groups in a suggestion.
const maxWorstGroups = 5

// listPresets shows of every preset whether its metrics are there.
func (d *Datasource) listPresets(r *http.Request) (any, error) {
	all, err := presets.All()
	if err != nil {
		return nil, err
	}
	found, err := d.detectPresets(r, all...)
	if err != nil {
		return nil, err
	}
	out := make([]presetInfo, len(found))
	for i, f := range found {
		if out[i], err = describePreset(f); err != nil {
			return nil, err
		}
	}
	return map[string]any{"presets": out}, nil
}

// showPreset shows one preset; with suggest=1 it reads the SLOs' windows, and its catalog has the
// objectives that the past would have kept.
func (d *Datasource) showPreset(r *http.Request) (any, error) {
	p, err := presets.Find(r.PathValue("name"))
	if err != nil {
		return nil, &statusError{http.StatusNotFound, err}
	}
	suggest, err := strconv.ParseBool(cmp.Or(r.URL.Query().Get("suggest"), "0"))
	if err != nil {
		return nil, &statusError{http.StatusBadRequest, errors.New("suggest: want 1 or 0")}
	}
	found, err := d.detectPresets(r, p)
	if err != nil {
		return nil, err
	}
	preset := found[0]
	var suggested map[string]*suggestion
	if suggest {
		suggested = d.suggest(r, preset)
		kept := map[string]slo.Objective{}
		for name, s := range suggested {
			if s.Objective != nil {
				kept[name] = slo.ObjectiveFromPercent(*s.Objective)
			}
		}
		if preset, err = preset.WithObjectives(kept); err != nil {
			return nil, err
		}
		if preset, err = d.targets(r, preset); err != nil {
			return nil, err
		}
	}
	out, err := describePreset(preset)
	for i := range out.SLOs {
		out.SLOs[i].Suggestion = suggested[out.SLOs[i].Name]
	}
	return out, err
}

func (d *Datasource) detectPresets(r *http.Request, all ...presets.Preset) ([]presets.Finding, error) {
	return presets.Detect(r.Context(), d.engines.accessOf(r.Context()).client, all, time.Now())
}

func describePreset(f presets.Finding) (presetInfo, error) {
	text, err := presets.Catalog(f.Ready())
	if err != nil {
		return presetInfo{}, err
	}
	out := presetInfo{
		Preset: f.Preset, State: presetAbsent, Metrics: f.Metrics(), Found: append([]string{}, f.Found...),
		Catalog: text,
	}
	whole, some := true, false
	for _, o := range f.Offers {
		alone := ""
		if o.Ready {
			if alone, err = presets.Catalog([]presets.Definition{o.Definition}); err != nil {
				return presetInfo{}, err
			}
		}
		out.SLOs = append(out.SLOs, presetSLO{
			sloInfo: sloInfos([]catalog.SLO{o.SLO})[0], Ready: o.Ready, Missing: append([]string{}, o.Missing...),
			MissingLabels: append([]string{}, o.MissingLabels...), Notes: append([]string{}, o.Notes...),
			Catalog: alone,
		})
		whole, some = whole && o.Ready && len(o.MissingLabels) == 0, some || o.Ready
	}
	switch {
	case whole:
		out.State = presetReady
	case some:
		out.State = presetPartial
	}
	return out, nil
}

// suggest reads each ready SLO over its window. The result is by the name of the SLO.
func (d *Datasource) suggest(r *http.Request, f presets.Finding) map[string]*suggestion {
	out := map[string]*suggestion{}
	for _, ready := range f.Ready() {
		report, err := withEngine(r.Context(), d.engines, false, func(e *engine.Engine) (*engine.Report, error) {
			return e.Summary(r.Context(), []catalog.SLO{ready.SLO}, time.Now())
		})
		if err != nil {
			out[ready.Name] = &suggestion{Least: []measuredPart{}, Problem: plainText(err)}
			continue
		}
		out[ready.Name] = suggestionOf(report.Rows)
	}
	return out
}

// targets adds throughput SLOs with targets from the last 30 days. If data cannot be read, there is
// no target, and the suggestion contains the reason.
func (d *Datasource) targets(r *http.Request, f presets.Finding) (presets.Finding, error) {
	now := time.Now()
	for _, ready := range f.Ready() {
		if ready.Kind() != sli.KindEvents {
			continue
		}
		h, err := withEngine(r.Context(), d.engines, false, func(e *engine.Engine) (*engine.TimeSeriesReport, error) {
			return e.TimeSeries(r.Context(), []catalog.SLO{ready.SLO}, []engine.Metric{engine.MetricThroughput},
				now.Add(-ready.Window), now, time.Hour)
		})
		if err != nil {
			continue
		}
		traffic := make([]presets.Traffic, len(h.Series))
		for i, s := range h.Series {
			traffic[i].Labels = s.Labels
			for _, p := range s.Points {
				if p.Value != nil {
					traffic[i].Hours = append(traffic[i].Hours, *p.Value)
				}
			}
		}
		more, err := presets.Targets(ready, traffic)
		if err != nil {
			return f, err
		}
		f = f.WithDefinitions(more)
	}
	return f, nil
}

func suggestionOf(rows []engine.Row) *suggestion {
	out := &suggestion{Least: []measuredPart{}}
	var good []float64
	for _, row := range rows {
		if share, ok := slo.SLI(row.Window.Counts); ok {
			good = append(good, share)
			out.Least = append(out.Least, measuredPart{row.Labels, share, row.Window.Coverage})
		}
	}
	slices.SortStableFunc(out.Least, func(a, b measuredPart) int { return cmp.Compare(a.SLI, b.SLI) })
	out.Least = out.Least[:min(len(out.Least), maxWorstGroups)]
	s, ok := presets.Suggest(good)
	out.Kept, out.Groups = s.Kept, s.Groups
	switch {
	case ok:
		percent := s.Objective.Percent()
		out.Objective = &percent
	case len(good) == 0:
		out.Problem = "no events in the window"
	default:
		out.Problem = "no usual objective was kept by nine of ten groups"
	}
	return out
}
