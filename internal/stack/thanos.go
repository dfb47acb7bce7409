package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// Programs of a Thanos backend that a test may stop.
const (
	ThanosStore   = "store gateway"
	ThanosSidecar = "sidecar"
)

// Thanos is a running Thanos: two replicas of a Prometheus, one read through a sidecar, one from a bucket.
type Thanos struct {
	*Backend
	Frontend string // URL of the query frontend, which splits and caches; URL itself is the querier's
	stores   int
}

// ThanosData is what its replicas hold.
type ThanosData struct {
	Sidecar []string // TSDB blocks behind the sidecar, replica a
	Bucket  []string // blocks in the bucket, replica b, together with their downsampled ones
	// NoRaw removes the raw blocks of the bucket once they are downsampled, as a short --retention.resolution-raw does.
	NoRaw bool
}

// ServeThanos runs a querier and a query frontend over a sidecar and a store gateway.
func (p *Project) ServeThanos(ctx context.Context, data ThanosData) (*Thanos, error) {
	binary, err := p.Thanos(ctx)
	if err != nil {
		return nil, err
	}
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	t := &Thanos{}
	t.Backend, err = p.begin(ctx, "Thanos "+ThanosVersion, func(ctx context.Context, b *Backend) error {
		t.Backend = b
		return t.start(ctx, binary, prometheus, data)
	})
	return t, err
}

func (t *Thanos) start(ctx context.Context, binary, prometheus string, data ThanosData) error {
	at, err := addresses(ctx, 9)
	if err != nil {
		return err
	}
	var endpoints []string
	if len(data.Sidecar) > 0 {
		err = t.prometheus(ctx, "Prometheus", prometheus, t.project.Path("devstack/thanos/prometheus-a.yml"), at[0], "prom-a", data.Sidecar)
		if err != nil {
			return err
		}
		err = t.run(ctx, ThanosSidecar, "http://"+at[1]+"/-/ready", binary, "sidecar", "--tsdb.path="+t.Path("prom-a"),
			"--prometheus.url=http://"+at[0], "--http-address="+at[1], "--grpc-address="+at[2])
		if err != nil {
			return err
		}
		endpoints = append(endpoints, "--endpoint="+at[2])
	}
	if len(data.Bucket) > 0 {
		if err := t.fill(ctx, binary, data); err != nil {
			return err
		}
		err = t.run(ctx, ThanosStore, "http://"+at[3]+"/-/ready", binary, "store", "--data-dir="+t.Path("store"),
			"--objstore.config-file="+t.Path("bucket.yaml"), "--http-address="+at[3], "--grpc-address="+at[4], "--sync-block-duration=2s")
		if err != nil {
			return err
		}
		// Strict: a store that is gone stays known, so that its absence is told.
		endpoints = append(endpoints, "--endpoint-strict="+at[4])
	}
	err = t.run(ctx, "querier", "http://"+at[5]+"/-/ready", append([]string{binary, "query", "--http-address=" + at[5],
		"--grpc-address=" + at[6], "--query.replica-label=replica"}, endpoints...)...)
	if err != nil {
		return err
	}
	t.URL, t.Frontend = "http://"+at[5], "http://"+at[7]
	err = t.run(ctx, "query frontend", t.Frontend+"/-/ready", binary, "query-frontend", "--http-address="+at[7],
		"--query-frontend.downstream-url="+t.URL, "--query-range.split-interval=24h",
		"--query-range.response-cache-config-file="+t.project.Path("devstack/thanos/frontend-cache.yaml"))
	if err != nil {
		return err
	}
	t.stores = len(endpoints)
	return t.AwaitStores(ctx)
}

// AwaitStores waits until the querier reaches all of its stores.
func (t *Thanos) AwaitStores(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		text, err := get(ctx, t.URL+"/api/v1/stores")
		if err == nil && strings.Count(text, `"lastError":null`) >= t.stores {
			if _, err = get(ctx, t.URL+"/api/v1/labels?partial_response=false"); err == nil {
				return nil
			}
			text = err.Error()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the querier does not find its %d stores: %s", t.stores, text)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// fill uploads the blocks of replica b to the bucket and downsamples them.
func (t *Thanos) fill(ctx context.Context, binary string, data ThanosData) error {
	config := fmt.Sprintf("type: FILESYSTEM\nconfig: {directory: %q}\n", t.Path("bucket"))
	if err := os.WriteFile(t.Path("bucket.yaml"), []byte(config), 0o600); err != nil {
		return err
	}
	if err := linkBlocks(t.Path("upload"), data.Bucket); err != nil {
		return err
	}
	err := process.Run(ctx, process.Spec{
		Name: "thanos upload-blocks", Log: t.project.Log("thanos-upload"), Dir: t.dir,
		Command: []string{binary, "tools", "bucket", "upload-blocks", "--objstore.config-file=" + t.Path("bucket.yaml"), "--path=" + t.Path("upload"),
			`--label=cluster="demo"`, `--label=replica="b"`},
	})
	if err != nil {
		return err
	}
	raw, err := os.ReadDir(t.Path("bucket"))
	if err != nil {
		return err
	}
	if err := t.downsample(ctx, binary); err != nil {
		return err
	}
	if data.NoRaw {
		for _, block := range raw {
			if err := os.RemoveAll(t.Path("bucket/" + block.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// downsample runs Thanos's downsampler, which goes on for ever, until every block of 40 hours and more has one of 5
// minutes, and of ten days and more one of an hour.
func (t *Thanos) downsample(ctx context.Context, binary string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	p, err := process.Start(process.Spec{
		Name: "thanos downsample", Log: t.project.Log("thanos-downsample"), Dir: t.dir,
		Command: []string{binary, "tools", "bucket", "downsample", "--objstore.config-file=" + t.Path("bucket.yaml"), "--data-dir=" + t.Path("downsample"),
			"--wait-interval=1s", "--http-address=127.0.0.1:0"},
	})
	if err != nil {
		return err
	}
	defer p.Stop(stopWithin)
	for {
		passed, err := downsampled(t.Path("bucket"))
		if err != nil || passed {
			return err
		}
		select {
		case <-p.Done():
			return errors.Join(errors.New("the downsampler ended"), p.Err())
		case <-ctx.Done():
			return fmt.Errorf("the downsampler did not finish: %w", context.Cause(ctx))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// downsampled tells whether the bucket has as many blocks of each resolution as there are raw ones.
func downsampled(bucket string) (bool, error) {
	metas, err := filepath.Glob(filepath.Join(bucket, "*", "meta.json"))
	if err != nil {
		return false, err
	}
	counts := map[string]int{}
	for _, meta := range metas {
		text, err := os.ReadFile(meta) // #nosec G304 - our own bucket
		if err != nil {
			return false, err
		}
		for _, resolution := range []string{"0", "300000", "3600000"} {
			if strings.Contains(strings.Join(strings.Fields(string(text)), ""), `"resolution":`+resolution+"}") {
				counts[resolution]++
			}
		}
	}
	return counts["0"] > 0 && counts["300000"] == counts["0"] && counts["3600000"] == counts["0"], nil
}
