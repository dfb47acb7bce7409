package isolation

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A dashboard with a variable set to All adds a filter that matches every series. It shares cached
// data with a query without the filter.
func TestFiltersThatChangeNothingReadNothingOfTheirOwn(t *testing.T) {
	server := share(t, "X-Scope-OrgID", map[string]http.Handler{"": owner(t, "shop", 100)})
	s := source(t, "sharing", server.URL, "{}", nil)
	requests := func(query string) int {
		before := len(server.seen())
		seesOnly(t, ask(t, s, nil, query), "shop", 7200)
		return len(server.seen()) - before
	}
	filtered := func(filter string) string {
		return strings.Replace(summary, `{"queryType"`, `{"filters":[`+filter+`],"queryType"`, 1)
	}
	cold := requests(summary)
	again := requests(summary)
	require.Less(t, again, cold, "what is settled is at hand")
	for _, filter := range []string{
		`{"label":"namespace","op":"=~","value":".*"}`,
		`{"label":"workload","op":"=~","value":"(.*)"}`,
		`{"label":"workload","op":"=~","value":".*"},{"label":"code","op":"=~","value":"^.*$"}`,
	} {
		require.Equal(t, again, requests(filtered(filter)), filter)
	}
	inSelectors := strings.NewReplacer(`"total":"requests_total"`, `"total":"requests_total{workload=~\".*\"}"`,
		`{code=\"500\"}`, `{workload=~\".*\",code=\"500\"}`).Replace(summary)
	require.NotEqual(t, summary, inSelectors)
	require.Equal(t, again, requests(inSelectors), "variables in the selectors of an inline SLO")

	// This filter excludes series without the label, so it causes requests.
	require.Greater(t, requests(filtered(`{"label":"workload","op":"=~","value":".+"}`)), again)
}
