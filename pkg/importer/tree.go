package importer

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
)

// maxDepth bounds the expansion of aliases.
const maxDepth = 64

// value is a value of a document, with a mark if a reader used it. Values without a mark are
// reported, so that no field is dropped silently.
type value struct {
	file         string
	path         string
	line, column int

	fields map[string]*value // of a mapping
	names  []string          // in the order of the source
	items  []*value          // of a list
	text   string            // of a scalar
	null   bool
	used   bool
}

func treeOf(root ast.Node, file string) (*value, error) {
	t := tree{decode.New(root), file}
	var out *value
	if n, ok := t.Resolve(root, ""); ok {
		out = t.value(n, 0)
	}
	return out, t.SortedProblems().Err()
}

type tree struct {
	*decode.Decoder
	file string
}

func (t tree) value(n decode.Node, depth int) *value {
	v := &value{file: t.file, path: n.Path, line: n.Line, column: n.Column}
	if depth > maxDepth {
		t.Report(n, "nested deeper than %d levels", maxDepth)
		return v
	}
	switch {
	case n.IsMapping():
		o, _ := t.Object(n, "", nil)
		v.fields, v.names = map[string]*value{}, o.Names()
		for _, name := range v.names {
			child := &value{file: t.file, null: true}
			if field := o.Get(name); !field.IsAbsent() {
				child = t.value(field, depth+1)
			}
			key := o.Key(name)
			child.path, child.line, child.column = key.Path, key.Line, key.Column
			v.fields[name] = child
		}
	case n.IsList():
		items, _ := t.List(n, "")
		for _, item := range items {
			v.items = append(v.items, t.value(item, depth+1))
		}
	default:
		v.text, v.null = n.Scalar()
	}
	return v
}

// get returns a field by any of its names; never nil.
func (v *value) get(names ...string) *value {
	v.used = true
	for _, name := range names {
		if child, ok := v.fields[name]; ok {
			child.used = true
			return child
		}
	}
	return &value{
		file: v.file, path: strings.TrimPrefix(v.path+"."+names[0], "."), line: v.line, column: v.column,
		null: true, used: true,
	}
}

// textOf returns the text of a field, without marking it as used.
func (v *value) textOf(name string) string {
	if child := v.fields[name]; child != nil {
		return strings.TrimSpace(child.text)
	}
	return ""
}

func (v *value) problem(message string) catalog.Problem {
	return catalog.Problem{Line: v.line, Column: v.column, Path: v.path, Message: message}
}

func (v *value) list() []*value {
	v.used = true
	for _, item := range v.items {
		item.used = true
	}
	return v.items
}

func (v *value) string() string {
	v.used = true
	return strings.TrimSpace(v.text)
}

func (v *value) number() (float64, bool) {
	n, err := strconv.ParseFloat(v.string(), 64)
	return n, err == nil
}

func (v *value) bool() bool { return v.string() == "true" }

func (v *value) texts() map[string]string {
	out := map[string]string{}
	for _, name := range v.names {
		out[name] = v.get(name).string()
	}
	return out
}

func (v *value) has(name string) bool { return v.fields[name] != nil }

func (v *value) isEmpty() bool {
	return v == nil || v.null || v.text == "" && len(v.items) == 0 && len(v.names) == 0
}

func (v *value) unusedValues() []*value {
	if !v.used {
		if v.isEmpty() {
			return nil
		}
		return []*value{v}
	}
	var out []*value
	for _, name := range v.names {
		out = append(out, v.fields[name].unusedValues()...)
	}
	for _, item := range v.items {
		out = append(out, item.unusedValues()...)
	}
	return out
}
