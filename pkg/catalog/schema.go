package catalog

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of a catalog, for completion and checks in editors. It
// covers fields, types and choices. Only Parse checks PromQL and rules over several fields.
func Schema() []byte { return schema }
