package stack

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// waitReady waits until url responds with 200, the program ends, or the time is up.
func waitReady(ctx context.Context, p *process.Process, url string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyWithin, fmt.Errorf("not ready after %s", readyWithin))
	defer cancel()
	last := "no answer yet"
	for {
		err := probe(ctx, url)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err.Error()
		}
		select {
		case <-p.Done():
			if err := p.Err(); err != nil {
				return err
			}
			return fmt.Errorf("%s ended before it was ready", p.Name())
		case <-ctx.Done():
			return fmt.Errorf("%s: %w (%s: %s)", p.Name(), context.Cause(ctx), url, last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func probe(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := get(ctx, url)
	return err
}

// get returns the body of a response with status 200.
func get(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, strings.TrimSpace(string(text)))
	}
	return string(text), err
}
