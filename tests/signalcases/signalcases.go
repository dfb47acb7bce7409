// Package signalcases reads signal cases: samples of a cluster, and the expected signals of
// resources. A line is
//
//	check at=4h back=1h by=namespace,workload signal=memory shop/cart=990~0.5
//	notice at=4h back=1h by=namespace,workload signal=memory names no container
//
// at is the time since the first sample, back the length of the range. With step, the last point of
// a series is checked. Groups that are not listed must not exist. "notice ... none" expects no
// notice.
package signalcases

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// Case is a cluster. Load is in the notation of Prometheus' own tests.
type Case struct {
	Load  string
	Lines []Line
}

// Line is a query with the expected result.
type Line struct {
	Text           string
	At, Back, Step time.Duration // Step is 0 for a table
	By             []string
	Signal         string
	Notice         string             // expected text; "" expects numbers
	want           map[string]expects // by the labels of groups, joined by "/"
}

type expects struct{ value, tolerance float64 }

// Parse reads a case.
func Parse(text string) (Case, error) {
	var c Case
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "check "), strings.HasPrefix(line, "notice "):
			l, err := parseLine(strings.TrimSpace(line))
			if err != nil {
				return c, fmt.Errorf("%q: %w", line, err)
			}
			c.Lines = append(c.Lines, l)
		case !strings.HasPrefix(line, "#"):
			c.Load += line
		}
	}
	if len(c.Lines) == 0 {
		return c, fmt.Errorf("the case expects nothing")
	}
	return c, nil
}

func parseLine(text string) (Line, error) {
	words := strings.Fields(text)
	l := Line{Text: text, want: map[string]expects{}}
	rest := words[1:]
	for len(rest) > 0 {
		name, value, _ := strings.Cut(rest[0], "=")
		var err error
		switch name {
		case "at":
			l.At, err = duration(value)
		case "back":
			l.Back, err = duration(value)
		case "step":
			l.Step, err = duration(value)
		case "by":
			l.By = strings.Split(value, ",")
		case "signal":
			l.Signal = value
		default:
			return l, l.expect(words[0], rest)
		}
		if err != nil {
			return l, err
		}
		rest = rest[1:]
	}
	return l, nil
}

func (l *Line) expect(verb string, words []string) error {
	if verb == "notice" {
		l.Notice = strings.Join(words, " ")
		return nil
	}
	for _, word := range words {
		i := strings.LastIndex(word, "=")
		if i < 0 {
			return fmt.Errorf("%q is no group=number", word)
		}
		number, tolerance, _ := strings.Cut(word[i+1:], "~")
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return err
		}
		by := 0.0
		if tolerance != "" {
			if by, err = strconv.ParseFloat(tolerance, 64); err != nil {
				return err
			}
		}
		l.want[word[:i]] = expects{value, by}
	}
	return nil
}

func duration(text string) (time.Duration, error) {
	d, err := model.ParseDuration(text)
	return time.Duration(d), err
}

// exact is the tolerance for rounding.
const exact = 1e-5

// Difference describes how a result differs from the expected one; "" if it does not. got is by the
// labels of groups, joined by "/", without groups that have no number.
func (l Line) Difference(got map[string]float64, notices []string) string {
	switch {
	case l.Notice == "none":
		if len(notices) > 0 {
			return fmt.Sprintf("%s: notices %q", l.Text, notices)
		}
		return ""
	case l.Notice != "":
		if !slices.ContainsFunc(notices, func(n string) bool { return strings.Contains(n, l.Notice) }) {
			return fmt.Sprintf("%s: notices %q", l.Text, notices)
		}
		return ""
	}
	isRight := len(got) == len(l.want)
	for group, want := range l.want {
		v, ok := got[group]
		isRight = isRight && ok && math.Abs(v-want.value) <= want.tolerance+exact
	}
	if isRight {
		return ""
	}
	return fmt.Sprintf("%s: got %v, notices %q", l.Text, got, notices)
}
