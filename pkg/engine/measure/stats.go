package measure

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/pkg/cells"
)

// Stats is the cost of a result, and the server's warnings.
type Stats struct {
	Cost     cells.Cost
	Warnings []string // distinct
	Sent     []string // the PromQL that was sent, distinct, at most maxSent
	IsEmpty  bool     // no series; a warning reports it
}

// maxSent bounds the PromQL of a result. Hundreds of SLOs with thousands of groups would send more
// text than numbers.
const maxSent = 200

// Add adds the cost of a read.
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

// Warn adds a warning, unless it exists.
func (a *Stats) Warn(text string) {
	if !slices.Contains(a.Warnings, text) {
		a.Warnings = append(a.Warnings, text)
	}
}

// Span returns the earliest and the latest border.
func Span(borders []time.Time) (from, to time.Time) {
	return slices.MinFunc(borders, time.Time.Compare), slices.MaxFunc(borders, time.Time.Compare)
}

// LabelKey returns a key of a set of labels.
func LabelKey(labels map[string]string) string {
	names := slices.AppendSeq(make([]string, 0, len(labels)), maps.Keys(labels))
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "\xff" + labels[n] + "\xff")
	}
	return b.String()
}

// GroupText describes a group for people: workload=a.
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
