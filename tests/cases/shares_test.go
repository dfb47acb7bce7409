package cases

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

// Usual shares of events in time slices, and sums of counters.
func TestSharesAndSums(t *testing.T) {
	for name, text := range map[string]string{
		"le by regex": `load 1m
  d_seconds_bucket{le="0.5"} 0+90x1600
  d_seconds_bucket{le="1.0"} 0+95x1600
  d_seconds_bucket{le="+Inf"} 0+100x1600
  d_seconds_count 0+100x1600
slo
  name: x
  objective: 90
  window: 1d
  sli: {events: {total: d_seconds_count, good: 'd_seconds_bucket{le=~"1"}'}}
at 1d
  events 144000 bad 7200
`,
		"difference of buckets": `load 1m
  d_seconds_bucket{le="0.5"} 0+90x1600
  d_seconds_bucket{le="1"} 0+95x1600
  d_seconds_bucket{le="+Inf"} 0+100x1600
slo
  name: x
  objective: 90
  window: 1d
  sli: {events: {total: 'd_seconds_bucket{le="+Inf"}', bad: 'd_seconds_bucket{le="+Inf"} - on() d_seconds_bucket{le="0.50"}'}}
at 1d
  events 144000 bad 14400
`,
		"scaled": `load 1m
  bytes_total 0+2048x1600
  lost_total 0+1024x1600
slo
  name: x
  objective: 40
  window: 1d
  policy: page-and-slack
  sli: {events: {total: 'bytes_total / 1024', bad: 'lost_total / 1024'}}
at 1d
  events 2880 bad 1440
`,
		"share inside one minus": `load 15s
  r_total{code="2xx",pod="p1"} 0+100x2880
  r_total{code="5xx",pod="p2"} _x2881 0+100x239
  r_total{code="2xx",pod="p3"} _x3121 0+100x3000
slo
  name: x
  objective: 99
  window: 1d
  sli: {timeslice: {expr: '1 - sum(rate(r_total{code="5xx"}[5m])) / sum(rate(r_total[5m]))', op: '>=', value: 0.95, slice: 5m}}
at 1d
  events 288~2 bad 12~2
`,
		"share by label": `load 15s
  r_total{svc="a",code="2xx"} 0+100x5800
  r_total{svc="b",code="5xx"} 0+100x5800
slo
  name: x
  objective: 99
  window: 1d
  by: [svc]
  sli: {timeslice: {expr: 'sum by (svc) (rate(r_total{code="2xx"}[5m])) / sum by (svc) (rate(r_total[5m]))', op: '>=', value: 0.95, slice: 5m}}
at 1d
  svc=a events 288~2 bad 0
  svc=b events 288~2 bad 288~2
`,
		"share in percent": `load 15s
  r_total{code="2xx",pod="p1"} 0+100x2880
  r_total{code="5xx",pod="p2"} _x2881 0+100x239
  r_total{code="2xx",pod="p3"} _x3121 0+100x3000
slo
  name: x
  objective: 99
  window: 1d
  sli: {timeslice: {expr: '100 * sum(increase(r_total{code="2xx"}[5m])) / sum(increase(r_total[5m]))', op: '>=', value: 95, slice: 5m}}
at 1d
  events 288~2 bad 12~2
`,
		"share avg": `load 15s
  r_total{code="2xx",pod="p1"} 0+100x2880
  r_total{code="5xx",pod="p2"} _x2881 0+100x239
  r_total{code="2xx",pod="p3"} _x3121 0+100x3000
slo
  name: x
  objective: 99
  window: 1d
  sli: {timeslice: {expr: '(sum(rate(r_total{code="2xx"}[5m])) + sum(rate(r_total{code="3xx"}[5m]))) / sum(rate(r_total[5m]))', op: '>=', value: 0.95, slice: 5m}}
at 1d
  events 288~2 bad 12~2
`,
		"share of parts": `load 15s
  ok_total 0+100x2880
  ok_total{pod="p3"} _x3121 0+100x3000
  err_total _x2881 0+100x239
slo
  name: x
  objective: 99
  window: 1d
  sli: {timeslice: {expr: 'sum(rate(ok_total[5m])) / (sum(rate(ok_total[5m])) + sum(rate(err_total[5m])))', op: '>=', value: 0.95, slice: 5m}}
at 1d
  events 288~2 bad 12~2
`,
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse(text)
			require.NoError(t, err)
			got, err := c.Check(t.Context(), promtest.Load(t, c.Load))
			require.NoError(t, err)
			require.Empty(t, got)
		})
	}
}
