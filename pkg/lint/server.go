package lint

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/promexpr"
	"github.com/burnline/burnline/pkg/sli"
)

// Server answers queries, and lists names and series.
type Server interface {
	Query(ctx context.Context, expr string, at time.Time) (model.Matrix, []string, error)
	LabelNames(ctx context.Context, selector string, start, end time.Time) ([]string, error)
	LabelValues(ctx context.Context, label, selector string, start, end time.Time) (values, warnings []string,
		err error)
	Names(ctx context.Context, label, selector string, start, end time.Time, limit uint64) ([]string, error)
}

// typedServer also lists the types of metrics, from the metadata of targets.
type typedServer interface {
	MetricTypes(ctx context.Context) (map[string]string, error)
}

const (
	keptFor      = time.Hour       // findings; refreshes of a dashboard cause no query
	failedFor    = 5 * time.Minute // an error of the server
	typesKeptFor = 24 * time.Hour  // the metadata of all metrics, one request

	lookedAt = time.Hour // the time in which decreases of gauges and increases of buckets count
	// minGaugeFalls is the number of decreases from which a series is a gauge: no healthy process
	// restarts so often.
	minGaugeFalls = 4
	// explainedOver is the time in which series show that nothing is wrong.
	explainedOver = 7 * 24 * time.Hour
)

// Linter checks SLOs against a server and caches findings for an hour. It is safe for concurrent
// use.
type Linter struct {
	server Server
	known  *memory.Cache[string, cachedFindings]
	types  *memory.Cache[struct{}, map[string]string]
}

type cachedFindings struct {
	findings []Finding
	err      error
	requests int
}

// New returns a linter of a server, with a cache in a scope.
func New(server Server, s memory.Scope) *Linter {
	return &Linter{
		server: server,
		known: memory.NewCache(s, "findings",
			func(key string, k cachedFindings) int { return len(key) + findingBytes*len(k.findings) }),
		types: memory.NewCache(s, "types",
			func(_ struct{}, types map[string]string) int { return typeBytes * len(types) }),
	}
}

// Approximate sizes of a finding and of the type of a metric.
const (
	findingBytes = 512
	typeBytes    = 128
)

// Findings returns the mistakes in the definition, and those that the server's present data shows,
// including members of a composite. If the server fails, it returns the former and an error.
// requests is the number of requests of this call.
func (l *Linter) Findings(ctx context.Context, s catalog.SLO, at time.Time) (findings []Finding, requests int,
	err error,
) {
	if s.Composite() != nil {
		out, err := findInMembers(s, func(member catalog.SLO) ([]Finding, error) {
			found, n, err := l.Findings(ctx, member, at)
			requests += n
			return found, err
		})
		return append(out, findSteadyAlerts(s)...), requests, err
	}
	out := Definition(s)
	if s.IsCountedByPods() && len(readsOf(s)) == 0 {
		return out, 0, nil
	}
	questions := expressionsOf(s)
	key := fmt.Sprintf("%s\n%q\n%s", questions.text(), s.By, s.Window)
	for _, i := range limitsOf(s) {
		key += fmt.Sprintf("\n%s %s", i.at, i.unit)
	}
	if i, ok := s.SLI.(*sli.Timeslice); ok {
		key += fmt.Sprintf("\n%v", i.Value)
	}
	answer, name, err := l.known.Load(ctx, key, func(ctx context.Context) (cachedFindings, time.Duration, error) {
		look := &serverCheck{server: l.server, types: l.metricTypes(ctx), slo: s, at: at}
		found, err := look.findings(ctx, questions)
		switch answer := (cachedFindings{found, err, look.requests}); {
		case err == nil:
			return answer, keptFor, nil
		case ctx.Err() != nil: // the deadline was too short
			return answer, 0, nil
		default:
			return answer, failedFor, nil
		}
	})
	if name {
		requests = answer.requests
	}
	return append(out, answer.findings...), requests, cmp.Or(err, answer.err)
}

// metricTypes returns the types by metric; none if the server has no metadata.
func (l *Linter) metricTypes(ctx context.Context) map[string]string {
	server, ok := l.server.(typedServer)
	if !ok {
		return nil
	}
	types, _, _ := l.types.Load(ctx, struct{}{}, func(ctx context.Context) (map[string]string, time.Duration, error) {
		types, _ := server.MetricTypes(ctx)
		return types, typesKeptFor, nil
	})
	return types
}

// expressionList contains named expressions with at most one result each.
type expressionList struct {
	names []string
	exprs []parser.Expr
}

func (q *expressionList) add(name string, e parser.Expr) {
	q.names, q.exprs = append(q.names, name), append(q.exprs, e)
}

// classic returns the list without expressions on native histograms.
func (q *expressionList) classic() *expressionList {
	out := &expressionList{}
	for i, name := range q.names {
		if !strings.HasPrefix(name, nativePrefix) {
			out.add(name, q.exprs[i])
		}
	}
	return out
}

// nativePrefix starts the names of expressions that a server without native histograms cannot
// evaluate.
const nativePrefix = "native"

func (q *expressionList) text() string {
	if len(q.exprs) == 0 {
		return ""
	}
	return promexpr.Union(q.exprs...).String()
}

func expressionsOf(s catalog.SLO) *expressionList {
	q := &expressionList{}
	count := func(ms []*labels.Matcher) parser.Expr {
		return promexpr.Aggregate(parser.COUNT, nil, promexpr.Selector(ms))
	}
	for i, r := range readsOf(s) {
		name := func(what string) string { return fmt.Sprintf("%s %d", what, i) }
		ms := r.matchers
		switch r.use {
		case sli.Histogram:
			ms = withMetricName(r.matchers, withoutBucketSuffix(r.metric())+"_bucket")
			q.add(name(nativePrefix),
				promexpr.Aggregate(parser.COUNT, nil,
					promexpr.Call("histogram_count",
						promexpr.Selector(withMetricName(r.matchers, withoutBucketSuffix(r.metric()))))))
			q.add(name("plain"), count(withMetricName(r.matchers, withoutBucketSuffix(r.metric()))))
			for what, quantile := range map[string]float64{"low": 0.05, "high": 0.999} {
				rise := promexpr.Sum([]string{model.BucketLabel},
					promexpr.Over("increase", promexpr.Selector(ms), lookedAt))
				q.add(r.path+what, promexpr.Call("histogram_quantile", promexpr.Number(quantile), rise))
				native := promexpr.Sum(nil,
					promexpr.Over("increase",
						promexpr.Selector(withMetricName(r.matchers, withoutBucketSuffix(r.metric()))), lookedAt))
				q.add(nativePrefix+r.path+what, promexpr.Call("histogram_quantile", promexpr.Number(quantile), native))
			}
		case sli.Counter:
			q.add(name("falls"),
				promexpr.Aggregate(parser.MAX, nil, promexpr.Over("resets", promexpr.Selector(ms), lookedAt)))
		}
		if r.path == "sli.recorded.ratio" || r.path == "sli.probe.gauge" {
			q.add("least",
				promexpr.Aggregate(parser.MIN, nil, promexpr.Over("min_over_time", promexpr.Selector(ms), lookedAt)))
			q.add("most",
				promexpr.Aggregate(parser.MAX, nil, promexpr.Over("max_over_time", promexpr.Selector(ms), lookedAt)))
		}
		q.add(name("there"), count(ms))
		if r.path == "sli.timeslice.expr" {
			continue // its labels are those of the expression
		}
		for j, label := range groupLabels(s) {
			has := labels.MustNewMatcher(labels.MatchNotEqual, label, "")
			q.add(name(fmt.Sprintf("by %d of", j)), count(append(append([]*labels.Matcher{}, ms...), has)))
		}
	}
	if i, ok := s.SLI.(*sli.Timeslice); ok {
		e, _ := promexpr.Parse(i.Expr) // the catalog has parsed the expression
		q.add("values",
			promexpr.Aggregate(parser.COUNT, nil,
				promexpr.Call("count_over_time", promexpr.Subquery(e, lookedAt, lookedAt/12))))
		if !comparesDurations(i.Expr) {
			return q
		}
		q.add("typical",
			promexpr.Aggregate(parser.MAX, nil,
				promexpr.Call("quantile_over_time", promexpr.Number(0.5), promexpr.Subquery(e, lookedAt, lookedAt/12))))
	}
	return q
}

// comparesDurations reports whether the value of an expression is a duration, by the names in it.
func comparesDurations(expr string) bool {
	return regexp.MustCompile(`histogram_quantile|seconds|_ms\b|latency|duration`).MatchString(expr)
}

// groupLabels returns the group labels that are labels of series; "" for each other one.
func groupLabels(s catalog.SLO) []string {
	if s.IsCountedByPods() {
		return nil // found by the owner of the pod
	}
	if e, ok := s.SLI.(*sli.Events); ok && strings.Contains(e.Total+e.Bad+e.Good, "label_") {
		return nil // made by label_replace() or label_join()
	}
	return s.By
}

func withoutBucketSuffix(metric string) string { return strings.TrimSuffix(metric, "_bucket") }

func withMetricName(ms []*labels.Matcher, metric string) []*labels.Matcher {
	out := []*labels.Matcher{promexpr.Equal(model.MetricNameLabel, metric)}
	for _, m := range ms {
		if m.Name != model.MetricNameLabel {
			out = append(out, m)
		}
	}
	return out
}

type values map[string]float64

func (a values) has(name string) bool { _, ok := a[name]; return ok }

func (a values) first(names ...string) (v float64, ok bool) {
	for _, name := range names {
		if v, ok = a[name]; ok {
			break
		}
	}
	return v, ok
}

func (l *serverCheck) query(ctx context.Context, q *expressionList) (values, error) {
	out := values{}
	if len(q.exprs) == 0 {
		return out, nil
	}
	l.requests++
	matrix, _, err := l.server.Query(ctx, q.text(), l.at)
	// VictoriaMetrics has no histogram_count()
	if classic := q.classic(); err != nil && ctx.Err() == nil && len(classic.exprs) < len(q.exprs) {
		l.requests++
		q = classic
		matrix, _, err = l.server.Query(ctx, q.text(), l.at)
	}
	if err != nil {
		return nil, err
	}
	for _, series := range matrix {
		if len(series.Values) > 0 && !math.IsNaN(float64(series.Values[0].Value)) {
			out[q.names[promexpr.Part(series.Metric)]] = float64(series.Values[0].Value)
		}
	}
	return out, nil
}
