package query_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/fault"
	. "github.com/burnline/burnline/pkg/query"
	"github.com/burnline/burnline/pkg/sli"
)

func TestFiltersNarrowTheSeriesOfEverySLO(t *testing.T) {
	c, problems := catalog.Parse([]byte(`slos: [{name: a, objective: 99, window: 30d, sli: {events: {total: 't{x="1"}', bad: b}}}]`))
	require.NoError(t, problems.Err())
	q, err := ParseQuery(dataQuery(`{"filters": [{"label": "namespace", "value": "shop"}, {"label": "pod", "op": "!~", "value": "a.*"}]}`), now)
	require.NoError(t, err)
	slos, _, err := q.Resolve(c)
	require.NoError(t, err)
	assert.Equal(t, `t{namespace="shop",pod!~"a.*",x="1"}`, slos[0].SLI.(*sli.Events).Total)
	assert.Equal(t, `b{namespace="shop",pod!~"a.*"}`, slos[0].SLI.(*sli.Events).Bad)
	assert.Equal(t, `t{x="1"}`, c.SLOs[0].SLI.(*sli.Events).Total, "the catalog is as it was")
}

func TestFiltersThatAreWrong(t *testing.T) {
	for json, want := range map[string]string{
		`{"filters": "a"}`:            `filters: want a list of filters, for example [{"label": "namespace", "op": "=", "value": "shop"}]. Got the text "a"`,
		`{"filters": [1]}`:            `filters[0]: want a filter, for example [{"label": "namespace", "op": "=", "value": "shop"}]. Got 1`,
		`{"filters": [{"label": 1}]}`: `filters[0].label: want text, for example "namespace". Got 1`,
		`{"filters": [{"label": "a", "op": ">", "value": "1"}]}`:      `filters[0]: operator: unknown ">". There are =, !=, =~, !~`,
		`{"filters": [{"op": "=", "value": "1"}]}`:                    `filters[0]: label: empty. Give a label name, for example namespace`,
		`{"filters": [{"label": "a", "op": "=~", "value": "(shop"}]}`: `filters[0]: value: "(shop" is no regular expression`,
	} {
		_, err := ParseQuery(dataQuery(json), now)
		require.Error(t, err, json)
		assert.Contains(t, err.Error(), want)
		assert.True(t, fault.IsUserError(err))
	}
}
