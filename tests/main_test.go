// Package tests compares the built plugin with the truth, on a real Prometheus with thirty days of
// workloads. It builds missing parts, so the first run takes minutes.
package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/demo"
	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/internal/stack"
)

// The project and the demo that all tests here share.
var (
	project *stack.Project
	running *demo.Demo
)

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	ctx, stop := process.WithSignals(context.Background())
	defer stop()
	if project, err = stack.Open(os.Stderr); err != nil {
		return 1, err
	}
	if err := project.Frontend(ctx); err != nil { // the tests of its structure require a complete dist/
		return 1, err
	}
	if running, err = demo.Start(ctx, project); err != nil {
		return 1, err
	}
	defer running.Stop()
	ended := make(chan int, 1)
	go func() { ended <- m.Run() }()
	select {
	case code := <-ended:
		return code, nil
	case <-ctx.Done():
		return 1, errors.New("interrupted")
	}
}

// settled returns the newest minute with all samples stored.
func settled() time.Time { return time.Now().Add(-time.Minute).Truncate(time.Minute) }

// within returns a context of one minute, enough for all queries here on a busy machine.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// query is one query of a request: its refId and its JSON.
type query struct {
	refID string
	json  string
}

// ask sends queries with the range of the six hours before an instant to the built plugin.
func ask(t *testing.T, source backend.PluginContext, instant time.Time, queries ...query) backend.Responses {
	t.Helper()
	req := &backend.QueryDataRequest{PluginContext: source}
	for _, q := range queries {
		var common struct{ QueryType string }
		_ = json.Unmarshal([]byte(q.json), &common) // one of the tests sends no JSON at all
		req.Queries = append(req.Queries, backend.DataQuery{
			RefID: q.refID, QueryType: common.QueryType, MaxDataPoints: 100, Interval: time.Minute,
			JSON:      []byte(q.json),
			TimeRange: backend.TimeRange{From: instant.Add(-6 * time.Hour), To: instant},
		})
	}
	res, err := running.Host.QueryData(within(t), req)
	require.NoError(t, err)
	return res.Responses
}

func numbers(t *testing.T, frame *data.Frame, name string) []*float64 {
	t.Helper()
	field, _ := frame.FieldByName(name)
	require.NotNil(t, field, "field %s", name)
	values := make([]*float64, field.Len())
	for i := range values {
		value, err := field.NullableFloatAt(i)
		require.NoError(t, err, "field %s", name)
		values[i] = value
	}
	return values
}

func words(t *testing.T, frame *data.Frame, name string) []string {
	t.Helper()
	field, _ := frame.FieldByName(name)
	require.NotNil(t, field, "field %s", name)
	values := make([]string, field.Len())
	for i := range values {
		value, ok := field.At(i).(string)
		require.True(t, ok, "field %s is no text", name)
		values[i] = value
	}
	return values
}
