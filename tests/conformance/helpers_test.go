//go:build suite

package conformance

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/tests/conformance/month"
)

func number(v float64) *float64 { return &v }

func TestAWrongCountIsADifference(t *testing.T) {
	d := &differences{}
	d.count("a", number(1000.9), 1000)
	d.ratio("b", number(7.21), 7.2)
	require.NoError(t, d.err())
	require.InDelta(t, 0.09, d.worst, 1e-9)
	d.count("a", number(1002), 1000)
	d.ratio("b", number(7.3), 7.2)
	d.within("c", nil, 3, 1)
	require.EqualError(t, d.err(), "a: 1002, 1000 is true; b: 7.3, 7.2 is true; c: not measured, 3 is true")
	require.InDelta(t, 0.2, d.worst, 1e-9)
	d.count("a", nil, 1)
	require.InDelta(t, 100, d.worst, 1e-9)
}

// During a fault, a lower count is correct only with a lower coverage and a notice.
func TestAnOverstatedBudgetIsADifference(t *testing.T) {
	truth := month.New().Truth
	a := &querier{truth: truth}
	at := month.Instants[0]
	frame := func(events, coverage func(workload string) float64, notice string) *data.Frame {
		f := data.NewFrame("summary", data.NewField("workload", nil, []string{}),
			data.NewField("events", nil, []*float64{}), data.NewField("coverage", nil, []*float64{}))
		for _, w := range truth.Workloads("availability") {
			f.AppendRow(w, number(events(w)), number(coverage(w)))
		}
		f.Meta = &data.FrameMeta{}
		if notice != "" {
			f.Meta.Notices = []data.Notice{{Text: notice}}
		}
		return f
	}
	right := func(w string) float64 { return truthOf{truth, "availability", w}.counts(at.Add(-period), at).Total }
	half := func(w string) float64 { return right(w) / 2 }
	share := func(v float64) func(string) float64 { return func(string) float64 { return v } }
	for name, c := range map[string]struct {
		frame       *data.Frame
		description string
		wrong       int
	}{
		"the truth":                    {frame(right, share(1), ""), "the truth", 0},
		"half of it, with a reason":    {frame(half, share(0.5), "half is missing"), "partial: half is missing", 0},
		"half of it, without a reason": {frame(half, share(0.5), ""), "partial: ", 6},
		"half of it, as if it were all": {
			frame(half, share(1), "a notice about something else"),
			"partial: a notice about something else", 6,
		},
		"no rows, without a notice": {&data.Frame{Meta: &data.FrameMeta{}}, "partial: ", 6},
		"no rows, with a notice": {
			&data.Frame{Meta: &data.FrameMeta{Notices: []data.Notice{{Text: "gone"}}}},
			"partial: gone", 0,
		},
	} {
		d := &differences{}
		require.Equal(t, c.description, a.compareWithNotices(d, c.frame, at), name)
		require.Len(t, d.texts, c.wrong, name)
	}
}

func TestProxyNarrowsEverySelector(t *testing.T) {
	var got url.Values
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r.Form
	}))
	defer srv.Close()
	p, err := startProxy(t.Context(), srv.URL)
	require.NoError(t, err)
	defer p.close()
	p.set(only("case", "churn"))
	res, err := http.PostForm(p.url+"/api/v1/query",
		url.Values{"query": {`sum(rate(x{a="b"}[5m])) / y`}, "time": {"1"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, `sum(rate(x{a="b",case="churn"}[5m])) / y{case="churn"}`, got.Get("query"))
	require.Equal(t, "1", got.Get("time"))
	res, err = http.Get(p.url + "/api/v1/series?match[]=x")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, []string{`x{case="churn"}`}, got["match[]"])
	require.Equal(t, int64(2), p.requests.Load())
}

func TestWaysBreakAnswers(t *testing.T) {
	const body = `{"status":"success","data":{"resultType":"vector","result":[]}}`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_,
			_ = io.WriteString(w, body)
	}))
	defer srv.Close()
	p, err := startProxy(t.Context(), srv.URL)
	require.NoError(t, err)
	defer p.close()
	get := func() (int, string, error) {
		res, err := http.Get(p.url)
		if err != nil {
			return 0, "", err
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		return res.StatusCode, string(text), err
	}
	p.set(truncated)
	_, text, err := get()
	require.NoError(t, err)
	require.Equal(t, body[:len(body)/2], text)
	p.set(cutOff)
	_, _, err = get()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	p.set(some(2, busy(3*time.Second)))
	status, _, err := get()
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	status, _, err = get()
	require.NoError(t, err)
	require.Equal(t, http.StatusTooManyRequests, status)
	p.set(nil)
	_, text, err = get()
	require.NoError(t, err)
	require.Equal(t, body, text)
}

func TestTableShowsEveryFailure(t *testing.T) {
	var text strings.Builder
	require.NoError(t, table(&text, []outcome{
		{server: "prometheus", check: "summary", worst: 0.01},
		{server: "prometheus", check: "history", err: errors.New("nothing there")},
		{server: "old", check: "summary", cannot: "it is too old"},
	}))
	require.Equal(t,
		"case     prometheus        old\nsummary  ok, 0.0100 % off  refused\nhistory  FAILED            -\n"+
			"FAILED history on prometheus: nothing there\nsummary on old: it is too old\n", text.String())

	r := result{Servers: 1}
	r.count([]outcome{{err: errors.New("x"), worst: 0.25}, {cannot: "y", worst: 100}})
	require.Equal(t, result{Servers: 1, Cases: 2, Failed: 1, MaxAbsErrorPercent: 0.25}, r)
}
