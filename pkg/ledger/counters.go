package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// Counters are read as they are and counted exactly, as track describes.
type Counters struct {
	Matchers []*labels.Matcher // all counters read; one equality matcher on the metric name
	By       []string          // labels of a group; a missing label counts as ""
	Parts    []Part            // what is summed apart, e.g. all events and the bad ones
	// Beside are counters scraped with these, e.g. those of all events where these are of the bad ones: where they have
	// older data the record did not begin with these, and a first bad event counts. None: only these themselves tell.
	Beside []*labels.Matcher

	crowded bool // a survey found many counters over a long time
}

// Part is a subset of the counters: those that all matchers accept.
type Part struct {
	Name     string
	Matchers []*labels.Matcher
}

func (p Part) accepts(m model.Metric) bool {
	for _, match := range p.Matchers {
		if !match.Matches(string(m[model.LabelName(match.Name)])) {
			return false
		}
	}
	return true
}

func (q Counters) groupBy() []string { return q.By }
func (q Counters) parts() int        { return len(q.Parts) }

func (q Counters) fetch(ctx context.Context, s Source, r run) (*fetched, error) {
	f := newFetcher(s, q, r)
	read := f.fetchBorders
	if r.level == minuteCells {
		read = f.fetchSamples
	}
	if err := read(ctx); err != nil {
		return nil, err
	}
	return f.out, nil
}

func newFetcher(s Source, q Counters, r run) *fetcher {
	return &fetcher{source: s, q: q, out: &fetched{run: r}, cells: newCells(r, q.By, len(q.Parts))}
}

func (q Counters) width(ctx context.Context, source Source, at int64) (series, requests int, err error) {
	m, _, err := source.Query(ctx, countExpr(q.Matchers), time.Unix(at, 0))
	if err != nil || len(m) == 0 || len(m[0].Values) == 0 {
		return 1, 1, err
	}
	return int(m[0].Values[0].Value), 1, nil
}

func (q Counters) key() string {
	var b strings.Builder
	write := func(ms []*labels.Matcher) {
		texts := make([]string, len(ms))
		for i, m := range ms {
			texts[i] = m.String()
		}
		slices.Sort(texts)
		b.WriteString(strings.Join(texts, ","))
		b.WriteByte('\n')
	}
	write(q.Matchers)
	b.WriteString(strings.Join(q.By, ","))
	if len(q.Beside) > 0 {
		b.WriteString("\nbeside ")
		write(q.Beside)
	}
	for _, p := range q.Parts {
		b.WriteByte('\n')
		write(p.Matchers)
	}
	return b.String()
}
