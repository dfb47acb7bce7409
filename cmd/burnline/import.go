package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/importer"
)

// importFiles converts definitions of other tools to one catalog. It writes the catalog to standard
// output or a file, and the notes with their places to standard error.
func (p program) importFiles(_ context.Context, args []string) error {
	var from, output string
	names, err := p.flags("import", args, func(f *flag.FlagSet) {
		f.StringVar(&from, "from", string(importer.Auto), "what is read: sloth, pyrra, openslo, or auto: all of them")
		f.StringVar(&output, "o", "", "the file to write the catalog to. Default standard output")
	})
	if err != nil {
		return err
	}
	format, err := importer.ParseFormat(from)
	if err != nil {
		return usagef("--from: %w", err)
	}
	var sources []importer.Source
	for _, name := range names {
		shown, text, err := p.text(name)
		if err != nil {
			return err
		}
		sources = append(sources, importer.Source{Name: shown, Text: text})
	}
	result, err := importer.Files(sources, format)
	if err != nil {
		return err
	}
	for _, n := range result.Notes {
		severity := "note"
		if n.Change {
			severity = "warning"
		}
		p.printProblem(n.File, n.Problem, severity)
	}
	c, problems := catalog.Parse([]byte(result.Catalog))
	if result.Catalog == "" || len(problems) > 0 {
		return fmt.Errorf("no SLO was imported from %s. See the notes", strings.Join(names, ", "))
	}
	if output == "" {
		_, err = p.out.Write([]byte(result.Catalog))
		return err
	}
	if err := os.WriteFile(output, []byte(result.Catalog), 0o644); err != nil { //nolint:gosec // a catalog is no secret
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s: %s of %s, %s\n", output, countText(len(c.SLOs), "SLO"), result.Format,
		countText(len(result.Notes), "note"))
	return err
}
