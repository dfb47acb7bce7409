package prom

import (
	"slices"
	"strings"
)

// partialPrefix precedes every warning about incomplete data.
const partialPrefix = "The server may have answered from a part of its data: "

// queryNoticePrefixes are the prefixes of warnings that do not mean missing data: about the
// evaluation of a query, and Thanos' warning that it has no storage for a time range.
var queryNoticePrefixes = []string{"PromQL warning", "PromQL info", "No StoreAPIs matched"}

// Partial reports whether a warning of this package means incomplete data.
func Partial(warning string) bool { return strings.HasPrefix(warning, partialPrefix) }

// markWarnings returns a server's warnings without secrets. It adds partialPrefix to those about
// missing data.
func markWarnings(warnings, secrets []string) []string {
	if len(warnings) == 0 {
		return nil
	}
	out := make([]string, len(warnings))
	for i, w := range warnings {
		if out[i] = Redact(w, secrets...); !isAboutQuery(w) {
			out[i] = partialPrefix + out[i]
		}
	}
	return out
}

func isAboutQuery(w string) bool {
	return slices.ContainsFunc(queryNoticePrefixes, func(prefix string) bool { return strings.HasPrefix(w, prefix) })
}
