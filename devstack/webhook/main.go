// Command webhook is a receiver in place of a pager. It prints each alert of Alertmanager's
// notifications on a line, and serves a list of all received alerts.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// receivedAlert is one alert of a notification.
type receivedAlert struct {
	At       time.Time         `json:"at"`
	To       string            `json:"to"`     // path it was posted to, from Alertmanager's configuration
	Status   string            `json:"status"` // firing or resolved
	Labels   map[string]string `json:"labels"`
	Summary  string            `json:"summary"`
	StartsAt time.Time         `json:"startsAt"`
}

func (t receivedAlert) String() string {
	return fmt.Sprintf("%s  %-8s  %-8s  %s", t.At.Format(time.TimeOnly), t.To, t.Status,
		cmp.Or(t.Summary, fmt.Sprint(t.Labels)))
}

// kept is the maximum number of stored alerts. Older ones are dropped.
const kept = 1000

// inbox is the received alerts, the last one at the end.
type inbox struct {
	mu  sync.Mutex
	all []receivedAlert
}

func main() {
	listen := flag.String("listen", "127.0.0.1:9096",
		"address to take notifications on (POST) and to show them (GET /, GET /alerts as JSON)")
	flag.Parse()
	if err := serve(*listen); err != nil {
		fmt.Fprintln(os.Stderr, "webhook:", err)
		os.Exit(1)
	}
}

func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	fmt.Printf("what comes is shown at http://%s\n", listener.Addr())
	server := &http.Server{Handler: new(inbox).handler(), ReadHeaderTimeout: 5 * time.Second}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (in *inbox) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /", in.receive)
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ready\n") })
	mux.HandleFunc("GET /alerts", in.list)
	mux.HandleFunc("GET /{$}", in.show)
	return mux
}

// receive accepts Alertmanager's webhook format, version 4.
func (in *inbox) receive(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Alerts []struct {
			Status              string
			Labels, Annotations map[string]string
			StartsAt            time.Time
		}
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&body); err != nil {
		http.Error(w, "no notification of Alertmanager: "+err.Error(), http.StatusBadRequest)
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, a := range body.Alerts {
		t := receivedAlert{
			time.Now(), strings.Trim(r.URL.Path, "/"), a.Status, a.Labels, a.Annotations["summary"],
			a.StartsAt,
		}
		fmt.Println(t)
		in.all = append(in.all, t)
	}
	in.all = in.all[max(0, len(in.all)-kept):]
}

func (in *inbox) list(w http.ResponseWriter, _ *http.Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(append([]receivedAlert{}, in.all...)) // the client may have disconnected
}

func (in *inbox) show(w http.ResponseWriter, _ *http.Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(in.all) == 0 {
		_, _ = io.WriteString(w, "nothing yet\n")
	}
	for _, t := range in.all {
		_, _ = fmt.Fprintln(w, t)
	}
}
