package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"

	"github.com/burnline/burnline/devstack/workloads/cluster"
	"github.com/burnline/burnline/devstack/workloads/history"
	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

var (
	anchor = time.Date(2026, 11, 18, 16, 25, 0, 0, time.UTC)
	now    = anchor.Add(17*time.Minute + 3*time.Second)
)

func TestCatchesUpAndServesTheTruth(t *testing.T) {
	var samples, late atomic.Int64
	var away atomic.Bool
	away.Store(true)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() {
			http.Error(w, "starting", http.StatusServiceUnavailable)
			return
		}
		body, _ := io.ReadAll(r.Body)
		raw, _ := snappy.Decode(nil, body)
		var req prompb.WriteRequest
		if err := req.Unmarshal(raw); err != nil {
			http.Error(w, err.Error(), http.StatusUnsupportedMediaType)
			return
		}
		for _, ts := range req.Timeseries {
			for _, s := range ts.Samples {
				samples.Add(1)
				if s.Timestamp < anchor.UnixMilli() || s.Timestamp >= now.UnixMilli() {
					late.Add(1)
				}
			}
		}
	}))
	defer server.Close()

	feed := newFeed(t, server.URL)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- feed.Run(ctx) }()
	if status, _ := get(feed, "/ready"); status != http.StatusServiceUnavailable {
		t.Errorf("ready while the server is away: %d", status)
	}
	away.Store(false)

	minute := now.Truncate(time.Minute)
	question := "/truth?window=1h&time=" + strconv.FormatInt(minute.Unix()+2, 10)
	status, body := get(feed, question)           // waits for the samples
	for status == http.StatusServiceUnavailable { // the timeout of the handler may be too short for a busy machine
		status, body = get(feed, question)
	}
	var rows []truth.Row
	if err := json.Unmarshal(body, &rows); status != http.StatusOK || err != nil {
		t.Fatalf("truth: %d %s", status, body)
	}
	if want := simulated(t, minute).Table(minute.Add(-time.Hour).UnixMilli(),
		minute.UnixMilli()); !reflect.DeepEqual(rows, want) {
		t.Errorf("truth\n%+v\nwant\n%+v", rows, want)
	}
	status, body = get(feed, "/truth/slos?window=1h&time="+strconv.FormatInt(minute.Unix(), 10))
	var counts []cluster.Count
	if err := json.Unmarshal(body, &counts); status != http.StatusOK || err != nil {
		t.Fatalf("truth of SLOs: %d %s", status, body)
	}
	if want := simulated(t, minute).SLOs(minute.Add(-time.Hour).UnixMilli(),
		minute.UnixMilli()); !reflect.DeepEqual(counts, want) {
		t.Errorf("truth of SLOs\n%+v\nwant\n%+v", counts, want)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if samples.Load() < 5000 || late.Load() != 0 {
		t.Errorf("%d samples, %d of them not between the history's end and now", samples.Load(), late.Load())
	}
}

func TestTruthReportsWhatIsWrongWithARequest(t *testing.T) {
	feed := newFeed(t, "http://127.0.0.1:1")
	for query, want := range map[string]string{
		"time=yesterday":   `time "yesterday" is no number of Unix seconds`,
		"time=99999999999": "time 99999999999 lies in the future",
		"window=90s":       `window "90s" is no whole number of minutes, such as 5m or 30d`,
		"window=month":     "window: not a valid duration string",
	} {
		if status, body := get(feed, "/truth?"+query); status != http.StatusBadRequest ||
			!bytes.Contains(body, []byte(strings.ReplaceAll(want, `"`, `\"`))) {
			t.Errorf("%s: %d %s, want 400 and %s", query, status, body, want)
		}
	}
}

func newFeed(t *testing.T, url string) *Feed {
	t.Helper()
	feed := NewFeed(simulated(t, anchor), url, io.Discard)
	feed.now = func() time.Time { return now }
	return feed
}

// simulated returns a history that begins two hours before the anchor and ends at `until`.
func simulated(t *testing.T, until time.Time) *history.Simulation {
	t.Helper()
	s, err := history.New(sim.Fleet(), 1, anchor.UnixMilli(), anchor.Add(-2*time.Hour).UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	for _, advance := range s.Parts(until.UnixMilli()) {
		advance(func([]labels.Labels, int, int64, float64) {})
	}
	return s
}

func get(feed *Feed, path string) (status int, body []byte) {
	w := httptest.NewRecorder()
	feed.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.Bytes()
}
