package catalog

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/burnline/burnline/pkg/slo"
)

// Bounds of what aliases and merge keys may unfold to, and of the problems that are told.
const (
	maxNodes      = 250_000
	maxMergeDepth = 8
	maxProblems   = 1000
)

// decoder reads typed values from YAML nodes and collects every problem on the way.
type decoder struct {
	problems Problems // the first maxProblems
	found    int      // all of them
	anchors  map[string]ast.Node
	nodes    int // visited so far, those behind an alias each time
	places   map[string]place
}

// place is where a value stands in the source.
type place struct{ line, column int }

// node is a value in the source, its anchor, alias or tag taken off.
type node struct {
	ast.Node
	line, column int // where it is used: of the alias, not of what it stands for
	path         string
}

func newDecoder(root ast.Node) *decoder {
	d := &decoder{anchors: map[string]ast.Node{}, places: map[string]place{}}
	ast.Walk(anchorCollector{d}, root)
	return d
}

type anchorCollector struct{ d *decoder }

func (c anchorCollector) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok {
		name := a.Name.String()
		if _, taken := c.d.anchors[name]; taken {
			line, column := position(a)
			c.d.problem(node{line: line, column: column}, "anchor &%s is defined twice; give each its own name", clip(name))
		} else {
			c.d.anchors[name] = a.Value
		}
	}
	return c
}

func (d *decoder) problem(at node, format string, args ...any) {
	if d.found++; len(d.problems) < maxProblems {
		d.problems = append(d.problems, Problem{at.line, at.column, at.path, fmt.Sprintf(format, args...)})
	}
}

// sorted are the problems by position, with a last one that says how many more there are.
func (d *decoder) sorted() Problems {
	d.problems.sort()
	if more := d.found - len(d.problems); more > 0 {
		return append(d.problems, Problem{Message: fmt.Sprintf("and %d problems more", more)})
	}
	return d.problems
}

// resolve makes a node of what the parser found. It is false, with a problem, when an alias leads nowhere or unfolds to too
// much.
func (d *decoder) resolve(raw ast.Node, path string) (node, bool) {
	n := node{Node: raw, path: path}
	n.line, n.column = position(raw)
	d.places[path] = place{n.line, n.column}
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.problem(n, "aliases unfold to more than %d values; the rest is not read", maxNodes)
		}
		return n, false
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
				d.problem(n, "no anchor &%s for the alias *%s", clip(name), clip(name))
				return n, false
			}
			n.Node = target
		default:
			return n, n.Node != nil
		}
	}
	d.problem(n, "an alias of an alias, more than %d times", maxMergeDepth)
	return n, false
}

// kind names what a node is, for "want ..., got <kind>".
func (n node) kind() string {
	switch at := n.Node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return "the text " + quote(at.Value)
	case *ast.LiteralNode:
		return "a block of text"
	}
	return clip(n.GetToken().Value)
}

func (n node) null() bool {
	_, is := n.Node.(*ast.NullNode)
	return is
}

// text reads text; a plain number is text too (labels: {tier: 1}).
func (d *decoder) text(n node, example string) (string, bool) {
	switch at := n.Node.(type) {
	case *ast.StringNode:
		return at.Value, true
	case *ast.LiteralNode:
		return at.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	}
	d.problem(n, "want text, e.g. %s; got %s", example, n.kind())
	return "", false
}

// number reads a finite number; one in quotes is a number too, as template variables arrive so.
func (d *decoder) number(n node, example string) (float64, bool) {
	var written string
	switch at := n.Node.(type) {
	case *ast.StringNode:
		written = at.Value // the parser takes 1e3 for text
	case *ast.IntegerNode, *ast.FloatNode:
		written = n.GetToken().Value
	}
	x, err := strconv.ParseFloat(written, 64)
	if err != nil || strings.Trim(written, "0123456789+-.eE") != "" || math.IsInf(x, 0) {
		d.problem(n, "want a number, e.g. %s; got %s", example, n.kind())
		return 0, false
	}
	return x, true
}

// duration reads a duration in Prometheus's syntax.
func (d *decoder) duration(n node, example string) (time.Duration, bool) {
	switch at := n.Node.(type) {
	case *ast.StringNode:
		length, err := slo.ParseDuration(at.Value)
		if err == nil {
			return length, true
		}
	case *ast.IntegerNode, *ast.FloatNode:
		d.problem(n, "%s has no unit; write e.g. %s", clip(n.GetToken().Value), example)
		return 0, false
	}
	d.problem(n, "want a duration, e.g. %s; got %s", example, n.kind())
	return 0, false
}

// list reads the elements of a list; those that lead nowhere are left out, with their problem.
func (d *decoder) list(n node, example string) ([]node, bool) {
	sequence, ok := n.Node.(*ast.SequenceNode)
	if !ok {
		d.problem(n, "want a list, e.g. %s; got %s", example, n.kind())
		return nil, false
	}
	var elements []node
	for i, raw := range sequence.Values {
		if element, ok := d.resolve(raw, fmt.Sprintf("%s[%d]", n.path, i)); ok {
			elements = append(elements, element)
		}
	}
	return elements, true
}

// verbatim says whether the text was written on one line, plainly or in quotes, exactly as it is read, so that places inside
// it have a column; skip is 1 for the opening quote.
func (n node) verbatim() (skip int, ok bool) {
	at, isString := n.Node.(*ast.StringNode)
	if !isString || !strings.Contains(at.Token.Origin, at.Value) || strings.Contains(at.Value, "\n") {
		return 0, false
	}
	if line, column := position(at); line != n.line || column != n.column {
		return 0, false // behind an alias
	}
	if at.Token.Type == token.SingleQuoteType || at.Token.Type == token.DoubleQuoteType {
		return 1, true
	}
	return 0, true
}

// clip keeps what is quoted in a message short.
func clip(text string) string {
	const longest = 60
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

func quote(text string) string { return strconv.Quote(clip(text)) }
