package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/burnline/burnline/internal/process"
)

// ServePrometheus runs the Prometheus of devstack/prometheus with TSDB blocks. It accepts remote
// writes up to a day out of order.
func (p *Project) ServePrometheus(ctx context.Context, blocks []string, more ...string) (*Backend, error) {
	binary, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	config := p.Path("devstack/prometheus/conformance.yml")
	more = append([]string{"--web.enable-remote-write-receiver"}, more...)
	return p.servePrometheus(ctx, "Prometheus "+prometheusVersion, binary, config, blocks, more...)
}

// debianPrometheus is the version of Debian 12.
const debianPrometheus = "2.42"

// ServeOldPrometheus runs Debian's Prometheus 2.42 with TSDB blocks. It returns an error if the
// package is not available.
func (p *Project) ServeOldPrometheus(ctx context.Context, blocks []string) (*Backend, error) {
	binary, err := p.oldPrometheus(ctx)
	if err != nil {
		return nil, err
	}
	return p.servePrometheus(ctx, "Prometheus "+debianPrometheus, binary, p.Path("devstack/prometheus/prometheus.yml"),
		blocks)
}

func (p *Project) servePrometheus(ctx context.Context, name, binary, config string, blocks []string,
	more ...string,
) (*Backend, error) {
	return p.begin(ctx, name, func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 1)
		if err != nil {
			return err
		}
		return b.prometheus(ctx, "Prometheus", binary, config, at[0], "data", blocks, more...)
	})
}

func (b *Backend) prometheus(ctx context.Context, name, binary, config, address, data string, blocks []string,
	more ...string,
) error {
	if err := linkBlocks(b.Path(data), blocks); err != nil {
		return err
	}
	b.URL = "http://" + address
	return b.run(ctx, name, b.URL+"/-/ready", append([]string{
		binary,
		"--config.file=" + config,
		"--storage.tsdb.path=" + b.Path(data),
		"--storage.tsdb.retention.time=100y", // the case files begin in 1970
		// The blocks must not change. A sidecar requires this, too.
		"--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h",
		"--web.listen-address=" + address,
	}, more...)...)
}

// oldPrometheus extracts Debian's package in the cache. Nothing is installed.
func (p *Project) oldPrometheus(ctx context.Context) (string, error) {
	dir := p.cached("debian/prometheus-" + debianPrometheus)
	binary := filepath.Join(dir, "usr/bin/prometheus")
	if exists(binary) {
		return binary, nil
	}
	download := dir + ".download"
	defer func() { _ = os.RemoveAll(download) }()
	// #nosec G301 - apt's own user writes there
	if err := errors.Join(os.RemoveAll(download), os.MkdirAll(download, 0o755)); err != nil {
		return "", err
	}
	err := p.Report.Step("download Debian's prometheus "+debianPrometheus, func() error {
		for _, script := range []string{
			"apt-get download prometheus=" + debianPrometheus + ".*",
			"mkdir out && dpkg-deb -x prometheus_*.deb out",
		} {
			err := process.Run(ctx,
				process.Spec{
					Name: script, Command: []string{"sh", "-c", script}, Dir: download,
					Log: p.Log("debian-prometheus"),
				})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "",
			fmt.Errorf("debian's package prometheus %s is not to be had on this machine (apt-get download): %w",
				debianPrometheus, err)
	}
	return binary, os.Rename(filepath.Join(download, "out"), dir)
}
