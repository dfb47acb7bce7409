package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type schemaNode struct {
	Description          string
	Enum                 []any
	Examples             []any
	Default              any
	Properties           map[string]schemaNode
	Required             []string
	Items                *schemaNode
	AnyOf                []schemaNode
	AdditionalProperties json.RawMessage
}

// The fields that the parser lists for an unknown field are those of the schema.
func TestSchemaHasTheFieldsThatTheParserReads(t *testing.T) {
	var root schemaNode
	require.NoError(t, json.Unmarshal(Schema(), &root))
	slo := root.Properties["slos"].Items
	sli := slo.Properties["sli"]
	var alerts schemaNode
	require.NoError(t, json.Unmarshal(root.Properties["policies"].AdditionalProperties, &alerts))

	assert.ElementsMatch(t, sloFields, keys(*slo))
	assert.ElementsMatch(t, Kinds(), keys(sli))
	for source, node := range map[string]schemaNode{
		"{zzzzzz: 1}":                                               root,
		"{policies: {p: [{zzzzzz: 1}]}}":                            *alerts.Items,
		"{slos: [{window: {zzzzzz: 1}}]}":                           slo.Properties["window"].AnyOf[1],
		"{slos: [{p95: {zzzzzz: 1}}]}":                              slo.Properties["p95"],
		"{slos: [{lowTraffic: {zzzzzz: 1}}]}":                       slo.Properties["lowTraffic"],
		"{slos: [{exclude: [{zzzzzz: 1}]}]}":                        *slo.Properties["exclude"].Items,
		"{slos: [{sli: {composite: {of: [{zzzzzz: 1}, {a: 1}]}}}]}": *sli.Properties["composite"].Properties["of"].Items,
	} {
		checkFields(t, source, node)
	}
	for _, kind := range Kinds() {
		checkFields(t, fmt.Sprintf("{slos: [{sli: {%s: {zzzzzz: 1}}}]}", kind), sli.Properties[kind])
	}
}

func checkFields(t *testing.T, source string, node schemaNode) {
	t.Helper()
	_, problems := Parse([]byte(source))
	for _, p := range problems {
		if known, ok := strings.CutPrefix(p.Message, `unknown field "zzzzzz". There are `); ok {
			assert.ElementsMatch(t, strings.Split(known, ", "), keys(node), source)
			return
		}
	}
	t.Errorf("%s: the parser reported another list: %v", source, problems)
}

func keys(n schemaNode) []string { return slices.Collect(maps.Keys(n.Properties)) }

// The parser accepts every enumerated value of the schema, and every SLO built from its examples.
func TestTheParserTakesWhatTheSchemaSuggests(t *testing.T) {
	var root schemaNode
	require.NoError(t, json.Unmarshal(Schema(), &root))
	slo := *root.Properties["slos"].Items
	for _, kind := range Kinds() {
		node := slo.Properties["sli"].Properties[kind]
		for _, field := range keys(node) {
			for _, value := range append(node.Properties[field].Enum, node.Properties[field].Examples...) {
				sli := example(t, node)
				sli[field] = value
				if field == "good" {
					delete(sli, "bad")
				}
				checkSLO(t, slo, "sli", map[string]any{kind: sli})
			}
		}
	}
	for _, field := range []string{"name", "description", "objective", "policy", "missing", "runbook"} {
		for _, value := range append(slo.Properties[field].Enum, slo.Properties[field].Examples...) {
			checkSLO(t, slo, field, value)
		}
	}
	window := slo.Properties["window"].AnyOf
	for _, value := range window[0].Examples {
		checkSLO(t, slo, "window", value)
	}
	for _, unit := range window[1].Properties["calendar"].Enum {
		checkSLO(t, slo, "window",
			map[string]any{"calendar": unit, "timezone": window[1].Properties["timezone"].Examples[0]})
	}
	checkSLO(t, slo, "p95", example(t, slo.Properties["p95"]))
	checkSLO(t, slo, "lowTraffic", map[string]any{"minEvents": 100, "minBad": 3})
}

// example returns an object with its required fields. Each has the first value that the schema
// suggests.
func example(t *testing.T, node schemaNode) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, field := range node.Required {
		p := node.Properties[field]
		switch {
		case field == "of":
			out[field] = []any{map[string]any{"slo": "one"}, map[string]any{"slo": "two", "weight": 2}}
		case len(p.Enum) > 0:
			out[field] = p.Enum[0]
		default:
			require.NotEmpty(t, p.Examples, field)
			out[field] = p.Examples[0]
		}
	}
	if _, events := node.Properties["total"]; events && node.Properties["bad"].Description != "" {
		out["bad"] = node.Properties["bad"].Examples[0]
	}
	return out
}

func checkSLO(t *testing.T, slo schemaNode, field string, value any) {
	t.Helper()
	s := map[string]any{
		"name": "example", "objective": 99.5, "window": "30d",
		"sli": map[string]any{"probe": map[string]any{"gauge": "up"}},
	}
	if field == "sli" {
		if composite, ok := value.(map[string]any)[KindComposite].(map[string]any); ok && composite["mode"] == "all" {
			composite["of"] = []any{map[string]any{"slo": "one"}, map[string]any{"slo": "two"}}
		}
	}
	s[field] = value
	member := func(name string) map[string]any {
		return map[string]any{
			"name": name, "objective": 95, "window": "30d",
			"sli": map[string]any{"probe": map[string]any{"gauge": "up"}},
		}
	}
	source, err := json.Marshal(map[string]any{"slos": []any{s, member("one"), member("two")}})
	require.NoError(t, err)
	_, problems := Parse(source)
	assert.NoError(t, problems.Err(), "%s", source)
	assert.NotEmpty(t, slo.Properties[field].Description, field)
}
