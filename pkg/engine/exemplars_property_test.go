package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/query"
)

// request is one event. It has an exemplar of each metric that counts it.
type request struct {
	trace                 string
	workload, code, route string
	seconds               float64
	at                    time.Time
}

func (r request) label(name string) string {
	return map[string]string{"workload": r.workload, "code": r.code, "route": r.route}[name]
}

// condition is a matcher, and its meaning.
type condition struct {
	text string
	is   func(request) bool
}

func equalTo(label, value string) condition {
	return condition{fmt.Sprintf("%s=%q", label, value), func(r request) bool { return r.label(label) == value }}
}

func not(label, value string) condition {
	return condition{fmt.Sprintf("%s!=%q", label, value), func(r request) bool { return r.label(label) != value }}
}

func startsWith(label, value string) condition {
	return condition{
		fmt.Sprintf("%s=~%q", label, value+".*"),
		func(r request) bool { return strings.HasPrefix(r.label(label), value) },
	}
}

var latencyBounds = []float64{0.1, 0.3, 1}

// randomExemplarSLO returns the SLI of a random definition, and whether it counts a request as bad.
func randomExemplarSLO(r *rand.Rand) (sli string, isBad func(request) bool) {
	one := func(of ...condition) condition { return of[r.IntN(len(of))] }
	scope := one(condition{"", func(request) bool { return true }}, equalTo("workload", "a"), not("route", "/health"),
		startsWith("route", "/c"))
	failed := one(startsWith("code", "5"), equalTo("code", "500"), equalTo("code", "404"), startsWith("code", "4"))
	bound := latencyBounds[r.IntN(len(latencyBounds))]
	selector := func(metric string, of ...condition) string {
		var all []string
		for _, c := range of {
			if c.text != "" {
				all = append(all, c.text)
			}
		}
		return fmt.Sprintf("'%s{%s}'", metric, strings.Join(all, ","))
	}
	le := condition{text: fmt.Sprintf("le=%q", fmt.Sprint(bound))}
	switch r.IntN(7) {
	case 0:
		return fmt.Sprintf("events: {total: %s, bad: %s}", selector("x_total", scope),
				selector("x_total", scope, failed)),
			func(e request) bool { return scope.is(e) && failed.is(e) }
	case 1:
		good := one(not("code", "500"), startsWith("code", "2"))
		return fmt.Sprintf("events: {total: %s, good: %s}", selector("x_total", scope),
				selector("x_total", scope, good)),
			func(e request) bool { return scope.is(e) && !good.is(e) }
	case 2:
		sum := strings.Trim(selector("x_total", scope, equalTo("code", "500")), "'") + " + " +
			strings.Trim(selector("x_total", scope, equalTo("code", "503")), "'")
		return fmt.Sprintf("events: {total: %s, bad: '%s'}", selector("x_total", scope), sum),
			func(e request) bool { return scope.is(e) && (e.code == "500" || e.code == "503") }
	case 3:
		return fmt.Sprintf("events: {total: %s, good: %s}", selector("h_seconds_count", scope),
				selector("h_seconds_bucket", scope, le)),
			func(e request) bool { return scope.is(e) && e.seconds > bound }
	case 4:
		fine := startsWith("code", "2")
		return fmt.Sprintf("events: {total: %s, good: %s}", selector("h_seconds_count", scope),
				selector("h_seconds_bucket", scope, fine, le)),
			func(e request) bool { return scope.is(e) && !(fine.is(e) && e.seconds <= bound) }
	case 5:
		return fmt.Sprintf("latency: {histogram: %s, threshold: %gms}", selector("n_seconds", scope), 1000*bound),
			func(e request) bool { return scope.is(e) && e.seconds > bound }
	}
	return fmt.Sprintf("latency: {histogram: %s, threshold: %gms}", selector("h_seconds", scope), 1000*bound),
		func(e request) bool { return scope.is(e) && e.seconds > bound }
}

func addRequests(r *rand.Rand, server *promtest.Server) (all []request) {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	for i := range 150 {
		e := request{
			fmt.Sprint("t", i), pick("a", "b"), pick("200", "201", "404", "500", "503"),
			pick("/cart", "/checkout", "/health"),
			pickFloat(r, 0.05, 0.1, 0.2, 0.3, 0.31, 0.9, 1, 4), time.Unix(int64(r.IntN(3*3600)), 0).UTC(),
		}
		all = append(all, e)
		labels := fmt.Sprintf("workload=%q,code=%q,route=%q", e.workload, e.code, e.route)
		bucket := "+Inf"
		if n := slices.IndexFunc(latencyBounds, func(bound float64) bool { return e.seconds <= bound }); n >= 0 {
			bucket = fmt.Sprint(latencyBounds[n])
		}
		x := prom.Exemplar{Labels: map[string]string{"trace_id": e.trace}, Value: e.seconds, At: e.at}
		server.AddExemplars(`h_seconds_bucket{`+labels+fmt.Sprintf(`,le=%q}`, bucket), x)
		server.AddExemplars(`n_seconds{`+labels+`}`, x)
		x.Value = 1
		server.AddExemplars(`x_total{`+labels+`}`, x)
	}
	return all
}

func pickFloat(r *rand.Rand, of ...float64) float64 { return of[r.IntN(len(of))] }

// Over random definitions, filters of a breakdown's row, time ranges and exclusions, the exemplars
// are exactly the bad events of their groups.
func TestExemplarsOfRandomDefinitions(t *testing.T) {
	offered := 0
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 21))
		server := promtest.Load(t, "load 1m\n  up 1x180\n")
		all := addRequests(r, server)
		e := engine.New(server, engine.Options{Now: func() time.Time { return time.Unix(3*3600, 0) }})
		for range 60 {
			sli, isBad := randomExemplarSLO(r)
			from := time.Unix(int64(r.IntN(90*60)), 0).UTC()
			to, out := from.Add(time.Duration(r.IntN(90))*time.Minute), from.Add(10*time.Minute).Truncate(time.Minute)
			c, problems := catalog.Parse([]byte(fmt.Sprintf("slos: [{name: a, objective: 99, window: 1d, by: [workload], sli: {%s}, exclude: [{from: %s, to: %s}]}]",
				sli, out.Format(time.RFC3339), out.Add(5*time.Minute).Format(time.RFC3339))))
			require.NoError(t, problems.Err(), sli)
			row := equalTo([]string{"workload", "code", "route"}[r.IntN(3)],
				[]string{"a", "500", "/cart", "404"}[r.IntN(4)])
			label, value, _ := strings.Cut(strings.ReplaceAll(row.text, `"`, ""), "=")
			filter, err := catalog.NewFilter(label, "=", value)
			require.NoError(t, err)
			filters := []*catalog.Filter{filter}
			if r.IntN(2) == 0 {
				filters, row = nil, condition{is: func(request) bool { return true }}
			}
			slos, _, err := query.Query{Filters: filters}.Resolve(c)
			require.NoError(t, err)
			got, err := e.Exemplars(t.Context(), slos, from, to)
			require.NoError(t, err, sli)
			want := map[string]string{}
			for _, x := range all {
				isExcluded := x.at.After(out) && !x.at.After(out.Add(5*time.Minute))
				if isBad(x) && row.is(x) && x.at.After(from) && !x.at.After(to) && !isExcluded {
					want[x.trace] = x.workload
				}
			}
			found := map[string]string{}
			for _, x := range got.Rows {
				found[x.TraceID] = x.Labels["workload"]
			}
			require.Equal(t, want, found, "seed %d: %s of %s", seed, sli, row.text)
			require.Len(t, got.Rows, len(found))
			offered += len(found)
		}
	}
	require.Greater(t, offered, 1000)
}
