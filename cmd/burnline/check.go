package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/pkg/lint"
	"github.com/burnline/burnline/pkg/memory"
)

type checkFlags struct {
	serverFlags
	strict bool
}

// check prints every problem of every file, and likely mistakes; with --url also those that a
// server shows. Then it lists the contents of the files.
func (p program) check(ctx context.Context, args []string) error {
	var c checkFlags
	var follow bool
	names, err := p.flags("check", args, func(f *flag.FlagSet) {
		c.server(f)
		f.BoolVar(&follow, "follow-links", false,
			"read files that are symbolic links. Leave it off for files of strangers")
		f.BoolVar(&c.strict, "strict", false, "fail on warnings, too")
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := checkLinks(name); err != nil && !follow {
			return err
		}
	}
	files, err := p.read(names)
	if err != nil {
		return err
	}
	if err := p.printProblems(files); err != nil {
		return err
	}
	if _, err := joinSLOs(files); err != nil {
		return err
	}
	errs, warnings, err := p.lint(ctx, c, files)
	if err != nil {
		return err
	}
	if errs > 0 || c.strict && warnings > 0 {
		return errPrinted
	}
	for _, f := range files {
		list := make([]string, len(f.SLOs))
		for i, s := range f.SLOs {
			var windows []string
			for _, w := range s.SplitWindows() {
				windows = append(windows, w.WindowText())
			}
			list[i] = fmt.Sprintf("%s (%s, %v%% over %s, %s)", s.Name, s.Kind(), s.Objective.Percent(),
				strings.Join(windows, " and "), s.Policy.Name)
		}
		_, _ = fmt.Fprintf(p.out, "%s: %s, %s: %s\n", f.name, countText(len(f.SLOs), "SLO"),
			countText(len(f.Policies), "own policy", "own policies"), strings.Join(list, "; "))
	}
	return nil
}

// lintConcurrency is less than the request slots of a client.
const lintConcurrency = 6

// lint prints the likely mistakes with their places: "file:line:column: warning: path: message".
func (p program) lint(ctx context.Context, c checkFlags, files []file) (errs, warnings int, err error) {
	//nolint:unparam // a server may fail
	find := func(_ context.Context, s catalog.SLO) ([]lint.Finding, error) { return lint.Definition(s), nil }
	if c.url != "" {
		client, err := c.client()
		if err != nil {
			return 0, 0, err
		}
		at, err := c.instant()
		if err != nil {
			return 0, 0, err
		}
		linter := lint.New(client, memory.Scope{Store: memory.NewStore(64 << 20), Now: time.Now})
		find = func(ctx context.Context, s catalog.SLO) ([]lint.Finding, error) {
			found, _, err := linter.Findings(ctx, s, at)
			return found, err
		}
	}
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	for _, f := range files {
		found := make([][]lint.Finding, len(f.SLOs))
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(lintConcurrency)
		for i, s := range f.SLOs {
			g.Go(func() (err error) {
				if found[i], err = find(gctx, s); err != nil {
					return fmt.Errorf("SLO %s: %w", s.Name, err)
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return 0, 0, err
		}
		for i, s := range f.SLOs {
			for _, one := range found[i] {
				if one.Member != "" && !strings.HasPrefix(one.Path, "by[") { // reported at the member itself
					continue
				}
				if one.Severity == lint.Error {
					errs++
				} else {
					warnings++
				}
				p.printProblem(f.name, f.Locate(s.Name, one.Path, one.Message), string(one.Severity))
			}
		}
	}
	return errs, warnings, nil
}

func countText(n int, thing ...string) string {
	switch {
	case n == 1:
		return "1 " + thing[0]
	case len(thing) > 1:
		return fmt.Sprintf("%d %s", n, thing[1])
	}
	return fmt.Sprintf("%d %ss", n, thing[0])
}

func (p program) export(_ context.Context, args []string) error {
	var format, slos string
	var o export.Options
	names, err := p.flags("export", args, func(f *flag.FlagSet) {
		f.StringVar(&format, "format", string(export.Prometheus), export.FormatNames())
		f.StringVar(&slos, "slo", "", "names of SLOs, by commas. Default all")
		f.StringVar(&o.DatasourceUID, "datasource-uid", "burnline",
			"grafana: the Burnline data source that the rules ask")
		f.StringVar(&o.ObjectName, "name", "burnline",
			"prometheusrule: name of the object. mimir: namespace. The same name replaces an earlier export")
		f.StringVar(&o.PagerURL, "pager-url", "",
			"alertmanager, mimir-alertmanager: webhook of the pager. Default: a placeholder")
		f.StringVar(&o.SlackURL, "slack-url", "",
			"alertmanager, mimir-alertmanager: incoming webhook of Slack. Default: a placeholder")
		f.StringVar(&o.DashboardUID, "dashboard-uid", "", "grafana: the dashboard that they link to")
	})
	if err != nil {
		return err
	}
	as, err := export.ParseFormat(format)
	if err != nil {
		return usagef("--format: %w", err)
	}
	some, _, err := p.slos(names, splitList(slos))
	if err != nil {
		return err
	}
	text, notes, err := export.Write(as, some, o)
	var address *export.AddressError
	switch {
	case errors.As(err, &address):
		return &usageError{err}
	case err != nil:
		return err
	}
	for _, note := range notes {
		_, _ = fmt.Fprintln(p.err, "note: "+note)
	}
	_, err = p.out.Write(text)
	return err
}

func splitList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
