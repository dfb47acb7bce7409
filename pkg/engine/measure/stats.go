package measure

import (
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/cells"
)

// Stats is what an answer took, and what the server said next to numbers.
type Stats struct {
	Cost     cells.Cost
	Warnings []string // each once
	Sent     []string // the PromQL that was sent, each once, at most maxSent
	IsEmpty  bool     // no series, and a warning says so
}

// maxSent bounds the PromQL that comes with an answer. A person reads the first
// few; hundreds of SLOs in thousands of groups send more than their numbers take.
const maxSent = 200

// Add adds what a read took.
func (a *Stats) Add(cost cells.Cost, warnings, sent []string) {
	a.Cost.Add(cost)
	for _, w := range warnings {
		a.Warn(w)
	}
	for _, s := range sent {
		if len(a.Sent) == maxSent {
			return
		}
		if !slices.Contains(a.Sent, s) {
			a.Sent = append(a.Sent, s)
		}
	}
}

// Warn adds a warning once.
func (a *Stats) Warn(text string) {
	if !slices.Contains(a.Warnings, text) {
		a.Warnings = append(a.Warnings, text)
	}
}

// Span is the time from the earliest to the latest border.
func Span(borders []time.Time) (from, to time.Time) {
	from, to = borders[0], borders[0]
	for _, b := range borders[1:] {
		if b.Before(from) {
			from = b
		}
		if b.After(to) {
			to = b
		}
	}
	return from, to
}

// LabelKey identifies a set of labels.
func LabelKey(labels map[string]string) string {
	names := make([]string, 0, len(labels))
	for n := range labels {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "\xff" + labels[n] + "\xff")
	}
	return b.String()
}

// GroupText is a group in words: workload=a.
func GroupText(by []string, labels map[string]string) string {
	words := make([]string, len(by))
	for i, label := range by {
		words[i] = label + "=" + labels[label]
	}
	if len(words) == 0 {
		return "the only group"
	}
	return strings.Join(words, " ")
}
