// Package dialect describes, as data, the differences of PromQL servers that matter to exact
// counting: the borders of ranges, the parameters of a complete response, the header of the tenant,
// and the report of costs. It does no I/O. Start reading at Dialect and For.
package dialect

import (
	"fmt"
	"strings"
)

// Product is a kind of server. The zero value is an unrecognized one.
type Product int

// The products.
const (
	Unknown Product = iota
	Prometheus
	Thanos
	Mimir // and Cortex, its origin
	VictoriaMetrics
)

var names = map[Product]string{
	Unknown:         "Prometheus-compatible server",
	Prometheus:      "Prometheus",
	Thanos:          "Thanos",
	Mimir:           "Mimir",
	VictoriaMetrics: "VictoriaMetrics",
}

// String returns the product's official name.
func (p Product) String() string { return names[p] }

// ParseProduct parses the setting `dialect`: a product in lower case. "" and "auto" are Unknown:
// the server is detected.
func ParseProduct(text string) (Product, error) {
	if text == "" || text == "auto" {
		return Unknown, nil
	}
	for p, name := range names {
		if p != Unknown && strings.ToLower(name) == text {
			return p, nil
		}
	}
	return Unknown, fmt.Errorf("%q is no kind of server. Give auto, prometheus, thanos, mimir or victoriametrics", text)
}
