//go:build suite

package bench

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCounterAddsUpSamplesRead(t *testing.T) {
	var requested []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.NoError(t, r.ParseForm())
		requested = append(requested, r.URL.Path+" "+r.Form.Get("query")+" "+r.Form.Get("stats"))
		_, err := io.WriteString(w,
			`{"status":"success","data":{"result":[],"stats":{"samples":{"samplesRead":7,"totalQueryableSamples":9}}}}`)
		require.NoError(t, err)
	}))
	defer server.Close()
	c, err := startCounter(t.Context(), server.URL)
	require.NoError(t, err)
	defer c.close()

	res, err := http.PostForm(c.url+"/api/v1/query_range", url.Values{"query": {"a+b"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	res, err = http.Get(c.url + "/api/v1/query?query=up")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	res, err = http.Get(c.url + "/api/v1/series?match[]=up")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())

	require.Equal(t, []string{"/api/v1/query_range a+b all", "/api/v1/query up all", "/api/v1/series  "}, requested)
	got := c.reads()
	require.Equal(t, 3, got.Requests)
	require.Equal(t, int64(21), got.Samples)
	require.Equal(t, int64(27), got.Evaluated)
}

func TestTheNumbersOfTheGoBenchmarksAreRead(t *testing.T) {
	text := strings.Join([]string{
		"goos: linux",
		"BenchmarkEngineSummary-2 \t 10\t 971837633 ns/op\t 348.1 cpu-ms/op\t 2.741 encode-cpu-ms/op\t 5.713 frame-cpu-ms/op\t 339.7 judge-cpu-ms/op",
		"BenchmarkEngineMemory-2 \t 10\t 15291574855 ns/op\t 26.05 bytes/cell",
		"BenchmarkEngineWindows-2 \t 10\t 561027706 ns/op\t 407.0 cpu-ns/window",
		"PASS",
	}, "\n")
	got, err := parseEngine(text)
	require.NoError(t, err)
	require.Equal(t,
		engineResult{
			SummaryCPUMs: 348.1, JudgeCPUMs: 339.7, FrameCPUMs: 5.713, EncodeCPUMs: 2.741, BytesPerCell: 26.05,
			NsPerWindow: 407,
		}, got)

	_, err = parseEngine("BenchmarkEngineMemory-2 10 1 ns/op 26.05 bytes/cell\n")
	require.ErrorContains(t, err, "1 of 6 numbers")
}

func TestMedian(t *testing.T) {
	require.InDelta(t, 2.0, median([]float64{9, 1, 2}), 0)
	require.InDelta(t, 1.5, median([]float64{2, 1}), 0)
	require.True(t, math.IsNaN(median(nil)))
	require.InDelta(t, 0.01235, significant(0.0123456), 0)
}
