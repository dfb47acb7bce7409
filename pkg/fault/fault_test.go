package fault

import (
	"context"
	"errors"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/stretchr/testify/require"
)

// logged collects the messages of error level.
type logged struct {
	log.Logger
	lines [][]any
}

func (l *logged) Error(message string, args ...any) {
	l.lines = append(l.lines, append([]any{message}, args...))
}
func (l *logged) FromContext(context.Context) log.Logger { return l }

func catch(t *testing.T) *logged {
	before := backend.Logger
	l := &logged{Logger: before}
	backend.Logger = l
	t.Cleanup(func() { backend.Logger = before })
	return l
}

const notices = "internal error (panic) in Burnline. Details are in the Grafana server log, please report them"

func TestAPanicIsAnErrorAndItsStackIsLogged(t *testing.T) {
	l := catch(t)
	var none map[string]int
	err := Guard(t.Context(), func() error { none["secret"] = 1; return nil })
	require.EqualError(t, err, notices)
	require.Len(t, l.lines, 1)
	require.Equal(t, []any{"Panic in a query", "panic", "assignment to entry in nil map", "stack"}, l.lines[0][:4])
	require.Contains(t, l.lines[0][4], "TestAPanicIsAnErrorAndItsStackIsLogged")
}

func TestAGroupOutlivesItsFunctions(t *testing.T) {
	l := catch(t)
	g, ctx := WithContext(t.Context())
	g.SetLimit(2)
	done := make([]bool, 3)
	g.Go(func() error { panic(7) })
	for i := range done {
		g.Go(func() error { done[i] = true; return nil })
	}
	err := g.Wait()
	require.EqualError(t, err, notices)
	require.Equal(t, 7, err.(*Error).Value) //nolint:errorlint // exactly this type, not wrapped
	require.Equal(t, []bool{true, true, true}, done)
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	require.Len(t, l.lines, 1)
}

func TestWithoutAPanicNothingChanges(t *testing.T) {
	broken := errors.New("broken")
	require.Same(t, broken, Guard(t.Context(), func() error { return broken }))
	require.NoError(t, Guard(t.Context(), func() error { return nil }))
}
