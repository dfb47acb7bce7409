//go:build suite

package conformance

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Tolerances, in percent of the truth.
const (
	countTolerance = 0.1 // events and bad events
	ratioTolerance = 0.2 // ratios of two counts
)

// differences collects differences from the truth.
type differences struct {
	worst float64 // error of a count, percent
	texts []string
}

func (d *differences) add(format string, args ...any) {
	d.texts = append(d.texts, fmt.Sprintf(format, args...))
}

// count compares a number of events. Below one event, the difference is absolute.
func (d *differences) count(what string, got *float64, want float64) {
	if got == nil {
		d.worst = max(d.worst, 100)
		d.add("%s: not measured, %.6g is true", what, want)
		return
	}
	percent := 100 * math.Abs(*got-want) / max(math.Abs(want), 1)
	d.worst = max(d.worst, percent)
	if percent > countTolerance {
		d.add("%s: %.6g, %.6g is true", what, *got, want)
	}
}

// within compares any number. A budget within 0.002 is as accurate as its counts.
func (d *differences) within(what string, got *float64, want, tolerance float64) {
	if got == nil {
		d.add("%s: not measured, %.6g is true", what, want)
	} else if math.Abs(*got-want) > tolerance {
		d.add("%s: %.6g, %.6g is true", what, *got, want)
	}
}

// ratio compares a ratio of counts.
func (d *differences) ratio(what string, got *float64, want float64) {
	d.within(what, got, want, max(math.Abs(want), 0.01)*ratioTolerance/100)
}

// errorsShown is the maximum number of reported differences of one check.
const errorsShown = 4

func (d *differences) err() error {
	if len(d.texts) == 0 {
		return nil
	}
	shown := d.texts[:min(len(d.texts), errorsShown)]
	text := strings.Join(shown, "; ")
	if more := len(d.texts) - len(shown); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return errors.New(text)
}

// rows reads a frame by its text columns.
type rows struct {
	frame *data.Frame
	seen  map[int]bool
}

func rowsOf(f *data.Frame) *rows { return &rows{f, map[int]bool{}} }

// find returns the row with these values of text columns.
func (r *rows) find(words map[string]string) (row int, ok bool) {
	for i := range r.frame.Rows() {
		fits := true
		for name, want := range words {
			f, _ := r.frame.FieldByName(name)
			fits = fits && f != nil && f.At(i) == want
		}
		if fits {
			r.seen[i] = true
			return i, true
		}
	}
	return 0, false
}

// number returns a column of a row, nil if it is null or does not exist.
func (r *rows) number(row int, column string) *float64 {
	f, _ := r.frame.FieldByName(column)
	if f == nil {
		return nil
	}
	v, err := f.NullableFloatAt(row)
	if err != nil {
		return nil
	}
	return v
}

// unexpected is the number of rows that find did not return.
func (r *rows) unexpected() int { return r.frame.Rows() - len(r.seen) }
