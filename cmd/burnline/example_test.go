package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
)

// burnline check prints each problem with its place, and exits with 1.
func Example_check() {
	slos := `slos:
  - name: checkout
    objective: 0.999
    window: 30d
    sli: {events: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
`
	code := run(context.Background(), []string{"check", "-"}, strings.NewReader(slos), os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// stdin:3:16: error: slos[0].objective: 0.999 is a ratio. Give percent, for example 99.9
	// exit code 1
}

// burnline import converts definitions of another tool to a catalog.
func Example_import() {
	sloth := `version: prometheus/v1
service: shop
slos:
  - name: checkout
    objective: 99.9
    sli:
      events:
        total_query: sum(rate(requests_total[{{.window}}]))
        error_query: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
`
	run(context.Background(), []string{"import", "-"}, strings.NewReader(sloth), os.Stdout, io.Discard)
	// Output:
	// apiVersion: burnline.dev/v1
	// slos:
	//   - name: shop-checkout
	//     objective: 99.9
	//     window: 30d
	//     sli:
	//       events:
	//         total: requests_total
	//         bad: requests_total{code=~"5.."}
	//     labels:
	//       service: shop
}
