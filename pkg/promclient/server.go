package promclient

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Server says what answers behind the data source's URL.
type Server struct {
	Product string // Prometheus, Thanos, Mimir or VictoriaMetrics
	Version string // as the server gives it, "" when unknown
}

func (s Server) String() string {
	if s.Version == "" {
		return s.Product
	}
	return s.Product + " " + s.Version
}

// maxInfoBytes bounds what is read of a server's self-description.
const maxInfoBytes = 1 << 20

// Identify asks the server what it is. Mimir names itself in its build
// information, Thanos has /api/v1/stores, and VictoriaMetrics claims to be
// Prometheus 2.24.0 without saying from which revision it was built.
func (c *Client) Identify(ctx context.Context) (Server, error) {
	var info struct {
		Application string `json:"application"`
		Version     string `json:"version"`
		Revision    string `json:"revision"`
		GoVersion   string `json:"goVersion"`
	}
	if err := c.getData(ctx, "/api/v1/status/buildinfo", &info); err != nil {
		return Server{}, err
	}
	switch {
	case info.Application != "":
		return Server{Product: "Mimir", Version: info.Version}, nil
	case info.Version == "2.24.0" && info.GoVersion == "":
		return Server{Product: "VictoriaMetrics"}, nil
	}
	var stores map[string]json.RawMessage
	if err := c.getData(ctx, "/api/v1/stores", &stores); err == nil {
		return Server{Product: "Thanos", Version: info.Version}, nil
	}
	return Server{Product: "Prometheus", Version: info.Version}, nil
}

func (c *Client) getData(ctx context.Context, path string, into any) error {
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer c.slots.Release(1)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return classify(ctx, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxInfoBytes))
	if err != nil {
		return classify(ctx, path, err)
	}
	if resp.StatusCode != http.StatusOK {
		reason := BadResponse
		if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
			reason = Unauthorized
		}
		return &Error{Op: path, Reason: reason, Status: resp.StatusCode, Message: fmt.Sprintf("HTTP %d", resp.StatusCode)}
	}
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return &Error{Op: path, Reason: BadResponse, Message: "the answer is not JSON", cause: err}
	}
	if err := json.Unmarshal(envelope.Data, into); err != nil {
		return &Error{Op: path, Reason: BadResponse, Message: "unexpected JSON", cause: err}
	}
	return nil
}
