package catalog

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// object is a mapping whose field names are known.
type object struct {
	node
	d      *decoder
	fields map[string]field
}

type field struct {
	key   node
	value node
}

// object reads a mapping, with a problem for every field that is not known (known nil: all are) or given twice.
// Merge keys are followed; what is written in the mapping itself wins.
func (d *decoder) object(n node, what string, known []string) (object, bool) {
	o := object{node: n, d: d, fields: map[string]field{}}
	values, ok := pairs(n.Node)
	if !ok {
		d.problem(n, "want %s, got %s", what, n.kind())
		return o, false
	}
	var merges []*ast.MappingValueNode
	for _, pair := range values {
		if _, isMerge := pair.Key.(*ast.MergeKeyNode); isMerge {
			merges = append(merges, pair)
		} else {
			o.add(pair, known, false)
		}
	}
	for _, pair := range merges {
		o.merge(pair.Value, known, 1)
	}
	return o, true
}

func pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func (o object) add(pair *ast.MappingValueNode, known []string, merged bool) {
	name, isText := keyText(pair.Key)
	key := node{Node: pair.Key, path: o.at(name)}
	key.line, key.column = position(pair.Key)
	if !isText {
		key.path = o.path
		o.d.problem(key, "a key must be text")
		return
	}
	if _, twice := o.fields[name]; twice {
		if !merged {
			o.d.problem(key, "given twice; keep one")
		}
		return
	}
	if known != nil && !slices.Contains(known, name) {
		key.path = o.path
		o.d.problem(key, "%s", unknown("field", name, known))
		return
	}
	if value, ok := o.d.resolve(pair.Value, key.path); ok {
		o.fields[name] = field{key, value}
	} else {
		o.fields[name] = field{key: key} // its problem is told: not missing, but of no use
	}
}

func (o object) merge(raw ast.Node, known []string, depth int) {
	n, ok := o.d.resolve(raw, o.at("<<"))
	if !ok {
		return
	}
	if depth > maxMergeDepth {
		o.d.problem(n, "merged more than %d deep", maxMergeDepth)
		return
	}
	if sequence, is := n.Node.(*ast.SequenceNode); is {
		for _, element := range sequence.Values {
			o.merge(element, known, depth+1)
		}
		return
	}
	values, ok := pairs(n.Node)
	if !ok {
		o.d.problem(n, "want the alias of a mapping, got %s", n.kind())
		return
	}
	for _, pair := range values {
		if _, isMerge := pair.Key.(*ast.MergeKeyNode); isMerge {
			o.merge(pair.Value, known, depth+1)
		} else {
			o.add(pair, known, true)
		}
	}
}

func keyText(key ast.MapKeyNode) (string, bool) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return key.GetToken().Value, true
	}
	return "", false
}

// at is the path of a field.
func (o object) at(name string) string {
	name = clip(name)
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// get is an optional field: false when it is absent, null or of no use.
func (o object) get(name string) (node, bool) {
	f, ok := o.fields[name]
	if !ok || f.value.Node == nil || f.value.null() {
		return node{}, false
	}
	return f.value, true
}

// require is get with a problem when the field is absent or null. The example shows the field written out.
func (o object) require(name, example string) (node, bool) {
	value, ok := o.get(name)
	if ok {
		return value, true
	}
	f, written := o.fields[name]
	switch {
	case !written:
		o.d.problem(node{line: o.line, column: o.column, path: o.at(name)}, "missing; give e.g. %s", example)
	case f.value.Node != nil:
		o.d.problem(f.key, "has no value; give e.g. %s", example)
	}
	return node{}, false
}

// names are the fields' names in the order written.
func (o object) names() []string {
	names := make([]string, 0, len(o.fields))
	for name := range o.fields {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		x, y := o.fields[a].key, o.fields[b].key
		if x.line != y.line {
			return x.line - y.line
		}
		if x.column != y.column {
			return x.column - y.column
		}
		return strings.Compare(a, b)
	})
	return names
}
