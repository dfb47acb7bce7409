//go:build suite

package conformance

import (
	"context"
	"errors"
	"time"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/recording"
)

// server is one column of the table.
type server struct {
	name     string
	start    func(ctx context.Context, project *stack.Project, s *samples) (*started, error)
	settings map[string]any     // of the data source, as in docs/backends.md
	cannot   map[string]cannot  // by check
	without  map[string]string  // checks that do not apply, and the reason
	instead  map[string]instead // case files with another correct number
	optional bool               // not available on every machine
	shift    time.Duration      // of the case files, which otherwise begin in 1970
}

// started is a running server.
type started struct {
	url  string
	stop func()
}

// cannot is a sentence about the limitation of a server, and a required part of the plugin's error.
type cannot struct{ why, message string }

const noNative = "native histograms are an experiment in Prometheus 2, whose last_over_time leaves them out"

const vmRange = "VictoriaMetrics turns native histograms into buckets of its own (vmrange)"

// sameCalendar is 56 years: 1970 and 2026 have the same days of the week and no 29 February.
const sameCalendar = 20454 * 24 * time.Hour

// instead replaces a word of a case file on a server, and gives the reason.
type instead struct{ of, right, why string }

// servers returns the columns, in order.
func servers() []server {
	return []server{
		{name: "prometheus-3.16", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			b, err := p.ServePrometheus(ctx, s.whole)
			return startedBackend(b, err)
		}},
		{
			name: "prometheus-2.42", optional: true,
			start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
				b, err := p.ServeOldPrometheus(ctx, s.whole)
				return startedBackend(b, err)
			},
			without: map[string]string{
				"case native-and-classic-at-once": noNative, "case native-canary": noNative,
				"case native-migration": noNative, "case native-rollout": noNative,
			},
			cannot: map[string]cannot{
				"summary of latency-native":   {noNative, "Use classic buckets or Prometheus 3"},
				"case native-latency":         {noNative, "Use classic buckets or Prometheus 3"},
				"case quantile-both-forms":    {noNative, "Use classic buckets or Prometheus 3"},
				"case quantile-native-canary": {noNative, "Use classic buckets or Prometheus 3"},
			},
		},
		{name: "thanos", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			t, err := p.ServeThanos(ctx, stack.ThanosData{Sidecar: s.holed, Bucket: s.whole})
			if err != nil {
				return nil, err
			}
			return &started{t.URL, t.Stop}, nil
		}, without: ownCluster()},
		{name: "thanos-frontend", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
			t, err := p.ServeThanos(ctx, stack.ThanosData{Sidecar: s.holed, Bucket: s.whole})
			if err != nil {
				return nil, err
			}
			return &started{t.Frontend, t.Stop}, nil
		}, without: ownCluster()},
		{
			name: "mimir",
			start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
				b, err := p.ServeMimir(ctx, s.whole, "month", stack.MimirLimited)
				return startedBackend(b, err)
			},
			settings: map[string]any{"tenant": "month"},
		},
		{
			name: "victoriametrics", start: func(ctx context.Context, p *stack.Project, s *samples) (*started, error) {
				b, err := p.ServeVictoriaMetrics(ctx)
				if err != nil {
					return nil, err
				}
				for _, series := range [][]recording.Series{s.month.Series, recording.Shifted(s.ofAll, sameCalendar)} {
					err = errors.Join(err, recording.Push(ctx, b.URL+"/api/v1/write", nil, series))
				}
				if err = errors.Join(err, b.Flush(ctx)); err != nil {
					b.Stop()
					return nil, err
				}
				return &started{b.URL, b.Stop}, nil
			},
			shift: sameCalendar,
			without: map[string]string{
				"case calendar-dst":                          "needs the summer time of 1970, and VictoriaMetrics keeps no samples so old",
				"case recorded-mean":                         "reads one slice more at the edge of a gap: the lookback of VictoriaMetrics includes its left end",
				"case resources-container-restarts-every-2m": "increase() of VictoriaMetrics does not extrapolate: a life of four samples shows three quarters of its CPU",
				"case exclude-weekly":                        "needs the time zone of 1970, and VictoriaMetrics keeps no samples so old",
			},
			instead: map[string]instead{
				"case increase": {
					"2~0.05", "3",
					"increase() of VictoriaMetrics does not extrapolate and counts the first value of a new counter: 3 bad events, where Prometheus shows 2",
				},
			},
			cannot: map[string]cannot{
				"exemplars": {
					"has no API for exemplars",
					"VictoriaMetrics does not store exemplars. Query a Prometheus, Thanos or Mimir",
				},
				"summary of latency-native":       {vmRange, "stores native histograms as vmrange buckets"},
				"case native-latency":             {vmRange, "stores native histograms as vmrange buckets"},
				"case native-and-classic-at-once": {vmRange, "stores native histograms as vmrange buckets"},
				"case native-canary":              {vmRange, "stores native histograms as vmrange buckets"},
				"case native-migration":           {vmRange, "stores native histograms as vmrange buckets"},
				"case native-rollout":             {vmRange, "stores native histograms as vmrange buckets"},
				"case quantile-both-forms":        {vmRange, "stores native histograms as vmrange buckets"},
				"case quantile-native-canary":     {vmRange, "stores native histograms as vmrange buckets"},
			},
		},
	}
}

// ownCluster are cases with the label cluster, which the external label of a Thanos replaces.
func ownCluster() map[string]string {
	const why = "the sidecar's external label cluster replaces that of the series"
	out := map[string]string{}
	for _, name := range []string{
		"kubernetes-exporter-own-cluster-label", "resources-cluster-contradicts", "resources-cluster-label-comes",
		"resources-cluster-on-ksm-only",
		"resources-cluster-on-one-of-two-ksm", "resources-cri-dockerd-in-one-cluster",
		"resources-gpus-shared-and-whole",
		"resources-honorlabels-in-one-cluster", "resources-ksm-of-one-cluster-away",
		"resources-two-clusters-ksm-without", "resources-two-clusters-one-name",
		"resources-tcp-of-several-exporters",
	} {
		out["case "+name] = why
	}
	return out
}

func startedBackend(b *stack.Backend, err error) (*started, error) {
	if err != nil {
		return nil, err
	}
	return &started{b.URL, b.Stop}, nil
}
