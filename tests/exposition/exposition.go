// Package exposition converts texts in Prometheus' exposition format to a history: a few texts of
// one target over a day become the samples that a Prometheus would store.
//
//	# target job="istio",pod="cart-1"
//	# at 0h
//	# TYPE istio_requests_total counter
//	istio_requests_total{response_code="200"} 0
//	# at 24h
//	# TYPE istio_requests_total counter
//	istio_requests_total{response_code="200"} 14400
//	istio_requests_total{response_code="500"} 144
//
// A scrape happens every minute. Between two texts, counters, and the buckets, sums and counts of
// histograms, grow evenly in whole numbers. Gauges keep their value until the next text. A counter
// that is not in the earlier text begins with its first event. A counter that is not in the later
// text ends at once, a gauge with that text. If target and exporter have the same label, the
// target's is used, and the exporter's becomes exported_<label>, as in a scrape without
// honorLabels. "# honor target ..." is one with it.
package exposition

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/tests/recording"
)

// interval is the time between two scrapes.
const interval = time.Minute

// gone is the stale marker of a series.
var gone = math.Float64frombits(value.StaleNaN)

// target is the scrape target of the following texts.
type target struct {
	labels labels.Labels
	honor  bool
}

// text is one exposition of a target at a time.
type text struct {
	at     time.Duration
	series []series
}

type series struct {
	labels labels.Labels
	gauge  bool
	value  float64
}

// Parse returns the samples of all targets in a file. Time starts at the epoch.
func Parse(file string) ([]recording.Series, error) {
	var out []recording.Series
	var of target
	var texts []text
	var body strings.Builder
	flush := func() error {
		if len(texts) == 0 {
			return nil
		}
		all, err := scraped(body.String(), of)
		texts[len(texts)-1].series = all
		body.Reset()
		return err
	}
	end := func() error {
		err := flush()
		out = append(out, history(texts)...)
		texts = nil
		return err
	}
	for line := range strings.Lines(file) {
		var err error
		switch words := strings.SplitN(strings.TrimSpace(line), " ", 4); {
		case len(words) > 2 && words[0] == "#" && words[1] == "at":
			if err = flush(); err == nil {
				var at model.Duration
				at, err = model.ParseDuration(words[2])
				texts = append(texts, text{at: time.Duration(at)})
			}
		case len(words) > 2 && words[0] == "#" && (words[1] == "target" || words[1] == "honor"):
			if err = end(); err == nil {
				of, err = targetOf(strings.TrimSpace(line))
			}
		default:
			body.WriteString(line)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
		}
	}
	return out, end()
}

func targetOf(line string) (target, error) {
	rest, honor := strings.CutPrefix(line, "# honor ")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "# "), "target ")
	l, err := parser.NewParser(parser.Options{}).ParseMetric("{" + rest + "}")
	return target{l, honor}, err
}

// scraped returns the series of a text, with the target's labels.
func scraped(body string, of target) ([]series, error) {
	var out []series
	types := map[string]model.MetricType{}
	p := textparse.NewPromParser([]byte(body), labels.NewSymbolTable(), false)
	for {
		entry, err := p.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
		switch entry {
		case textparse.EntryType:
			name, kind := p.Type()
			types[string(name)] = kind
		case textparse.EntrySeries:
			_, _, v := p.Series()
			var l labels.Labels
			p.Labels(&l)
			kind, known := types[l.Get(model.MetricNameLabel)]
			out = append(out, series{of.added(l), known && kind == model.MetricTypeGauge, v})
		}
	}
}

// added adds the target's labels to those of a series.
func (t target) added(l labels.Labels) labels.Labels {
	b := labels.NewBuilder(l)
	t.labels.Range(func(own labels.Label) {
		if was := l.Get(own.Name); was != "" {
			if t.honor {
				return
			}
			b.Set("exported_"+own.Name, was)
		}
		b.Set(own.Name, own.Value)
	})
	return b.Labels()
}

// history fills in the scrapes between the texts.
func history(texts []text) []recording.Series {
	at := map[string]int{}
	var out []recording.Series
	add := func(s series, when time.Duration, v float64) {
		key := s.labels.String()
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, recording.Series{Labels: s.labels})
		}
		out[i].Samples = append(out[i].Samples, recording.Sample{Ms: when.Milliseconds(), V: v})
	}
	for i, to := range texts {
		if i > 0 {
			between(texts[i-1], to, add)
		}
		if i == len(texts)-1 {
			for _, s := range to.series {
				add(s, to.at, s.value)
			}
		}
	}
	return out
}

// between adds the scrapes from a text until just before the next one, and the stale markers of
// series that end.
func between(from, to text, add func(series, time.Duration, float64)) {
	was, next := map[string]float64{}, map[string]bool{}
	for _, s := range from.series {
		was[s.labels.String()] = s.value
		add(s, from.at, s.value)
	}
	for _, s := range to.series {
		next[s.labels.String()] = true
	}
	for when := from.at + interval; when < to.at; when += interval {
		for _, s := range from.series {
			if s.gauge {
				add(s, when, s.value)
			}
		}
		for _, s := range to.series {
			before, known := was[s.labels.String()]
			share := float64(when-from.at) / float64(to.at-from.at)
			if v := before + math.Floor((s.value-before)*share); !s.gauge && (known || v > 0) {
				add(s, when, v)
			}
		}
	}
	for _, s := range from.series {
		switch {
		case next[s.labels.String()]:
		case s.gauge:
			add(s, to.at, gone)
		default:
			add(s, from.at+interval, gone)
		}
	}
}
