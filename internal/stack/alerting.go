package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// Alerting is a Prometheus that evaluates rules and its Alertmanager. Whoever starts one must Stop
// it.
type Alerting struct {
	*Backend
	PrometheusURL   string
	AlertmanagerURL string
}

// AlertingSpec is what an Alerting runs on.
type AlertingSpec struct {
	Dir    string // gets configuration and data; Dir/prometheus may hold a TSDB already
	Rules  []byte // a rule file
	Routes []byte // Alertmanager's configuration
}

// StartAlerting runs both on the loopback. Rules are evaluated every 15 s, so that a state is seen
// soon after its minute.
func (p *Project) StartAlerting(ctx context.Context, spec AlertingSpec) (*Alerting, error) {
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	alertmanager, err := p.Alertmanager(ctx)
	if err != nil {
		return nil, err
	}
	a := &Alerting{}
	a.Backend, err = p.begin(ctx, "Prometheus with an Alertmanager", func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 2)
		if err != nil {
			return err
		}
		a.PrometheusURL, a.AlertmanagerURL = "http://"+at[0], "http://"+at[1]
		config := fmt.Sprintf("global: {evaluation_interval: 15s}\nrule_files: [rules.yaml]\nalerting:\n  alertmanagers:\n    - static_configs: [{targets: ['%s']}]\n", at[1])
		for name, content := range map[string][]byte{"prometheus.yml": []byte(config), "rules.yaml": spec.Rules, "alertmanager.yml": spec.Routes} {
			if err := os.WriteFile(filepath.Join(spec.Dir, name), content, 0o600); err != nil {
				return err
			}
		}
		err = b.run(ctx, "Alertmanager", a.AlertmanagerURL+"/-/ready", alertmanager,
			"--config.file="+filepath.Join(spec.Dir, "alertmanager.yml"), "--storage.path="+filepath.Join(spec.Dir, "alertmanager"),
			"--web.listen-address="+at[1], "--cluster.listen-address=")
		if err != nil {
			return err
		}
		return b.run(ctx, "Prometheus", a.PrometheusURL+"/-/ready", prometheus,
			"--config.file="+filepath.Join(spec.Dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(spec.Dir, "prometheus"),
			"--storage.tsdb.retention.time=60d", "--web.listen-address="+at[0])
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}
