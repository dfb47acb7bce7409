package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/burnline/burnline/pkg/slo"
)

// Output formats of report and backtest.
const (
	asTable    = "table"
	asJSON     = "json"
	asMarkdown = "markdown"
)

type table struct {
	header []string
	rows   [][]string
}

// write prints a table in a format. For JSON it prints whole.
func write(out io.Writer, format string, t table, whole any) error {
	switch format {
	case asTable:
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, strings.ToUpper(strings.Join(t.header, "\t")))
		for _, row := range t.rows {
			_, _ = fmt.Fprintln(w, strings.Join(row, "\t"))
		}
		return w.Flush()
	case asMarkdown:
		var text strings.Builder
		for i, row := range append([][]string{t.header}, t.rows...) {
			for _, cell := range row {
				text.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
			}
			text.WriteString("|\n")
			if i == 0 {
				text.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
			}
		}
		_, err := io.WriteString(out, text.String())
		return err
	case asJSON:
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(whole)
	}
	return fmt.Errorf("unknown format %q. There are table, json and markdown", format)
}

const unknown = "-"

func percent(ratio *float64) string {
	if ratio == nil {
		return unknown
	}
	return fmt.Sprintf("%.2f %%", 100**ratio)
}

func times(rate *float64) string {
	if rate == nil {
		return unknown
	}
	return fmt.Sprintf("%.1f×", *rate)
}

func duration(d *time.Duration) string {
	if d == nil {
		return unknown
	}
	if *d > time.Hour {
		return slo.FormatDuration(d.Round(time.Minute))
	}
	return slo.FormatDuration(d.Round(time.Second))
}

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	s := d.Seconds()
	return &s
}
