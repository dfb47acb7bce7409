package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of the size of a source.
const (
	MaxBytes       = 1 << 20
	MaxObjectBytes = 64 << 10
)

// Open returns a decoder of the only document in a source, with the root. The root is absent if the
// source is empty or has a problem. An empty source is a problem with this message, unless it is "".
func Open(source []byte, maxBytes int, empty string) (*Decoder, Node) {
	roots, problem := documents(source, maxBytes)
	switch {
	case problem != nil:
	case len(roots) == 1:
		d := New(roots[0])
		root, _ := d.Resolve(roots[0], "")
		return d, root
	case len(roots) > 1:
		line, column := Position(roots[1])
		problem = &Problem{
			Line: line, Column: column,
			Message: "a second YAML document. Put everything into one, without '---' between",
		}
	case empty != "":
		problem = &Problem{Message: empty}
	default:
		return &Decoder{}, Node{}
	}
	return &Decoder{Problems: Problems{*problem}, Found: 1}, Node{}
}

// Documents reads the YAML documents of a source in any format, within the bounds of a catalog.
// Empty ones are left out.
func Documents(source []byte) ([]ast.Node, *Problem) { return documents(source, MaxBytes) }

func documents(source []byte, maxBytes int) (roots []ast.Node, problem *Problem) {
	if len(source) > maxBytes {
		return nil, &Problem{Message: fmt.Sprintf("%d bytes are too much. At most %d (%d KiB) are read", len(source), maxBytes,
			maxBytes>>10)}
	}
	if at := invalidUTF8(source); at >= 0 {
		return nil, &Problem{Line: 1 + bytes.Count(source[:at], []byte("\n")), Column: 1, Message: "not UTF-8 text"}
	}
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	if json.Valid(source) {
		// YAML does not allow tabs as indentation. In JSON, tabs between tokens are equivalent to spaces.
		source = bytes.ReplaceAll(source, []byte("\t"), []byte(" "))
	}
	tokens := lexer.Tokenize(string(source))
	if p := checkBounds(tokens); p != nil {
		return nil, p
	}
	// the decoder reports duplicates, with all other problems
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxProblem(err)
	}
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.DirectiveType && doc.Body.Type() != ast.CommentType {
			roots = append(roots, doc.Body)
		}
	}
	return roots, nil
}

func syntaxProblem(err error) *Problem {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		return &Problem{Message: "YAML syntax: " + err.Error()}
	}
	p := &Problem{Message: "YAML syntax: " + syntax.Message}
	switch {
	case strings.Contains(syntax.Message, "or '}' must be specified"):
		p.Message += `. A selector inside { } needs quotes, for example {total: 'requests_total{job="x"}'}`
	case strings.Contains(syntax.Message, "found character '\t'"):
		p.Message = "YAML syntax: a tab. Indent with spaces"
	}
	if syntax.Token != nil && syntax.Token.Position != nil {
		p.Line, p.Column = syntax.Token.Position.Line, syntax.Token.Position.Column
	}
	return p
}

// Position is the start of a node, line and column from 1.
func Position(n ast.Node) (line, column int) {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return Position(n.Values[0]) // the token of the mapping itself is the colon
		}
	case *ast.MappingValueNode:
		return Position(n.Key)
	}
	tk := n.GetToken()
	if tk == nil || tk.Position == nil {
		return 0, 0
	}
	return tk.Position.Line, max(tk.Position.Column, 1)
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(source []byte) int {
	for at := 0; at < len(source); {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// Bounds of a source. They are far above what people write, and bound the work for a hostile source: the
// time of the YAML parser is quadratic in nesting, in the keys of a mapping and in omitted values.
const (
	maxNesting = 32
	maxKeys    = 1000
	maxOmitted = 1000
)

// bounds counts the tokens of a source.
type bounds struct {
	flow    []int        // keys of each open [ or {
	block   []blockLevel // the open block collections, outermost first
	omitted int          // omitted values so far
	line    int
}

type blockLevel struct{ column, keys int }

// checkBounds refuses, by its tokens alone, a source that would take too long to parse.
func checkBounds(tokens token.Tokens) *Problem {
	var b bounds
	for _, tk := range tokens {
		if message := b.pass(tk); message != "" {
			return &Problem{Line: tk.Position.Line, Column: tk.Position.Column, Message: message}
		}
	}
	return nil
}

func (b *bounds) pass(tk *token.Token) string {
	b.closeBlocks(tk)
	keys := 0
	switch tk.Type {
	case token.MappingStartType, token.SequenceStartType:
		b.flow = append(b.flow, 0)
	case token.MappingEndType, token.SequenceEndType:
		b.flow = b.flow[:max(len(b.flow)-1, 0)]
	case token.MappingKeyType:
		return "a key with '?' is not read. Write key: value"
	case token.SequenceEntryType:
		b.openBlock(tk.Position.Column)
		b.countOmitted(tk, tk.Position.Column)
	case token.AnchorType, token.TagType:
		b.openBlock(tk.Position.Column)
	case token.MappingValueType:
		keys = b.countKey(tk)
	}
	switch {
	case len(b.flow)+len(b.block) > maxNesting:
		return fmt.Sprintf("nested deeper than %d levels", maxNesting)
	case keys > maxKeys:
		return fmt.Sprintf("more than %d keys in one mapping", maxKeys)
	case b.omitted > maxOmitted:
		return fmt.Sprintf("more than %d values left out", maxOmitted)
	}
	return ""
}

// closeBlocks closes the block collections that end at a token, which starts a line or is a dash.
func (b *bounds) closeBlocks(tk *token.Token) {
	if tk.Position.Line > b.line && len(b.flow) == 0 || tk.Type == token.SequenceEntryType {
		for len(b.block) > 0 && b.block[len(b.block)-1].column > tk.Position.Column {
			b.block = b.block[:len(b.block)-1]
		}
	}
	b.line = max(b.line, tk.Position.Line)
}

func (b *bounds) openBlock(column int) *blockLevel {
	if len(b.block) == 0 || b.block[len(b.block)-1].column < column {
		b.block = append(b.block, blockLevel{column: column})
	}
	return &b.block[len(b.block)-1]
}

// countKey counts the key of a colon. It returns the number of keys in its mapping so far.
func (b *bounds) countKey(colon *token.Token) int {
	if len(b.flow) > 0 {
		b.countOmitted(colon, 0)
		b.flow[len(b.flow)-1]++
		return b.flow[len(b.flow)-1]
	}
	if colon.Prev == nil {
		return 0
	}
	column := colon.Prev.Position.Column
	b.countOmitted(colon, column)
	level := b.openBlock(column)
	level.keys++
	return level.keys
}

// countOmitted counts an omitted value after the dash or colon tk of an entry that begins in column.
func (b *bounds) countOmitted(tk *token.Token, column int) {
	next := tk.Next
	for next != nil && next.Type == token.CommentType {
		next = next.Next
	}
	switch {
	case next == nil:
		b.omitted++
	case len(b.flow) > 0:
		if next.Type == token.CollectEntryType || next.Type == token.MappingEndType ||
			next.Type == token.SequenceEndType {
			b.omitted++
		}
	case next.Position.Line > tk.Position.Line && next.Position.Column <= column:
		listOfTheKey := tk.Type == token.MappingValueType && next.Type == token.SequenceEntryType &&
			next.Position.Column == column
		if !listOfTheKey {
			b.omitted++
		}
	}
}
