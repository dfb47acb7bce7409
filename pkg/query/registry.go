package query

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
)

// Type is a query type. Each has a file of its own, which registers its definition.
type Type string

// definition is all that this package has to have of a query type.
type definition struct {
	name      Type
	overRange bool // about the whole time range, not about its end alone
	noSLOs    bool // about no SLO
	// read reads the type's own fields. It is called for queries of other types too, in which a field may not be malformed
	// either; nil: the type has none.
	read   func(q *Query, r *reader)
	schema string // JSON Schema of its own fields: the properties, without braces
	// ask is the call of the engine.
	ask func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error)
}

var registry []definition // sorted by name

func register(d definition) {
	registry = append(registry, d)
	slices.SortFunc(registry, func(a, b definition) int { return strings.Compare(string(a.name), string(b.name)) })
}

// Types are the names of all query types, sorted.
func Types() []Type {
	names := make([]Type, len(registry))
	for i, d := range registry {
		names[i] = d.name
	}
	return names
}

func (t Type) definition() (definition, bool) {
	i := slices.IndexFunc(registry, func(d definition) bool { return d.name == t })
	if i < 0 {
		return definition{}, false
	}
	return registry[i], true
}

// HasSLOs reports whether queries of the type are about SLOs.
func (t Type) HasSLOs() bool {
	d, _ := t.definition()
	return !d.noSLOs
}

// Scope is what a query is answered from.
type Scope struct {
	SLOs    []catalog.SLO // of Resolve
	Catalog *catalog.Catalog
}

// Ask answers the query with the engine. The dynamic type of the answer depends on the query type.
func (q Query) Ask(ctx context.Context, e *engine.Engine, scope Scope) (engine.Answer, error) {
	d, ok := q.Type.definition()
	if !ok {
		return nil, unknownType(q.Type)
	}
	return d.ask(ctx, e, q, scope)
}

func unknownType(t Type) error {
	return &fault.UserError{Field: "queryType", Message: fmt.Sprintf("unknown query type %s. There are %s", quote(string(t)), join(Types()))}
}
