package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const doubtful = `policies: {p: [{severity: page, percent: 0.02, long: 1h}]}
slos:
  - name: a
    objective: 99.9
    window: 30d
    policy: p
    sli:
      events:
        total: 'http_requests_total{job="a"}'
        bad: 'http_requests_total{job="a",status=~"5.."}'
`

const alwaysFires = "6:13: warning: slos[0].policy: alert 1 of policy p (page, 0.02% in 1h) fires at a burn rate of 0.144. " +
	"At a burn rate of 1 the budget lasts the whole window. percent is percent of the budget: is 2 meant?\n"

func TestCheckNamesWhatIsLikelyAMistake(t *testing.T) {
	file := write1(t, "slos.yaml", doubtful)
	code, out, errs := command(t, "", "check", file)
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "1 SLO")
	assert.Equal(t, file+":"+alwaysFires, errs)

	code, out, _ = command(t, "", "check", "--strict", file)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
}

func TestCheckQueriesAServer(t *testing.T) {
	server := httptest.NewServer(promtest.Load(t,
		"load 1m\n  http_requests_total{job=\"a\",code=\"200\"} 0+95x200\n  http_requests_total{job=\"a\",code=\"500\"} 0+5x200\n"))
	t.Cleanup(server.Close)
	file := write1(t, "slos.yaml", doubtful)
	code, out, errs := command(t, "", "check", "--at", "1970-01-01T02:00:00Z", "--url", server.URL, file)
	assert.Equal(t, 1, code, errs)
	assert.Empty(t, out)
	assert.Contains(t, errs,
		file+`:10:14: error: slos[0].sli.events.bad: status=~"5.." matches no series: http_requests_total has no label status. It has code, job`+"\n")

	right := write1(t, "right.yaml", strings.NewReplacer("status", "code", "0.02", "2").Replace(doubtful))
	code, _, errs = command(t, "", "check", "--strict", "--at", "1970-01-01T02:00:00Z", "--url", server.URL, right)
	assert.Equal(t, 0, code)
	assert.Empty(t, errs)

	whole := write1(t, "whole.yaml", `slos:
  - {name: a, objective: 99, window: 7d, sli: {events: {total: http_requests_total, bad: 'http_requests_total{cod="500"}'}}}
  - {name: b, objective: 99, window: 7d, sli: {events: {total: http_requests_total, bad: 'http_requests_total{code="500"}'}}}
  - {name: c, objective: 99, window: 7d, by: [pod], sli: {composite: {of: [{slo: a}, {slo: b}]}}}
`)
	code, _, errs = command(t, "", "check", "--at", "1970-01-01T02:00:00Z", "--url", server.URL, whole)
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, whole+`:2:90: error: slos[0].sli.events.bad: cod="500" matches no series`)
	assert.Contains(t, errs,
		whole+":4:47: warning: slos[2].by[0]: SLO b: no series of http_requests_total has the label pod")
	assert.Equal(t, 3, strings.Count(errs, "\n"), "a member's own mistake is named once")

	code, _, errs = command(t, "", "check", "--at", "1970-01-01T02:00:00Z", "--url", "prometheus:9090", right)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "--url: give the address of Prometheus")
	server.Close()
	code, _, errs = command(t, "", "check", "--timeout", "1s", "--url", server.URL, right)
	assert.Equal(t, 3, code, "a server that does not answer proves nothing")
	assert.Contains(t, errs, "SLO a:")
}

// BenchmarkCheck checks 1,000 SLOs, without and with a server.
func BenchmarkCheck(b *testing.B) {
	var catalog, series strings.Builder
	catalog.WriteString("slos:\n")
	series.WriteString("load 1m\n")
	for i := range 1000 {
		fmt.Fprintf(&catalog,
			"  - name: slo-%d\n    objective: 99.9\n    window: 30d\n    by: [namespace, workload]\n    sli:\n      events:\n"+
				"        total: 'sum by (namespace, workload) (http_requests_total{job=\"service-%d\"}) + sum by (namespace, workload) (grpc_total{job=\"service-%d\"})'\n"+
				"        bad: 'http_requests_total{job=\"service-%d\",code=~\"5..\"}'\n", i, i, i, i)
		for _, metric := range []string{
			`http_requests_total{code="200"`, `http_requests_total{code="500"`,
			`grpc_total{code="OK"`,
		} {
			fmt.Fprintf(&series, "  %s,job=\"service-%d\",namespace=\"n\",workload=\"w\"} 0+1x130\n", metric, i)
		}
	}
	server := httptest.NewServer(promtest.Load(b, series.String()))
	b.Cleanup(server.Close)
	for name, flags := range map[string][]string{
		"definitions": nil,
		"server":      {"--at", "1970-01-01T02:00:00Z", "--url", server.URL},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var errs strings.Builder
				code := run(b.Context(), append(append([]string{"check"}, flags...), "-"),
					strings.NewReader(catalog.String()), &strings.Builder{}, &errs)
				require.Equal(b, 0, code, errs.String())
				require.Empty(b, errs.String())
			}
		})
	}
}
