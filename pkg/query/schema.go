package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// SchemaVersion is the version of stored queries. Queries without a version have version 1.
const SchemaVersion = 1

// migrations convert the fields of a stored query from version i+1 to version i+2, in place. If a
// version cannot express a query any more, its migration returns an error with a correction.
var migrations = []func(fields map[string]json.RawMessage) error{}

// migrate converts the fields of a stored query to SchemaVersion.
func migrate(r *reader) error {
	version, given := r.wholeNumber("schemaVersion", "1")
	switch {
	case !given:
		version = 1
	case version < 1 || version > SchemaVersion:
		r.problem("schemaVersion", "version %d of stored queries is unknown. This version of Burnline reads 1 to %d. Update the plugin", version, SchemaVersion)
		return nil
	}
	for _, step := range migrations[min(version-1, int64(len(migrations))):] {
		if err := step(r.fields); err != nil {
			return err
		}
	}
	return nil
}

const commonSchema = `
	"schemaVersion": {"type": "number", "description": "Of a stored query; default 1"},
	"slos": {"type": "array", "description": "Names of SLOs in the catalog; none, and no inline SLO: all of them", "items": {"type": "string"}},
	"inline": {"$ref": "SLO", "description": "An SLO that is not in the catalog. An error together with slos"},
	"groupBy": {"type": "array", "description": "Replaces the SLO's by", "items": {"type": "string"}},
	"policy": {"type": "string", "description": "Replaces the SLO's policy"},
	"filters": {"type": "array", "description": "Only series that match all filters are counted", "items": {
		"title": "SeriesFilter", "type": "object", "description": "A label matcher", "required": ["label", "value"], "properties": {
			"label": {"type": "string"}, "op": {"description": "Default =", "enum": ["=", "!=", "=~", "!~"]}, "value": {"type": "string"}}}}`

// Schema returns the JSON Schema (2020-12) of a stored query: common fields, and a definition for
// each query type, distinguished by queryType. "$ref": "SLO" and "PolicyAlert" refer to the
// catalog's schema. TypeScript types are generated from it.
func Schema() []byte {
	var names, definitions []string
	for _, d := range registry {
		names = append(names, fmt.Sprintf(`{"$ref": "#/$defs/%s"}`, d.name))
		fields := fmt.Sprintf(`"queryType": {"const": %q}`, d.name)
		if d.schema != "" {
			fields += "," + d.schema
		}
		definitions = append(definitions, fmt.Sprintf("%q: {\"type\": \"object\", \"required\": [\"queryType\"], \"properties\": {%s}}", d.name, fields))
	}
	text := fmt.Sprintf(`{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://burnline.dev/schema/query-v%d.json",
		"title": "Burnline query", "type": "object", "properties": {%s}, "oneOf": [%s], "$defs": {%s}}`,
		SchemaVersion, commonSchema, strings.Join(names, ", "), strings.Join(definitions, ",\n"))
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		panic(err) // a test calls Schema
	}
	return out.Bytes()
}
