package isolation

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A dashboard whose variable is set to All filters by a condition that every series meets. It
// shares what was read without it.
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

	// This one leaves out series without the label, so it has to be read for itself.
	require.Greater(t, requests(filtered(`{"label":"workload","op":"=~","value":".+"}`)), again)
}
