// Package sloth compares the rules of Sloth's own generator for random definitions with the counts
// that tests/randomdefinition computes. The tests of pkg/importer use the same counts.
package sloth

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/slok/sloth/pkg/common/model"
	"github.com/slok/sloth/pkg/lib"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/tests/randomdefinition"
)

const inSet = 10

// number is a number of the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// Sloth's rule of six hours has the same value as the definition, with Prometheus' engine.
func TestSlothMeansTheSame(t *testing.T) {
	generator, err := lib.NewPrometheusSLOGenerator(lib.PrometheusSLOGeneratorConfig{})
	require.NoError(t, err)
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 50_000_000)
	n, seed := number(t, "BURNLINE_DEFINITIONS", 100), number(t, "BURNLINE_SEED", 1)
	compared := 0
	for i := range n / inSet {
		set := randomdefinition.New(uint64(seed)<<32+uint64(i), randomdefinition.Sloth, inSet)
		storage := promqltest.LoadedStorage(t, set.World.Load(9*60))
		want := map[string][]randomdefinition.Group{}
		for _, d := range set.Definitions {
			want[d.Name] = d.Groups
		}
		for _, document := range set.Documents {
			result, err := generator.GenerateFromRaw(t.Context(), []byte(document))
			require.NoError(t, err, document)
			for _, one := range result.SLOResults {
				q, err := engine.NewInstantQuery(t.Context(), storage, nil, ruleOfSixHours(t, one),
					time.Unix(0, 0).Add(8*time.Hour))
				require.NoError(t, err)
				answer := q.Exec(t.Context())
				vector, err := answer.Vector()
				require.NoError(t, err, document)
				compare(t, want[one.SLO.ID], vector, one.SLO.ID+"\n"+document)
				q.Close()
				compared++
			}
		}
		require.NoError(t, storage.Close())
	}
	require.GreaterOrEqual(t, compared, n)
}

func ruleOfSixHours(t *testing.T, slo model.PromSLOResult) string {
	t.Helper()
	for _, rule := range slo.PrometheusRules.SLIErrorRecRules.Rules {
		if rule.Record == "slo:sli_error:ratio_rate6h" {
			return rule.Expr
		}
	}
	require.Fail(t, "no rule of six hours")
	return ""
}

func compare(t *testing.T, groups []randomdefinition.Group, vector promql.Vector, about string) {
	t.Helper()
	require.NotEmpty(t, groups, about)
	for _, group := range groups {
		found := false
		for _, sample := range vector {
			if sample.Metric.Get("job") == group.Job {
				require.InDelta(t, group.Bad, sample.F, 1e-6, about)
				found = true
			}
		}
		require.True(t, found, "job %q has no value\n%s", group.Job, about)
	}
}
