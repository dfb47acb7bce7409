// Package dialect says, as data, how the servers that answer PromQL differ where
// it matters to exact counting: what a range takes in, which parameters make an
// answer whole, which header names the tenant, where the cost is told.
package dialect

import (
	"fmt"
	"strings"
)

// Product is a kind of server. The zero value is one that did not say.
type Product int

// The products.
const (
	Unknown Product = iota
	Prometheus
	Thanos
	Mimir // and Cortex, which it came from
	VictoriaMetrics
)

var names = map[Product]string{
	Unknown:         "Prometheus-compatible server",
	Prometheus:      "Prometheus",
	Thanos:          "Thanos",
	Mimir:           "Mimir",
	VictoriaMetrics: "VictoriaMetrics",
}

// String is the product's name as its makers write it.
func (p Product) String() string { return names[p] }

// ParseProduct reads the setting `dialect`: a product in lower case. "" and
// "auto" are Unknown: the server is asked.
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
