package prom

import "regexp"

// LimitKind is the kind of a server's limit.
type LimitKind int

// The limits.
const (
	NoLimit    LimitKind = iota
	Points               // points of a response: resolution times length
	Samples              // samples that a query reads or has in memory
	Length               // range of a query
	QueryText            // bytes of the PromQL
	Series               // series matched
	Chunks               // chunks of samples, or bytes of them
	Memory               // memory of one query
	Body                 // bytes of a response; the limit of this data source
	OtherLimit           // a limit with an unknown text
)

var limitNames = map[LimitKind]string{
	Points: "points of an answer", Samples: "samples of a query", Length: "length of a query",
	QueryText: "bytes of the PromQL",
	Series:    "series of a query", Chunks: "chunks of a query", Memory: "memory of a query",
	Body:       "bytes of an answer",
	OtherLimit: "a limit of the server",
}

// String names the limited quantity.
func (k LimitKind) String() string { return limitNames[k] }

// limitTexts are the error texts of servers, in the order of the search. Comments name the servers.
var limitTexts = []struct {
	kind LimitKind
	text *regexp.Regexp
}{
	// all; VictoriaMetrics
	{Points, regexp.MustCompile(`exceeded maximum resolution|too many points for the given`)},
	// Mimir, Cortex
	{Length, regexp.MustCompile(`err-mimir-max-(?:total-)?query-length|query length.*exceeds the limit`)},
	// Mimir; VictoriaMetrics
	{QueryText, regexp.MustCompile(`err-mimir-max-query-expression-size|too long query. Got`)},
	// Mimir; Thanos
	{Series, regexp.MustCompile(`err-mimir-max-series-per-query|maximum number of series|exceeded series limit`)},
	// VictoriaMetrics; Prometheus
	{Series, regexp.MustCompile(`number of matching timeseries exceeds|too many series|maximum allowed series`)},
	// Mimir; Thanos
	{Chunks, regexp.MustCompile(`err-mimir-max-(?:estimated-)?(?:fetched-)?chunks?-|exceeded (?:chunks|bytes) limit`)},
	// Thanos; Cortex
	{Chunks, regexp.MustCompile(`expanded matching posting|max number of chunks|aggregated chunks size`)},
	// Mimir; VictoriaMetrics
	{Memory, regexp.MustCompile(`err-mimir-max-estimated-memory|not enough memory for processing|maxMemoryPerQuery`)},
	// Prometheus; VictoriaMetrics; Thanos
	{Samples, regexp.MustCompile(`too many samples|maxSamplesPer|samples limit|max_samples_read`)},
	{
		OtherLimit,
		regexp.MustCompile(`err-mimir-max|exceeds the limit|exceeded the maximum|cost limit|maximum allowed|received message larger than max|response larger than the max message size`),
	},
}

func limitOf(text string) LimitKind {
	for _, l := range limitTexts {
		if l.text.MatchString(text) {
			return l.kind
		}
	}
	return NoLimit
}

// CanSplit reports whether the same request may succeed for less time or fewer series.
func (e *Error) CanSplit() bool {
	if e.first {
		return false
	}
	return e.Reason == Timeout && !e.silent && !e.budgetExhausted || e.Reason == Limit && e.Limit != QueryText
}
