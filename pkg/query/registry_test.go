package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/burnline/burnline/pkg/query"
)

func TestAnUnknownQueryTypeIsNotAnswered(t *testing.T) {
	_, err := Query{Type: "unheard"}.Ask(t.Context(), nil, Scope{})
	require.EqualError(t, err, `queryType: unknown query type "unheard". There are `+allTypes())
}
