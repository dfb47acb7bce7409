package plugin

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A misspelt field or parameter is refused by every route: it would be answered as if it were
// absent, for example with all SLOs instead of one.
func TestUnknownNamesInResourceCallsAreRefused(t *testing.T) {
	ds := over(t, nil)
	mux := ds.mux()
	call := func(method, target, body string) string {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
		return http.StatusText(w.Code) + " " + strings.TrimSpace(w.Body.String())
	}
	bodies := map[string]any{
		"/labels": sloRequest{}, "/slo/validate": sloRequest{},
		"/lookup/metrics": metricsRequest{},
		"/lookup/labels":  selectorRequest{}, "/lookup/values": selectorRequest{}, "/lookup/buckets": selectorRequest{},
		"/values": queryRequest{}, "/keys": queryRequest{}, "/preview": queryRequest{},
		"/catalog/validate": catalogRequest{}, "/import": importRequest{},
	}
	tried := 0
	for _, r := range ds.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		path = strings.ReplaceAll(path, "{name}", "istio")
		for _, known := range append([]string{"x"}, parameters[r.pattern]...) {
			answer := call(method, path+"?"+known+"s=1", "{}")
			assert.Contains(t, answer, `Bad Request {"message":"unknown parameter \"`+known+`s\". `, r.pattern)
			if known != "x" {
				assert.Contains(t, answer, known+`?"}`, r.pattern)
			}
		}
		body, ok := bodies[path]
		if method != http.MethodPost || !ok {
			continue
		}
		tried++
		for _, field := range reflect.VisibleFields(reflect.TypeOf(body)) {
			name := field.Tag.Get("json")
			assert.Equal(t, `Bad Request {"message":"unknown field \"`+name+`x\". Did you mean `+name+`?"}`,
				call(method, path, `{"`+name+`x": ""}`), r.pattern)
		}
		assert.Contains(t, call(method, path, `{"a":1,"a":2}`), "Bad Request", "twice the same name")
	}
	require.Equal(t, len(bodies), tried)
	require.Contains(t, call("GET", "/slos?search=a", ""), `unknown parameter \"search\". There are none`)
	require.Contains(t, call("GET", "/presets/istio?suggest=yes", ""), "suggest: want 1 or 0")
	require.Contains(t, call("POST", "/import", `[1]`), "the request is not the JSON that was expected")
}
