package query_test

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	. "github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

const day = 24 * time.Hour

func TestParseQueryOptions(t *testing.T) {
	for _, c := range []struct {
		json string
		want func(q *Query)
	}{
		{`{"queryType":"whatif","whatif":{"objectives":[99,"99.9",99],"windows":["7d","30d","168h"]}}`, func(q *Query) {
			q.WhatIf = engine.Alternatives{
				Objectives: []slo.Objective{0.99, 0.999},
				Windows:    []time.Duration{7 * day, 30 * day},
			}
		}},
		{
			`{"queryType":"whatif","whatif":{"objectives":[100]}}`,
			func(q *Query) { q.WhatIf.Objectives = []slo.Objective{1} },
		},
		{
			`{"queryType":"burners","burners":{"by":["code","handler","code"]}}`,
			func(q *Query) { q.Breakdown = engine.BreakdownRequest{By: []string{"code", "handler"}, Top: 20} },
		},
		{
			`{"queryType":"burners","burners":{"by":["code"],"top":3}}`,
			func(q *Query) { q.Breakdown = engine.BreakdownRequest{By: []string{"code"}, Top: 3} },
		},
		{`{"queryType":"backtest"}`, func(*Query) {}},
		{`{"queryType":"backtest","backtest":{"policies":["a","a"],"inline":{"b":[]},"step":"5m"}}`, func(q *Query) {
			q.Backtest = BacktestOptions{[]string{"a"}, []byte(`{"b":[]}`), 5 * time.Minute, nil}
		}},
		{`{"queryType":"summary","whatif":{},"burners":null}`, func(*Query) {}}, // left over from another type
	} {
		t.Run(c.json, func(t *testing.T) {
			got, err := ParseQuery(dataQuery(c.json), now)
			require.NoError(t, err)
			want := got
			want.WhatIf, want.Breakdown, want.Backtest = engine.Alternatives{}, engine.BreakdownRequest{},
				BacktestOptions{}
			c.want(&want)
			assert.Equal(t, want, got)
		})
	}
}

func TestParseQueryOptionErrors(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{
			`{"queryType":"whatif"}`,
			`whatif: missing. Give objectives, windows or both, for example {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}`,
		},
		{
			`{"queryType":"whatif","whatif":{}}`,
			`whatif: is empty. Give objectives, windows or both, for example {"objectives": [99.5, 99.9]}`,
		},
		{
			`{"queryType":"whatif","whatif":[99]}`,
			`whatif: want an object, for example {"objectives": [99.5, 99.9], "windows": ["7d", "30d"]}. Got a list`,
		},
		{
			`{"queryType":"whatif","whatif":{"objectives":99}}`,
			`whatif.objectives: want a list of numbers, for example [99.5, 99.9]. Got 99`,
		},
		{
			`{"queryType":"whatif","whatif":{"objectives":[0.999,"x",null]}}`,
			"whatif.objectives[1]: want a number, for example an element of [99.5, 99.9]. Got the text \"x\"\n" +
				"whatif.objectives[2]: want a number, for example an element of [99.5, 99.9]. Got null\n" +
				"whatif.objectives[0]: 0.999 is not within 1 < objective <= 100. Give percent, for example 99.9",
		},
		{
			`{"queryType":"whatif","whatif":{"windows":["30d","5m","x"]}}`,
			"whatif.windows[1]: \"5m\" is not a window. Give whole minutes from 1h to 366d, for example 30d\n" +
				"whatif.windows[2]: \"x\" is not a window. Give whole minutes from 1h to 366d, for example 30d",
		},
		{
			`{"queryType":"burners"}`,
			`burners: select at least one label to split by, for example {"by": ["code", "handler"]}`,
		},
		{
			`{"queryType":"burners","burners":{"by":[],"top":0}}`,
			"burners.by: select at least one label to split by, for example [\"code\", \"handler\"]\n" +
				"burners.top: 0 is not within 1 to 1000. It is the number of rows, for example 20",
		},
		{
			`{"queryType":"burners","burners":{"by":[" "],"top":1.5}}`,
			"burners.by[0]: an empty label name. Is a template variable without a value?\n" +
				"burners.top: want a whole number, for example 20. Got 1.5",
		},
		{
			`{"queryType":"backtest","backtest":{"policies":"a","inline":[],"step":"2m"}}`,
			"backtest.policies: want a list of texts, for example [\"page-and-slack\", \"sre-workbook\"]. Got the text \"a\"\n" +
				"backtest.inline: want an object, for example {\"mine\": [{\"severity\": \"page\", \"percent\": 2, \"long\": \"1h\"}]}. Got a list\n" +
				"backtest.step: \"2m\" is not a step. There are 1m and 5m",
		},
	} {
		t.Run(c.json, func(t *testing.T) {
			_, err := ParseQuery(dataQuery(c.json), now)
			assert.EqualError(t, err, c.want)
			assert.True(t, fault.IsUserError(err))
		})
	}
}

func backtestOf(t *testing.T, json string, span time.Duration) Query {
	t.Helper()
	dq := dataQuery(json)
	dq.TimeRange = backend.TimeRange{From: to.Add(-span), To: to}
	q, err := ParseQuery(dq, now)
	require.NoError(t, err)
	return q
}

func TestBacktestPolicies(t *testing.T) {
	c, _ := catalog.Parse([]byte(source))
	for _, tt := range []struct {
		json  string
		span  time.Duration
		names []string
		step  time.Duration
	}{
		{`{}`, 7 * day, []string{"page-and-slack", "sre-workbook", "mine"}, time.Minute},
		{`{}`, 30 * day, []string{"page-and-slack", "sre-workbook", "mine"}, 5 * time.Minute},
		{`{"policies":["mine"],"step":"1m"}`, 30 * day, []string{"mine"}, time.Minute},
		{
			`{"policies":["mine"],"inline":{"other":[{"severity":"page","percent":2,"long":"2h"}]}}`, 30 * day,
			[]string{"mine", "other"},
			5 * time.Minute,
		},
		{
			`{"inline":{"odd":[{"severity":"page","percent":2,"long":"1h","short":"7m"}]}}`, 30 * day,
			[]string{"odd"},
			time.Minute,
		},
	} {
		policies, step, err := backtestOf(t, `{"queryType":"backtest","backtest":`+tt.json+`}`,
			tt.span).BacktestPolicies(c)
		require.NoError(t, err, tt.json)
		var names []string
		for _, p := range policies {
			names = append(names, p.Name)
		}
		assert.Equal(t, tt.names, names, tt.json)
		assert.Equal(t, tt.step, step, tt.json)
	}
}

func TestBacktestPolicyErrors(t *testing.T) {
	c, _ := catalog.Parse([]byte(source))
	for _, tt := range []struct {
		json string
		span time.Duration
		want string
	}{
		{`{"policies":["mien"]}`, day, `backtest.policies[0]: unknown policy "mien". Did you mean mine?`},
		{
			`{"inline":{"x":[{"severity":"page","percent":200,"long":"1h"}]}}`, day,
			`backtest.inline.x[0]: percent 200 is not within 0 < percent <= 100. It is the share of the budget, for example 2`,
		},
		{
			`{"policies":["mine"],"inline":{"mine":[{"severity":"page","percent":2,"long":"1h"}]}}`, day,
			`backtest.inline.mine: is in backtest.policies too. Choose another name`,
		},
		{
			`{"step":"5m","inline":{"odd":[{"severity":"page","percent":2,"long":"1h","short":"7m"}]}}`, day,
			`backtest.step: window 7m of policy odd is not a whole number of steps of 5m. Use 1m`,
		},
		{
			`{"step":"1m"}`, 200 * day,
			`timeRange: the time range is too long for a backtest: 288000 steps of 1m. The maximum is 150000. Use a shorter range. If all windows are whole 5m, use a step of 5m`,
		},
		{
			`{"step":"1m","inline":{"slow":[{"severity":"page","percent":50,"long":"90d"}]}}`, 30 * day,
			`timeRange: the time range is too long for a backtest: 172800 steps of 1m, with the longest alert window of 90d before it. The maximum is 150000. ` +
				`Use a shorter range. If all windows are whole 5m, use a step of 5m. Or leave out the policy with this window`,
		},
	} {
		_, _, err := backtestOf(t, `{"queryType":"backtest","backtest":`+tt.json+`}`, tt.span).BacktestPolicies(c)
		require.Error(t, err, tt.json)
		assert.Equal(t, tt.want, err.Error())
		assert.True(t, fault.IsUserError(err))
	}
}

// checkOptions checks the invariants of the options of a valid query.
func checkOptions(t *testing.T, q Query) {
	t.Helper()
	if q.Type == WhatIf && len(q.WhatIf.Objectives)+len(q.WhatIf.Windows) == 0 ||
		q.Type == Burners && (len(q.Breakdown.By) == 0 || q.Breakdown.Top < 1) {
		t.Errorf("%+v", q)
	}
	for _, o := range q.WhatIf.Objectives {
		if !(o > 0.01 && o <= 1) {
			t.Errorf("objective %v", o)
		}
	}
	for _, w := range q.WhatIf.Windows {
		if w < catalog.MinWindow || w > catalog.MaxWindow {
			t.Errorf("window %v", w)
		}
	}
	policies, step, err := q.BacktestPolicies(nil)
	if err != nil {
		if !fault.IsUserError(err) {
			t.Errorf("not the user's error: %v", err)
		}
		return
	}
	if len(policies) == 0 || step != time.Minute && step != 5*time.Minute {
		t.Errorf("step %v, policies %v", step, policies)
	}
}
