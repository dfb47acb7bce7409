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
