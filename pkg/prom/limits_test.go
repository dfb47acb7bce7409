package prom

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Error texts of real servers.
func TestLimitsAreNamed(t *testing.T) {
	for text, kind := range map[string]LimitKind{
		"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)":                           Points,
		"too many points for the given start=1, end=2 and step=1000: 1440001. The maximum number of points is 30000":                            Points,
		"query processing would load too many samples into memory in query execution":                                                           Samples,
		"cannot select more than -search.maxSamplesPerQuery=1000 samples":                                                                       Samples,
		"the total query time range exceeds the limit (query length: 480h0m0s, limit: 168h0m0s) (err-mimir-max-total-query-length)":             Length,
		"the query exceeded the maximum number of series (limit: 5 series) (err-mimir-max-series-per-query)":                                    Series,
		"rpc error: code = ResourceExhausted desc = exceeded series limit: limit 5 violated (got 6)":                                            Series,
		"the number of matching timeseries exceeds 5; either narrow down the search":                                                            Series,
		"rpc error: code = ResourceExhausted desc = exceeded chunks limit: limit 5 violated (got 6)":                                            Chunks,
		"the query exceeded the maximum number of chunks (limit: 5 chunks) (err-mimir-max-chunks-per-query)":                                    Chunks,
		"the query exceeded the aggregated chunks size limit (limit: 5 bytes) (err-mimir-max-chunks-bytes-per-query)":                           Chunks,
		"the query exceeded the maximum allowed estimated amount of memory (limit: 1 B) (err-mimir-max-estimated-memory-consumption-per-query)": Memory,
		"not enough memory for processing rollup, which returns 1 data points across 1 time series":                                             Memory,
		"the raw query size in bytes exceeds the limit (err-mimir-max-query-expression-size-bytes)":                                             QueryText,
		"too long query. Got 20000 bytes; mustn't exceed `-search.maxQueryLen=16384` bytes":                                                     QueryText,
		"something new (err-mimir-max-of-tomorrow)":                                                                                             OtherLimit,
		"found duplicate series for the match group":                                                                                            NoLimit,
	} {
		require.Equal(t, kind, limitOf(text), text)
	}
}

func TestWhatASmallerQuestionHelps(t *testing.T) {
	require.True(t, (&Error{Reason: Timeout}).CanSplit())
	require.True(t, (&Error{Reason: Limit, Limit: Series}).CanSplit())
	require.False(t, (&Error{Reason: Limit, Limit: QueryText}).CanSplit())
	require.False(t, (&Error{Reason: Unauthorized}).CanSplit())
}
