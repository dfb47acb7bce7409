package resources

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"golang.org/x/sync/singleflight"

	"github.com/burnline/burnline/pkg/fault"
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
	asking singleflight.Group
	known  *lru.Cache[[2]int64, keptStock]
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
	if k, ok := s.known.Get(key); ok && now.Sub(k.asked) < stockIsGood && !now.Before(k.asked) {
		k.queries = 0
		return k.stock, nil
	}
	// Whoever asks first asks for all, also when it leaves before the answer.
	answer := s.asking.DoChan(fmt.Sprint(key), func() (any, error) {
		var out stock
		err := fault.Guard(ctx, func() (err error) {
			out, err = look(context.WithoutCancel(ctx), server, c, from, to)
			return err
		})
		if err == nil {
			s.known.Add(key, keptStock{out, now})
		}
		return out, err
	})
	select {
	case a := <-answer:
		out, _ := a.Val.(stock)
		return out, a.Err
	case <-ctx.Done():
		return stock{}, ctx.Err()
	}
}

// look takes one question for names and one for labels; where a scrape has renamed some, one more for each of those.
func look(ctx context.Context, server Server, c *Catalog, from, to time.Time) (stock, error) {
	out := stock{there: map[string]bool{}, exported: map[string][]string{}}
	var all []string
	for _, r := range c.Reads {
		all = append(all, r.metrics()...)
	}
	slices.Sort(all)
	match := labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, strings.Join(slices.Compact(all), "|"))
	names, err := out.names(ctx, server, from, to, match)
	if err != nil || len(names) == 0 {
		return out, err
	}
	for _, name := range names {
		out.there[name] = true
	}
	out.queries++
	known, err := server.LabelNames(ctx, sli.Selector([]*labels.Matcher{match}), from, to)
	if err != nil {
		return out, err
	}
	for _, name := range known {
		label, ok := strings.CutPrefix(name, exportedPrefix)
		if !ok {
			continue
		}
		renamed, err := out.names(ctx, server, from, to, match, labels.MustNewMatcher(labels.MatchNotEqual, name, ""))
		if err != nil {
			return out, err
		}
		for _, metric := range renamed {
			out.exported[metric] = append(out.exported[metric], label)
		}
	}
	return out, nil
}

// names are the metrics of series that match.
func (s *stock) names(ctx context.Context, server Server, from, to time.Time, match ...*labels.Matcher) ([]string, error) {
	s.queries++
	return server.Names(ctx, model.MetricNameLabel, sli.Selector(match), from, to, mostMetrics)
}

// places are those of an expression's metrics.
func (s stock) places(text string) places {
	for _, vs := range selectors(text) {
		return places{exported: s.exported[vs.Name]}
	}
	return places{}
}
