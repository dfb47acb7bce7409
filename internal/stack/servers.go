package stack

import "context"

// Versions of the servers in the conformance suite, as pinned by their modules in devstack/.
const (
	ThanosVersion          = "0.42.4"
	MimirVersion           = "3.0.5"
	VictoriaMetricsVersion = "1.151.0"
	minioVersion           = "2026-02-12" // a commit of that day
)

var (
	thanosProgram = goProgram{
		name: "thanos", title: "Thanos " + ThanosVersion, dir: "devstack/thanos",
		pkg:     "github.com/thanos-io/thanos/cmd/thanos",
		tags:    "slicelabels", // as upstream: its store code requires labels as slices
		ldflags: "-s -w -X github.com/prometheus/common/version.Version=" + ThanosVersion,
		sources: []string{"devstack/thanos/go.mod", "devstack/thanos/go.sum"},
	}
	mimirProgram = goProgram{
		name: "mimir", title: "Mimir " + MimirVersion, dir: "devstack/mimir",
		pkg:     "github.com/grafana/mimir/cmd/mimir",
		tags:    "stringlabels",
		ldflags: "-s -w -X github.com/grafana/mimir/pkg/util/version.Version=" + MimirVersion,
		sources: []string{"devstack/mimir/go.mod", "devstack/mimir/go.sum"},
	}
	minioProgram = goProgram{
		name: "minio", title: "MinIO " + minioVersion, dir: "devstack/minio",
		pkg: "github.com/minio/minio", ldflags: "-s -w",
		sources: []string{"devstack/minio/go.mod", "devstack/minio/go.sum"},
	}
	webhookProgram = goProgram{
		name: "webhook", title: "the webhook receiver", dir: "devstack/webhook",
		pkg: ".", ldflags: "-s -w",
	}
	victoriaMetricsProgram = goProgram{
		name: "victoria-metrics", title: "VictoriaMetrics " + VictoriaMetricsVersion, dir: "devstack/victoriametrics",
		pkg:     "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics",
		ldflags: "-s -w -X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=v" + VictoriaMetricsVersion,
		sources: []string{"devstack/victoriametrics/go.mod", "devstack/victoriametrics/go.sum"},
	}
)

// Thanos returns the path of the Thanos binary, built if the cache does not contain it.
func (p *Project) Thanos(ctx context.Context) (string, error) { return p.ensure(ctx, thanosProgram) }

// VictoriaMetrics returns the path of the VictoriaMetrics binary, built if the cache does not
// contain it.
func (p *Project) VictoriaMetrics(ctx context.Context) (string, error) {
	return p.ensure(ctx, victoriaMetricsProgram)
}
