package recording

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
)

// samplesPerPush is the maximum number of samples in one remote write request.
const samplesPerPush = 100_000

// Push sends series to a remote write endpoint (protocol 1.0), a few at a time, with each series'
// samples in order.
func Push(ctx context.Context, url string, headers http.Header, series []Series) error {
	var req prompb.WriteRequest
	n := 0
	flush := func() error {
		if n == 0 {
			return nil
		}
		err := push(ctx, url, headers, &req)
		req.Timeseries, n = nil, 0
		return err
	}
	for _, s := range series {
		for rest := s.Samples; len(rest) > 0; {
			take := min(len(rest), samplesPerPush-n)
			req.Timeseries = append(req.Timeseries, timeSeries(s.Labels, rest[:take]))
			rest, n = rest[take:], n+take
			if n == samplesPerPush {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

func timeSeries(l labels.Labels, samples []Sample) prompb.TimeSeries {
	out := prompb.TimeSeries{Labels: prompb.FromLabels(l, nil)}
	for _, s := range samples {
		if s.H != nil {
			out.Histograms = append(out.Histograms, prompb.FromFloatHistogram(s.Ms, s.H))
		} else {
			out.Samples = append(out.Samples, prompb.Sample{Timestamp: s.Ms, Value: s.V})
		}
	}
	return out
}

func push(ctx context.Context, url string, headers http.Header, body *prompb.WriteRequest) error {
	raw, err := body.Marshal()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(snappy.Encode(nil, raw)))
	if err != nil {
		return err
	}
	for name, values := range headers {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("remote write: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // for the error text
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("remote write: %s: %s", res.Status, strings.TrimSpace(string(text)))
	}
	return nil
}
