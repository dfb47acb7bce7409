package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	nameWord    = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)
	bannedWords = []string{
		"asked", "asker", "asking", "asks", "believe", "believes", "beside", "hear", "hears", "honest", "knew", "know",
		"knows", "lacking", "newborn", "newborns", "nobody",
		"said", "say", "says", "somebody", "speak", "speaker", "speakers", "speaks", "spoken", "standing", "standings",
		"stands", "stood",
		"tell", "telling", "tells", "thinks", "told", "wants", "whose",
	}
)

// bannedName returns the first banned word in a name in camel case, or "".
func bannedName(name string) string {
	for _, word := range nameWord.FindAllString(name, -1) {
		if word = strings.ToLower(word); slices.Contains(bannedWords, word) {
			return word
		}
	}
	return ""
}

// Programs and data do not speak or know, so no declared name does.
func TestNamesAreWordsOfTheField(t *testing.T) {
	require.Equal(t, "tell", bannedName("tellState"))
	require.Empty(t, bannedName("storytelling"))
	declared := 0
	for _, folder := range sourceFolders {
		require.NoError(t,
			filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, entry fs.DirEntry, err error) error {
				if err != nil {
					return err
				}
				if entry.IsDir() && entry.Name() == "node_modules" {
					return filepath.SkipDir
				}
				if filepath.Ext(path) != ".go" {
					return nil
				}
				files := token.NewFileSet()
				parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
				if err != nil {
					return err
				}
				for _, name := range declaredNames(parsed) {
					declared++
					if word := bannedName(name.Name); word != "" {
						t.Errorf("%s: rename %s. It contains %q, use a word of the field", files.Position(name.Pos()),
							name.Name, word)
					}
				}
				return nil
			}))
	}
	require.Greater(t, declared, 10_000)
}

// declaredNames returns the names that a file declares: functions, types, fields, parameters,
// constants and variables.
func declaredNames(file *ast.File) (names []*ast.Ident) {
	add := func(expressions ...ast.Expr) {
		for _, e := range expressions {
			if name, ok := e.(*ast.Ident); ok && name != nil {
				names = append(names, name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			add(n.Name)
		case *ast.TypeSpec:
			add(n.Name)
		case *ast.ValueSpec:
			names = append(names, n.Names...)
		case *ast.Field:
			names = append(names, n.Names...)
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key, n.Value)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				add(n.Lhs...)
			}
		}
		return true
	})
	return names
}
