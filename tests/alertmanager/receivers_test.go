//go:build suite

package alertmanager

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/burnline/burnline/pkg/export"
)

// notification is a message to a receiver.
type notification struct {
	To       string // page or slack
	Workload string
	Resolved bool
	At       time.Time // time of arrival
	Starts   time.Time // of the page's alert; a message to Slack has none
	Ends     time.Time
}

// receivers replaces the pager and Slack, on the loopback.
type receivers struct {
	url    string
	server *http.Server

	mu  sync.Mutex
	got []notification
}

func listen(ctx context.Context) (*receivers, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receivers{url: "http://" + listener.Addr().String()}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /page", r.page)
	mux.HandleFunc("POST /slack", r.slack)
	r.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.server.Serve(listener) }() // ends with close
	return r, nil
}

func (r *receivers) close() { _ = r.server.Close() }

func (r *receivers) add(n notification) {
	n.At = time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, n)
}

func (r *receivers) all() []notification {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]notification(nil), r.got...)
}

// page reads Alertmanager's webhook.
func (r *receivers) page(w http.ResponseWriter, req *http.Request) {
	var body struct {
		Alerts []struct {
			Status           string
			Labels           map[string]string
			StartsAt, EndsAt time.Time
		}
	}
	if err := json.NewDecoder(io.LimitReader(req.Body, 1<<20)).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, a := range body.Alerts {
		r.add(notification{
			To: "page", Workload: a.Labels["workload"], Resolved: a.Status == "resolved",
			Starts: a.StartsAt, Ends: a.EndsAt,
		})
	}
}

var title = regexp.MustCompile(`^(Resolved: )?lab of (\w+) burns its error budget$`)

// slack reads a Slack message. An unknown title is a message about a workload of this name.
func (r *receivers) slack(w http.ResponseWriter, req *http.Request) {
	var body struct{ Attachments []struct{ Title string } }
	if err := json.NewDecoder(io.LimitReader(req.Body, 1<<20)).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, a := range body.Attachments {
		n := notification{To: "slack", Workload: a.Title}
		if m := title.FindStringSubmatch(a.Title); m != nil {
			n.Resolved, n.Workload = m[1] != "", m[2]
		}
		r.add(n)
	}
	_, _ = w.Write([]byte("ok"))
}

// options are those of the exported configuration of Alertmanager.
func (r *receivers) options() export.Options {
	return export.Options{ObjectName: "lab", PagerURL: r.url + "/page", SlackURL: r.url + "/slack"}
}
