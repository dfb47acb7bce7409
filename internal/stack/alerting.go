package stack

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// alertmanagerVersion is the version in devstack/alertmanager.
const alertmanagerVersion = "0.31.1"

var (
	promtoolProgram = goProgram{
		name: "promtool", title: "promtool " + prometheusVersion, dir: "devstack/prometheus",
		pkg: "github.com/prometheus/prometheus/cmd/promtool", tags: prometheusProgram.tags,
		ldflags: prometheusProgram.ldflags,
		sources: prometheusProgram.sources,
	}
	alertmanagerProgram = goProgram{
		name: "alertmanager", title: "Alertmanager " + alertmanagerVersion, dir: "devstack/alertmanager",
		pkg:     "github.com/prometheus/alertmanager/cmd/alertmanager",
		ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + alertmanagerVersion,
		sources: []string{"devstack/alertmanager/go.mod", "devstack/alertmanager/go.sum"},
	}
	mimirtoolProgram = goProgram{
		name: "mimirtool", title: "mimirtool " + MimirVersion, dir: mimirProgram.dir,
		pkg: "github.com/grafana/mimir/cmd/mimirtool", tags: mimirProgram.tags, ldflags: mimirProgram.ldflags,
		sources: mimirProgram.sources,
	}
)

// Promtool returns the path of promtool, built if the cache does not contain it.
func (p *Project) Promtool(ctx context.Context) (string, error) {
	return p.ensure(ctx, promtoolProgram)
}

// Alertmanager returns the path of Alertmanager, built if the cache does not contain it.
func (p *Project) Alertmanager(ctx context.Context) (string, error) {
	return p.ensure(ctx, alertmanagerProgram)
}

// Mimir returns the path of Mimir, built if the cache does not contain it.
func (p *Project) Mimir(ctx context.Context) (string, error) { return p.ensure(ctx, mimirProgram) }

// Mimirtool returns the path of mimirtool, built if the cache does not contain it.
func (p *Project) Mimirtool(ctx context.Context) (string, error) {
	return p.ensure(ctx, mimirtoolProgram)
}

// AlertingSpec is the input of a server that evaluates rules, and of its Alertmanager.
type AlertingSpec struct {
	Dir    string   // for configuration and data
	Blocks []string // TSDB blocks. StartAlerting reads a TSDB in Dir/prometheus instead
	Rules  []byte   // a rule file
	Routes []byte   // configuration of Alertmanager
}

// write creates the files of configuration.
func (s AlertingSpec) write(more map[string]string) error {
	if err := os.MkdirAll(s.Dir, 0o750); err != nil {
		return err
	}
	files := map[string]string{"rules.yaml": string(s.Rules), "alertmanager.yml": string(s.Routes)}
	maps.Copy(files, more)
	for name, content := range files {
		if err := os.WriteFile(s.path(name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s AlertingSpec) path(name string) string { return filepath.Join(s.Dir, name) }

// StartAlerting runs a Prometheus that evaluates rules, and an Alertmanager. The caller must Stop
// them.
func (p *Project) StartAlerting(ctx context.Context, spec AlertingSpec) (*Backend, error) {
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	alertmanager, err := p.Alertmanager(ctx)
	if err != nil {
		return nil, err
	}
	return p.begin(ctx, "Prometheus with an Alertmanager", func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 2)
		if err != nil {
			return err
		}
		b.URL = "http://" + at[0]
		err = spec.write(map[string]string{
			"prometheus.yml": fmt.Sprintf("rule_files: [rules.yaml]\nalerting:\n  alertmanagers:\n    - static_configs: [{targets: ['%s']}]\n", at[1]),
		})
		if err != nil {
			return err
		}
		if err := b.alertmanager(ctx, alertmanager, at[1], spec); err != nil {
			return err
		}
		return b.run(ctx, "Prometheus", b.URL+"/-/ready", prometheus,
			"--config.file="+spec.path("prometheus.yml"), "--storage.tsdb.path="+spec.path("prometheus"),
			"--storage.tsdb.retention.time=60d", "--web.listen-address="+at[0])
	})
}

func (b *Backend) alertmanager(ctx context.Context, binary, address string, spec AlertingSpec) error {
	return b.run(ctx, "Alertmanager", "http://"+address+"/-/ready", binary,
		"--config.file="+spec.path("alertmanager.yml"), "--storage.path="+spec.path("alertmanager"),
		"--web.listen-address="+address, "--cluster.listen-address=")
}

// StartThanosRuler runs a Thanos Ruler with an Alertmanager. It queries a querier over a Prometheus
// without rules. The querier also reads the series that the ruler records. URL is the querier's. The
// caller must Stop them.
func (p *Project) StartThanosRuler(ctx context.Context, spec AlertingSpec) (*Backend, error) {
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	alertmanager, err := p.Alertmanager(ctx)
	if err != nil {
		return nil, err
	}
	thanos, err := p.Thanos(ctx)
	if err != nil {
		return nil, err
	}
	return p.begin(ctx, "Thanos Ruler", func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 8)
		if err != nil {
			return err
		}
		toPrometheus, toAlertmanager, sidecar, querier, ruler := at[0], at[1], at[2], at[4], at[6]
		sidecarGRPC, querierGRPC, rulerGRPC := at[3], at[5], at[7]
		err = spec.write(map[string]string{"prometheus.yml": "global: {external_labels: {cluster: demo, replica: a}}\n"})
		if err != nil {
			return err
		}
		if err := b.alertmanager(ctx, alertmanager, toAlertmanager, spec); err != nil {
			return err
		}
		if err := b.prometheus(ctx, "Prometheus", prometheus, spec.path("prometheus.yml"), toPrometheus, "data",
			spec.Blocks); err != nil {
			return err
		}
		b.URL = "http://" + querier
		for _, program := range []struct {
			name, http, grpc string
			args             []string
		}{
			{
				"sidecar", sidecar, sidecarGRPC,
				[]string{"sidecar", "--tsdb.path=" + b.Path("data"), "--prometheus.url=http://" + toPrometheus},
			},
			{"querier", querier, querierGRPC, []string{
				"query", "--endpoint=" + sidecarGRPC, "--endpoint=" + rulerGRPC,
				"--query.replica-label=replica", "--query.replica-label=ruler",
			}},
			{"ruler", ruler, rulerGRPC, []string{
				"rule", "--data-dir=" + spec.path("ruler"), "--rule-file=" + spec.path("rules.yaml"),
				`--label=ruler="a"`,
				"--alert.label-drop=ruler", "--query=" + querier, "--alertmanagers.url=http://" + toAlertmanager,
			}},
		} {
			args := append([]string{thanos}, program.args...)
			args = append(args, "--http-address="+program.http, "--grpc-address="+program.grpc)
			if err := b.run(ctx, program.name, "http://"+program.http+"/-/ready", args...); err != nil {
				return err
			}
		}
		return awaitStores(ctx, b.URL, 2)
	})
}
