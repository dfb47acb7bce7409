package prom

import "strings"

// partialPrefix begins every warning that states that an answer may not be whole.
const partialPrefix = "The server may have answered from a part of its data: "

// queryNoticePrefixes are the beginnings of warnings that do not speak of missing data: how
// the engine of a query understood it, and Thanos' that it knows of no storage
// with data so old (or so young).
var queryNoticePrefixes = []string{"PromQL warning", "PromQL info", "No StoreAPIs matched"}

// Partial reports whether a warning, as this package passes it on, means that an
// answer may lack data.
func Partial(warning string) bool { return strings.HasPrefix(warning, partialPrefix) }

// markWarnings returns a server's warnings without secrets. Those about missing data
// begin with partialPrefix.
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
	for _, beginning := range queryNoticePrefixes {
		if strings.HasPrefix(w, beginning) {
			return true
		}
	}
	return false
}
