package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	promql "github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/promexpr"
)

// PromQL is built as syntax trees, in pkg/promexpr. The test fills the holes of every composed
// text, and fails if the result parses as PromQL or as a part of it.
func TestNoPromQLIsWrittenAsText(t *testing.T) {
	files, texts := 0, 0
	for _, dir := range []string{"pkg", "cmd"} {
		require.NoError(t,
			filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
				if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
					strings.Contains(filepath.ToSlash(path), "pkg/promexpr/") {
					return err
				}
				file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
				require.NoError(t, err)
				files++
				for _, text := range composed(file) {
					texts++
					require.False(t, isPromQL(text), "%s: %q is PromQL as text; build it with pkg/promexpr", path, text)
				}
				return nil
			}))
	}
	require.Greater(t, files, 100)
	require.Greater(t, texts, 300)
}

func TestPromQLAsTextIsRecognised(t *testing.T) {
	for source, is := range map[string]bool{
		`fmt.Sprintf("%s{%s=~%q}", a, b, c)`:                                true,
		`fmt.Sprintf("last_over_time(%s{%s=~%q}[%dm])", a, b, c, d)`:        true,
		`fmt.Sprintf("group by (%s) (%s)", a, b)`:                           true,
		`fmt.Sprintf(",%s=~%q", a, b)`:                                      true,
		`"sum by (" + by + ") (" + inner + ")"`:                             true,
		`"rate(" + name + "[5m])"`:                                          true,
		`"{job=\"" + job + "\"}"`:                                           true,
		`b.WriteString("{__name__=~\"" + names + "\"}")`:                    true,
		`fmt.Fprintf(&b, "histogram_quantile(%g, sum by (le) (%s))", q, e)`: true,
		`fmt.Sprintf("%s or vector(%d)", a, b)`:                             true,
		`fmt.Sprintf("(%s) / (%s)", a, b)`:                                  true,
		`fmt.Sprintf(" offset %s", d)`:                                      true,
		`fmt.Sprintf("%s[%d]", path, i)`:                                    false,
		`fmt.Sprintf("%s (%d)", title, i)`:                                  false,
		`fmt.Sprintf("%s and %s", a, b)`:                                    false,
		`"no series of " + name + ". Check the labels"`:                     false,
		`fmt.Sprintf("{\"a\":%q}", a)`:                                      false,
	} {
		e, err := parser.ParseExpr(source)
		require.NoError(t, err, source)
		found := false
		for _, text := range composed(e) {
			found = found || isPromQL(text)
		}
		require.Equal(t, is, found, source)
	}
}

// hole marks a piece of a composed text that is only defined at run time.
const hole = "\x00"

var verb = regexp.MustCompile(`%[-+# 0]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]`)

// composed returns the texts composed of pieces by + or by format verbs, with holes.
func composed(n ast.Node) (out []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if text, isText := pieces(n); isText {
				out = append(out, text)
				return false
			}
		case *ast.BasicLit:
			if text, isText := pieces(n); isText && verb.MatchString(text) {
				out = append(out, text)
			}
		}
		return true
	})
	return out
}

// pieces returns the text of an expression, with holes for everything but literals. isText is false
// without any literal.
func pieces(e ast.Expr) (text string, isText bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, a := pieces(e.X)
			right, b := pieces(e.Y)
			return left + right, a || b
		}
	}
	return hole, false
}

var (
	mayBePromQL = regexp.MustCompile(`[{\[(]|=~|!~|="|\boffset\b`)
	isPath      = regexp.MustCompile(`\[\x00\]`)
	// Contexts of a part of an expression, and values of a hole.
	around  = []string{"\x01", "x{\x01}", `x{a="b"` + "\x01}", "x\x01", "sum \x01 (x)", "x\x01)", "(x\x01"}
	fillers = []string{"x", "x[1m]", "1", "1m", `"x"`}
)

func isPromQL(text string) bool {
	text = verb.ReplaceAllStringFunc(text, func(v string) string {
		if strings.HasSuffix(v, "q") {
			return `"x"`
		}
		return hole
	})
	text, _, _ = strings.Cut(text, "#") // the rest is a comment
	if !mayBePromQL.MatchString(text) || isPath.MatchString(text) || strings.Count(text, hole) > 5 ||
		strings.Trim(text, " ()") == hole {
		return false
	}
	for _, place := range around {
		if fits(strings.Replace(place, "\x01", text, 1)) {
			return true
		}
	}
	return false
}

func fits(text string) bool {
	before, after, hasHole := strings.Cut(text, hole)
	if !hasHole {
		e, err := promexpr.ParseVerbatim(text)
		return err == nil && isMoreThanAName(promexpr.Bare(e))
	}
	for _, f := range fillers {
		if fits(before + f + after) {
			return true
		}
	}
	return false
}

// isMoreThanAName is false for expressions that any word or number is: a metric, or a literal.
func isMoreThanAName(e promql.Expr) bool {
	switch e := e.(type) {
	case *promql.VectorSelector:
		return len(e.LabelMatchers) > 1 || e.Name == "" || e.OriginalOffset != 0
	case *promql.NumberLiteral, *promql.StringLiteral:
		return false
	}
	return true
}
