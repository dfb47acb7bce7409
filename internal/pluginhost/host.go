// Package pluginhost runs a built plugin binary and calls it as Grafana's server does: a separate
// process, hashicorp/go-plugin's handshake, protobuf over gRPC on a local socket.
package pluginhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"

	"github.com/burnline/burnline/internal/process"
)

// Host is a running plugin. The caller must Kill it.
type Host struct {
	client      *goplugin.Client
	cmd         *exec.Cmd
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
	log         *os.File // closed by Kill; may be nil
	kill        sync.Once
	killed      chan struct{}
	ended       chan struct{}
}

// Start runs the plugin binary and writes its log to log. If it fails, no process is left.
func Start(binary string, log io.Writer) (*Host, error) { return StartAt(hclog.Info, binary, log) }

// StartAt is Start with a minimum log level.
func StartAt(level hclog.Level, binary string, log io.Writer) (*Host, error) {
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("no plugin binary (go tool mage build makes it): %w", err)
	}
	cmd := exec.Command(binary) //nolint:noctx // Kill ends it
	cmd.Env = hostEnv()
	process.Own(cmd)
	h := &Host{cmd: cmd, killed: make(chan struct{}), ended: make(chan struct{})}
	h.client = goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
			"resource":    &grpcplugin.ResourceGRPCPlugin{},
			"data":        &grpcplugin.DataGRPCPlugin{},
			"stream":      &grpcplugin.StreamGRPCPlugin{},
		}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true,
		Cmd:              cmd,
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "plugin", Output: log, Level: level}),
	})
	started := make(chan error)
	go h.own(started)
	if err := <-started; err != nil {
		<-h.ended
		return nil, fmt.Errorf("start the plugin %s: %w", binary, err)
	}
	return h, nil
}

// own starts the plugin, and blocks its thread until it is killed: see process.Own.
func (h *Host) own(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(h.ended)
	defer h.client.Kill()
	if err := h.connect(); err != nil {
		started <- err
		return
	}
	close(started)
	<-h.killed
}

func (h *Host) connect() error {
	rpc, err := h.client.Client()
	if err != nil {
		return err
	}
	if h.data, err = dispense[grpcplugin.DataClient](rpc, "data"); err != nil {
		return err
	}
	if h.diagnostics, err = dispense[grpcplugin.DiagnosticsClient](rpc, "diagnostics"); err != nil {
		return err
	}
	h.resource, err = dispense[grpcplugin.ResourceClient](rpc, "resource")
	return err
}

func dispense[T any](rpc goplugin.ClientProtocol, service string) (T, error) {
	var none T
	raw, err := rpc.Dispense(service)
	if err != nil {
		return none, fmt.Errorf("service %s: %w", service, err)
	}
	client, ok := raw.(T)
	if !ok {
		return none, fmt.Errorf("service %s is a %T", service, raw)
	}
	return client, nil
}

// hostEnv is the environment that Grafana passes to a plugin.
func hostEnv() []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "HTTP_PROXY", "HTTPS_PROXY",
		"NO_PROXY", "GF_PLUGIN_MEMORY_LIMIT_MIB",
	} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// Kill ends the plugin and waits for its end. It is safe to call again, and concurrently.
func (h *Host) Kill() {
	h.kill.Do(func() { close(h.killed) })
	<-h.ended
	if h.log != nil {
		_ = h.log.Close()
	}
}

// PID is the process id of the plugin.
func (h *Host) PID() int { return h.cmd.Process.Pid }

// Exited reports whether the plugin's process has ended.
func (h *Host) Exited() bool { return h.client.Exited() }

// QueryData sends queries to one data source.
func (h *Host) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	res, err := h.data.QueryData(ctx, backend.ToProto().QueryDataRequest(req))
	if err != nil {
		return nil, fmt.Errorf("plugin, QueryData: %w", err)
	}
	return backend.FromProto().QueryDataResponse(res)
}

// CheckHealth runs "Save & test" of the data source.
func (h *Host) CheckHealth(ctx context.Context, source backend.PluginContext) (*backend.CheckHealthResult, error) {
	return h.CheckHealthWith(ctx, source, map[string]string{})
}

// CheckHealthWith is CheckHealth with the headers of a viewer.
func (h *Host) CheckHealthWith(ctx context.Context, source backend.PluginContext,
	headers map[string]string,
) (*backend.CheckHealthResult, error) {
	res, err := h.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(source), Headers: headers,
	})
	if err != nil {
		return nil, fmt.Errorf("plugin, CheckHealth: %w", err)
	}
	return backend.FromProto().CheckHealthResponse(res), nil
}

// CollectMetrics returns the plugin's own metrics in Prometheus's text format.
func (h *Host) CollectMetrics(ctx context.Context) ([]byte, error) {
	res, err := h.diagnostics.CollectMetrics(ctx,
		backend.ToProto().CollectMetricsRequest(&backend.CollectMetricsRequest{}))
	if err != nil {
		return nil, fmt.Errorf("plugin, CollectMetrics: %w", err)
	}
	return backend.FromProto().CollectMetricsResponse(res).PrometheusMetrics, nil
}

// CallResource calls one of the plugin's HTTP resources and returns the complete response.
func (h *Host) CallResource(ctx context.Context, req *backend.CallResourceRequest) (*backend.CallResourceResponse,
	error,
) {
	stream, err := h.resource.CallResource(ctx, backend.ToProto().CallResourceRequest(req))
	if err != nil {
		return nil, fmt.Errorf("plugin, CallResource %s: %w", req.Path, err)
	}
	var body bytes.Buffer
	whole := &backend.CallResourceResponse{Status: http.StatusNoContent}
	for first := true; ; first = false {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			whole.Body = body.Bytes()
			return whole, nil
		}
		if err != nil {
			return nil, fmt.Errorf("plugin, CallResource %s: %w", req.Path, err)
		}
		res := backend.FromProto().CallResourceResponse(part)
		if first {
			whole.Status, whole.Headers = res.Status, res.Headers
		}
		body.Write(res.Body)
	}
}
