package decode

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Documents returns the YAML documents of a source of any format, within the bounds of a catalog,
// without empty ones.
func Documents(source []byte) ([]ast.Node, *Problem) {
	if len(source) > MaxBytes {
		return nil, &Problem{Message: fmt.Sprintf("%d bytes are too much. At most %d (%d KiB) are read", len(source), MaxBytes, MaxBytes>>10)}
	}
	if invalidUTF8(source) >= 0 {
		return nil, &Problem{Message: "not UTF-8 text"}
	}
	tokens := lexer.Tokenize(string(source))
	if p := checkBounds(tokens); p != nil {
		return nil, p
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, syntaxProblem(err)
	}
	var out []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.DirectiveType && doc.Body.Type() != ast.CommentType {
			out = append(out, doc.Body)
		}
	}
	return out, nil
}
