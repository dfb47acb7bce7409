//go:build suite

package conformance

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/cases"
	"github.com/burnline/burnline/tests/conformance/month"
	"github.com/burnline/burnline/tests/recording"
	"github.com/burnline/burnline/tests/signalcases"
)

// samples is the data of every server: the month, and the series of each case file with a
// distinguishing label.
type samples struct {
	month   *month.Month
	cases   []caseFile
	signals []signalCase
	ofAll   []recording.Series // of the case files, each with its own label
	whole   []string           // the month and the case files as TSDB blocks
	holed   []string           // the month without the hours of hole, as of a replica that was down
}

// caseFile is one file of tests/cases.
type caseFile struct {
	name string
	*cases.Case
}

// signalCase is a cluster of the tests of resources.
type signalCase struct {
	name string
	signalcases.Case
}

// signalFiles is the folder of signal cases.
const signalFiles = "pkg/kubernetes/resources/testdata"

// caseLabel distinguishes the series of the case files.
const caseLabel = "case"

// hole is a time in which one of two replicas was down.
var hole = [2]time.Time{time.Date(2026, 3, 25, 3, 0, 0, 0, time.UTC), time.Date(2026, 3, 25, 5, 0, 0, 0, time.UTC)}

// blockSpan is the length of the blocks of the month: more than ten days, so that Thanos
// downsamples them to an hour.
const blockSpan = 17 * 24 * time.Hour

// load creates the samples, and their blocks if the cache does not contain them.
func load(ctx context.Context, project *stack.Project) (*samples, error) {
	s := &samples{month: month.New()}
	if err := s.readCases(project.Path("tests/cases")); err != nil {
		return nil, err
	}
	if err := s.readSignals(project.Path(signalFiles)); err != nil {
		return nil, err
	}
	dir, err := project.Made("conformance/samples",
		[]string{"tests/conformance", "tests/recording", "tests/cases", signalFiles},
		func(dir string) error {
			return project.Report.Step("write the month as blocks", func() error { return s.write(ctx, dir) })
		})
	if err != nil {
		return nil, err
	}
	if s.whole, err = filepath.Glob(filepath.Join(dir, "whole", "*")); err != nil {
		return nil, err
	}
	s.holed, err = filepath.Glob(filepath.Join(dir, "holed", "*"))
	return s, err
}

func (s *samples) readCases(dir string) error {
	return s.read(dir, "", func(name, text string) (string, error) {
		c, err := cases.Parse(text)
		if err != nil {
			return "", err
		}
		s.cases = append(s.cases, caseFile{name, c})
		return c.Load, nil
	})
}

func (s *samples) readSignals(dir string) error {
	return s.read(dir, "resources-", func(name, text string) (string, error) {
		c, err := signalcases.Parse(text)
		s.signals = append(s.signals, signalCase{name, c})
		return c.Load, err
	})
}

// read reads the case files of a folder. parse returns the series of a file.
func (s *samples) read(dir, prefix string, parse func(name, text string) (load string, err error)) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.case"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file) // #nosec G304 - of our own checkout
		if err != nil {
			return err
		}
		name := prefix + strings.TrimSuffix(filepath.Base(file), ".case")
		load, err := parse(name, string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		series, err := recording.Parse(load)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		s.ofAll = append(s.ofAll, recording.With(series, caseLabel, name)...)
	}
	return nil
}

// write writes the blocks.
func (s *samples) write(ctx context.Context, dir string) error {
	// Two days of blocks of two hours, as in Prometheus, which lists the series of whole blocks.
	// Blocks must not overlap: Thanos would use only the one with the lowest resolution.
	const span, days = 2 * time.Hour, 50 * time.Hour
	for from := time.Duration(0); from < days; from += span {
		part := recording.Between(s.ofAll, from.Milliseconds(), (from + span).Milliseconds())
		if _, err := recording.WriteBlock(ctx, filepath.Join(dir, "whole"), part); err != nil {
			return fmt.Errorf("the case files: %w", err)
		}
	}
	if _, err := recording.WriteBlock(ctx, filepath.Join(dir, "whole"),
		recording.Between(s.ofAll, days.Milliseconds(), math.MaxInt64)); err != nil {
		return fmt.Errorf("the case files: %w", err)
	}
	for from := month.Start; from.Before(month.End); from = from.Add(blockSpan) {
		part := recording.Between(s.month.Series, from.UnixMilli(), from.Add(blockSpan).UnixMilli())
		if _, err := recording.WriteBlock(ctx, filepath.Join(dir, "whole"), part); err != nil {
			return err
		}
		before := recording.Between(part, 0, hole[0].UnixMilli())
		after := recording.Between(part, hole[1].UnixMilli(), month.End.Add(time.Hour).UnixMilli())
		if _, err := recording.WriteBlock(ctx, filepath.Join(dir, "holed"),
			recording.Joined(before, after)); err != nil {
			return err
		}
	}
	return nil
}
