//go:build suite

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/burnline/burnline/pkg/slo"
	"github.com/burnline/burnline/tests/conformance/month"
)

// stalls are durations for which remote write stalls.
var stalls = []time.Duration{5 * time.Minute, 25 * time.Minute, 90 * time.Minute, 6 * time.Hour}

// noticeFrom is the duration of a stall from which a notice is required. 25 minutes are half of the
// budget of a month.
const noticeFrom = 25 * time.Minute

func stalledName(length time.Duration) string { return "stalled-" + slo.FormatDuration(length) }

func lateFaults() []lateFault {
	var out []lateFault
	for _, length := range stalls {
		out = append(out,
			lateFault{
				"remote write stalled for " + slo.FormatDuration(length),
				func(ctx context.Context, p *product, d *differences) (string, error) {
					return p.stalled(ctx, d, length)
				},
			})
	}
	return append(out,
		lateFault{
			"the plugin's clock 14m ahead",
			func(ctx context.Context, p *product, d *differences) (string, error) {
				return p.skewed(ctx, d, "ahead", 14*time.Minute)
			},
		},
		lateFault{
			"the plugin's clock 14m behind",
			func(ctx context.Context, p *product, d *differences) (string, error) {
				return p.skewed(ctx, d, "behind", -14*time.Minute)
			},
		},
		lateFault{
			"six hours backfilled five days later",
			func(ctx context.Context, p *product, d *differences) (string, error) { return p.backfilled(ctx, d) },
		},
		lateFault{"an unequal pair, in turn", func(ctx context.Context, p *product, d *differences) (string, error) {
			var n atomic.Int64
			return p.pair(ctx, d, 12, func() bool { return n.Add(1)%2 == 0 })
		}},
		lateFault{"an unequal pair, by chance", func(ctx context.Context, p *product, d *differences) (string, error) {
			return p.pair(ctx, d, 20, func() bool { return rand.IntN(2) == 0 }) // #nosec G404 - a balancer
		}},
		lateFault{
			"what the server is, refused to the first viewer",
			func(ctx context.Context, p *product, d *differences) (string, error) { return p.refusedFirst(ctx, d) },
		},
	)
}

// stalled queries while remote write stalls, and after it has caught up in order.
func (p *product) stalled(ctx context.Context, d *differences, length time.Duration) (string, error) {
	s := storyOf(stalledName(length))
	stop := p.now.Add(-length)
	if err := p.push(ctx, s, p.now.Add(-liveFor), stop); err != nil {
		return "", err
	}
	c := &clocks{}
	v, err := p.viewer(ctx, s, c)
	if err != nil {
		return "", err
	}
	defer v.close()
	var during seen
	for _, at := range []time.Time{stop.Add(length / 2), p.now} { // two queries meanwhile
		c.set(at, at)
		if during, err = v.look(ctx, at); err != nil {
			return "", err
		}
	}
	if length >= noticeFrom && len(during.notices) == 0 {
		d.add("while it is stalled: budget %.3f, coverage %.4f, and no notice", during.budget, during.coverage)
	}
	if err := p.push(ctx, s, stop, p.now.Add(3*time.Minute)); err != nil {
		return "", err
	}
	return v.caughtUp(ctx, d, p, s, c, p.now, p.now, time.Minute, 2*time.Minute)
}

// skewed queries while samples arrive on time, with a difference between the clocks of plugin and
// server.
func (p *product) skewed(ctx context.Context, d *differences, run string, by time.Duration) (string, error) {
	s := storyOf(run)
	c := &clocks{}
	v, err := p.viewer(ctx, s, c)
	if err != nil {
		return "", err
	}
	defer v.close()
	server := p.now.Add(-16 * time.Minute) // samples reach the server's present
	if err := p.push(ctx, s, p.now.Add(-liveFor), server); err != nil {
		return "", err
	}
	for range 14 { // a query every minute
		c.set(server.Add(by), server)
		if _, err := v.look(ctx, server.Add(by)); err != nil {
			return "", err
		}
		if err := p.push(ctx, s, server, server.Add(time.Minute)); err != nil {
			return "", err
		}
		server = server.Add(time.Minute)
	}
	if err := p.push(ctx, s, server, server.Add(3*time.Minute)); err != nil {
		return "", err
	}
	return v.caughtUp(ctx, d, p, s, c, server.Add(by), server, time.Minute, 2*time.Minute)
}

// backfilled queries a month with a gap of six hours, five days ago. Then it is filled. It queries
// again until a day has passed.
func (p *product) backfilled(ctx context.Context, d *differences) (string, error) {
	s := storyOf("backfill")
	if err := p.push(ctx, s, p.now.Add(-liveFor), p.now.Add(3*time.Minute)); err != nil {
		return "", err
	}
	c := &clocks{}
	c.set(p.now, p.now)
	v, err := p.viewer(ctx, s, c)
	if err != nil {
		return "", err
	}
	defer v.close()
	before, err := v.look(ctx, p.now)
	if err != nil {
		return "", err
	}
	if len(before.notices) == 0 {
		d.add("while six hours are missing: budget %.3f, coverage %.4f, and no notice", before.budget, before.coverage)
	}
	from, to := backfillHole(p.now)
	if err := p.push(ctx, s, from, to); err != nil {
		return "", err
	}
	return v.caughtUp(ctx, d, p, s, c, p.now, p.now, time.Minute, 10*time.Minute, time.Hour+time.Minute,
		6*time.Hour+time.Minute, 24*time.Hour+30*time.Minute, 24*time.Hour+31*time.Minute)
}

// pair queries a balancer of two unequal replicas, each time with a new data source. A number that
// is not the truth must have a lower coverage and a notice, or be an error.
func (p *product) pair(ctx context.Context, d *differences, times int, young func() bool) (string, error) {
	s := storyOf("pair")
	if err := p.push(ctx, s, p.now.Add(-liveFor), p.now.Add(time.Minute)); err != nil {
		return "", err
	}
	b, err := startProxy(ctx, p.url)
	if err != nil {
		return "", err
	}
	defer b.close()
	b.set(func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if young() {
			p.young(w, r, through)
			return
		}
		through.ServeHTTP(w, r)
	})
	if err := p.healthNamesThePair(ctx, d, s, b.url); err != nil {
		return "", err
	}
	at := p.now.Add(-time.Minute)
	events, bad := s.truth(p.now, at, lateWindow)
	right, noticed, refused := 0, 0, 0
	for range times {
		source, err := p.source(settings{url: b.url, catalog: "slos: []", json: p.settings})
		if err != nil {
			return "", err
		}
		frames, err := p.ask(ctx, source,
			question{
				JSON: map[string]any{"queryType": "summary", "inline": s.inline()}, From: at.Add(-time.Hour),
				To: at,
			})
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if err != nil {
			refused++
			continue
		}
		r, notices := rowsOf(frames[0]), noticesOf(frames[0])
		i, ok := r.find(map[string]string{"workload": "shop"})
		if !ok {
			if len(notices) == 0 {
				d.add("no row, and no notice")
			}
			noticed++
			continue
		}
		e, n, coverage := r.number(i, "events"), r.number(i, "bad"), r.number(i, "coverage")
		switch {
		case near(e, events) && near(n, bad):
			right++
		case coverage == nil || *coverage > 0.999 || len(notices) == 0:
			d.add("events %s, bad %s of %.0f and %.0f, coverage %s, notices %q", shown(e), shown(n), events, bad,
				shown(coverage), notices)
		default:
			noticed++
		}
	}
	return fmt.Sprintf("of %d looks %d right, %d partial with a notice, %d refused", times, right, noticed, refused),
		nil
}

// healthNamesThePair runs Save & test with the pair, which it must report, and with the product
// alone.
func (p *product) healthNamesThePair(ctx context.Context, d *differences, s story, pair string) error {
	text, err := json.Marshal(map[string]any{"slos": []any{s.inline()}})
	if err != nil {
		return err
	}
	for url, named := range map[string]bool{pair: true, p.url: false} {
		source, err := p.source(settings{url: url, catalog: string(text), json: p.settings})
		if err != nil {
			return err
		}
		health, err := p.host.CheckHealth(ctx, source.Context())
		if err != nil {
			return err
		}
		// The other server of the pair has no tenants. If the balancer chooses it for the check of
		// tenants, the check fails earlier.
		found := strings.Contains(health.Message, "query the servers through Thanos") ||
			pair == url && health.Status == backend.HealthStatusError &&
				strings.Contains(health.Message, "to a tenant that does not exist")
		if found != named {
			d.add("Save & test: a pair is named: %v, must be %v: %s", found, named, health.Message)
		}
	}
	return nil
}

func near(got *float64, want float64) bool {
	return got != nil && 100*abs(*got-want) <= countTolerance*want
}

// refusedFirst queries first as a viewer who may query, but not detect the product, then as one who
// may do both.
func (p *product) refusedFirst(ctx context.Context, d *differences) (string, error) {
	gate, err := startProxy(ctx, p.url)
	if err != nil {
		return "", err
	}
	defer gate.close()
	gate.set(func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		refused := r.Header.Get("Authorization") != "Bearer high" &&
			(strings.Contains(r.URL.Path, "/status/") || strings.HasSuffix(r.URL.Path, "/stores"))
		if refused {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		through.ServeHTTP(w, r)
	})
	json := map[string]any{"oauthPassThru": true}
	for name, v := range p.settings {
		json[name] = v
	}
	source, err := p.source(settings{url: gate.url, catalog: month.Catalog, json: json})
	if err != nil {
		return "", err
	}
	at := month.Instants[0]
	q := question{
		JSON: map[string]any{"queryType": "summary", "slos": []string{"availability"}},
		From: at.Add(-time.Hour), To: at,
	}
	q.Headers = map[string]string{backend.OAuthIdentityTokenHeaderName: "Bearer low"}
	low := &differences{}
	frames, err := p.ask(ctx, source, q)
	description := "the first viewer: "
	if err != nil {
		description += err.Error()
	} else {
		p.rowsAre(low, frames[0], at)
		if len(low.texts) > 0 && len(noticesOf(frames[0])) == 0 {
			d.add("the first viewer: %v", low.err())
		}
		description += "an answer"
	}
	q.Headers = map[string]string{backend.OAuthIdentityTokenHeaderName: "Bearer high"}
	if frames, err = p.ask(ctx, source, q); err != nil {
		return description, err
	}
	p.rowsAre(d, frames[0], at)
	return description, nil
}
