package query_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	. "github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/slo"
)

const source = `
policies:
  mine: [{severity: page, percent: 2, long: 1h}]
slos:
  - {name: a, objective: 99.9, window: 30d, by: [ns], sli: {events: {total: x, bad: y}}}
  - {name: b, objective: 95, window: 30d, sli: {latency: {histogram: z_seconds, threshold: 300ms}}}
  - {name: c, objective: 101, window: 5m, sli: {events: {total: x, bad: y}}}
`

const cIsBroken = "SLO c is broken in the catalog: line 7:26 slos[2].objective: 101 is above 100. Give percent, for example 99.9; " +
	"line 7:39 slos[2].window: a window of 5m is not read. Give whole minutes from 1h to 366d, for example 30d"

func names(slos []catalog.SLO) (names []string) {
	for _, s := range slos {
		names = append(names, s.Name)
	}
	return names
}

func TestResolve(t *testing.T) {
	c, problems := catalog.Parse([]byte(source))
	require.Len(t, problems, 2)

	slos, warnings, err := Query{}.Resolve(c)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, names(slos))
	assert.Equal(t, []string{cIsBroken}, warnings, "one broken SLO never fails its neighbours")

	slos, warnings, err = Query{Names: []string{"b"}, GroupBy: []string{"workload"}, Policy: "mine"}.Resolve(c)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	require.Len(t, slos, 1)
	assert.Equal(t, []string{"workload"}, slos[0].By)
	assert.Equal(t, "mine", slos[0].Policy.Name)
	assert.Equal(t, slo.DefaultPolicy, c.SLOs[1].Policy.Name, "the catalog stays as it is")

	slos, _, err = Query{Names: []string{"a"}, GroupBy: []string{}}.Resolve(c)
	require.NoError(t, err)
	assert.Empty(t, slos[0].By)

	inline := []byte(`{"name":"i","objective":99,"window":"7d","policy":"mine","sli":{"events":{"total":"x","good":"y"}}}`)
	slos, _, err = Query{Inline: inline}.Resolve(c)
	require.NoError(t, err)
	assert.Equal(t, "mine", slos[0].Policy.Name)

	slos, warnings, err = Query{}.Resolve(nil)
	assert.NoError(t, err)
	assert.Empty(t, slos)
	assert.Empty(t, warnings)
}

func TestResolveErrors(t *testing.T) {
	c, _ := catalog.Parse([]byte(source))
	onlyBroken, _ := catalog.Parse([]byte("slos: [{name: c, objective: 101, window: 30d, sli: {events: {total: x, bad: y}}}]"))
	for _, k := range []struct {
		name    string
		query   Query
		catalog *catalog.Catalog
		want    string
	}{
		{"broken", Query{Names: []string{"c"}}, c, "slos[0]: " + cIsBroken},
		{"unknown", Query{Names: []string{"a", "bb"}}, c, `slos[1]: unknown SLO "bb". Did you mean b?`},
		{
			"nothing but broken",
			Query{},
			onlyBroken,
			"SLO c is broken in the catalog: line 1:29 slos[0].objective: 101 is above 100. Give percent, for example 99.9",
		},
		{
			"group by",
			Query{GroupBy: []string{"$ns"}},
			c,
			`groupBy: "$ns" is not a label name. It needs a letter or '_', then letters, digits and any of _ . - / :`,
		},
		{
			"policy",
			Query{Policy: "yours"},
			c,
			`policy: unknown policy "yours". There are page-and-slack, sre-workbook, mine`,
		},
		{
			"inline",
			Query{Inline: []byte(`{"name":"i","objective":"high","window":"7d","sli":{"events":{"total":"x","good":"x["}}}`)},
			c,
			"inline.objective: want a number, for example 99.9. Got the text \"high\"\n" +
				`inline.sli.events.good: "x[": is not PromQL: unexpected end of input in duration expression (at character 3)`,
		},
		{
			"inline, empty",
			Query{Inline: []byte(`[]`)},
			c,
			"inline: want an SLO: a mapping with name, objective, window and sli, got a list",
		},
	} {
		t.Run(k.name, func(t *testing.T) {
			_, _, err := k.query.Resolve(k.catalog)
			assert.EqualError(t, err, k.want)
			assert.True(t, fault.IsUserError(err))
		})
	}
}

// groupBy and filters use the label that an SLO maps to namespace, whatever its name.
func TestGroupByUsesTheMappedLabel(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos: [{name: mesh, objective: 99, window: 1d, by: [destination_namespace, destination_workload], sli: {events: {total: t, bad: b}}}]`))
	require.NoError(t, problems.Err())
	slos, _, err := Query{GroupBy: []string{"namespace"}}.Resolve(c)
	require.NoError(t, err)
	require.Equal(t, []string{"destination_namespace"}, slos[0].By)
	require.Equal(t, map[string]string{"destination_namespace": "namespace"}, slos[0].RenamedLabels)
}
