package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/devstack/workloads/remote"
)

// Traces sends the requests of exemplars as spans, by OTLP in JSON.
type Traces struct {
	URL string // of the receiver, with /v1/traces
	Log io.Writer
}

// usualDuration is the time of a request of which only the outcome is known.
const usualDuration = 80 * time.Millisecond

// spansPerRequest bounds the bodies of requests: receivers accept some megabytes.
const spansPerRequest = 2000

// send sends the traces of samples. Traces are no part of the truth: an error is logged.
func (t *Traces) send(ctx context.Context, samples []remote.Sample) {
	var spans []any
	for i := range samples {
		if samples[i].Exemplar != nil {
			spans = append(spans, resourceSpans(&samples[i]))
		}
	}
	for len(spans) > 0 {
		n := min(len(spans), spansPerRequest)
		if err := t.post(ctx, spans[:n]); err != nil {
			_, _ = fmt.Fprintf(t.Log, "%d traces are lost: %v\n", n, err)
		}
		spans = spans[n:]
	}
}

func (t *Traces) post(ctx context.Context, spans []any) error {
	body, err := json.Marshal(map[string]any{"resourceSpans": spans})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1000))
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	return nil
}

// resourceSpans is the trace of a sample's exemplar: the request, and a call to a database that
// took most of its time, and failed with it.
func resourceSpans(s *remote.Sample) any {
	code, method, id := s.Labels.Get("code"), s.Labels.Get("method"), s.Exemplar.Labels.Get("trace_id")
	took := usualDuration
	if s.Labels.Get(model.MetricNameLabel) == tracedBucket {
		took, code = time.Duration(s.Exemplar.V*float64(time.Second)), "200"
	}
	status := map[string]any{}
	if strings.HasPrefix(code, "5") {
		status = map[string]any{"code": 2, "message": "connection to postgres:5432 refused"}
	}
	if method == "" {
		method = "get"
	}
	service := s.Labels.Get("workload")
	if service == "" { // the job is namespace/name
		_, service, _ = strings.Cut(s.Labels.Get("job"), "/")
	}
	end := time.UnixMilli(s.AtMS)
	span := func(name, number, parent string, kind int, from, to time.Time, attributes ...string) map[string]any {
		return map[string]any{
			"traceId": id, "spanId": id[:15] + number, "parentSpanId": parent, "name": name, "kind": kind,
			"status":            status,
			"startTimeUnixNano": strconv.FormatInt(from.UnixNano(), 10),
			"endTimeUnixNano":   strconv.FormatInt(to.UnixNano(), 10),
			"attributes":        attributesOf(attributes...),
		}
	}
	method = strings.ToUpper(method)
	const server, client = 2, 3
	return map[string]any{
		"resource": map[string]any{"attributes": attributesOf("service.name", service,
			"k8s.namespace.name", s.Labels.Get("namespace"), "k8s.pod.name", s.Labels.Get("pod"))},
		"scopeSpans": []any{map[string]any{"spans": []any{
			span(method+" /"+service, "1", "", server, end.Add(-took), end, "http.request.method", method,
				"http.response.status_code", code),
			span("SELECT orders", "2", id[:15]+"1", client, end.Add(-took*9/10), end.Add(-took/20), "db.system.name",
				"postgresql"),
		}}},
	}
}

func attributesOf(pairs ...string) []any {
	var out []any
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, map[string]any{"key": pair[0], "value": map[string]any{"stringValue": pair[1]}})
	}
	return out
}
