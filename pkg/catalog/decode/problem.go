package decode

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a definition, with its place and a correction.
type Problem struct {
	Line    int    `json:"line"`   // from 1; 0 when the place is unknown
	Column  int    `json:"column"` // from 1, in characters
	Path    string `json:"path"`   // e.g. slos[0].sli.events.total; "" for the whole source
	Message string `json:"message"`
}

// Error returns "line 7:15 slos[0].objective: 101 is above 100; give percent, e.g. 99.9".
func (p Problem) Error() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d:%d ", p.Line, p.Column)
	}
	if p.Path == "" {
		return strings.TrimSuffix(b.String(), " ") + strings.Repeat(": ", min(b.Len(), 1)) + p.Message
	}
	return b.String() + p.Path + ": " + p.Message
}

// Problems are all problems of a source, sorted by position; nil if there are none.
type Problems []Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the problems as an error, nil when there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
