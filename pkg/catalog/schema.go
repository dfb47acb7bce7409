package catalog

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of a catalog, for editors that complete and check it. It handles the fields, their kinds
// and choices; what depends on several of them, and PromQL, only Parse judges.
func Schema() []byte { return schema }
