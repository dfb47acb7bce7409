//go:build suite

package alertmanager

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
	"github.com/burnline/burnline/pkg/catalog"
	"github.com/burnline/burnline/pkg/export"
	"github.com/burnline/burnline/pkg/prom"
)

// tenant is the tenant of Mimir.
const tenant = "lab"

// system is a server that evaluates the exported rules, with its Alertmanager, its receivers, and a
// data source of the same server.
type system struct {
	name      string
	delay     time.Duration // between the time of a sample and its evaluation
	tenant    string
	running   *stack.Backend
	receivers *receivers
	source    *pluginhost.DataSource
}

func (s *system) close() {
	if s.running != nil {
		s.running.Stop()
	}
	if s.receivers != nil {
		s.receivers.close()
	}
}

// input is the same samples and SLOs for every system.
type input struct {
	project *stack.Project
	dir     string
	blocks  []string
	slos    []catalog.SLO
}

// exported returns the output of `burnline export`.
func (in *input) exported(format export.Format, o export.Options) ([]byte, error) {
	text, _, err := export.Write(format, in.slos, o)
	return text, err
}

// alerting returns the input of systems that read files.
func (in *input) alerting(dir string, r *receivers) (stack.AlertingSpec, error) {
	rules, err := in.exported(export.Prometheus, r.options())
	if err != nil {
		return stack.AlertingSpec{}, err
	}
	routes, err := in.exported(export.Alertmanager, r.options())
	return stack.AlertingSpec{Dir: filepath.Join(in.dir, dir), Blocks: in.blocks, Rules: rules, Routes: routes}, err
}

// start starts the server of a system, and loads rules and routes.
type start func(ctx context.Context, in *input, s *system) (*stack.Backend, error)

func startPrometheus(ctx context.Context, in *input, s *system) (*stack.Backend, error) {
	spec, err := in.alerting("", s.receivers) // its TSDB exists
	if err != nil {
		return nil, err
	}
	return in.project.StartAlerting(ctx, spec)
}

func startThanos(ctx context.Context, in *input, s *system) (*stack.Backend, error) {
	spec, err := in.alerting("thanos", s.receivers)
	if err != nil {
		return nil, err
	}
	return in.project.StartThanosRuler(ctx, spec)
}

func startMimir(ctx context.Context, in *input, s *system) (b *stack.Backend, err error) {
	if b, err = in.project.ServeMimir(ctx, in.blocks, tenant); err != nil {
		return nil, err
	}
	if err = loadMimir(ctx, in, s, strings.TrimSuffix(b.URL, "/prometheus")); err != nil {
		b.Stop()
		return nil, err
	}
	return b, nil
}

// open starts a system with its own receivers and data source.
func (s *system) open(ctx context.Context, in *input, run start) (err error) {
	if s.receivers, err = listen(ctx); err != nil {
		return err
	}
	if s.running, err = run(ctx, in, s); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	settings := map[string]string{"catalog": definition}
	if s.tenant != "" {
		settings["tenant"] = s.tenant
	}
	s.source, err = pluginhost.NewDataSource(stack.DatasourceID, "lab-"+s.name, s.name, s.running.URL, settings)
	return err
}

// ruleAlerts returns the firing alerts at a time, from the series that the rules record.
func (s *system) ruleAlerts(ctx context.Context, at time.Time) (alerts, error) {
	client, err := prom.NewWith(s.running.URL, &http.Client{Transport: withTenant(s.tenant)}, prom.Options{})
	if err != nil {
		return nil, err
	}
	matrix, _, err := client.Query(ctx, `ALERTS{alertstate="firing"}`, at)
	if err != nil {
		return nil, err
	}
	out := alerts{}
	for _, one := range matrix {
		out[string(one.Metric["workload"])+" "+string(one.Metric["severity"])] = true
	}
	return out, nil
}

// withTenant adds the header of a tenant to requests.
type withTenant string

func (t withTenant) RoundTrip(r *http.Request) (*http.Response, error) {
	if t != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Scope-OrgID", string(t))
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (in *input) build(ctx context.Context) error {
	var errs []error
	for _, program := range []func(context.Context) (string, error){
		in.project.Alertmanager, in.project.Prometheus, in.project.Thanos, in.project.Mimir, in.project.Mimirtool,
	} {
		_, err := program(ctx)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
