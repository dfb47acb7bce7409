//go:build suite

package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/compose"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/tests/exemplars"
)

// composeFile is the column of docker-compose.yaml.
const composeFile = "compose"

// arrives is the maximum delay of the newest samples through an agent to a server.
const arrives = 45 * time.Second

// compose runs every profile of docker-compose.yaml at once, and queries each provisioned data
// source.
func (l *lab) compose(ctx context.Context) ([]outcome, error) {
	if names := os.Getenv("CONFORMANCE"); names != "" && !slices.Contains(strings.Split(names, ","), composeFile) {
		return nil, nil
	}
	file, err := compose.Read(l.project.Path("docker-compose.yaml"))
	if err != nil {
		return nil, err
	}
	c, err := l.project.Compose(ctx, file.Profiles()...)
	if err != nil {
		return nil, err
	}
	defer c.Stop()
	sources, err := c.DataSources()
	if err != nil {
		return nil, err
	}
	at := time.Now().Truncate(time.Minute)
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-time.After(time.Until(at.Add(arrives))):
	}
	var out []outcome
	judge := func(check string, run func(*differences) error) error {
		d := &differences{}
		err := l.project.Report.Step("docker-compose.yaml: "+check, func() error { return run(d) })
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil {
			err = d.err()
		}
		out = append(out, outcome{server: composeFile, check: check, worst: d.worst, err: err})
		return nil
	}
	for _, source := range sources {
		// `demo:check` compares this one with the truth
		if source.Type != stack.DatasourceID || source.UID == "burnline-kubernetes" {
			continue
		}
		a, err := l.composed(source)
		if err != nil {
			return nil, err
		}
		err = judge("the demo through "+source.Name, func(d *differences) error {
			return a.patiently(ctx, func() error { return a.demo(ctx, d, c, at) })
		})
		if err != nil {
			return nil, err
		}
		err = judge("exemplars through "+source.Name, func(d *differences) error {
			return a.patiently(ctx, func() error {
				return a.exemplars(ctx, d, source.URL, time.Now().Add(-time.Minute).Truncate(time.Minute))
			})
		})
		if err != nil {
			return nil, err
		}
		if source.UID == "burnline-alerting" {
			err = judge("notifications of Alertmanager as by the plugin",
				func(d *differences) error { return a.compareNotifications(ctx, d, c) })
			if err != nil {
				return nil, err
			}
		}
	}
	if len(out) != 2*(1+len(file.Profiles()))+1 { // two of each data source, and the notifications
		return nil,
			fmt.Errorf("%d checks of the data sources of docker-compose.yaml: each profile is to have one", len(out))
	}
	return out, nil
}

func (l *lab) composed(source compose.DataSource) (*querier, error) {
	more := map[string]any{}
	for name, v := range source.JSONData {
		if name != "catalog" {
			more[name] = v
		}
	}
	catalog, _ := source.JSONData["catalog"].(string)
	s, err := l.source(settings{url: source.URL, catalog: catalog, json: more})
	return &querier{lab: l, source: s}, err
}

// loads is the maximum time until a store gateway has loaded blocks, on a busy machine.
const loads = 4 * time.Minute

// errNoExemplars is returned before the first live samples. Only they have exemplars.
var errNoExemplars = errors.New("the server has no exemplars of bad events yet")

// patiently retries while Mimir reports that blocks are not loaded, as it has just started with a
// bucket, and while there are no exemplars.
func (a *querier) patiently(ctx context.Context, ask func() error) error {
	for until := time.Now().Add(loads); ; {
		err := ask()
		isEarly := err != nil &&
			(errors.Is(err, errNoExemplars) ||
				strings.Contains(err.Error(), "err-mimir-store-consistency-check-failed"))
		if !isEarly || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Second):
		}
	}
}

// demo compares both SLOs of every workload with the generator's counts.
func (a *querier) demo(ctx context.Context, d *differences, c *stack.Composed, at time.Time) error {
	address, err := c.Address("workloads", "9095")
	if err != nil {
		return err
	}
	truth, err := (&stack.Stack{TruthURL: "http://" + address}).Truth(ctx, at, "30d")
	if err != nil {
		return err
	}
	for slo, objective := range map[string]float64{"availability": 0.999, "latency": 0.95} {
		frames, err := a.frames(ctx, map[string]any{"queryType": "summary", "slos": []string{slo}}, at.Add(-time.Hour),
			at)
		if err != nil {
			return err
		}
		r := rowsOf(frames[0])
		for _, t := range truth {
			name := slo + " of " + t.Namespace + "/" + t.Workload
			i, ok := r.find(map[string]string{"namespace": t.Namespace, "workload": t.Workload})
			if !ok {
				d.add("no row: %s", name)
				continue
			}
			if slo == "latency" {
				t.Bad = t.Slow
			}
			d.count(name+" events", r.number(i, "events"), t.Events)
			d.count(name+" bad", r.number(i, "bad"), t.Bad)
			if budget, ok := t.Budget(objective); ok {
				d.within(name+" budget", r.number(i, "budget"), budget, 0.002)
			}
		}
		if n := r.unexpected(); n > 0 || len(truth) == 0 {
			d.add("%s: %d rows that the generator does not know, %d that it does", slo, n, len(truth))
		}
	}
	return nil
}

// exemplars compares the bad events of a workload that fails with those of the server's own API.
func (a *querier) exemplars(ctx context.Context, d *differences, url string, at time.Time) error {
	const workload = "checkout"
	from := at.Add(-10 * time.Minute)
	want, err := exemplars.Bad(ctx, url, workload, from, at)
	if err != nil {
		return err
	}
	for slo, ids := range want {
		if len(ids) == 0 {
			return errNoExemplars
		}
		frames, err := a.frames(ctx, exemplars.Query(slo, workload), from, at)
		if err != nil {
			return err
		}
		got, err := exemplars.Offered(frames[0], slo, workload)
		if err != nil {
			return err
		}
		if !maps.Equal(ids, got) {
			d.add("%s: %d exemplars, the server has %d of bad events", slo, len(got), len(ids))
		}
	}
	return nil
}

// evaluated is the time after which every group of rules was evaluated, and its notifications have
// arrived.
const evaluated = 3 * time.Minute

// compareNotifications compares the notifications of the webhook receiver with the plugin's own alerts.
func (a *querier) compareNotifications(ctx context.Context, d *differences, c *stack.Composed) error {
	address, err := c.Address("webhook", "9096")
	if err != nil {
		return err
	}
	var want, got []string
	for end := time.Now().Add(evaluated); ; {
		if want, err = a.firing(ctx); err != nil {
			return err
		}
		if got, err = received(ctx, "http://"+address+"/alerts"); err != nil {
			return err
		}
		if slices.Equal(want, got) || time.Now().After(end) {
			break
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(5 * time.Second):
		}
	}
	if !slices.Equal(want, got) {
		d.add("the receiver was told %v, the plugin says %v", got, want)
	}
	if !slices.Contains(want, "page availability shop/checkout") {
		d.add("shop/checkout burns, but nobody is paged: %v", want)
	}
	return nil
}

// firing returns the plugin's firing alerts as text.
func (a *querier) firing(ctx context.Context) ([]string, error) {
	at := time.Now().Truncate(time.Minute)
	frames, err := a.ask(ctx, a.source,
		question{
			JSON: map[string]any{"queryType": "alerts", "value": "firing"}, From: at.Add(-time.Hour), To: at,
			Alerting: true,
		})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range frames {
		if len(f.Fields) != 1 || f.Rows() != 1 {
			return nil, fmt.Errorf("an alert is no number: %s", f.Name)
		}
		if v, err := f.Fields[0].NullableFloatAt(0); err == nil && v != nil && *v == 1 {
			out = append(out, alertWords(f.Fields[0].Labels))
		}
	}
	slices.Sort(out)
	return out, nil
}

// received returns the firing alerts by the last notification of each.
func received(ctx context.Context, url string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var notifications []struct {
		To, Status string
		Labels     map[string]string
	}
	if err := json.NewDecoder(res.Body).Decode(&notifications); err != nil {
		return nil, err
	}
	firing := map[string]bool{}
	for _, t := range notifications {
		if t.To != t.Labels["severity"] {
			return nil, fmt.Errorf("%s was told to %s", alertWords(t.Labels), t.To)
		}
		firing[alertWords(t.Labels)] = t.Status == "firing"
	}
	var out []string
	for words, fires := range firing {
		if fires {
			out = append(out, words)
		}
	}
	slices.Sort(out)
	return out, nil
}

func alertWords(labels map[string]string) string {
	return fmt.Sprintf("%s %s %s/%s", labels["severity"], labels["slo"], labels["namespace"], labels["workload"])
}
