package plugin

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/fault"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/sli"
)

// noCounter is an error of a lower package with its own source.
type noCounter struct{ error }

func (noCounter) UserMistake() bool { return true }

func TestEveryErrorHasItsSource(t *testing.T) {
	for _, c := range []struct {
		err        error
		status     int
		downstream bool
	}{
		{&fault.UserError{Field: "metrics", Message: "too many"}, 400, true},
		{errors.Join(errors.New("x"), &fault.UserError{Message: "y"}), 400, true},
		{&sli.NoBucketError{}, 400, true},
		{catalog.Problems{{Message: "x"}}, 400, true},
		{noCounter{errors.New("h is a native histogram")}, 400, true},
		{&prom.Error{Reason: prom.Limit}, 422, true},
		{&prom.Error{Reason: prom.Busy}, 503, true},
		{&prom.Error{Reason: prom.Unauthorized}, 401, true},
		{context.Canceled, 499, true},
		{context.DeadlineExceeded, 504, true},
		{&fault.Error{Value: &fault.UserError{Message: "in a panic"}}, 500, false},
		{errors.New("x"), 500, false},
	} {
		for _, err := range []error{
			c.err, &engine.SLOError{Err: fmt.Errorf("SLO a of the composite: %w", c.err)},
			publicError{c.err},
		} {
			status, downstream := statusOf(err)
			require.Equal(t, c.status, status, "%T: %v", c.err, err)
			require.Equal(t, c.downstream, downstream, "%T: %v", c.err, err)
		}
	}
}
