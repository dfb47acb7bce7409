package isolation

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/promtest"
	"github.com/burnline/burnline/pkg/memory"
)

// many returns two hours of workloads. One of a hundred requests of each fails.
func many(t *testing.T, workloads int) http.Handler {
	rec := promtest.Recording{}
	for i := range workloads {
		for m := 120; m >= 0; m -= 4 {
			ms := now.Add(-time.Duration(m) * time.Minute).UnixMilli()
			ok, failed := fmt.Sprintf(`requests_total{code="200",workload="w%05d"}`, i),
				fmt.Sprintf(`requests_total{code="500",workload="w%05d"}`, i)
			rec[ok] = append(rec[ok], promtest.Sample{Ms: ms, V: float64(99 * (120 - m))})
			rec[failed] = append(rec[failed], promtest.Sample{Ms: ms, V: float64(120 - m)})
		}
	}
	return promtest.New(t, rec).Handler(mimir)
}

// within is a summary with a unique window and filter.
func within(window, notWorkload string) string {
	out := strings.Replace(summary, `"12h"`, strconv.Quote(window), 1)
	return strings.Replace(out, `{"queryType"`,
		`{"filters":[{"label":"workload","op":"!=","value":"`+notWorkload+`"}],"queryType"`, 1)
}

// peakMiB returns the peak resident memory of a process, 0 if the system does not report it.
func peakMiB(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kib / 1024
		}
	}
	return 0
}

// Fifty concurrent dashboards of 10,000 rows return results, or an error with advice. The process
// stays below its memory limit.
func TestLargeDashboardsStayBelowTheMemoryLimit(t *testing.T) {
	const limitMiB, workloads, dashboards = 512, 10_000, 50
	t.Setenv(memory.Setting, strconv.Itoa(limitMiB))
	limited, err := pluginhost.StartAt(hclog.Error, binary, io.Discard)
	require.NoError(t, err)
	t.Cleanup(limited.Kill)
	s := source(t, "large", serveAll(t, many(t, workloads)), `{"timeout":120}`, nil)
	var answered, refused atomic.Int64
	var all sync.WaitGroup
	for n := range dashboards {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			res, err := limited.QueryData(ctx,
				&backend.QueryDataRequest{PluginContext: s.Context(), Queries: []backend.DataQuery{{
					RefID: "A", QueryType: "summary", JSON: []byte(within(fmt.Sprintf("%dh", 8+n%3), "")),
					Interval: time.Minute, MaxDataPoints: 100,
					TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
				}}})
			if err != nil {
				t.Error(err)
				return
			}
			switch answer := res.Responses["A"]; {
			case answer.Error == nil && answer.Frames[0].Rows() == workloads:
				answered.Add(1)
			case answer.Status == http.StatusServiceUnavailable &&
				strings.Contains(answer.Error.Error(), "raise memory_limit_mib"):
				refused.Add(1)
			default:
				t.Error(answer.Status, answer.Error)
			}
		})
	}
	all.Wait()
	peak := peakMiB(limited.PID())
	t.Logf("%d answered, %d refused, at most %.0f MiB of %d", answered.Load(), refused.Load(), peak, limitMiB)
	require.EqualValues(t, dashboards, answered.Load()+refused.Load())
	require.Positive(t, answered.Load())
	require.Less(t, peak, float64(limitMiB))
}

// An alert rule is evaluated while 120 viewers and a thousand resource calls wait for a slow
// server. The log has the time, and the time without other load.
func TestAnAlertDuringACrowd(t *testing.T) {
	const viewers, calls, latency = 120, 1000, 100 * time.Millisecond
	data := many(t, 20)
	s := source(t, "crowd", serveAll(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		data.ServeHTTP(w, r)
	})), `{"timeout":60}`, nil)
	alert := func(n int) time.Duration {
		query := strings.Replace(within("8h", fmt.Sprint("alert", n)), `"summary"`, `"alerts"`, 1)
		began := time.Now()
		answer := ask(t, s, map[string]string{backend.FromAlertHeaderName: "true"}, query)
		require.NoError(t, answer.Error)
		require.NotEmpty(t, answer.Frames)
		return time.Since(began)
	}
	alert(0) // detects the product
	alone := alert(1)
	ctx, leave := context.WithCancel(t.Context())
	var crowd sync.WaitGroup
	var looks atomic.Int64
	for n := range viewers {
		crowd.Go(func() {
			for k := 0; ctx.Err() == nil; k++ {
				_, _ = host.QueryData(ctx,
					&backend.QueryDataRequest{PluginContext: s.Context(), Queries: []backend.DataQuery{{
						RefID: "A", QueryType: "summary", JSON: []byte(within("8h", fmt.Sprint(n, "-", k))),
						Interval: time.Minute, MaxDataPoints: 100,
						TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
					}}})
				looks.Add(1)
			}
		})
	}
	for range calls {
		crowd.Go(func() {
			_, _ = host.CallResource(ctx,
				&backend.CallResourceRequest{
					PluginContext: s.Context(), Method: http.MethodPost,
					Path: "lookup/metrics", Body: []byte(`{}`),
				})
		})
	}
	for looks.Load() < viewers/10 {
		time.Sleep(10 * time.Millisecond)
	}
	withCrowd := alert(2)
	leave()
	crowd.Wait()
	t.Logf("the alert rule took %s alone and %s with %d viewers and %d resource calls: %.1f times", alone, withCrowd,
		viewers, calls, float64(withCrowd)/float64(alone))
}
