package frames

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/query"
)

// A region covers a part of the time range. One that would cover all of it is an instant.
func TestRegionsOfAnnotations(t *testing.T) {
	from := time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	to := from.Add(5 * time.Minute)
	minute := func(n int) time.Time { return from.Add(time.Duration(n) * time.Minute) }
	a := &engine.Events{Events: []engine.Event{
		{Kind: engine.EventFiring, Title: "all of it", From: minute(-60), To: minute(5), Open: true},
		{Kind: engine.EventFiring, Title: "until its middle", From: minute(-60), To: minute(3)},
		{Kind: engine.EventFiring, Title: "from its middle", From: minute(2), To: minute(5), Open: true},
		{Kind: engine.EventRollouts, Title: "an instant", From: minute(1)},
	}}
	f := Annotations(a, query.Query{From: from, To: to})
	times, ends := f.Fields[0], f.Fields[1]
	require.Equal(t, 4, f.Rows())
	want := []struct {
		at  int
		end *int
	}{{0, nil}, {-60, new(3)}, {2, new(5)}, {1, nil}}
	for i, w := range want {
		at, _ := times.ConcreteAt(i)
		assert.Equal(t, minute(w.at), at, i)
		end := ends.At(i).(*time.Time)
		if w.end == nil {
			assert.Nil(t, end, i)
			continue
		}
		assert.Equal(t, minute(*w.end), *end, i)
	}
	assert.Equal(t, minute(-60), a.Events[0].From, "the events themselves stay")
}
