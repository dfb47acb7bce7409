//go:build suite

package conformance

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/burnline/burnline/tests/suite"
)

// report prints the table, failures, limitations of servers, and the line of JSON.
func report(servers int, outcomes []outcome) error {
	r := result{Servers: servers}
	r.count(outcomes)
	if err := table(os.Stderr, outcomes); err != nil {
		return err
	}
	if err := suite.Result(r); err != nil {
		return err
	}
	if r.Failed > 0 {
		return fmt.Errorf("%d of %d cases failed", r.Failed, r.Cases)
	}
	return nil
}

func (r *result) count(outcomes []outcome) {
	r.Cases = len(outcomes)
	for _, o := range outcomes {
		if o.err != nil {
			r.Failed++
		}
		if o.cannot == "" {
			r.MaxAbsErrorPercent = max(r.MaxAbsErrorPercent, o.worst)
		}
	}
	r.MaxAbsErrorPercent = math.Round(r.MaxAbsErrorPercent*1e4) / 1e4
}

func table(out io.Writer, outcomes []outcome) error {
	var columns, lines []string
	cells := map[[2]string]outcome{}
	for _, o := range outcomes {
		if !slices.Contains(columns, o.server) {
			columns = append(columns, o.server)
		}
		if !slices.Contains(lines, o.check) {
			lines = append(lines, o.check)
		}
		cells[[2]string{o.server, o.check}] = o
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := func(text string) { _, _ = fmt.Fprint(w, text) } // Flush returns the error
	p("case")
	for _, c := range columns {
		p("\t" + c)
	}
	for _, line := range lines {
		p("\n" + line)
		for _, c := range columns {
			p("\t" + cells[[2]string{c, line}].cell())
		}
	}
	p("\n")
	for _, o := range outcomes {
		switch {
		case o.err != nil:
			p(fmt.Sprintf("FAILED %s on %s: %v\n", o.check, o.server, o.err))
		case o.description != "":
			p(fmt.Sprintf("%s on %s: %s\n", o.check, o.server, o.description))
		case o.cannot+o.without != "":
			p(fmt.Sprintf("%s on %s: %s\n", o.check, o.server, o.cannot+o.without))
		}
	}
	return w.Flush()
}

func (o outcome) cell() string {
	switch {
	case o.check == "":
		return "-"
	case o.err != nil:
		return "FAILED"
	case o.cannot != "":
		return "refused"
	case o.without != "":
		return "not asked"
	case o.worst > 0.00005:
		return fmt.Sprintf("ok, %.4f %% off", o.worst)
	}
	return "ok"
}
