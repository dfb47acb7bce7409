// Package tstypes generates the frontend's types from the JSON Schemas of catalogs and queries. A
// test compares them with src/schema.gen.ts. `go test ./internal/tstypes -update` writes the file.
package tstypes

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/query"
)

// node is the part of JSON Schema in the two schemas.
type node struct {
	Title, Description string
	Ref                string          `json:"$ref"`
	Type               json.RawMessage // a name, or a list of names
	Const              string
	Enum               []string
	Properties         map[string]*node
	Required           []string
	Items              *node
	AnyOf              []*node
	Additional         json.RawMessage  `json:"additionalProperties"`
	Defs               map[string]*node `json:"$defs"`
}

// generator collects the named types of a schema.
type generator struct{ named map[string]string }

// Generate returns the text of src/schema.gen.ts.
func Generate() (string, error) {
	var stored, definitions node
	if err := json.Unmarshal(catalog.Schema(), &definitions); err != nil {
		return "", err
	}
	queries, err := os.ReadFile("../../pkg/query/schema.json")
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(queries, &stored); err != nil {
		return "", err
	}
	var alerts node
	if err := json.Unmarshal(definitions.Properties["policies"].Additional, &alerts); err != nil {
		return "", err
	}
	g := generator{map[string]string{}}
	alerts.Items.Title = "PolicyAlert"
	g.typeOf(alerts.Items)
	g.typeOf(nameDefinitions(definitions.Properties["slos"].Items))

	stored.Title, stored.Description = "CommonQuery", "The fields of queries of all types."
	g.typeOf(&stored)
	var types, union []string
	every := map[string]*node{}
	for _, name := range slices.Sorted(maps.Keys(stored.Defs)) {
		d := stored.Defs[name]
		title := strings.ToUpper(name[:1]) + name[1:] + "Query"
		g.named[title] = fmt.Sprintf("export interface %s extends CommonQuery %s", title, g.fields(d))
		types, union = append(types, "'"+name+"'"), append(union, title)
		for field, f := range d.Properties {
			if field == "value" { // one of a few in alerts, any column in a summary
				f = &node{Type: json.RawMessage(`"string"`), Description: f.Description}
			}
			every[field] = f
		}
	}
	delete(every, "queryType")
	g.named["QueryType"] = "export type QueryType = " + strings.Join(types, " | ") + ";"
	g.named["TypedQuery"] = "/** A query as its type has it. */\nexport type TypedQuery = " +
		strings.Join(union, " | ") + ";"
	g.named["QueryFields"] =
		"/** The fields of all types: a stored query may have some left over from another type. */\n" +
			"export interface QueryFields extends CommonQuery " + g.fields(&node{Properties: every})
	out := "// Generated from pkg/catalog/schema.json and pkg/query by internal/tstypes. Do not edit.\n" +
		fmt.Sprintf("\n/** The version of queries that are stored. */\nexport const SCHEMA_VERSION = %d;\n",
			query.SchemaVersion)
	for _, name := range slices.Sorted(maps.Keys(g.named)) {
		out += "\n" + g.named[name] + "\n"
	}
	return out, nil
}

// nameDefinitions names the types of the parts of an SLO, which the catalog's schema defines
// inline.
func nameDefinitions(slo *node) *node {
	slo.Title = "SLO"
	name := func(field, title string) { slo.Properties[field].Title = title }
	name("window", "SLOWindow")
	slo.Properties["window"].AnyOf[1].Title = "CalendarWindow"
	slo.Properties["window"].AnyOf[1].Properties["calendar"].Title = "CalendarUnit"
	slo.Properties["window"].AnyOf[2].Items.AnyOf = slo.Properties["window"].AnyOf[:2]
	for field, title := range map[string]string{
		"sli": "SLI", "p95": "P95", "missing": "Missing",
		"noTraffic": "NoTraffic", "lowTraffic": "LowTraffic",
	} {
		name(field, title)
	}
	slo.Properties["exclude"].Items.Title = "Exclusion"
	for kind, n := range slo.Properties["sli"].Properties {
		n.Title = strings.ToUpper(kind[:1]) + kind[1:] + "SLI"
		if counting := n.Properties["counting"]; counting != nil {
			counting.Title = "Counting"
		}
		if slice := n.Properties["slice"]; slice != nil { // a duration in any notation
			slice.Enum = nil
		}
	}
	return slo
}

// typeOf returns the type of a node: the name of an added type, or an inline type.
func (g generator) typeOf(n *node) string {
	text := g.inPlace(n)
	if n.Title == "" || n.Ref != "" {
		return text
	}
	doc := ""
	if n.Description != "" {
		doc = "/** " + n.Description + " */\n"
	}
	if len(n.Properties) > 0 {
		g.named[n.Title] = doc + "export interface " + n.Title + " " + text
	} else {
		g.named[n.Title] = doc + "export type " + n.Title + " = " + text + ";"
	}
	return n.Title
}

func (g generator) inPlace(n *node) string {
	var additional node
	switch {
	case n.Ref != "":
		return n.Ref
	case n.Const != "":
		return "'" + n.Const + "'"
	case len(n.Enum) > 0:
		return "'" + strings.Join(n.Enum, "' | '") + "'"
	case len(n.AnyOf) > 0:
		all := make([]string, len(n.AnyOf))
		for i, one := range n.AnyOf {
			all[i] = g.typeOf(one)
		}
		return strings.Join(all, " | ")
	case n.Items != nil:
		one := g.typeOf(n.Items)
		if strings.ContainsAny(one, " <{") {
			return "Array<" + one + ">"
		}
		return one + "[]"
	case len(n.Properties) > 0:
		return g.fields(n)
	case json.Unmarshal(n.Additional, &additional) == nil && len(additional.Type) > 0:
		return "Record<string, " + g.typeOf(&additional) + ">"
	case string(n.Type) == `"number"`:
		return "number"
	}
	return "string"
}

// fields returns the fields of an object. A number is always optional: it is missing while the user
// types.
func (g generator) fields(n *node) string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(n.Properties)) {
		field := n.Properties[name]
		optional := "?"
		if slices.Contains(n.Required, name) && string(field.Type) != `"number"` {
			optional = ""
		}
		if field.Description != "" {
			b.WriteString("  /** " + field.Description + " */\n")
		}
		fmt.Fprintf(&b, "  %s%s: %s;\n", name, optional, g.typeOf(field))
	}
	b.WriteString("}")
	return b.String()
}
