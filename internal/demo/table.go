package demo

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// printTable prints the rows, the least remaining budget first.
func printTable(out io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
	header := []string{"", "WORKLOAD", "BUDGET LEFT", "TRUTH"}
	if len(rows) > 0 {
		for _, b := range rows[0].Burns {
			header = append(header, fmt.Sprintf("BURN %s | %s", b.LongWindow, b.ShortWindow))
		}
	}
	line(append(header, "P95", "REQ/S", "STATE", "WHAT HAPPENS THERE")...)
	for _, row := range rows {
		cells := []string{"", row.Namespace + "/" + row.Name, percent(row.Budget), percent(row.Truth)}
		for _, b := range row.Burns {
			cells = append(cells, fmt.Sprintf("%s | %s", times(b.Long), times(b.Short)))
		}
		line(append(cells, millis(row.P95), perSecond(row.PerSecond), row.State, row.Scenario)...)
	}
	return w.Flush()
}

const unmeasured = "-"

func percent(ratio *float64) string {
	if ratio == nil {
		return unmeasured
	}
	return fmt.Sprintf("%.2f %%", 100**ratio)
}

func times(rate *float64) string {
	if rate == nil {
		return unmeasured
	}
	return fmt.Sprintf("%.1f×", *rate)
}

func millis(d *time.Duration) string {
	if d == nil {
		return unmeasured
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

func perSecond(rate *float64) string {
	if rate == nil {
		return unmeasured
	}
	return fmt.Sprintf("%.1f", *rate)
}
