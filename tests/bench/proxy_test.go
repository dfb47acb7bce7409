//go:build suite

package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/prometheus/prompb"
)

// reads is the work of a server for a client.
type reads struct {
	Requests int `json:"requests"`
	// read from storage, each once per query even if ranges overlap (samplesRead); all samples of sent chunks
	Samples   int64 `json:"samples"`
	Evaluated int64 `json:"evaluated"` // the same, once per step (totalQueryableSamples)
	Bytes     int64 `json:"bytes"`     // of the responses, uncompressed
}

func (r reads) minus(o reads) reads {
	return reads{r.Requests - o.Requests, r.Samples - o.Samples, r.Evaluated - o.Evaluated, r.Bytes - o.Bytes}
}

// counter is a proxy between a client and Prometheus. It requests the statistics of every query and
// adds them up.
type counter struct {
	url    string
	server *http.Server

	mu    sync.Mutex
	total reads
}

func startCounter(ctx context.Context, upstream string) (*counter, error) {
	to, err := url.Parse(upstream)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{url: "http://" + listener.Addr().String()}
	c.server = &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: &httputil.ReverseProxy{
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Header.Del("Accept-Encoding"); withStats(r.Out) },
			ModifyResponse: c.count,
		},
	}
	go func() { _ = c.server.Serve(listener) }()
	return c, nil
}

func (c *counter) close() { _ = c.server.Close() }

// reads returns the counts so far.
func (c *counter) reads() reads {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// withStats adds stats=all to a query, in its form or its URL.
func withStats(r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/query") && !strings.HasSuffix(r.URL.Path, "/query_range") {
		return
	}
	if r.Method == http.MethodGet {
		q := r.URL.Query()
		q.Set("stats", "all")
		r.URL.RawQuery = q.Encode()
		return
	}
	body, _ := io.ReadAll(r.Body) // the server rejects a broken body
	body = append(body, "&stats=all"...)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

func (c *counter) count(res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("answer of %s: %w", res.Request.URL.Path, err)
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	var cost struct {
		Stats struct {
			Samples struct {
				SamplesRead           int64 `json:"samplesRead"`
				TotalQueryableSamples int64 `json:"totalQueryableSamples"`
			} `json:"samples"`
		} `json:"stats"`
	}
	if strings.HasSuffix(res.Request.URL.Path, "/read") {
		if cost.Stats.Samples.SamplesRead, err = inChunks(body); err != nil {
			return err
		}
	} else if json.Unmarshal(body, &answer) == nil {
		_ = json.Unmarshal(answer.Data, &cost) // lists of series have none
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total.Requests++
	c.total.Bytes += int64(len(body))
	c.total.Samples += cost.Stats.Samples.SamplesRead
	c.total.Evaluated += cost.Stats.Samples.TotalQueryableSamples
	return nil
}

// inChunks counts the samples in a streamed response of remote read, including those outside the
// requested range.
func inChunks(body []byte) (samples int64, err error) {
	for len(body) > 0 {
		size, n := binary.Uvarint(body)
		from := n + crc32.Size
		if n <= 0 || len(body) < from || uint64(len(body)-from) < size {
			return 0, errors.New("an answer to remote read is cut off")
		}
		var frame prompb.ChunkedReadResponse
		if err := frame.Unmarshal(body[from : from+int(size)]); err != nil {
			return 0, err
		}
		for _, s := range frame.ChunkedSeries {
			for _, c := range s.Chunks {
				samples += int64(binary.BigEndian.Uint16(c.Data))
			}
		}
		body = body[from+int(size):]
	}
	return samples, nil
}
