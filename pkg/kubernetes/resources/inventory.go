package resources

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/kubernetes"
	"github.com/burnline/burnline/pkg/promexpr"
)

// inventory contains the metrics of a server, and the spelling of their labels.
type inventory struct {
	there   map[string]bool
	renamed map[string]bool             // metrics with rows with exported_namespace
	whole   *[]string                   // clusters in which cAdvisor has no containers; nil: all
	ever    map[string][]kubernetes.Pod // by selector: the matched pods
	queries int                         // cost of the lookup
}

const (
	inventoryTTL = 5 * time.Minute // afterwards it is read again: an exporter may have been enabled
	leastLooked  = time.Hour
	mostMetrics  = 1000
)

// nameBytes is the approximate memory of a metric or pod.
const nameBytes = 256

func (s inventory) bytes() int {
	n := len(s.there) + len(s.renamed)
	for _, pods := range s.ever {
		n += len(pods)
	}
	return nameBytes * n
}

// inventory returns that of the server in [from, to], in full hours and at least one.
func (r *Reader) inventory(ctx context.Context, c *Catalog, from, to time.Time) (inventory, error) {
	if to.Sub(from) < leastLooked {
		from = to.Add(-leastLooked)
	}
	key := [2]int64{from.Truncate(time.Hour).Unix(), to.Truncate(time.Hour).Unix()}
	out, isFresh, err := r.inventories.Load(ctx, key, func(ctx context.Context) (inventory, time.Duration, error) {
		out, err := readInventory(ctx, r.server, c, from, to)
		return out, inventoryTTL, err
	})
	if !isFresh {
		out.queries = 0
	}
	return out, err
}

// readInventory queries names, which are in the server's index.
func readInventory(ctx context.Context, server Server, c *Catalog, from, to time.Time) (inventory, error) {
	out := inventory{
		there: map[string]bool{}, renamed: map[string]bool{}, ever: map[string][]kubernetes.Pod{},
		whole: &[]string{},
	}
	var all []string
	for _, r := range c.Reads {
		if all = append(all, r.Metrics()...); r.Born != "" {
			all = append(all, r.Born)
		}
	}
	match := promexpr.OneOf(model.MetricNameLabel, all...)
	names, err := out.names(ctx, server, model.MetricNameLabel, from, to, mostMetrics, match)
	if err != nil || len(names) == 0 {
		return out, err
	}
	for _, name := range names {
		out.there[name] = true
	}
	if names, err = out.names(ctx, server, model.MetricNameLabel, from, to, mostMetrics, match,
		labels.MustNewMatcher(labels.MatchNotEqual, exportedPrefix+labelNamespace, "")); err != nil {
		return out, err
	}
	for _, name := range names {
		out.renamed[name] = true
	}
	if err := out.lookForContainers(ctx, server, from, to); err != nil {
		return out, err
	}
	for _, r := range c.Reads {
		if r.Ever != "" && out.there[selectors(r.Ever)[0].Name] {
			out.queries++
			rows, _, err := server.Series(ctx, r.Ever, to.Add(-max(to.Sub(from), everBefore)), to)
			if err != nil {
				return out, err
			}
			for _, row := range rows {
				out.ever[r.Ever] = append(out.ever[r.Ever], podOf(model.Metric(row)))
			}
		}
	}
	return out, nil
}

// everBefore is how long before the range a pod with a property is searched: its exporter may be
// absent for a while.
const everBefore = 24 * time.Hour

// usedMemory is cAdvisor's metric that shows whether its rows have containers.
const usedMemory = "container_memory_working_set_bytes"

// lookForContainers finds the clusters in which cAdvisor has only whole pods, as with cri-dockerd.
func (s *inventory) lookForContainers(ctx context.Context, server Server, from, to time.Time) error {
	if !s.there[usedMemory] {
		return nil
	}
	of := labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, usedMemory)
	some := []*labels.Matcher{
		of, labels.MustNewMatcher(labels.MatchNotEqual, labelContainer, ""),
		labels.MustNewMatcher(labels.MatchNotEqual, labelContainer, "POD"),
	}
	whole := []*labels.Matcher{
		of, promexpr.Equal(labelContainer, ""),
		labels.MustNewMatcher(labels.MatchNotEqual, labelPod, ""),
	}
	pods, err := s.names(ctx, server, labelPod, from, to, 1, some...)
	if err != nil {
		return err
	}
	if len(pods) == 0 {
		s.whole = nil
		return nil
	}
	named, err := s.names(ctx, server, labelCluster, from, to, mostMetrics, some...)
	if err != nil {
		return err
	}
	all, err := s.names(ctx, server, labelCluster, from, to, mostMetrics, whole...)
	if err != nil {
		return err
	}
	*s.whole = slices.DeleteFunc(all, func(c string) bool { return slices.Contains(named, c) })
	return nil
}

func (s *inventory) names(ctx context.Context, server Server, label string, from, to time.Time, limit uint64,
	match ...*labels.Matcher,
) ([]string, error) {
	s.queries++
	return server.Names(ctx, label, promexpr.Selector(match).String(), from, to, limit)
}

func (s inventory) scope(text string) scope {
	return scope{isRenamed: slices.ContainsFunc(selectors(text), func(vs *parser.VectorSelector) bool {
		return slices.ContainsFunc(namesOf(vs), func(name string) bool { return s.renamed[name] })
	})}
}
