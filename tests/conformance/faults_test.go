//go:build suite

package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/conformance/month"
)

// onTheWay are faults of a proxy between the plugin and a server.
func onTheWay() map[string]way {
	return map[string]way{
		"connection cut in mid-response":   cutOff,
		"every third connection cut":       some(3, cutOff),
		"slow bodies":                      slow,
		"slow bodies, but for short ones":  slowBut(1000),
		"slow bodies that pass":            atFirst(20*time.Second, slowBut(1000)),
		"truncated JSON":                   truncated,
		"every third answer truncated":     some(3, truncated),
		"login page of a proxy":            answer(http.StatusOK, "text/html", loginPage),
		"every fourth answer a login page": some(4, answer(http.StatusOK, "text/html", loginPage)),
		"HTML of a gateway": answer(http.StatusBadGateway, "text/html",
			"<html><body><h1>502 Bad Gateway</h1></body></html>"),
		"every third answer 503":            some(3, answer(http.StatusServiceUnavailable, "text/plain", "restarting")),
		"429 storm":                         busy(time.Second),
		"429 storm that passes":             atFirst(3*time.Second, busy(time.Second)),
		"expired credentials":               answer(http.StatusUnauthorized, "text/plain", "token expired"),
		"credentials that expire meanwhile": some(2, answer(http.StatusUnauthorized, "text/plain", "token expired")),
		"empty answers":                     answer(http.StatusOK, "application/json", ""),
		"every fifth answer without data":   some(5, answer(http.StatusOK, "application/json", `{"status":"success"}`)),
	}
}

// mostRequests is the maximum number of requests for one query while all of them fail: retries must
// be limited.
const mostRequests = 200

// moreAfter is the maximum ratio of the requests of healed to the usual number: after a fault,
// queries must not stay split.
const moreAfter = 1.5

// fault breaks the connection to a server, queries, restores it and queries again.
func (a *querier) fault(ctx context.Context, d *differences, p *proxy, broken way) (description string, err error) {
	before := p.requests.Load()
	p.set(broken)
	description, err = a.queryDuringFault(ctx, d)
	p.set(nil)
	if n := p.requests.Load() - before; n > mostRequests {
		d.add("%d requests while nothing worked", n)
	}
	if err != nil {
		return "", err
	}
	before = p.requests.Load()
	if err := a.healed(ctx, d); err != nil {
		return description, err
	}
	if n := p.requests.Load() - before; float64(n) > moreAfter*float64(p.usual) {
		d.add("%d requests when it was over, %d as usual", n, p.usual)
	}
	return description, nil
}

// healed queries again after a fault: no wrong data may be cached.
func (a *querier) healed(ctx context.Context, d *differences) error {
	if err := a.summary(ctx, d, "availability"); err != nil {
		return fmt.Errorf("after the fault: %w", err)
	}
	return nil
}

// noAnswer is part of the error if the plugin itself does not respond.
const noAnswer = "plugin, QueryData"

// A query to a slow server ends after three timeouts. Half a minute more is for a busy machine.
const (
	faultTimeout = 15 * time.Second
	faultWithin  = 3*faultTimeout + 30*time.Second
)

// queryDuringFault queries the month during a fault. The result must be an error, the truth, or a lower
// number with a notice. It returns a description of the result.
func (a *querier) queryDuringFault(ctx context.Context, d *differences) (description string, err error) {
	at := month.Instants[0]
	query := map[string]any{"queryType": "summary", "slos": []string{"availability"}}
	frames, err := a.askWithin(ctx, a.source, question{JSON: query, From: at.Add(-time.Hour), To: at}, faultWithin)
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err != nil {
		if strings.Contains(err.Error(), noAnswer) {
			d.add("no answer in %s, with a timeout of %s", faultWithin, faultTimeout)
		}
		return "error: " + err.Error(), nil
	}
	return a.compareWithNotices(d, frames[0], at), nil
}

// compareWithNotices compares a summary with the truth. A number that differs must have a coverage below one, and
// a notice.
func (a *querier) compareWithNotices(d *differences, frame *data.Frame, at time.Time) string {
	r := rowsOf(frame)
	notice := ""
	if len(frame.Meta.Notices) > 0 {
		notice = frame.Meta.Notices[0].Text
	}
	partial := false
	for _, workload := range a.truth.Workloads("availability") {
		t := truthOf{a.truth, "availability", workload}
		want := t.counts(at.Add(-period), at)
		i, ok := r.find(map[string]string{"workload": workload})
		if !ok {
			partial = true
			if notice == "" {
				d.add("%s is absent, and no notice has the reason", workload)
			}
			continue
		}
		events, covered := r.number(i, "events"), r.number(i, "coverage")
		if events != nil && 100*abs(*events-want.Total) <= countTolerance*want.Total {
			continue
		}
		partial = true
		if notice == "" || covered == nil || *covered > 0.999 {
			d.add("%s: events %s of %.0f, coverage %s, notice %q", workload, shown(events), want.Total, shown(covered),
				notice)
		}
	}
	if partial {
		return "partial: " + notice
	}
	return "the truth"
}

func abs(v float64) float64 { return max(v, -v) }

// arena is a server behind a proxy that makes faults.
type arena struct {
	*lab
	all     *samples
	backend *stack.Backend
	proxy   *proxy
}

// maxResponseMiB is the maximum uncompressed size of one response.
const maxResponseMiB = 16

// querier returns the asker of a new data source, without cached data.
func (f *arena) querier(url string, more map[string]any) (*querier, error) {
	settings := settings{
		url: url, catalog: month.Catalog,
		json: map[string]any{"timeout": faultTimeout.Seconds(), "maxResponseMiB": maxResponseMiB},
	}
	for name, v := range more {
		settings.json[name] = v
	}
	var source *pluginhost.DataSource
	source, err := f.source(settings)
	return &querier{lab: f.lab, truth: f.all.month.Truth, source: source}, err
}
