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

// Type is a query type. Each has its own file, which registers its definition.
type Type string

// definition is a query type: its name, its fields and its call of the engine.
type definition struct {
	name      Type
	overRange bool // the result covers the whole time range, not only its end
	noSLOs    bool // the query does not select SLOs
	// read reads the type's own fields. It is called for queries of all types, because malformed
	// fields are always errors. nil: the type adds no fields.
	read   func(q *Query, r *reader)
	schema string // JSON Schema of the fields: the properties, without braces
	// ask runs the query.
	ask func(ctx context.Context, e *engine.Engine, q Query, scope Scope) (engine.Answer, error)
}

var registry []definition // sorted by name

func register(d definition) {
	registry = append(registry, d)
	slices.SortFunc(registry, func(a, b definition) int { return strings.Compare(string(a.name), string(b.name)) })
}

// Types returns the names of all query types, sorted.
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

// HasSLOs reports whether queries of the type select SLOs.
func (t Type) HasSLOs() bool {
	d, _ := t.definition()
	return !d.noSLOs
}

// Scope is the input of a query besides its own fields.
type Scope struct {
	SLOs    []catalog.SLO // of Resolve
	Catalog *catalog.Catalog
}

// Ask calls the engine. The dynamic type of the answer depends on the query type.
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
