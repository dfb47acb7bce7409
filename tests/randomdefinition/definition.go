package randomdefinition

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Format is the tool of a definition.
type Format string

// The formats.
const (
	Sloth   Format = "sloth"
	Pyrra   Format = "pyrra"
	OpenSLO Format = "openslo"
)

// Group is a group of a definition with its share of bad events.
type Group struct {
	Job string // "": there is one group
	Bad float64
}

// Definition is an SLO of a source. It contains only groups with a value in the format.
type Definition struct {
	Name   string
	Groups []Group
}

// Set is a source of definitions, with their world.
type Set struct {
	World     *World
	Documents []string
	// the documents in one of the usual layouts: one after the other, as a sequence, or as a Kubernetes List
	Source      string
	Definitions []Definition
}

// generator generates one set.
type generator struct {
	*rand.Rand
	world *World
}

// New generates about n definitions, all with a share between 0 and 1. Burnline clamps other
// shares.
func New(seed uint64, format Format, n int) Set {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 20))} //nolint:gosec // reproducible on purpose
	g.world = newWorld(g.Rand)
	switch format {
	case Sloth:
		return g.sloth(n)
	case Pyrra:
		return g.pyrra(n)
	}
	return g.openSLO(n)
}

// absentPercent is the share of operands with `or vector(0)` that have no series.
const absentPercent = 50

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, of ...T) T { return of[g.IntN(len(of))] }

// counter returns a selector of one of the plain counters, or of the histogram's count.
func (g *generator) counter(matchers ...matcher) selector {
	s := selector{metric: pick(g, append(counterNames, "duration_seconds_count")...), matchers: matchers}
	if len(matchers) == 0 && g.chance(60) {
		s.matchers = append(s.matchers,
			pick(g, matcher{"job", "=", "a"}, matcher{"job", "=~", "a|b"}, matcher{"job", "!=", "b"}))
	}
	if g.chance(60) {
		s.matchers = append(s.matchers,
			pick(g, matcher{"code", "=~", "5.."}, matcher{"code", "!~", "4..|5.."}, matcher{"code", "=", "200"},
				matcher{"code", "!=", "404"}))
	}
	return s
}

// bucket returns a selector of a bucket of the histogram.
func (g *generator) bucket(matchers ...matcher) selector {
	return selector{
		"duration_seconds_bucket",
		append(slices.Clone(matchers), matcher{"le", "=", pick(g, g.world.buckets...)}),
	}
}

// series returns the argument of a sum: selectors and operators between series with the same
// labels.
func (g *generator) series(depth int) expression {
	if depth == 0 || g.chance(60) {
		if g.chance(15) {
			return g.bucket()
		}
		return g.counter()
	}
	if g.chance(15) {
		return multiple{g.series(depth - 1), float64(1 + g.IntN(4)), g.chance(50)}
	}
	b := binary{pick(g, "+", "-", "or", "and", "unless"), g.series(depth - 1), g.series(depth - 1)}
	// PromQL drops a series that exists on one side only; Burnline counts the other side as 0
	if b.op == "+" || b.op == "-" {
		left, right := b.left.value(g.world), b.right.value(g.world)
		if len(left) != len(binary{"and", b.left, b.right}.value(g.world)) || len(left) != len(right) {
			b.op = "or"
		}
	}
	return b
}

// sums returns an expression of sums with the same labels.
func (g *generator) sums(depth int, by []string) expression {
	if depth == 0 || g.chance(35) {
		one := sum{by, g.series(g.IntN(3))}
		if len(by) == 0 && g.chance(20) {
			if g.chance(absentPercent) {
				one.of = g.counter(matcher{"code", "=", "503"}) // has no series
			}
			return orZero{one, g.chance(50)}
		}
		return one
	}
	if g.chance(15) {
		return multiple{g.sums(depth-1, by), pick(g, 2, 0.5, 3), g.chance(50)}
	}
	return binary{pick(g, "+", "+", "-", "-", "or"), g.sums(depth-1, by), g.sums(depth-1, by)}
}

// sli is an SLI with its share of bad events by group.
type sli struct {
	by          []string
	total, part expression
	good        bool
	function    string // function of the counters; "": none
	totalRange  string
	partRange   string
	scale       float64 // partRange / totalRange if the function is increase()
	groups      []Group
}

// groupsOf calculates the shares. It returns false if one is outside of (0, 1), or if there is
// none.
func (g *generator) groupsOf(s *sli) bool {
	total, part := s.total.value(g.world), s.part.value(g.world)
	for l, all := range total {
		some, ok := part[l]
		if !ok {
			return false
		}
		share := some * s.scale / all
		if s.good {
			share = 1 - share
		}
		if !(all > 0 && share > 0.0001 && share < 0.9999) {
			return false
		}
		s.groups = append(s.groups, Group{l.job, share})
	}
	return len(s.groups) > 0
}

// make calls one until the SLI has shares between 0 and 1.
func (g *generator) make(one func() sli) sli {
	for {
		if s := one(); g.groupsOf(&s) {
			return s
		}
	}
}

func (g *generator) expressions() sli {
	var by []string
	if g.chance(20) {
		by = []string{"job"}
	}
	if g.chance(15) {
		return g.latency(by)
	}
	s := sli{by: by, total: g.sums(g.IntN(3), by), part: g.sums(g.IntN(4), by), good: g.chance(30), scale: 1}
	if g.chance(25) { // all minus good ones
		s.part, s.good = binary{"-", s.total, s.part}, false
	}
	return s
}

const slothWindow = "{{.window}}"

// latency compares a bucket with the count of a histogram, by the same matchers or by others.
func (g *generator) latency(by []string) sli {
	matchers := g.counter().matchers
	bucket, count := g.bucket(matchers...), selector{"duration_seconds_count", matchers}
	if g.chance(30) {
		count = selector{"duration_seconds_bucket", append(slices.Clone(matchers), matcher{"le", "=", "+Inf"})}
	}
	if g.chance(30) {
		bucket.matchers = append(slices.Clone(bucket.matchers), matcher{"code", "!~", "5.."})
	}
	s := sli{by: by, total: sum{by, count}, part: sum{by, bucket}, good: true, scale: 1}
	if g.chance(50) {
		s.part, s.good = binary{"-", s.total, s.part}, false
	}
	return s
}

// read chooses how the counters are read. windows are the alternatives of the format.
func (g *generator) read(s *sli, windows ...string) {
	s.function = pick(g, "rate", "rate", "increase")
	s.totalRange = pick(g, windows...)
	s.partRange = s.totalRange
	if windows[0] != slothWindow && g.chance(20) { // Sloth reads no other range than its own
		s.totalRange, s.partRange = "5m", "10m"
		if s.function == "increase" {
			s.scale = 2
		}
	}
}

// texts formats both queries.
func (g *generator) texts(s sli, offset string) (total, part string) {
	return s.total.text(g.style(s.function, s.totalRange, offset)),
		s.part.text(g.style(s.function, s.partRange, offset))
}

// style formats selectors with one function over one range.
func (g *generator) style(function, window, offset string) style {
	return style{
		read: func(selector string) string {
			if function == "" {
				return selector + offset
			}
			return function + "(" + selector + "[" + window + "]" + offset + ")"
		},
		parenthese: func() bool { return g.chance(25) },
	}
}

// guarded adds one of the usual guards to a total.
func (g *generator) guarded(total string) string {
	return pick(g,
		total, total, total, "("+total+") > 0", "("+total+") >= 1", "("+total+") != 0", "("+total+") or vector(1)",
		"(("+total+") > 0) or on() vector(1)", "("+total+") or on() vector(0)", "clamp_min("+total+", 0)",
		"clamp_min("+total+", 0.001)",
		"("+total+") + 1e-9", "(0 < ("+total+"))", "("+total+") and ("+total+") > 0",
		"("+total+") unless ("+total+") == 0")
}

// block returns text as a YAML block of lines, indented under a key.
func block(indent int, text string) string {
	return "|\n" + strings.Repeat(" ", indent) + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// yamlText formats PromQL in one of YAML's notations.
func (g *generator) yamlText(text string) string {
	if g.chance(50) {
		return quoted(text)
	}
	return block(4, text)
}

func indented(by int, text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", by) + line
	}
	return strings.Join(lines, "\n") + "\n"
}

// gathered joins documents: one after the other, as a sequence, or as a Kubernetes List with
// another object.
func (g *generator) gathered(docs []string, kubernetes bool) string {
	forms := []string{"documents", "sequence"}
	if kubernetes {
		forms = append(forms, "list")
	}
	form := pick(g, forms...)
	if form == "documents" {
		if kubernetes && g.chance(50) {
			docs = append(docs, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n")
		}
		return strings.Join(docs, "---\n")
	}
	var b strings.Builder
	if form == "list" {
		b.WriteString("apiVersion: v1\nkind: List\nitems:\n")
		docs = append(docs, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n")
	}
	for _, doc := range docs {
		b.WriteString("- " + strings.TrimLeft(indented(2, doc), " "))
	}
	return b.String()
}

func name(i int) string { return fmt.Sprintf("d%d", i) }
