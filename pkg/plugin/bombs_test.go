package plugin

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// soundQueries contain most fields of a query.
var soundQueries = []string{
	`{"queryType":"summary","slos":["availability"],"groupBy":["w"],"policy":"page-and-slack","filters":[{"label":"w","op":"=~","value":"a|b"}]}`,
	`{"queryType":"timeseries","slos":["availability"],"metrics":["sli","budget"],"legend":"{{w}}"}`,
	`{"queryType":"burners","slos":["availability"],"burners":{"by":["code"],"limit":5}}`,
	`{"queryType":"whatif","slos":["availability"],"whatif":{"objectives":[99.5]}}`,
	`{"queryType":"history","slos":["availability"],"period":"day","count":2}`,
	`{"queryType":"backtest","slos":["availability"],"backtest":{"policies":["page-and-slack"]}}`,
	`{"queryType":"alerts","slos":["availability"],"severities":["page"],"value":"firing"}`,
	`{"queryType":"annotations","slos":["availability"],"annotations":{"kinds":["alerts"]}}`,
	`{"queryType":"resources","resources":{"signals":["cpu"],"by":["namespace"],"format":"timeseries"},"filters":[{"label":"namespace","op":"=","value":"a"}]}`,
	`{"queryType":"summary","inline":{"name":"a","description":"b","objective":99,"window":"1d","by":["w"],"labels":{"team":"a"},"policy":"page-and-slack",
		"exclude":[{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"},{"rrule":"FREQ=WEEKLY;BYDAY=SU","start":"2026-01-01T00:00","duration":"1h","timezone":"UTC"}],
		"sli":{"events":{"total":"r_total","bad":"r_total{code=\"500\"}"}}}}`,
	`{"queryType":"summary","inline":{"name":"a","objective":99,"window":"calendar month","timezone":"Europe/Berlin","sli":{"latency":{"histogram":"h_seconds","threshold":"300ms","unit":"s"}}}}`,
	`{"queryType":"summary","inline":{"name":"a","objective":99,"window":"1d","sli":{"timeslice":{"expr":"sum(rate(r_total[5m])) > 0","slice":"1m"}}}}`,
}

// bombs are values that are expensive to read without a limit.
var bombs = []any{
	strings.Repeat("(", 150_000), strings.Repeat("a", 300_000), strings.Repeat("-", 6000) + "x",
	`x{a=~".{999}.{999}.{999}"}`, "((a{50}){50}){50}", strings.Repeat("(a|b)?", 20_000),
	strings.Repeat("9", 50_000), "1e999999999", strings.Repeat("1h", 50_000), "9999999999999y", "\x00\u202e",
	strings.Repeat("{{", 50_000), strings.Repeat("x+", 50_000) + "x",
	strings.Repeat("FREQ=SECONDLY;", 20_000), "FREQ=SECONDLY;INTERVAL=1;COUNT=2147483647",
	"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "../../../../etc/passwd",
	-1, 1e308, 0.1, 1 << 62, nil, true,
	[]any{},
	map[string]any{},
	json.RawMessage(strings.Repeat("[", 9000) + strings.Repeat("]", 9000)), crowd(5000),
}

func crowd(n int) (out []any) {
	for range n {
		out = append(out, "a")
	}
	return out
}

// replaced returns a copy of the document for each of its values, with bomb as this value.
func replaced(doc any, bomb any) (out []any) {
	switch doc := doc.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(doc)) {
			for _, v := range append(replaced(doc[name], bomb), bomb) {
				other := maps.Clone(doc)
				other[name] = v
				out = append(out, other)
			}
		}
	case []any:
		for i := range doc {
			for _, v := range append(replaced(doc[i], bomb), bomb) {
				other := slices.Clone(doc)
				other[i] = v
				out = append(out, other)
			}
		}
	}
	return out
}

// For any value in any field, a query returns a result or a user error.
func TestNoFieldOfAQueryIsABomb(t *testing.T) {
	ds, _ := serve(t, map[string]any{"timeout": 5})
	requestCount, least, every := 0, 1500, 1
	if testing.Short() {
		least, every = 300, 4
	}
	for n, text := range soundQueries {
		var doc any
		require.NoError(t, json.Unmarshal([]byte(text), &doc), text)
		for i, bomb := range bombs {
			if (i+n)%every != 0 {
				continue
			}
			for _, query := range replaced(doc, bomb) {
				raw, err := json.Marshal(query)
				require.NoError(t, err)
				kind, _ := query.(map[string]any)["queryType"].(string)
				if len(kind) > 20 {
					kind = kind[:20]
				}
				res, err := ds.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
					RefID: "A", QueryType: kind, JSON: raw, Interval: time.Minute,
					TimeRange: backend.TimeRange{From: end.Add(-time.Hour), To: end},
				}}})
				require.NoError(t, err)
				requestCount++
				if answer := res.Responses["A"]; answer.Error != nil {
					require.NotEqual(t, backend.Status(http.StatusInternalServerError), answer.Status,
						"bomb %d: %.300s: %v", i, raw, answer.Error)
					require.Less(t, len(answer.Error.Error()), 8<<10, "bomb %d: %.300s", i, raw)
				}
			}
		}
	}
	require.Greater(t, requestCount, least)
}
