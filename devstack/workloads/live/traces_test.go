package live

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/burnline/burnline/devstack/workloads/remote"
)

// A failed request is a trace with the ID of its exemplar, in which both spans failed. A slow one
// takes as long as its exemplar.
func TestTracesAreTheRequestsOfExemplars(t *testing.T) {
	type span struct {
		TraceID, SpanID, ParentSpanID      string
		StartTimeUnixNano, EndTimeUnixNano json.Number
		Status                             struct{ Code int }
	}
	var body struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []span }
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	sample := func(v float64, pairs ...string) remote.Sample {
		s := remote.Sample{Labels: labels.FromStrings(append(pairs, "workload", "checkout")...), AtMS: 1_000_000}
		s.Exemplar = exemplar(&s, v)
		return s
	}
	failed := sample(1, "__name__", tracedCounter, "code", "500", "method", "post")
	slow := sample(0.75, "__name__", tracedBucket, "le", "1.0")
	traces := &Traces{URL: server.URL, Log: io.Discard}
	traces.send(context.Background(),
		[]remote.Sample{failed, {Labels: labels.FromStrings("__name__", tracedCounter)}, slow})
	if len(body.ResourceSpans) != 2 {
		t.Fatalf("%d traces, want 2", len(body.ResourceSpans))
	}
	for i, want := range []struct {
		id       string
		status   int
		duration int64
	}{
		{failed.Exemplar.Labels.Get("trace_id"), 2, usualDuration.Nanoseconds()},
		{slow.Exemplar.Labels.Get("trace_id"), 0, 750_000_000},
	} {
		spans := body.ResourceSpans[i].ScopeSpans[0].Spans
		start, _ := spans[0].StartTimeUnixNano.Int64()
		end, _ := spans[0].EndTimeUnixNano.Int64()
		if spans[0].TraceID != want.id || spans[1].TraceID != want.id || spans[1].ParentSpanID != spans[0].SpanID ||
			end-start != want.duration ||
			end != 1_000_000_000_000 || spans[0].Status.Code != want.status || spans[1].Status.Code != want.status {
			t.Errorf("trace %d: %+v, want %+v", i, spans, want)
		}
	}
}
