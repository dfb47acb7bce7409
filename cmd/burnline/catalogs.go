package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/importer"
)

type file struct {
	name string
	*catalog.Catalog
	problems catalog.Problems
}

// read reads catalogs. A file that cannot be read is an error; its problems are not.
func (p program) read(names []string) ([]file, error) {
	var out []file
	for _, name := range names {
		name, source, err := p.text(name)
		if err != nil {
			return nil, err
		}
		c, problems := catalog.Parse(source)
		if tool := importer.Recognize(source); len(problems) > 0 && tool != "" {
			problems = catalog.Problems{{Message: fmt.Sprintf("this is a definition of %s, not a catalog. Run burnline import %s -o catalog.yaml", tool, name)}}
		} else if at := importer.TemplateAt(source, problems); at != nil {
			problems = catalog.Problems{*at}
		}
		out = append(out, file{name, c, problems})
	}
	return out, nil
}

func (p program) printProblems(files []file) error {
	bad := 0
	for _, f := range files {
		for _, problem := range f.problems {
			p.printProblem(f.name, problem, "error")
			bad++
		}
	}
	if bad > 0 {
		return errPrinted
	}
	return nil
}

// printProblem prints a line in a format that editors and CI recognize: file:line:column: severity:
// path: message.
func (p program) printProblem(file string, printProblem catalog.Problem, severity string) {
	place, text := file, printProblem.Message
	if printProblem.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", file, printProblem.Line, printProblem.Column)
	}
	if printProblem.Path != "" {
		text = printProblem.Path + ": " + text
	}
	_, _ = fmt.Fprintf(p.err, "%s: %s: %s\n", place, severity, text)
}

// slos returns the SLOs of the files, or only those with the names. Problems in the files are an
// error.
func (p program) slos(names, selected []string) ([]catalog.SLO, []file, error) {
	files, err := p.read(names)
	if err == nil {
		err = p.printProblems(files)
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := joinSLOs(files)
	if err != nil || len(selected) == 0 {
		return all, files, err
	}
	var some []catalog.SLO
	for _, name := range selected {
		i := slices.IndexFunc(all, func(s catalog.SLO) bool { return s.Name == name })
		if i < 0 {
			return nil, nil, usagef("--slo: no SLO %s in %s", name, strings.Join(names, ", "))
		}
		some = append(some, all[i])
	}
	return some, files, nil
}

// joinSLOs joins the SLOs of several files, which must have unique names.
func joinSLOs(files []file) ([]catalog.SLO, error) {
	seen := map[string]string{}
	var all []catalog.SLO
	for _, f := range files {
		for _, s := range f.SLOs {
			if other, twice := seen[s.Name]; twice {
				return nil, fmt.Errorf("SLO %s is in %s and in %s. Each needs its own name", s.Name, other, f.name)
			}
			seen[s.Name] = f.name
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil,
			errors.New("no SLO in any file. A catalog is slos: [{name: ..., objective: 99.9, window: 30d, sli: ...}]")
	}
	return all, nil
}
