// Package decode reads YAML or JSON into typed values. It collects every mistake with line, column,
// path and a correction. It contains types of fields and bounds on the work for a hostile source.
// It must not depend on the meaning of fields. Start reading at Parse and New.
package decode

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/burnline/burnline/pkg/slo"
)

// Bounds of the expansion of aliases and merge keys, and of the stored problems.
const (
	maxNodes      = 250_000
	maxMergeDepth = 8
	maxProblems   = 1000
)

// Decoder reads typed values from YAML nodes and collects all problems. A value of a wrong type is
// a problem, and ok is false. An absent node is no problem, and ok is false too.
type Decoder struct {
	Problems Problems // the first maxProblems
	Found    int      // including those beyond maxProblems
	anchors  map[string]ast.Node
	nodes    int // visited so far, counting each use of an alias
	Places   map[string]Place
}

// Place is a position in the source.
type Place struct{ Line, Column int }

// Node is a value in the source, without its anchor, alias or tag. The zero value is absent.
type Node struct {
	ast.Node
	Line, Column int // of the use; of an alias, not of its anchor
	Path         string
}

// New returns a decoder of the values under a root.
func New(root ast.Node) *Decoder {
	d := &Decoder{anchors: map[string]ast.Node{}, Places: map[string]Place{}}
	ast.Walk(anchorCollector{d}, root)
	return d
}

type anchorCollector struct{ d *Decoder }

func (c anchorCollector) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		name := a.Name.String()
		if _, taken := c.d.anchors[name]; taken {
			line, column := Position(a)
			c.d.Report(Node{Line: line, Column: column}, "anchor &%s is defined twice. Give each its own name",
				Clip(name))
		} else {
			c.d.anchors[name] = a.Value
		}
	}
	return c
}

// Report adds a problem.
func (d *Decoder) Report(at Node, format string, args ...any) {
	if d.Found++; len(d.Problems) < maxProblems {
		d.Problems = append(d.Problems, Problem{at.Line, at.Column, at.Path, fmt.Sprintf(format, args...)})
	}
}

// SortedProblems returns the problems by position. A last problem has the number of omitted ones.
func (d *Decoder) SortedProblems() Problems {
	d.Problems.sort()
	if more := d.Found - len(d.Problems); more > 0 {
		return append(d.Problems, Problem{Message: fmt.Sprintf("and %d problems more", more)})
	}
	return d.Problems
}

// Resolve returns the node of a parsed value. It returns an absent node and false, and reports a
// problem, if an alias is undefined or expands to too many nodes.
func (d *Decoder) Resolve(raw ast.Node, path string) (Node, bool) {
	n := Node{Node: raw, Path: path}
	n.Line, n.Column = Position(raw)
	d.Places[path] = Place{n.Line, n.Column}
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.Report(n, "aliases unfold to more than %d values. The rest is not read", maxNodes)
		}
		return Node{}, false
	}
	for range maxMergeDepth {
		switch at := n.Node.(type) {
		case *ast.AnchorNode:
			n.Node = at.Value
		case *ast.TagNode:
			n.Node = at.Value
		case *ast.AliasNode:
			name := at.Value.String()
			target, ok := d.anchors[name]
			if !ok {
				d.Report(n, "no anchor &%s for the alias *%s", Clip(name), Clip(name))
				return Node{}, false
			}
			n.Node = target
		default:
			return n, n.Node != nil
		}
	}
	d.Report(n, "an alias of an alias, more than %d times", maxMergeDepth)
	return Node{}, false
}

// Kind names the type of a node, for "want ..., got <kind>".
func (n Node) Kind() string {
	switch at := n.Node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return "the text " + Quote(at.Value)
	case *ast.LiteralNode:
		return "a block of text"
	}
	return Clip(n.GetToken().Value)
}

// IsAbsent reports whether the source has no such value.
func (n Node) IsAbsent() bool { return n.Node == nil }

func (n Node) isNull() bool {
	_, is := n.Node.(*ast.NullNode)
	return is
}

// IsMapping reports that a node has fields.
func (n Node) IsMapping() bool {
	_, is := Pairs(n.Node)
	return is
}

// IsList reports that a node has elements.
func (n Node) IsList() bool {
	_, is := n.Node.(*ast.SequenceNode)
	return is
}

// Scalar is the text of a node that is neither a mapping nor a list, a number or truth value as it
// is written.
func (n Node) Scalar() (text string, null bool) {
	switch at := n.Node.(type) {
	case *ast.StringNode:
		return at.Value, false
	case *ast.LiteralNode:
		return at.Value.Value, false
	}
	if n.isNull() {
		return "", true
	}
	return n.GetToken().Value, false
}

func (d *Decoder) wrongType(n Node, want, example string) {
	switch {
	case n.IsAbsent():
	case example == "":
		d.Report(n, "want %s, got %s", want, n.Kind())
	default:
		d.Report(n, "want %s, for example %s. Got %s", want, example, n.Kind())
	}
}

// Text reads text; a plain number is text too (labels: {tier: 1}).
func (d *Decoder) Text(n Node, example string) (string, bool) {
	switch n.Node.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode:
		text, _ := n.Scalar()
		return text, true
	}
	d.wrongType(n, "text", example)
	return "", false
}

// Number reads a finite number. A quoted number is valid too, because template variables arrive as text.
func (d *Decoder) Number(n Node, example string) (float64, bool) {
	var written string
	switch at := n.Node.(type) {
	case *ast.StringNode:
		written = at.Value // the parser returns 1e3 as text
	case *ast.IntegerNode, *ast.FloatNode:
		written = n.GetToken().Value
	}
	x, err := strconv.ParseFloat(written, 64)
	if err != nil || strings.Trim(written, "0123456789+-.eE") != "" || math.IsInf(x, 0) {
		d.wrongType(n, "a number", example)
		return 0, false
	}
	return x, true
}

// Duration reads a duration in Prometheus syntax.
func (d *Decoder) Duration(n Node, example string) (time.Duration, bool) {
	switch at := n.Node.(type) {
	case *ast.StringNode:
		length, err := slo.ParseDuration(at.Value)
		if err == nil {
			return length, true
		}
	case *ast.IntegerNode, *ast.FloatNode:
		d.Report(n, "%s has no unit. Write for example %s", Clip(n.GetToken().Value), example)
		return 0, false
	}
	d.wrongType(n, "a duration", example)
	return 0, false
}

// List returns the elements of a list, without elements that have a problem.
func (d *Decoder) List(n Node, example string) ([]Node, bool) {
	sequence, ok := n.Node.(*ast.SequenceNode)
	if !ok {
		d.wrongType(n, "a list", example)
		return nil, false
	}
	var elements []Node
	for i, raw := range sequence.Values {
		if element, ok := d.Resolve(raw, fmt.Sprintf("%s[%d]", n.Path, i)); ok {
			elements = append(elements, element)
		}
	}
	return elements, true
}

// Verbatim reports whether the text was written on one line, plain or quoted, exactly as it is
// read, so that an offset in it has a column. skip is 1 for an opening quote.
func (n Node) Verbatim() (skip int, ok bool) {
	at, isString := n.Node.(*ast.StringNode)
	if !isString || !strings.Contains(at.Token.Origin, at.Value) || strings.Contains(at.Value, "\n") {
		return 0, false
	}
	if line, column := Position(at); line != n.Line || column != n.Column {
		return 0, false // an alias has no text at its place
	}
	if at.Token.Type == token.SingleQuoteType || at.Token.Type == token.DoubleQuoteType {
		return 1, true
	}
	return 0, true
}

// Clip shortens a text for a message.
func Clip(text string) string {
	const longest = 60
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// Quote clips and quotes a text.
func Quote(text string) string { return strconv.Quote(Clip(text)) }

// Problem is one mistake in a definition, with its place and a correction.
type Problem struct {
	Line    int    `json:"line"`   // from 1; 0 when the place is unknown
	Column  int    `json:"column"` // from 1, in characters
	Path    string `json:"path"`   // e.g. slos[0].sli.events.total; "" for the whole source
	Message string `json:"message"`
}

// Error returns "line 7:15 slos[0].objective: 101 is above 100; give percent, e.g. 99.9".
func (p Problem) Error() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d:%d ", p.Line, p.Column)
	}
	if p.Path == "" {
		return strings.TrimSuffix(b.String(), " ") + strings.Repeat(": ", min(b.Len(), 1)) + p.Message
	}
	return b.String() + p.Path + ": " + p.Message
}

// Problems are all problems of a source, sorted by position; nil if there are none.
type Problems []Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the problems as an error, nil when there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

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
