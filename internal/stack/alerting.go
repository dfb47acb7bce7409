package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/burnline/burnline/internal/process"
)

// alertmanagerVersion is what devstack/alertmanager pins.
const alertmanagerVersion = "0.31.1"

var (
	promtoolProgram = goProgram{
		name: "promtool", title: "promtool " + prometheusVersion, dir: "devstack/prometheus",
		pkg: "github.com/prometheus/prometheus/cmd/promtool", tags: prometheusProgram.tags, ldflags: prometheusProgram.ldflags,
		sources: prometheusProgram.sources,
	}
	alertmanagerProgram = goProgram{
		name: "alertmanager", title: "Alertmanager " + alertmanagerVersion, dir: "devstack/alertmanager",
		pkg:     "github.com/prometheus/alertmanager/cmd/alertmanager",
		ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + alertmanagerVersion,
		sources: []string{"devstack/alertmanager/go.mod", "devstack/alertmanager/go.sum"},
	}
)

// Promtool returns the path of promtool, built when the cache has none.
func (p *Project) Promtool(ctx context.Context) (string, error) {
	return p.ensure(ctx, promtoolProgram)
}

// Alertmanager returns the path of Alertmanager, built when the cache has none.
func (p *Project) Alertmanager(ctx context.Context) (string, error) {
	return p.ensure(ctx, alertmanagerProgram)
}

// Alerting is a Prometheus that evaluates rules and an Alertmanager that it tells. Whoever starts one must Stop it.
type Alerting struct {
	PrometheusURL   string
	AlertmanagerURL string
	stack           Stack
}

// AlertingSpec is what an Alerting runs on.
type AlertingSpec struct {
	Dir    string // gets configuration and data; Dir/prometheus may hold a TSDB already
	Rules  []byte // a rule file
	Routes []byte // Alertmanager's configuration
}

// StartAlerting runs both on the loopback. Rules are evaluated every 15 s, so that a state is seen soon after its minute.
func (p *Project) StartAlerting(ctx context.Context, spec AlertingSpec) (*Alerting, error) {
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	alertmanager, err := p.Alertmanager(ctx)
	if err != nil {
		return nil, err
	}
	ports := [2]int{}
	for i := range ports {
		if ports[i], err = freePort(ctx); err != nil {
			return nil, err
		}
	}
	config := fmt.Sprintf("global: {evaluation_interval: 15s}\nrule_files: [rules.yaml]\nalerting:\n  alertmanagers:\n    - static_configs: [{targets: ['127.0.0.1:%d']}]\n", ports[1])
	for name, content := range map[string][]byte{"prometheus.yml": []byte(config), "rules.yaml": spec.Rules, "alertmanager.yml": spec.Routes} {
		if err := os.WriteFile(filepath.Join(spec.Dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	a := &Alerting{
		PrometheusURL: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), AlertmanagerURL: fmt.Sprintf("http://127.0.0.1:%d", ports[1]),
		stack: Stack{project: p},
	}
	err = errors.Join(
		a.run(ctx, "Alertmanager", a.AlertmanagerURL+"/-/ready", alertmanager,
			"--config.file="+filepath.Join(spec.Dir, "alertmanager.yml"), "--storage.path="+filepath.Join(spec.Dir, "alertmanager"),
			fmt.Sprintf("--web.listen-address=127.0.0.1:%d", ports[1]), "--cluster.listen-address="),
		a.run(ctx, "Prometheus", a.PrometheusURL+"/-/ready", prometheus,
			"--config.file="+filepath.Join(spec.Dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(spec.Dir, "prometheus"),
			"--storage.tsdb.retention.time=60d", fmt.Sprintf("--web.listen-address=127.0.0.1:%d", ports[0])),
	)
	if err != nil {
		a.Stop()
		return nil, err
	}
	return a, nil
}

func (a *Alerting) run(ctx context.Context, name, ready, program string, args ...string) error {
	server, err := a.stack.own(process.Spec{Name: name, Command: append([]string{program}, args...), Log: a.stack.project.Log("alerting-" + name)})
	if err != nil {
		return err
	}
	return a.stack.project.Report.Step("start "+name, func() error { return waitReady(ctx, server, ready) })
}

// Stop ends both. It may be called again.
func (a *Alerting) Stop() {
	a.stack.mu.Lock()
	defer a.stack.mu.Unlock()
	for i := len(a.stack.owned) - 1; i >= 0; i-- {
		a.stack.owned[i].Stop(stopWithin)
	}
	a.stack.owned = nil
}
