package remote

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
)

// receiver stores the samples it receives. It fails the configured number of times. It rejects
// requests with samples up to a time, as a server with later samples.
type receiver struct {
	failures, requests int
	hasUpToMS          int64
	got                []int64 // times, in order of arrival
}

func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc.requests++
	if rc.failures > 0 {
		rc.failures--
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		body, err = snappy.Decode(nil, body)
	}
	var req prompb.WriteRequest
	if err == nil {
		err = req.Unmarshal(body)
	}
	if err != nil || r.Header.Get("X-Prometheus-Remote-Write-Version") != "0.1.0" {
		http.Error(w, "no remote write 1.0", http.StatusUnsupportedMediaType)
		return
	}
	var times []int64
	for _, ts := range req.Timeseries {
		for _, s := range ts.Samples {
			if s.Timestamp <= rc.hasUpToMS {
				http.Error(w, "out of order sample", http.StatusBadRequest)
				return
			}
			times = append(times, s.Timestamp)
		}
	}
	rc.got = append(rc.got, times...)
}

func TestWaitsForTheServerAndDeliversOnce(t *testing.T) {
	rc := &receiver{failures: 2}
	w, waits, refused := newWriter(t, rc)
	if err := w.Write(context.Background(), scrapes(10, 20, 30)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rc.got, []int64{10, 20, 30, 10, 20, 30}) || rc.requests != 3 {
		t.Errorf("got %v in %d requests, want each series' 10, 20, 30 in the third", rc.got, rc.requests)
	}
	if *waits != 1 || *refused != 0 {
		t.Errorf("told of %d waits and %d refused samples, want 1 and 0", *waits, *refused)
	}
}

func TestDeliversWhatIsNotRefused(t *testing.T) {
	rc := &receiver{hasUpToMS: 30}
	w, _, refused := newWriter(t, rc)
	if err := w.Write(context.Background(), scrapes(10, 20, 30, 40, 50, 60, 70)); err != nil {
		t.Fatal(err)
	}
	slices.Sort(rc.got)
	if !slices.Equal(rc.got, []int64{40, 40, 50, 50, 60, 60, 70, 70}) || *refused != 6 {
		t.Errorf("got %v, %d refused; want all after 30 and 6 refused", rc.got, *refused)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	rc := &receiver{failures: 1 << 30}
	w, _, _ := newWriter(t, rc)
	ctx, cancel := context.WithCancel(context.Background())
	w.OnWait = func(error) { cancel() }
	if err := w.Write(ctx, scrapes(10)); err == nil {
		t.Error("no error although the context ended before the server took anything")
	}
}

func newWriter(t *testing.T, rc *receiver) (w *Writer, waits, refused *int) {
	server := httptest.NewServer(rc)
	t.Cleanup(server.Close)
	waits, refused = new(int), new(int)
	return &Writer{
		URL:       server.URL,
		OnWait:    func(error) { *waits++ },
		OnRefused: func(n int, _ error) { *refused += n },
	}, waits, refused
}

// scrapes returns two series with a sample at each time.
func scrapes(timesMS ...int64) []Sample {
	var all []Sample
	for _, at := range timesMS {
		for name, v := range map[string]float64{"a": 1, "b": 2} {
			all = append(all, Sample{Labels: labels.FromStrings("__name__", name), AtMS: at, V: v})
		}
	}
	return all
}
