package prom

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom/dialect"
	"github.com/burnline/burnline/pkg/promexpr"
)

// replicaProbes is the number of repeated queries. Of two servers that respond at random, one is
// missed with probability 1/128.
const replicaProbes = 8

// Replicas repeats queries concurrently, each over its own connection, and describes differences
// that show several servers with their own data at one address; "" if there are none. It compares
// the number of series of the selectors at times at which all samples have arrived.
//
// Queriers of Thanos, Mimir and VictoriaMetrics clusters have no data: only the results are compared.
func (c *Client) Replicas(ctx context.Context, selectors []string, at []time.Time) (string, error) {
	d, err := c.Dialect(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	if d.Product == dialect.Prometheus {
		processes, err := c.repeat(ctx, c.process)
		if err != nil {
			return "", err
		}
		if len(processes) > 1 {
			found = append(found,
				fmt.Sprintf("%d Prometheus processes answer at this address, in turn: %s", len(processes),
					strings.Join(processes, "; ")))
		}
	}
	for _, selector := range selectors {
		vs, err := promexpr.ParseSelector(selector)
		if err != nil {
			return "", err
		}
		expr := promexpr.Aggregate(parser.COUNT, nil, vs).String()
		for _, when := range at {
			answers, err := c.repeat(ctx,
				func(ctx context.Context) (string, error) { return c.valueOf(ctx, expr, when) })
			if err != nil {
				return "", err
			}
			if len(answers) > 1 {
				found = append(found, fmt.Sprintf("The same query has different answers: %s at %s is %s",
					expr, when.UTC().Format("2006-01-02 15:04 MST"), strings.Join(answers, " or ")))
				return strings.Join(found, ". "), nil
			}
		}
	}
	return strings.Join(found, ". "), nil
}

// repeat returns the distinct results of a probe, without "".
func (c *Client) repeat(ctx context.Context, probe func(context.Context) (string, error)) ([]string, error) {
	answers := make([]string, replicaProbes)
	g, gctx := fault.WithContext(ctx)
	for i := range answers {
		g.Go(func() (err error) {
			answers[i], err = probe(gctx)
			return err
		})
	}
	err := g.Wait()
	seen := map[string]bool{}
	for _, a := range answers {
		seen[a] = true
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen)), err
}

// process identifies the process that responds by its start time, and the start of its head; "" if
// the server shows neither.
func (c *Client) process(ctx context.Context) (string, error) {
	var info struct {
		Start time.Time `json:"startTime"`
	}
	if ok, err := c.getFresh(ctx, "/api/v1/status/runtimeinfo", &info); err != nil || ok && !info.Start.IsZero() {
		return "started at " + info.Start.UTC().Format(time.RFC3339), err
	}
	var tsdb struct {
		Head struct {
			MinTime int64 `json:"minTime"`
		} `json:"headStats"`
	}
	if ok, err := c.getFresh(ctx, "/api/v1/status/tsdb", &tsdb); err != nil || !ok {
		return "", err
	}
	return "head from " + time.UnixMilli(tsdb.Head.MinTime).UTC().Format(time.RFC3339), nil
}

func (c *Client) getFresh(ctx context.Context, path string, into any) (answered bool, err error) {
	r := request{op: "buildinfo", path: path, get: true, raw: true, plain: true, fresh: true}
	a, err := c.ask(ctx, r)
	if isRefusal(err) {
		return false, nil
	}
	return err == nil && json.Unmarshal(a.raw, into) == nil, err
}

// valueOf returns the only value of an expression as text; "nothing" without one.
func (c *Client) valueOf(ctx context.Context, expr string, at time.Time) (string, error) {
	m, _, err := c.evaluate(ctx,
		request{op: "query", path: "/api/v1/query", args: url.Values{"time": {seconds(at)}}, fresh: true}, expr)
	if err != nil || len(m) == 0 || len(m[0].Values) == 0 {
		return "nothing", err
	}
	return m[0].Values[0].Value.String(), nil
}
