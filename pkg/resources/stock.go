package resources

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/pkg/sli"
)

// stock is which metrics a server has, and which of their labels a scrape has renamed.
type stock struct {
	there    map[string]bool
	exported map[string][]string // labels by metric
	queries  int                 // that it took to know
}

const (
	stocksKept  = 16
	stockIsGood = 5 * time.Minute // then it is asked anew: an exporter may have been turned on
	leastLooked = time.Hour
	mostMetrics = 1000
)

// stocks remembers answers for a while.
type stocks struct {
	mu    sync.Mutex
	known *lru.Cache[[2]int64, keptStock]
}

type keptStock struct {
	stock
	asked time.Time
}

func newStocks() *stocks {
	known, _ := lru.New[[2]int64, keptStock](stocksKept) // fails for a size of 0 only
	return &stocks{known: known}
}

// at is what the server had in [from, to], in whole hours and at least one.
func (s *stocks) at(ctx context.Context, server Server, c *Catalog, now, from, to time.Time) (stock, error) {
	if to.Sub(from) < leastLooked {
		from = to.Add(-leastLooked)
	}
	key := [2]int64{from.Truncate(time.Hour).Unix(), to.Truncate(time.Hour).Unix()}
	s.mu.Lock() // whoever asks at the same time waits for the same answer
	defer s.mu.Unlock()
	if k, ok := s.known.Get(key); ok && now.Sub(k.asked) < stockIsGood && !now.Before(k.asked) {
		k.queries = 0
		return k.stock, nil
	}
	out, err := look(ctx, server, c, from, to)
	if err == nil {
		s.known.Add(key, keptStock{out, now})
	}
	return out, err
}

// look takes one question for names and one for labels; where a scrape has renamed some, one more for each metric.
func look(ctx context.Context, server Server, c *Catalog, from, to time.Time) (stock, error) {
	out := stock{there: map[string]bool{}, exported: map[string][]string{}, queries: 1}
	var all []string
	for _, r := range c.Reads {
		all = append(all, r.metrics()...)
	}
	slices.Sort(all)
	match := labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, strings.Join(slices.Compact(all), "|"))
	names, err := server.Names(ctx, model.MetricNameLabel, sli.Selector([]*labels.Matcher{match}), from, to, mostMetrics)
	if err != nil {
		return out, err
	}
	for _, name := range names {
		out.there[name] = true
	}
	if len(names) == 0 {
		return out, nil
	}
	renamed, err := out.renamed(ctx, server, match, from, to)
	if err != nil || len(renamed) == 0 {
		return out, err
	}
	for _, name := range names {
		one := labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, name)
		if out.exported[name], err = out.renamed(ctx, server, one, from, to); err != nil {
			return out, err
		}
	}
	return out, nil
}

// renamed are the labels that have an exported_<label> among the series of a matcher.
func (s *stock) renamed(ctx context.Context, server Server, match *labels.Matcher, from, to time.Time) ([]string, error) {
	s.queries++
	all, err := server.LabelNames(ctx, sli.Selector([]*labels.Matcher{match}), from, to)
	var out []string
	for _, name := range all {
		if label, ok := strings.CutPrefix(name, exportedPrefix); ok {
			out = append(out, label)
		}
	}
	return out, err
}

// places are those of an expression's metrics.
func (s stock) places(text string) places {
	for _, vs := range selectors(text) {
		return places{exported: s.exported[vs.Name]}
	}
	return places{}
}
