package query

import (
	"encoding/json"
)

// SchemaVersion is the version of stored queries. Queries without a version have version 1.
// schema.json is their JSON Schema: the common fields, and a definition for each query type,
// distinguished by queryType. Its "$ref": "SLO" and "PolicyAlert" refer to the schema of the catalog.
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
		r.problem("schemaVersion",
			"version %d of stored queries is unknown. This version of Burnline reads 1 to %d. Update the plugin",
			version, SchemaVersion)
		return nil
	}
	for _, step := range migrations[min(version-1, int64(len(migrations))):] {
		if err := step(r.fields); err != nil {
			return err
		}
	}
	return nil
}
