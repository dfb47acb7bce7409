package importer

import (
	"fmt"
	"slices"
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

// tree converts YAML nodes to values.
type tree struct {
	file    string
	anchors map[string]ast.Node
	nodes   int
}

// maxNodes bounds the total expansion of aliases.
const maxNodes = 100_000

func treeOf(root ast.Node, file string) (*value, error) {
	t := &tree{file: file, anchors: map[string]ast.Node{}}
	ast.Walk(t, root)
	return t.value(root, "", 0)
}

// Visit collects anchors.
func (t *tree) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		t.anchors[a.Name.String()] = a.Value
	}
	return t
}

func (t *tree) value(n ast.Node, path string, depth int) (*value, error) {
	v := &value{file: t.file, path: path}
	v.line, v.column = decode.Position(n)
	if t.nodes++; t.nodes > maxNodes || depth > maxDepth {
		return nil, fmt.Errorf("line %d: nested too deep, or aliases unfold to too much", v.line)
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		return t.value(n.Value, path, depth+1)
	case *ast.TagNode:
		return t.value(n.Value, path, depth+1)
	case *ast.AliasNode:
		target, ok := t.anchors[n.Value.String()]
		if !ok {
			return nil, fmt.Errorf("line %d: the alias *%s has no anchor", v.line, n.Value)
		}
		return t.value(target, path, depth+1)
	case *ast.MappingNode:
		return v, t.mapping(v, n.Values, depth)
	case *ast.MappingValueNode:
		return v, t.mapping(v, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		for i, item := range n.Values {
			child, err := t.value(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, child)
		}
		return v, nil
	case *ast.NullNode:
		v.null = true
		return v, nil
	case *ast.StringNode:
		v.text = n.Value
		return v, nil
	case *ast.LiteralNode:
		v.text = n.Value.Value
		return v, nil
	}
	v.text = n.GetToken().Value // numbers and booleans as written
	return v, nil
}

func (t *tree) mapping(v *value, pairs []*ast.MappingValueNode, depth int) error {
	v.fields = map[string]*value{}
	for _, pair := range pairs {
		name := pair.Key.GetToken().Value
		path := strings.TrimPrefix(v.path+"."+name, ".")
		child, err := t.value(pair.Value, path, depth+1)
		if err != nil {
			return err
		}
		if _, isMerge := pair.Key.(*ast.MergeKeyNode); isMerge {
			for _, merged := range child.names {
				v.add(merged, child.fields[merged], false)
			}
			continue
		}
		child.line, child.column = decode.Position(pair.Key)
		v.add(name, child, true)
	}
	return nil
}

func (v *value) add(name string, child *value, own bool) {
	if _, known := v.fields[name]; known && !own {
		return // fields of the mapping itself take precedence
	}
	if !slices.Contains(v.names, name) {
		v.names = append(v.names, name)
	}
	v.fields[name] = child
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
	return &value{file: v.file, path: strings.TrimPrefix(v.path+"."+names[0], "."), line: v.line, column: v.column, null: true, used: true}
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

// list returns the elements of a list.
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

// texts returns a mapping of texts.
func (v *value) texts() map[string]string {
	out := map[string]string{}
	for _, name := range v.names {
		out[name] = v.get(name).string()
	}
	return out
}

func (v *value) has(name string) bool { return v.fields[name] != nil }

// isEmpty reports whether a value is null or has no content.
func (v *value) isEmpty() bool {
	return v == nil || v.null || v.text == "" && len(v.items) == 0 && len(v.names) == 0
}

// unusedValues returns the outermost values that no reader used.
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
