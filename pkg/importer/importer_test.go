package importer

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/catalog/decode"
)

var update = flag.Bool("update", false, "write the golden files")

func examples(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 5)
	return files
}

func imported(t *testing.T, source string) string {
	t.Helper()
	r, err := Import([]byte(source))
	if err != nil {
		return "error: " + err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n%s", r.Format, r.Catalog)
	for _, w := range r.Notes {
		fmt.Fprintf(&b, "# %s\n", w.Error())
	}
	return b.String()
}

func TestImport(t *testing.T) {
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			got := imported(t, string(source))
			golden := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)

			r, err := Import(source)
			require.NoError(t, err)
			_, problems := catalog.Parse([]byte(r.Catalog))
			assert.NoError(t, problems.Err(), "what is imported is a catalog")
		})
	}
}

// Changing any value of any example changes the imported catalog, or a warning names its place.
func TestNoFieldIsDroppedInSilence(t *testing.T) {
	for _, file := range examples(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			before := imported(t, string(source))
			r, err := Import(source)
			require.NoError(t, err)
			leaves := 0
			for _, leaf := range leavesOf(t, source) {
				leaves++
				if leaf.named(r.Notes) || leaf.path == "apiVersion" && leaf.text == "v1" { // version of a resource list
					continue
				}
				changed := leaf.change(string(source))
				require.NotEqual(t, string(source), changed, "%s, line %d", leaf.path, leaf.line)
				assert.NotEqual(t, before, imported(t, changed),
					"%s (line %d) is neither in the catalog nor in a warning", leaf.path, leaf.line)
			}
			assert.Greater(t, leaves, 20)
		})
	}
}

type leaf struct {
	path         string
	line, column int
	text         string
}

func leavesOf(t *testing.T, source []byte) (out []leaf) {
	t.Helper()
	nodes, problem := decode.Documents(source)
	require.Nil(t, problem)
	for _, node := range nodes {
		root, err := treeOf(node, "")
		require.NoError(t, err)
		out = append(out, root.leaves()...)
	}
	return out
}

func (v *value) leaves() (out []leaf) {
	if v.fields == nil && v.items == nil && !v.isEmpty() {
		return []leaf{{v.path, v.line, v.column, v.text}}
	}
	for _, name := range v.names {
		out = append(out, v.fields[name].leaves()...)
	}
	for _, item := range v.items {
		out = append(out, item.leaves()...)
	}
	return out
}

func (l leaf) named(notes []Note) bool {
	return slices.ContainsFunc(notes, func(w Note) bool {
		within := l.path == w.Path || strings.HasPrefix(l.path, w.Path+".") || strings.HasPrefix(l.path, w.Path+"[")
		return within && w.Line <= l.line
	})
}

// change returns the source with another value of the same kind in the place of the leaf.
func (l leaf) change(source string) string {
	other, truth := map[string]string{"true": "false", "false": "true"}[l.text]
	if !truth {
		at := strings.IndexFunc(l.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		next := "x"
		switch c := l.text[at]; {
		case c == '9' || c == 'x':
			next = "7"
		case unicode.IsDigit(rune(c)):
			next = string(c + 1)
		}
		other = l.text[:at] + next + l.text[at+1:]
	}
	lines := strings.SplitAfter(source, "\n")
	offset := len(strings.Join(lines[:l.line-1], ""))
	first, _, _ := strings.Cut(strings.TrimSpace(l.text), "\n")
	changed, _, _ := strings.Cut(strings.TrimSpace(other), "\n")
	at := strings.Index(source[offset:], first)
	key := l.path[strings.LastIndexAny(l.path, ".")+1:]
	if i := strings.Index(source[offset:], key+":"); i >= 0 && i < at+len(first) {
		at = i + len(key) + strings.Index(source[offset+i+len(key):], first)
	}
	return source[:offset+at] + changed + source[offset+at+len(first):]
}

func TestImportErrors(t *testing.T) {
	for source, want := range map[string]string{
		"":                         "nothing to import: paste YAML of OpenSLO",
		"a: [":                     "YAML syntax",
		"kind: Deployment":         `line 1: apiVersion "", kind "Deployment" is none of OpenSLO`,
		"apiVersion: openslo/v3":   `line 1: apiVersion "openslo/v3", kind "" is none of`,
		"a: *b":                    "line 1:4 a: no anchor &b for the alias *b",
		strings.Repeat("[", 40):    "nested deeper than",
		strings.Repeat("x", 1<<21): "bytes are too much",
	} {
		_, err := Import([]byte(source))
		require.Error(t, err, want)
		assert.Contains(t, err.Error(), want)
	}
}

func FuzzImport(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		r, err := Import(source)
		if err == nil && r.Catalog != "" {
			_, _ = catalog.Parse([]byte(r.Catalog))
		}
	})
}
