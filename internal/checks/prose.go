package checks

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// proseFiles are the pages that Vale checks.
var proseFiles = []string{
	"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs",
	"src/README.md", "src/panel/README.md",
}

// localeText matches a text of the user interface in a locale file.
var localeText = regexp.MustCompile(`^\s*"[\w.-]+": (".*?"),?$`)

// sourceFolders have Go and TypeScript files. Vale checks their comments.
var sourceFolders = []string{"cmd", "devstack", "internal", "pkg", "src", "tests", "Magefile.go"}

// prose runs Vale over the pages, the texts of the user interface, the errors and notices of the Go
// packages, and all comments.
func prose(ctx context.Context, s *session) error {
	vale, err := s.project.ProseLinter(ctx)
	if err != nil {
		return err
	}
	texts, err := os.MkdirTemp("", "burnline-prose-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(texts) }()
	if err := writeTexts(s.project.Path("."), texts); err != nil {
		return err
	}
	if err := copySources(s.project.Path("."), texts); err != nil {
		return err
	}
	readmes, err := filepath.Glob(s.project.Path("devstack/*/README.md"))
	if err != nil {
		return err
	}
	arguments := []string{
		vale, "--config", s.project.Path("devstack/vale/vale.ini"), "--minAlertLevel", "error",
		"--output", "line",
	}
	return s.command(ctx, ".", nil, slices.Concat(arguments, proseFiles, readmes, []string{texts})...)
}

// copySources copies the Go and TypeScript files of sourceFolders, with their paths.
func copySources(root, out string) error {
	for _, folder := range sourceFolders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if ext := filepath.Ext(path); ext != ".go" && ext != ".ts" && ext != ".tsx" {
				return nil
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path) // #nosec G304 G122 - of our own checkout
			if err != nil {
				return err
			}
			return writeFile(filepath.Join(out, name), text)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// writeTexts writes a Markdown file for each source with texts for people. Each text is a list item
// on its line in the source, so that findings have the right line.
func writeTexts(root, out string) error {
	for _, folder := range []string{"src", "pkg", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if strings.HasSuffix(filepath.ToSlash(path), "/pkg/export") { // texts of alerts, in files for other tools
				return filepath.SkipDir
			}
			lines, err := textsOf(path)
			if err != nil || len(lines) == 0 {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			return writeFile(filepath.Join(out, name+".md"), []byte(listItems(lines)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// textsOf returns the texts for people in a source, by line.
func textsOf(path string) (map[int]string, error) {
	switch {
	case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
		return goTexts(path)
	case strings.HasSuffix(path, ".json") && strings.Contains(filepath.ToSlash(path), "/locales/"):
		return localeTexts(path)
	}
	return nil, nil
}

func localeTexts(path string) (map[int]string, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	texts := map[int]string{}
	for i, line := range strings.Split(string(source), "\n") {
		if match := localeText.FindStringSubmatch(line); match != nil {
			if texts[i+1], err = strconv.Unquote(match[1]); err != nil {
				return nil, err
			}
		}
	}
	return texts, nil
}

// goTexts returns the string literals of four or more words: errors, notices, and help.
func goTexts(path string) (map[int]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	texts := map[int]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING || strings.HasPrefix(literal.Value, "`") {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err == nil && strings.Count(text, " ") >= 3 {
			line := files.Position(literal.Pos()).Line
			texts[line] = strings.TrimLeft(texts[line]+". "+text, ". ")
		}
		return true
	})
	return texts, nil
}

func listItems(texts map[int]string) string {
	last := 0
	for line := range texts {
		last = max(last, line)
	}
	lines := make([]string, last+1)
	for line, text := range texts {
		lines[line-1] = "- " + strings.Join(strings.Fields(text), " ")
	}
	return strings.Join(lines, "\n")
}
