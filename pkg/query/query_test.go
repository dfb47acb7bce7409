package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	. "github.com/burnline/burnline/pkg/query"
)

var (
	from = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2026, 3, 2, 12, 34, 56, 789, time.FixedZone("CET", 3600))
	now  = to.Add(time.Hour)
)

func dataQuery(json string) backend.DataQuery {
	return backend.DataQuery{
		RefID: "A", JSON: []byte(json), TimeRange: backend.TimeRange{From: from, To: to}, Interval: time.Minute,
		MaxDataPoints: 500,
	}
}

func TestParseQuery(t *testing.T) {
	instant := time.Date(2026, 3, 2, 11, 34, 0, 0, time.UTC)
	base := Query{
		RefID: "A", Type: Summary, Metrics: []engine.Metric{engine.MetricBudget},
		Instant: instant, From: from, To: to.UTC(), Interval: time.Minute, MaxDataPoints: 500,
	}
	for _, c := range []struct {
		name, json string
		queryType  string
		want       func(q *Query)
	}{
		{"nothing", "", "", func(*Query) {}},
		{"null", "null", "", func(*Query) {}},
		{
			"Grafana's own fields", `{"refId":"A","datasource":{"uid":"x"},"hide":false,"key":5,"intervalMs":15000}`,
			"",
			func(*Query) {},
		},
		{
			"nulls", `{"queryType":null,"slos":null,"inline":null,"groupBy":null,"policy":null,"metrics":null}`, "",
			func(*Query) {},
		},
		{"the type outside of the JSON", `{}`, "workloads", func(q *Query) { q.Type = Workloads }},
		{
			"the type in the JSON wins", `{"queryType":"timeseries"}`, "workloads",
			func(q *Query) { q.Type = TimeSeries },
		},
		{"everything of the catalog", `{"slos":[]}`, "", func(*Query) {}},
		{
			"all fields",
			`{"queryType":"timeseries","slos":["a","b","a"],"groupBy":["ns"],"policy":"sre-workbook","metrics":["sli","burn","sli"]}`, "",
			func(q *Query) {
				q.Type, q.Names, q.GroupBy, q.Policy = TimeSeries, []string{"a", "b"}, []string{"ns"}, "sre-workbook"
				q.Metrics = []engine.Metric{engine.MetricSLI, engine.MetricBurn}
			},
		},
		{"one group", `{"groupBy":[]}`, "", func(q *Query) { q.GroupBy = []string{} }},
		{"inline", `{"inline":{"name":"x"},"slos":[]}`, "", func(q *Query) { q.Inline = []byte(`{"name":"x"}`) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dq := dataQuery(c.json)
			dq.QueryType = c.queryType
			got, err := ParseQuery(dq, now)
			require.NoError(t, err)
			want := base
			c.want(&want)
			assert.Equal(t, want, got)
		})
	}
}

func TestParseQueryErrors(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"not JSON", `{"slos":`, "the query is not JSON"},
		{"a list", `[1]`, "the query must be a JSON object, not a list"},
		{"unknown type", `{"queryType":"sumary"}`, `queryType: unknown query type "sumary". There are ` + allTypes()},
		{"a type that is no text", `{"queryType":5}`, `queryType: want text, for example "summary". Got 5`},
		{
			"slos as text", `{"slos":"availability"}`,
			`slos: want a list of texts, for example ["availability"]. Got the text "availability"`,
		},
		{
			"an SLO that is no text", `{"slos":["a",{}]}`,
			`slos[1]: want text, for example an element of ["availability"]. Got an object`,
		},
		{
			"an SLO that is null", `{"slos":[null]}`,
			`slos[0]: want text, for example an element of ["availability"]. Got null`,
		},
		{
			"an empty name", `{"slos":[" "]}`,
			"slos[0]: an SLO name is empty. Check your template variables. To query all SLOs, remove slos",
		},
		{"both", `{"slos":["a"],"inline":{}}`, "inline: use either slos or inline, not both"},
		{
			"inline as text", `{"inline":"name: a"}`,
			`inline: want an object, for example {"name": ..., "objective": 99.9, "window": "30d", "sli": ...}. Got the text "name: a"`,
		},
		{
			"unknown metric", `{"queryType":"timeseries","metrics":["budget","latency"]}`,
			`metrics[1]: unknown metric "latency". There are sli, budget, burn, events, bad, p95, throughput`,
		},
		{
			"all at once", `{"queryType":"x","policy":true,"groupBy":{},"metrics":[1]}`,
			`groupBy: want a list of texts, for example ["namespace", "workload"]. Got an object` + "\n" +
				`policy: want text, for example "page-and-slack". Got true` + "\n" +
				`metrics[0]: want text, for example an element of ["budget"]. Got 1` + "\n" +
				`queryType: unknown query type "x". There are ` + allTypes(),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseQuery(dataQuery(c.json), now)
			assert.EqualError(t, err, c.want)
			assert.True(t, fault.IsUserError(err))
		})
	}
}

func TestListsAreBounded(t *testing.T) {
	list := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"a%d",`, i)
		}
		return "[" + strings.TrimSuffix(b.String(), ",") + "]"
	}
	query := func(names, labels, policies int) backend.DataQuery {
		return dataQuery(`{"queryType":"burners","slos":` + list(names) + `,"groupBy":` + list(labels) +
			`,"burners":{"by":` + list(labels) +
			`},"backtest":{"policies":` + list(policies) + `}}`)
	}
	_, err := ParseQuery(query(1000, 50, 50), now)
	assert.NoError(t, err)
	_, err = ParseQuery(query(1001, 51, 52), now)
	assert.EqualError(t, err, "slos: too many values (1001). The maximum is 1000\n"+
		"groupBy: too many values (51). The maximum is 50\n"+
		"burners.by: too many values (51). The maximum is 50\n"+
		"backtest.policies: too many values (52). The maximum is 50")
}

func TestParseQueryTimeRange(t *testing.T) {
	dq := dataQuery(`{}`)
	dq.TimeRange = backend.TimeRange{}
	_, err := ParseQuery(dq, now)
	assert.EqualError(t, err, "timeRange: has no end. Give one, for example now")

	dq.TimeRange = backend.TimeRange{From: to, To: to}
	_, err = ParseQuery(dq, now)
	assert.NoError(t, err, "a summary is about one instant")

	dq.JSON = []byte(`{"queryType":"timeseries"}`)
	_, err = ParseQuery(dq, now)
	assert.EqualError(t, err,
		"timeRange: starts at 2026-03-02T11:34:56Z and ends at 2026-03-02T11:34:56Z, now at the latest. The range must end after its start")

	dq.TimeRange = backend.TimeRange{From: to, To: now.Add(48 * time.Hour)}
	q, err := ParseQuery(dq, now)
	assert.NoError(t, err)
	assert.Equal(t, now.UTC(), q.To, "the future has not been counted")
	assert.Equal(t, time.Date(2026, 3, 2, 12, 34, 0, 0, time.UTC), q.Instant)

	dq.TimeRange = backend.TimeRange{From: now.Add(time.Hour), To: now.Add(2 * time.Hour)}
	_, err = ParseQuery(dq, now)
	assert.EqualError(t, err,
		"timeRange: starts at 2026-03-02T13:34:56Z and ends at 2026-03-02T12:34:56Z, now at the latest. The range must end after its start")

	for _, queryType := range []Type{TimeSeries, History, Backtest} {
		dq.JSON = []byte(`{"queryType":"` + string(queryType) + `"}`)
		dq.TimeRange = backend.TimeRange{From: to.Add(-MaxRange), To: to}
		_, err = ParseQuery(dq, now)
		assert.NoError(t, err)
		dq.TimeRange.From = to.Add(-MaxRange - time.Second)
		q, err := ParseQuery(dq, now)
		assert.NoError(t, err)
		assert.Equal(t, to.Add(-MaxRange).UTC(), q.From)
		assert.Equal(t, []string{"The time range is longer than 732d. The answer begins at 2024-02-29T11:34:56Z."},
			q.Warnings)
	}
}

func TestSpacingKeepsPointsWithinBounds(t *testing.T) {
	for _, c := range []struct {
		span, interval time.Duration
		most           int64
		want           time.Duration
	}{
		{6 * time.Hour, time.Minute, 100, 216 * time.Second},
		{6 * time.Hour, 15 * time.Minute, 100, 15 * time.Minute},
		{11_000 * time.Minute, 0, 0, time.Minute},
		{11_000 * time.Hour, time.Second, 43_200, time.Hour}, // as in alert rules
		{time.Hour, 0, -5, 327_272_728},
		{3 * time.Nanosecond, 0, 2, 2},
	} {
		q := Query{From: to.Add(-c.span), To: to, Interval: c.interval, MaxDataPoints: c.most}
		assert.Equal(t, c.want, q.Spacing())
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{
		"", "null", `{"queryType":"timeseries","slos":["a"],"groupBy":[],"metrics":["sli"]}`, `{"inline":{"name":"x"}}`,
		`{"slos":[null,1,"é"]}`, `[`,
		`{"queryType":"whatif","whatif":{"objectives":[99,"99.9"],"windows":["7d"]}}`,
		`{"queryType":"burners","burners":{"by":["code"],"top":3}}`,
		`{"queryType":"backtest","backtest":{"policies":["sre-workbook"],"inline":{"a":[{"severity":"page","percent":2,"long":"1h"}]},"step":"5m"}}`,
	} {
		f.Add([]byte(seed), "summary", from.Unix(), to.Unix(), int64(60), int64(100))
		f.Add([]byte(seed), "timeseries", int64(0), int64(1)<<60, int64(-1), int64(1)<<60)
	}
	f.Fuzz(func(t *testing.T, source []byte, queryType string, start, end, interval, points int64) {
		dq := dataQuery("")
		dq.JSON, dq.QueryType = source, queryType
		dq.TimeRange = backend.TimeRange{From: time.Unix(start, 0), To: time.Unix(end, 0)}
		dq.Interval, dq.MaxDataPoints = time.Duration(interval), points
		q, err := ParseQuery(dq, now)
		if err != nil {
			if !fault.IsUserError(err) || err.Error() == "" {
				t.Errorf("not the user's error: %v", err)
			}
			return
		}
		if q.Type == "" || len(q.Metrics) == 0 || len(q.Names) > 0 && q.Inline != nil {
			t.Errorf("%+v", q)
		}
		checkOptions(t, q)
		if q.To.After(now) || q.Instant.After(q.To) {
			t.Errorf("is about the future: %v", q.To)
		}
		if span := q.To.Sub(q.From); slices.Contains([]Type{TimeSeries, History, Backtest}, q.Type) {
			if span <= 0 || span > MaxRange || q.Spacing() <= 0 || int64(span/q.Spacing()) > MaxPoints {
				t.Errorf("%v to %v at %v", q.From, q.To, q.Spacing())
			}
		}
		if _, _, err := q.Resolve(nil); err != nil && !fault.IsUserError(err) {
			t.Errorf("not the user's error: %v", err)
		}
	})
}

// allTypes lists the query types as errors do, so a new type needs no change here.
func allTypes() string { return strings.Trim(strings.ReplaceAll(fmt.Sprint(Types()), " ", ", "), "[]") }
