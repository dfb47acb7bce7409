package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/burnline/burnline/pkg/export"
)

// check tells every problem of every file at once, or what it found.
func (p program) check(_ context.Context, args []string) error {
	var follow bool
	names, err := p.flags("check", args, func(f *flag.FlagSet) {
		f.BoolVar(&follow, "follow-links", false, "read files that are symbolic links; leave it off for files of strangers")
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
	if err := p.tell(files); err != nil {
		return err
	}
	if _, err := unite(files); err != nil {
		return err
	}
	for _, f := range files {
		list := make([]string, len(f.SLOs))
		for i, s := range f.SLOs {
			list[i] = fmt.Sprintf("%s (%s, %v %% over %s, %s)", s.Name, s.Kind(), s.Objective.Percent(), s.WindowText(), s.Policy.Name)
		}
		_, _ = fmt.Fprintf(p.out, "%s: %s, %s: %s\n", f.name, counted(len(f.SLOs), "SLO"), counted(len(f.Policies), "policy of its own", "policies of its own"), strings.Join(list, "; "))
	}
	return nil
}

func counted(n int, thing ...string) string {
	switch {
	case n == 1:
		return "1 " + thing[0]
	case len(thing) > 1:
		return fmt.Sprintf("%d %s", n, thing[1])
	}
	return fmt.Sprintf("%d %ss", n, thing[0])
}

// export writes the SLOs for other tools to standard output.
func (p program) export(_ context.Context, args []string) error {
	var format, slos string
	var o export.Options
	names, err := p.flags("export", args, func(f *flag.FlagSet) {
		f.StringVar(&format, "format", string(export.Prometheus), "prometheus, prometheusrule, grafana or openslo")
		f.StringVar(&slos, "slo", "", "names of SLOs, by commas; default all")
		f.StringVar(&o.DatasourceUID, "datasource-uid", "burnline", "grafana: the Burnline data source that the rules ask")
		f.StringVar(&o.ObjectName, "name", "burnline", "prometheusrule: the name of the object; those of one name replace each other")
		f.StringVar(&o.DashboardUID, "dashboard-uid", "", "grafana: the dashboard that they link to")
	})
	if err != nil {
		return err
	}
	as, err := export.ParseFormat(format)
	if err != nil {
		return usagef("--format: %w", err)
	}
	some, _, err := p.slos(names, split(slos))
	if err != nil {
		return err
	}
	text, notes, err := export.Write(as, some, o)
	if err != nil {
		return err
	}
	for _, note := range notes {
		_, _ = fmt.Fprintln(p.err, "note: "+note)
	}
	_, err = p.out.Write(text)
	return err
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
