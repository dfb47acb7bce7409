package query_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/engine"
	. "github.com/burnline/burnline/pkg/query"
)

func TestAlertsQuery(t *testing.T) {
	q, err := ParseQuery(dataQuery(`{"queryType":"alerts"}`), now)
	require.NoError(t, err)
	assert.Equal(t, AlertFiring, q.Value)
	q, err = ParseQuery(dataQuery(`{"queryType":"alerts","value":"budget","severities":["page","page"]}`), now)
	require.NoError(t, err)
	assert.Equal(t, "budget", q.Value)
	assert.Equal(t, []string{"page"}, q.Severities)
	q, err = ParseQuery(dataQuery(`{"queryType":"summary","value":"burn_1h"}`), now)
	require.NoError(t, err, "which columns a summary has, its rows tell")
	assert.Equal(t, "burn_1h", q.Value)

	_, err = ParseQuery(dataQuery(`{"queryType":"alerts","value":"burn","severities":[""]}`), now)
	require.EqualError(t, err,
		"severities[0]: a severity is empty. Check your template variables. To query all severities, remove severities\n"+
			`value: unknown value "burn". There are firing, state, unmeasured, budget, burn_long, burn_short, factor, exhausted_in, change`)
}

func TestAnnotationsQuery(t *testing.T) {
	q, err := ParseQuery(dataQuery(`{"queryType":"annotations"}`), now)
	require.NoError(t, err)
	assert.Equal(t, engine.EventKinds, q.Annotations)
	_, err = ParseQuery(dataQuery(`{"queryType":"annotations","annotations":["firing","deploys"]}`), now)
	require.EqualError(t, err,
		`annotations[1]: unknown kind "deploys". There are firing, budget, exclusions, rollouts, config, restarts, nodes, scaling`)
}
