// Package remote sends samples to a Prometheus by remote write 1.0.
package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
)

// Sample is one sample of one series.
type Sample struct {
	Labels   labels.Labels
	AtMS     int64
	V        float64
	Exemplar *Exemplar // at the same time; nil for none
}

// Exemplar is one event that a sample counts.
type Exemplar struct {
	Labels labels.Labels
	V      float64
}

// Writer writes to one remote-write receiver. It is not safe for concurrent use.
type Writer struct {
	URL string // of the receiver, with /api/v1/write
	// OnWait is called when the server is down and a batch has to wait, once per wait.
	OnWait func(error)
	// OnRefused is called with the number of samples in a batch that the server will never accept,
	// such as samples older than its latest ones.
	OnRefused func(samples int, why error)

	client http.Client
}

// refusal is an error that would repeat for the same samples.
type refusal struct{ error }

const (
	requestTimeout = 15 * time.Second
	firstPause     = 250 * time.Millisecond
	longestPause   = 5 * time.Second
)

// Write sends samples in ascending order of time. It returns when the server has accepted them or
// rejected them for good, and waits while the server is down. An error means that the context
// ended.
func (w *Writer) Write(ctx context.Context, samples []Sample) error {
	refused, why, err := w.deliver(ctx, samples)
	if refused > 0 {
		w.OnRefused(refused, why)
	}
	return err
}

// deliver writes samples. It returns the number of rejected samples, and the last reason.
func (w *Writer) deliver(ctx context.Context, samples []Sample) (refused int, why, err error) {
	for pause := firstPause; len(samples) > 0; pause = min(2*pause, longestPause) {
		err := w.send(ctx, samples)
		if err == nil {
			return 0, nil, nil
		}
		if ctx.Err() != nil {
			return 0, nil, ctx.Err()
		}
		if _, ok := errors.AsType[refusal](err); ok {
			return w.deliverHalves(ctx, samples, err)
		}
		if pause == firstPause {
			w.OnWait(err)
		}
		select {
		case <-ctx.Done():
			return 0, nil, ctx.Err()
		case <-time.After(pause):
		}
	}
	return 0, nil, nil
}

// deliverHalves finds the rejected samples of a batch by bisection: the server accepts or rejects a
// request as a whole. Samples of one time are one scrape, which is accepted or rejected as a whole,
// so they stay together.
func (w *Writer) deliverHalves(ctx context.Context, samples []Sample, because error) (refused int, why, err error) {
	half := len(samples) / 2
	for half < len(samples) && half > 0 && samples[half].AtMS == samples[half-1].AtMS {
		half++
	}
	if half == len(samples) {
		half = 0
		for samples[half].AtMS < samples[len(samples)-1].AtMS {
			half++
		}
	}
	if half == 0 {
		return len(samples), because, nil
	}
	before, whyBefore, err := w.deliver(ctx, samples[:half])
	if err != nil {
		return before, whyBefore, err
	}
	after, whyAfter, err := w.deliver(ctx, samples[half:])
	if whyAfter == nil {
		whyAfter = whyBefore
	}
	return before + after, whyAfter, err
}

func (w *Writer) send(ctx context.Context, samples []Sample) error {
	body, err := encode(samples)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 512)) // for the message
	if resp.StatusCode/100 == 2 {
		return nil
	}
	err = fmt.Errorf("remote write to %s: %s: %s", w.URL, resp.Status, bytes.TrimSpace(answer))
	// 404 means that the receiver is not enabled, or not yet. A person can enable it while this
	// waits.
	if resp.StatusCode == http.StatusBadRequest {
		return refusal{err}
	}
	return err
}

// encode groups samples by series, keeping their order.
func encode(samples []Sample) ([]byte, error) {
	var req prompb.WriteRequest
	index := map[string]int{}
	for _, s := range samples {
		key := string(s.Labels.Bytes(nil))
		i, ok := index[key]
		if !ok {
			i = len(req.Timeseries)
			index[key] = i
			req.Timeseries = append(req.Timeseries, prompb.TimeSeries{Labels: prompb.FromLabels(s.Labels, nil)})
		}
		ts := &req.Timeseries[i]
		ts.Samples = append(ts.Samples, prompb.Sample{Timestamp: s.AtMS, Value: s.V})
		if x := s.Exemplar; x != nil {
			ts.Exemplars = append(ts.Exemplars,
				prompb.Exemplar{Labels: prompb.FromLabels(x.Labels, nil), Timestamp: s.AtMS, Value: x.V})
		}
	}
	raw, err := req.Marshal()
	if err != nil {
		return nil, fmt.Errorf("remote write: encoding %d samples: %w", len(samples), err)
	}
	return snappy.Encode(nil, raw), nil
}
