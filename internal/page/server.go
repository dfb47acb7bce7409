// Package page serves the demo page, a host for the built plugin. It implements the parts of
// Grafana's HTTP API that the plugin's frontend uses, with the built plugin binary.
package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
)

// Config configures the page.
type Config struct {
	Assets      string // folder of the built page: index.html, host.js
	Dist        string // folder of the built plugin
	NodeModules string // for the icons of @grafana/ui; may be missing
	PanelID     string
	Host        *pluginhost.Host
	Source      *pluginhost.DataSource
	Listen      string // loopback address; "127.0.0.1:0" chooses a free port
}

// Server is the running page. The caller must Close it.
type Server struct {
	URL     string
	server  *http.Server
	folders folders
	ended   chan struct{}
}

// maxBody is the maximum size of a request body. A catalog is a few kilobytes.
const maxBody = 4 << 20

// Start serves the page until Close.
func Start(ctx context.Context, config Config) (_ *Server, err error) {
	if _, err := os.Stat(filepath.Join(config.Assets, "index.html")); err != nil {
		return nil, fmt.Errorf("the demo page is not built: %w", err)
	}
	var open folders
	defer func() {
		if err != nil {
			open.close()
		}
	}()
	handler, err := newHandler(config, &open)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("address for the demo page: %w", err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok || !address.IP.IsLoopback() {
		_ = listener.Close()
		return nil,
			fmt.Errorf("the demo page has no login and is served on the loopback only, not on %s", listener.Addr())
	}
	s := &Server{
		URL: "http://" + listener.Addr().String() + "/",
		server: &http.Server{
			Handler: sameSite(handler), ReadHeaderTimeout: 10 * time.Second,
			BaseContext: func(net.Listener) context.Context { return ctx },
		},
		folders: open,
		ended:   make(chan struct{}),
	}
	go func() {
		defer close(s.ended)
		_ = s.server.Serve(listener)
	}()
	return s, nil
}

// Close stops serving and waits up to a second for running requests.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		_ = s.server.Close()
	}
	<-s.ended
	s.folders.close()
}

func newHandler(config Config, open *folders) (http.Handler, error) {
	assets, err := open.folder(config.Assets)
	if err != nil {
		return nil, err
	}
	dist, err := open.folder(config.Dist)
	if err != nil {
		return nil, err
	}
	icons := open.icons(config.NodeModules)
	mux := http.NewServeMux()
	api := &api{config: config}
	id := config.Source.Settings().Type

	mux.Handle("GET /{$}", files(assets, ""))
	mux.Handle("GET /{file}", files(assets, ""))
	mux.Handle("GET /public/plugins/"+id+"/", files(dist, "/public/plugins/"+id+"/"))
	mux.Handle("GET /public/plugins/"+config.PanelID+"/", panelFiles(dist, config.PanelID))
	mux.Handle("GET /public/build/img/icons/", serveIcons(icons, "/public/build/img/icons/"))
	mux.Handle("GET /public/img/icons/", serveIcons(icons, "/public/img/icons/"))

	mux.HandleFunc("GET /api/demo/settings", api.settings)
	mux.HandleFunc("PUT /api/demo/settings", api.saveSettings)
	mux.HandleFunc("POST /api/ds/query", api.query)
	mux.HandleFunc("GET /api/search", api.search)
	mux.HandleFunc("GET /api/prometheus/grafana/api/v1/rules", api.rules)
	mux.HandleFunc("GET /api/datasources/uid/{uid}/health", api.health)
	mux.HandleFunc("/api/datasources/uid/{uid}/resources/{path...}", api.resource)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, fmt.Errorf("the demo page has no %s %s", r.Method, r.URL.Path))
	})
	return mux, nil
}

// sameSite rejects requests of other sites in the visitor's browser. The page has no login, and a
// host name that resolves to the loopback (DNS rebinding) would otherwise reach it.
func sameSite(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			problem(w, http.StatusForbidden, fmt.Errorf("the demo page answers on 127.0.0.1, not as %q", r.Host))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		guarded.ServeHTTP(w, r)
	})
}

// problem sends an error in the format of Grafana's API.
func problem(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"message": err.Error()})
}

func reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"message":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// readAll reads a body. If it is too large, it responds with an error.
func readAll(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	text, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		problem(w, http.StatusRequestEntityTooLarge,
			fmt.Errorf("the body of %s is larger than %d bytes", r.URL.Path, tooLarge.Limit))
		return nil, false
	}
	if err != nil {
		problem(w, http.StatusBadRequest, fmt.Errorf("the body of %s ended early: %w", r.URL.Path, err))
		return nil, false
	}
	return text, true
}

// read decodes a JSON body. If it is invalid, it responds with an error.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	text, ok := readAll(w, r)
	if !ok {
		return false
	}
	if err := json.Unmarshal(text, into); err != nil {
		problem(w, http.StatusBadRequest,
			fmt.Errorf("the body of %s is not the JSON it should be: %w", r.URL.Path, err))
		return false
	}
	return true
}
