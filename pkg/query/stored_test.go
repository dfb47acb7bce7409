package query_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/query"
)

var update = flag.Bool("update", false, "write the requests of stored queries")

// requestOf returns everything that the result of a query depends on.
func requestOf(q Query) string {
	filters := make([]string, len(q.Filters))
	for i, f := range q.Filters {
		filters[i] = f.String()
	}
	signals := make([]string, len(q.Resources.Signals))
	for i, s := range q.Resources.Signals {
		signals[i] = s.Name
	}
	calendar := ""
	if q.Calendar != nil {
		calendar = q.Calendar.String()
	}
	return fmt.Sprintf("%s slos=%q inline=%s groupBy=%q policy=%q metrics=%q filters=%q calendar=%q whatif=%v breakdown=%v backtest=%q/%s/%v/%q "+
		"resources=%q/%v/%v/%d value=%q severities=%q annotations=%q", q.Type, q.Names, q.Inline, q.GroupBy, q.Policy,
		q.Metrics, filters, calendar,
		q.WhatIf, q.Breakdown, q.Backtest.Policies, q.Backtest.Inline, q.Backtest.Step, q.Backtest.Frames,
		signals, q.Resources.Named, q.Resources.OverTime, q.Resources.Top, q.Value, q.Severities, q.Annotations)
}

// Queries stored before schemaVersion existed, with values of their variables, stay the same
// requests.
func TestStoredQueriesAreTheSameRequests(t *testing.T) {
	raw, err := os.ReadFile("testdata/stored.json")
	require.NoError(t, err)
	var stored []map[string]any
	require.NoError(t, json.Unmarshal(raw, &stored))
	require.Len(t, stored, 48)
	var got []string
	for _, q := range stored {
		var requests []string
		for _, version := range []any{nil, 1} {
			if q["schemaVersion"] = version; version == nil {
				delete(q, "schemaVersion")
			}
			text, err := json.Marshal(q)
			require.NoError(t, err)
			parsed, err := ParseQuery(dataQuery(string(text)), now)
			require.NoError(t, err, string(text))
			requests = append(requests, requestOf(parsed))
		}
		require.Equal(t, requests[0], requests[1], "a query without a version is of version 1")
		got = append(got, requests[0])
	}
	const file = "testdata/stored_requests.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(got, "\n")+"\n"), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, strings.Split(strings.TrimSpace(string(want)), "\n"), got)
}

func TestAVersionThatIsNotKnownIsRefused(t *testing.T) {
	for _, version := range []string{"2", "0"} {
		_, err := ParseQuery(dataQuery(`{"schemaVersion": `+version+`}`), now)
		require.EqualError(t, err,
			"schemaVersion: version "+version+" of stored queries is unknown. This version of Burnline reads 1 to 1. Update the plugin")
	}
}

// The schema has every field and choice of the parser: a query built from it parses.
func TestTheSchemaIsThatOfTheParser(t *testing.T) {
	source, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	var schema struct {
		Properties map[string]any
		OneOf      []map[string]string
		Defs       map[string]struct {
			Properties map[string]any
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(source, &schema))
	require.Len(t, schema.Defs, len(Types()))
	require.Len(t, schema.OneOf, len(Types()))
	for i, name := range Types() {
		require.Equal(t, "#/$defs/"+string(name), schema.OneOf[i]["$ref"])
		require.Equal(t, map[string]any{"const": string(name)}, schema.Defs[string(name)].Properties["queryType"])
		for field, of := range schema.Defs[string(name)].Properties {
			choices, _ := of.(map[string]any)["enum"].([]any)
			if items, ok := of.(map[string]any)["items"].(map[string]any); ok {
				choices, _ = items["enum"].([]any)
			}
			for _, choice := range choices {
				text := fmt.Sprintf(`{"queryType": %q, %q: %q}`, name, field, choice)
				if _, isList := of.(map[string]any)["items"]; isList {
					text = fmt.Sprintf(`{"queryType": %q, %q: [%q]}`, name, field, choice)
				}
				_, err := ParseQuery(dataQuery(text), now)
				require.NoError(t, err, text)
			}
		}
	}
}
