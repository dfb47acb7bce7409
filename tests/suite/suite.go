// Package suite runs the long test suites (conformance, soak, notifications, benchmarks) as Go
// tests. Each of them ends with one line of JSON on stdout; progress goes to stderr. `go tool mage
// -l` lists the targets that run them. The build tag `suite` keeps them out of `go test ./...`.
package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/burnline/burnline/internal/process"
)

var result []byte

// Main runs the tests and prints the result after the output of the testing package. Call it in
// TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if result != nil {
		fmt.Printf("%s\n", result)
	}
	os.Exit(code)
}

// Result sets the last line of the suite.
func Result(value any) (err error) {
	result, err = json.Marshal(value)
	return err
}

// Run fails the test with the error of a suite. The suite's context ends on Ctrl-C.
func Run(t *testing.T, suite func(context.Context) error) {
	t.Helper()
	ctx, stop := process.WithSignals(t.Context())
	defer stop()
	if err := suite(ctx); err != nil {
		t.Fatal(err)
	}
}
