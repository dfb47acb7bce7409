package engine

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/ledger"
	"github.com/burnline/burnline/pkg/sli"
)

// defaultSettle is the ledger's, where none is given.
const defaultSettle = 10 * time.Minute

// lackingTold is how many groups a notice about a missing bucket names.
const lackingTold = 3

// lack is how much of a group has no bucket at the threshold.
type lack struct {
	group      string
	share      float64 // of its series, over the hours that were read
	now, ofNow float64 // series at the end: without the bucket, and all
}

// lacking warns of targets that count observations but have no bucket at the
// threshold, some time or always: none of theirs reads as good. It looks at the
// end of each whole hour that is settled, and at the end of the time.
func (e *Engine) lacking(ctx context.Context, s catalog.SLO, les []string, from, to time.Time) (about, error) {
	var took about
	look, err := sli.BucketPresence(*s.SLI.Latency, s.By, les)
	if err != nil {
		return took, err
	}
	groups := map[string]*lack{}
	of := func(value func(label string) string) *lack {
		words := make([]string, len(s.By))
		for i, label := range s.By {
			words[i] = label + "=" + value(label)
		}
		name := strings.Join(words, " ")
		if groups[name] == nil {
			groups[name] = &lack{group: name}
		}
		return groups[name]
	}

	last := e.now().Add(-cmp.Or(e.settle, defaultSettle))
	if to.Before(last) {
		last = to
	}
	if start, end := upTo(from, time.Hour), last.Truncate(time.Hour); start.Before(end) {
		counts, err := e.ledger.Read(ctx, look.Hours, []time.Time{start, end})
		if err != nil {
			return took, err
		}
		took.add(counts.Cost, counts.Warnings, counts.Sent)
		all, with := map[*lack]float64{}, map[*lack]float64{}
		for i := range counts.Groups {
			g := &counts.Groups[i]
			l := of(func(label string) string { return g.Labels[label] })
			if n := counts.Window(g, 0, start, end); look.IsAll(g.Labels[model.BucketLabel]) {
				all[l] += n
			} else {
				with[l] += n
			}
		}
		for l, n := range all {
			if n > 0 {
				l.share = max(1-with[l]/n, 0)
			}
		}
	}

	matrix, warnings, err := e.server.Query(ctx, look.Now, to)
	if err != nil {
		return took, err
	}
	took.add(ledger.Cost{Queries: 1}, warnings, []string{look.Now})
	for _, series := range matrix {
		if len(series.Values) == 0 {
			continue
		}
		n := float64(series.Values[0].Value)
		l := of(func(label string) string { return string(series.Metric[model.LabelName(label)]) })
		if look.IsAll(string(series.Metric[model.BucketLabel])) {
			l.ofNow, l.now = l.ofNow+n, l.now+n
		} else {
			l.now -= n
		}
	}
	if text := lackText(groups, from); text != "" {
		took.warn(fmt.Sprintf("SLO %s: %s has no bucket at the threshold %s (le=%q) in %s. What was observed there reads as bad: "+
			"give every target the bucket, or choose a threshold that all have",
			s.Name, look.Histogram, s.SLI.Latency.Threshold, look.Bound, text))
	}
	return took, nil
}

// lackText names the groups that lack the bucket, the worst first; "" when none does.
func lackText(groups map[string]*lack, from time.Time) string {
	var found []*lack
	for _, l := range groups {
		if l.share > 1e-9 || l.now > 0 {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b *lack) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(b.now, a.now), strings.Compare(a.group, b.group))
	})
	var words []string
	for i, l := range found {
		if i == lackingTold {
			words = append(words, fmt.Sprintf("%d more groups", len(found)-i))
			break
		}
		text := l.group
		if text == "" {
			text = "the only group"
		}
		words = append(words, fmt.Sprintf("%s (%s %% of its series since %s, %g of %g at the end)",
			text, percentText(l.share), from.UTC().Format("2006-01-02 15:04"), max(l.now, 0), l.ofNow))
	}
	return strings.Join(words, ", ")
}

// percentText never rounds something to nothing, or less than all to all.
func percentText(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.1:
		return "under 0.1"
	case p > 99.9 && p < 100:
		return "over 99.9"
	default:
		return fmt.Sprint(math.Round(p*10) / 10)
	}
}
