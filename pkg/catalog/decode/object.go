package decode

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Object is a mapping with a fixed set of fields.
type Object struct {
	Node
	d      *Decoder
	fields map[string]field
}

type field struct {
	key   Node
	value Node
}

// Object reads a mapping. It reports each unknown field and each duplicate. A nil `known` accepts
// all fields. Merge keys are followed; fields of the mapping itself take precedence.
func (d *Decoder) Object(n Node, what string, knownNames []string) (Object, bool) {
	values, ok := Pairs(n.Node)
	if !ok {
		d.wrongType(n, what, "")
		return Object{}, false
	}
	o := Object{Node: n, d: d, fields: map[string]field{}}
	var merges []*ast.MappingValueNode
	for _, pair := range values {
		if _, isMerge := pair.Key.(*ast.MergeKeyNode); isMerge {
			merges = append(merges, pair)
		} else {
			o.add(pair, knownNames, false)
		}
	}
	for _, pair := range merges {
		o.merge(pair.Value, knownNames, 1)
	}
	return o, true
}

// Pairs returns the keys and values of a mapping. ok is false for other nodes.
func Pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func (o Object) add(pair *ast.MappingValueNode, knownNames []string, merged bool) {
	name, isText := keyText(pair.Key)
	key := Node{Node: pair.Key, Path: o.PathOf(name)}
	key.Line, key.Column = Position(pair.Key)
	if !isText {
		key.Path = o.Path
		o.d.Report(key, "a key must be text")
		return
	}
	if _, twice := o.fields[name]; twice {
		if !merged {
			o.d.Report(key, "given twice. Keep one")
		}
		return
	}
	if knownNames != nil && !slices.Contains(knownNames, name) {
		key.Path = o.Path
		o.d.Report(key, "%s", UnknownName("field", name, knownNames))
		return
	}
	value, _ := o.d.Resolve(pair.Value, key.Path) // with a problem, the field is present without a value
	o.fields[name] = field{key, value}
}

func (o Object) merge(raw ast.Node, knownNames []string, depth int) {
	n, ok := o.d.Resolve(raw, o.PathOf("<<"))
	if !ok {
		return
	}
	if depth > maxMergeDepth {
		o.d.Report(n, "merged more than %d deep", maxMergeDepth)
		return
	}
	if sequence, is := n.Node.(*ast.SequenceNode); is {
		for _, element := range sequence.Values {
			o.merge(element, knownNames, depth+1)
		}
		return
	}
	values, ok := Pairs(n.Node)
	if !ok {
		o.d.Report(n, "want the alias of a mapping, got %s", n.Kind())
		return
	}
	for _, pair := range values {
		if _, isMerge := pair.Key.(*ast.MergeKeyNode); isMerge {
			o.merge(pair.Value, knownNames, depth+1)
		} else {
			o.add(pair, knownNames, true)
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

// PathOf returns the path of a field.
func (o Object) PathOf(name string) string {
	name = Clip(name)
	if o.Path == "" {
		return name
	}
	return o.Path + "." + name
}

// Get returns an optional field. The node is absent when the field is absent, null or invalid.
func (o Object) Get(name string) Node {
	if value := o.fields[name].value; !value.isNull() {
		return value
	}
	return Node{}
}

// Require is Get, and reports a problem when the field is absent or null. The example is the whole field.
func (o Object) Require(name, example string) Node {
	f, written := o.fields[name]
	switch {
	case !written:
		o.d.Report(Node{Line: o.Line, Column: o.Column, Path: o.PathOf(name)}, "missing. Give for example %s", example)
	case f.value.isNull():
		o.d.Report(f.key, "has no value. Give for example %s", example)
	}
	return o.Get(name)
}

// Choice reads an optional field that is one of some words, the first of which is the default.
// problem is the message for another word, with %s for that.
func (o Object) Choice(name, problem string, choices ...string) string {
	at := o.Get(name)
	if at.IsAbsent() {
		return choices[0]
	}
	text, ok := o.d.Text(at, choices[1])
	if ok && !slices.Contains(choices, text) {
		o.d.Report(at, problem, Quote(text))
	}
	return text
}

// Names returns the fields in the order of the source.
func (o Object) Names() []string {
	return slices.SortedFunc(maps.Keys(o.fields), func(a, b string) int {
		x, y := o.fields[a].key, o.fields[b].key
		return cmp.Or(x.Line-y.Line, x.Column-y.Column, strings.Compare(a, b))
	})
}

// Key returns the node of a field's name.
func (o Object) Key(name string) Node { return o.fields[name].key }

// Has reports whether a field is present, with a value or without.
func (o Object) Has(name string) bool {
	_, ok := o.fields[name]
	return ok
}

// Unresolved reports whether a field is absent, or its value was refused.
func (o Object) Unresolved(name string) bool { return o.fields[name].value.Node == nil }
