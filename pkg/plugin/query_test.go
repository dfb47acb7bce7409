package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/engine"
)

// upstream is a Prometheus with 50 hours of samples that end at `end`. It records its requests.
type upstream struct {
	*promtest.Server
	mu      sync.Mutex
	ranges  int                 // number of query_range requests
	headers []http.Header       // of all requests
	garble  map[string][]string // body and status by path
}

var end = time.Unix(0, 0).Add(50 * time.Hour).UTC()

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	u.headers = append(u.headers, r.Header.Clone())
	if r.URL.Path == "/api/v1/query_range" {
		u.ranges++
	}
	body, garbled := u.garble[r.URL.Path]
	u.mu.Unlock()
	if garbled {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = fmt.Fprint(w, body[0])
		return
	}
	u.Server.ServeHTTP(w, r)
}

func (u *upstream) requestCount() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.ranges
}

const load = `load 1m
  r_total{w="a",code="200"} 0+99x3000
  r_total{w="a",code="500"} 0+1x3000
  h_seconds_bucket{w="a",le="0.3"} 0+90x3000
  h_seconds_bucket{w="a",le="+Inf"} 0+100x3000
`

const source = `
slos:
  - {name: availability, objective: 90, window: 1d, by: [w], sli: {events: {total: r_total, bad: 'r_total{code="500"}'}}}
  - {name: latency, objective: 50, window: 1d, by: [w], sli: {latency: {histogram: h_seconds, threshold: 300ms}}}
  - {name: between, objective: 50, window: 1d, by: [w], sli: {latency: {histogram: h_seconds, threshold: 400ms}}}
`

// serve returns a data source of the samples.
func serve(t *testing.T, jsonData map[string]any) (*Datasource, *upstream) {
	u := &upstream{Server: promtest.Load(t, load)}
	srv := httptest.NewServer(u)
	t.Cleanup(srv.Close)
	if jsonData["catalog"] == nil {
		jsonData["catalog"] = source
	}
	settings, err := json.Marshal(jsonData)
	require.NoError(t, err)
	is := backend.DataSourceInstanceSettings{URL: srv.URL, JSONData: settings}
	instance, err := NewDatasource(t.Context(), is)
	require.NoError(t, err)
	ds := instance.(*Datasource)
	require.NoError(t, ds.settingsErr)
	t.Cleanup(ds.Dispose)
	return ds, u
}

// ask sends one query with the range of the hour before the end of the samples.
func ask(t *testing.T, ds *Datasource, headers map[string]string, query string) backend.DataResponse {
	res, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{Headers: headers, Queries: []backend.DataQuery{{
		RefID: "A", JSON: []byte(query), TimeRange: backend.TimeRange{From: end.Add(-time.Hour), To: end},
		MaxDataPoints: 60,
	}}})
	require.NoError(t, err)
	return res.Responses["A"]
}

func textsOf(f *data.Frame, name string) (out []string) {
	field, _ := f.FieldByName(name)
	for i := range field.Len() {
		out = append(out, field.At(i).(string))
	}
	return out
}

var alert = map[string]string{"FromAlert": "true"}

func TestARuleWithoutAQueryTypeQueriesAlerts(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	rule := ask(t, ds, alert, `{"slos":["availability"]}`)
	require.NoError(t, rule.Error)
	require.Equal(t, data.FrameTypeNumericMulti, rule.Frames[0].Meta.Type)
	panel := ask(t, ds, nil, `{"slos":["availability"]}`)
	require.Equal(t, data.FrameTypeNumericLong, panel.Frames[0].Meta.Type)
}

func TestAnUnreadableSLOIsAnErrorOfAnAlert(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	const reported = "SLO between: sli.latency.threshold: latency threshold 400ms has no bucket in h_seconds_bucket (have 0.3, in s)"
	for _, kind := range []string{"summary", "workloads", "timeseries", "history"} {
		query := `{"queryType":"` + kind + `","metrics":["sli"]}`
		res := ask(t, ds, alert, query)
		require.EqualError(t, res.Error, reported, kind)
		require.Equal(t, backend.StatusBadRequest, res.Status)
		require.Equal(t, backend.ErrorSourceDownstream, res.ErrorSource)
		require.EqualError(t, ask(t, ds, map[string]string{"http_FromAlert": "true"}, query).Error, reported)

		res = ask(t, ds, nil, query)
		require.NoError(t, res.Error, kind)
		require.Equal(t, []data.Notice{{Severity: data.NoticeSeverityError, Text: reported}},
			res.Frames[0].Meta.Notices[:1])
	}
	require.NoError(t, ask(t, ds, alert, `{"slos":["availability","latency"]}`).Error)

	f := ask(t, ds, nil, `{}`).Frames[0]
	require.Equal(t, []string{"latency", "between", "availability"}, textsOf(f, "slo"))
	require.Equal(t, []string{"a", "", "a"}, textsOf(f, "w"))
	for _, name := range []string{
		"state", "firing_page", "sli", "budget", "burn_1h", "factor_1h", "throughput",
		"coverage", "events", "bad",
	} {
		field, _ := f.FieldByName(name)
		require.Nil(t, field.At(1), name)
		require.NotNil(t, field.At(0), name)
	}
	f = ask(t, ds, nil, `{"queryType":"workloads"}`).Frames[0]
	require.Equal(t, []string{"latency", "between"}, textsOf(f, "slo"))
}

func TestAnAlertAboutEverySLONeedsAWholeCatalog(t *testing.T) {
	const problem = `line 1:100 slos[1].name: "?" is not a name. Use letters, digits, '.', '_' and '-', with a letter or digit first, for example checkout-availability`
	ds, _ := serve(t,
		map[string]any{"catalog": "slos: [{name: a, objective: 90, window: 1d, sli: {events: {total: r_total, bad: x_total}}}, {name: '?', objective: 90, window: 1d, sli: {events: {total: r_total, bad: x_total}}}]"})
	res := ask(t, ds, alert, `{}`)
	require.EqualError(t, res.Error, "the SLO catalog of this data source has 1 problem. First: "+problem+
		". Fix it in the data source settings, or select specific SLOs (slos)")
	require.Equal(t, backend.StatusBadRequest, res.Status)
	require.NoError(t, ask(t, ds, alert, `{"slos":["a"]}`).Error)
	res = ask(t, ds, nil, `{}`)
	require.NoError(t, res.Error)
	require.Equal(t, "The SLO catalog has 1 problem. First: "+problem, res.Frames[0].Meta.Notices[0].Text)

	ds, _ = serve(t, map[string]any{"catalog": "slos: ["})
	require.EqualError(t, ask(t, ds, nil, `{}`).Error,
		"the SLO catalog of this data source has 1 problem. First: line 1:7: YAML syntax: "+
			"sequence end token ']' not found. Fix it in the data source settings, or select specific SLOs (slos)")
	ds, _ = serve(t, map[string]any{"catalog": "slos: []"})
	res = ask(t, ds, nil, `{}`)
	require.NoError(t, res.Error)
	require.Equal(t, "The catalog of this data source has no SLO. Add one in its settings, or write one in the query.",
		res.Frames[0].Meta.Notices[0].Text)
}

func TestErrorsArePlainText(t *testing.T) {
	ds, u := serve(t, map[string]any{})
	u.garble = map[string][]string{
		"/api/v1/query_range": {"St\xf6rung " + strings.Repeat("ü", 300)},
		"/api/v1/query":       {"\xff"},
	}
	res := ask(t, ds, nil, `{"slos":["availability"]}`)
	require.Error(t, res.Error)
	require.True(t, utf8.ValidString(res.Error.Error()))
	require.Equal(t, backend.Status(503), res.Status)

	long := publicError{fmt.Errorf("a\xffb%s", strings.Repeat("é", 3000))}
	require.Equal(t, "a\uFFFDb"+strings.Repeat("é", 1997)+"…", long.Error())
	health, err := ds.CheckHealth(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t,
		"Prometheus query failed: server error: 502: \uFFFD. The server is overloaded or restarting. Try again shortly",
		health.Message)
}

// Save & test lists likely mistakes in the catalog with their position.
func TestHealthNamesLikelyMistakes(t *testing.T) {
	ds, _ := serve(t,
		map[string]any{"catalog": "slos:\n- {name: a, objective: 99, window: 7d, sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=\"5..\"}'}}}"})
	health, err := ds.CheckHealth(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusOk, health.Status)
	require.Contains(t, health.Message, "1 SLO in the catalog.")
	require.Contains(t, health.Message,
		`line 2:88 slos[0].sli.events.bad: code="5.." compares the whole text. For a regular expression write code=~"5.."`)

	ds, _ = serve(t,
		map[string]any{"catalog": "slos:\n- {name: a, objective: 99, window: 7d, sli: {events: {total: http_requests_total, bad: 'http_requests_total{code=~\"5..\"}'}}}"})
	health, err = ds.CheckHealth(t.Context(), nil)
	require.NoError(t, err)
	require.NotContains(t, health.Message, "compares the whole text")
}

func TestZeroSettleReadsAMinuteOnce(t *testing.T) {
	for settle, missed := range map[string]int{"0s": 1, "10m": 11, "": 11} {
		ds, u := serve(t, map[string]any{"settle": settle})
		now := end.Add(-10 * time.Minute)
		o := engineOptions(ds.settings)
		o.Now = func() time.Time { return now }
		e := engine.New(u.Server, o)
		minutes := func() int {
			h, err := e.TimeSeries(t.Context(), ds.settings.Catalog.SLOs[:1], []engine.Metric{engine.MetricEvents},
				now.Add(-30*time.Minute), now, time.Minute)
			require.NoError(t, err)
			return h.Cost.CellsMissed
		}
		require.Equal(t, 31, minutes())
		now = now.Add(time.Minute)
		require.Equal(t, missed, minutes(), settle)
	}
}

// The parts of a summary have the rows of the whole, and a rule must read the whole.
func TestPartsOfASummary(t *testing.T) {
	ds, _ := serve(t, map[string]any{})
	for _, kind := range []string{"summary", "workloads"} {
		part := func(from int) *data.Frame {
			res := ask(t, ds, nil,
				fmt.Sprintf(`{"queryType":%q,"slos":["latency","between","availability"],"part":{"from":%d,"count":2}}`,
					kind, from))
			require.NoError(t, res.Error)
			return res.Frames[0]
		}
		first, second := part(0), part(2)
		require.Contains(t, metaJSON(t, first), `"part":{"from":0,"count":2,"of":3}`)
		require.Contains(t, metaJSON(t, second), `"part":{"from":2,"count":2,"of":3}`)
		require.ElementsMatch(t, []string{"latency", "between"}, textsOf(first, "slo"))
		require.Equal(t, []string{"availability"}, textsOf(second, "slo"))
		require.Zero(t, part(3).Rows())
		require.NotContains(t, metaJSON(t, ask(t, ds, nil, fmt.Sprintf(`{"queryType":%q}`, kind)).Frames[0]), `"part"`)
	}
	whole := ask(t, ds, nil, `{"queryType":"summary","slos":["latency","availability"]}`).Frames[0]
	part := ask(t, ds, nil,
		`{"queryType":"summary","slos":["latency","availability"],"part":{"from":0,"count":2}}`).Frames[0]
	require.Equal(t, textsOf(whole, "slo"), textsOf(part, "slo"))

	rule := ask(t, ds, alert, `{"queryType":"summary","slos":["latency","availability"],"part":{"from":0,"count":1}}`)
	require.EqualError(t, rule.Error, "part: an alert rule must read all 2 SLOs. Remove part")
	for query, message := range map[string]string{
		`{"queryType":"summary","part":{"from":-1,"count":2}}`: "part.from: -1 is not within 0 to 1000. It is the index of the first SLO",
		`{"queryType":"summary","part":{"count":0}}`:           "part.count: 0 is not within 1 to 1000. It is the number of SLOs",
		`{"queryType":"summary","part":{}}`:                    "part.count: the number of SLOs is missing",
		`{"queryType":"alerts","part":{"count":2}}`:            "part: queries of type alerts have no parts. Remove part",
	} {
		require.EqualError(t, ask(t, ds, nil, query).Error, message)
	}
}

func metaJSON(t *testing.T, f *data.Frame) string {
	text, err := json.Marshal(f.Meta.Custom)
	require.NoError(t, err)
	return string(text)
}
