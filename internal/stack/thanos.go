package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// ThanosStore is the name of a Thanos program that a test may stop.
const ThanosStore = "store"

// Thanos is a running Thanos with two replicas of a Prometheus: one behind a sidecar, one in a
// bucket.
type Thanos struct {
	*Composed
	Frontend string // URL of the query frontend, which splits and caches; URL itself is the querier's
	stores   int
}

// ThanosData is the data of its replicas.
type ThanosData struct {
	Sidecar []string // TSDB blocks behind the sidecar, replica a
	// blocks in the bucket, replica b, together with their downsampled ones; without any there is no bucket
	Bucket []string
	// NoRaw leaves raw blocks out of the bucket, as a short --retention.resolution-raw does.
	NoRaw bool
}

// ServeThanos runs the Thanos of docker-compose.yaml with other data, from sidecar and bucket to
// the query frontend.
func (p *Project) ServeThanos(ctx context.Context, data ThanosData) (*Thanos, error) {
	services := []string{"prometheus", "sidecar-a", "querier", "query-frontend"}
	made := ""
	if len(data.Bucket) > 0 {
		services = append(services, "bucket", "minio", "store")
		var err error
		if made, err = p.thanosBlocks(ctx, data.Bucket); err != nil {
			return nil, err
		}
	}
	t := &Thanos{}
	_, err := p.composed(ctx, "Thanos "+ThanosVersion, "conformance-thanos-", services,
		func(ctx context.Context, c *Composed) error {
			t.Composed = c
			return t.start(ctx, data, made)
		})
	return t, err
}

func (t *Thanos) start(ctx context.Context, data ThanosData, bucket string) error {
	t.stores = 0
	missing := []string{"sidecar-b"}
	if len(data.Sidecar) > 0 {
		t.stores++
		if err := t.sidecar(ctx, data.Sidecar); err != nil {
			return err
		}
	} else {
		missing = append(missing, "sidecar-a")
	}
	var without []flag
	for _, name := range missing {
		at, err := t.Address(name, "10901")
		if err != nil {
			return err
		}
		without = append(without, flag{"--endpoint=" + at, ""})
	}
	if bucket != "" {
		t.stores++
		if err := t.fill(ctx, bucket, data.NoRaw); err != nil {
			return err
		}
		if err := t.Composed.start(ctx, "store"); err != nil {
			return err
		}
	} else {
		at, err := t.Address("store", "10901")
		if err != nil {
			return err
		}
		without = append(without, flag{"--endpoint-strict=" + at, ""})
	}
	if err := t.Composed.start(ctx, "querier", without...); err != nil {
		return err
	}
	if err := t.Composed.start(ctx, "query-frontend"); err != nil {
		return err
	}
	var err error
	if t.URL, err = t.url("querier", "10902"); err != nil {
		return err
	}
	if t.Frontend, err = t.url("query-frontend", "10902"); err != nil {
		return err
	}
	return t.AwaitStores(ctx)
}

// sidecar runs replica a with blocks that are older than the demo's, in their own folder.
func (t *Thanos) sidecar(ctx context.Context, blocks []string) error {
	if err := linkBlocks(filepath.Join(t.Volume("demo"), "run"), blocks); err != nil {
		return err
	}
	err := t.Composed.start(ctx, "prometheus", flag{"--storage.tsdb.retention.time", "100y"},
		flag{"--config.file", t.project.Path("devstack/thanos/conformance.yml")})
	if err != nil {
		return err
	}
	return t.Composed.start(ctx, "sidecar-a", flag{"--min-time", ""}, flag{"--objstore.config-file", ""})
}

// AwaitStores waits until the querier reaches all of its stores.
func (t *Thanos) AwaitStores(ctx context.Context) error { return awaitStores(ctx, t.URL, t.stores) }

// awaitStores waits until a querier reaches n stores.
func awaitStores(ctx context.Context, querier string, n int) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		text, err := get(ctx, querier+"/api/v1/stores")
		if err == nil && strings.Count(text, `"lastError":null`) >= n {
			if _, err = get(ctx, querier+"/api/v1/labels?partial_response=false"); err == nil {
				return nil
			}
			text = err.Error()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the querier does not find its %d stores: %s", n, text)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// fill starts MinIO and uploads the blocks of replica b.
func (t *Thanos) fill(ctx context.Context, blocks string, noRaw bool) error {
	for _, name := range []string{"bucket", "minio"} {
		if err := t.Composed.start(ctx, name); err != nil {
			return err
		}
	}
	store, err := t.Program("store") // for the configuration of its bucket
	if err != nil {
		return err
	}
	from := t.Path("blocks.yaml")
	if err := writeFilesystemBucket(from, blocks); err != nil {
		return err
	}
	command := []string{
		t.binaries["store"], "tools", "bucket", "replicate", "--single-run", "--http-address=127.0.0.1:0",
		"--objstore.config-file=" + from, "--objstore-to.config-file=" + store.Value("--objstore.config-file"),
		"--resolution=5m", "--resolution=1h",
	}
	if !noRaw {
		command = append(command, "--resolution=0s")
	}
	return process.Run(ctx,
		process.Spec{Name: "thanos replicate", Log: t.project.Log("thanos-replicate"), Dir: t.dir, Command: command})
}

// thanosBlocks returns a folder with blocks of replica b as in Thanos's bucket, and their
// downsampled ones.
func (p *Project) thanosBlocks(ctx context.Context, blocks []string) (string, error) {
	binary, err := p.Thanos(ctx)
	if err != nil {
		return "", err
	}
	return p.Made("conformance/thanos",
		append([]string{"devstack/thanos/go.sum", "internal/stack/thanos.go"}, blocks...), func(dir string) error {
			return p.Report.Step("downsample the month", func() error { return p.downsample(ctx, binary, dir, blocks) })
		})
}

func (p *Project) downsample(ctx context.Context, binary, dir string, blocks []string) error {
	work, err := os.MkdirTemp("", "burnline-thanos-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	bucket, upload := filepath.Join(work, "bucket.yaml"), dir+".upload" // on the same file system as the blocks
	defer func() { _ = os.RemoveAll(upload) }()
	if err := errors.Join(writeFilesystemBucket(bucket, dir), linkBlocks(upload, blocks)); err != nil {
		return err
	}
	err = process.Run(ctx, process.Spec{
		Name: "thanos upload-blocks", Log: p.Log("thanos-upload"), Dir: work,
		Command: []string{
			binary, "tools", "bucket", "upload-blocks", "--objstore.config-file=" + bucket, "--path=" + upload,
			`--label=cluster="demo"`, `--label=replica="b"`,
		},
	})
	if err != nil {
		return err
	}
	return p.awaitDownsampled(ctx, binary, work, bucket, dir)
}

func writeFilesystemBucket(file, dir string) error {
	return os.WriteFile(file, fmt.Appendf(nil, "type: FILESYSTEM\nconfig: {directory: %q}\n", dir), 0o600)
}

// awaitDownsampled runs Thanos's downsampler, which never ends, until every block of 40 hours or
// more has one of 5 minutes, and every block of ten days or more has one of an hour.
func (p *Project) awaitDownsampled(ctx context.Context, binary, work, config, bucket string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	running, err := process.Start(process.Spec{
		Name: "thanos downsample", Log: p.Log("thanos-downsample"), Dir: work,
		Command: []string{
			binary, "tools", "bucket", "downsample", "--objstore.config-file=" + config,
			"--data-dir=" + filepath.Join(work, "downsample"),
			"--wait-interval=1s", "--http-address=127.0.0.1:0",
		},
	})
	if err != nil {
		return err
	}
	defer running.Stop(stopWithin)
	for {
		passed, err := downsampled(bucket)
		if err != nil || passed {
			return err
		}
		select {
		case <-running.Done():
			return errors.Join(errors.New("the downsampler ended"), running.Err())
		case <-ctx.Done():
			return fmt.Errorf("the downsampler did not finish: %w", context.Cause(ctx))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// downsampled reports whether the bucket has as many blocks of each resolution as it has
// sufficiently long raw ones.
func downsampled(bucket string) (bool, error) {
	metas, err := filepath.Glob(filepath.Join(bucket, "*", "meta.json"))
	if err != nil {
		return false, err
	}
	expected, made := map[int64]int{}, map[int64]int{}
	for _, file := range metas {
		text, err := os.ReadFile(file) // #nosec G304 - our own bucket
		if err != nil {
			return false, err
		}
		var meta struct {
			MinTime, MaxTime int64
			Thanos           struct{ Downsample struct{ Resolution int64 } }
		}
		if err := json.Unmarshal(text, &meta); err != nil {
			return false, err
		}
		if resolution := meta.Thanos.Downsample.Resolution; resolution > 0 {
			made[resolution]++
			continue
		}
		expected[0]++
		for resolution, least := range map[int64]time.Duration{
			300_000:   40 * time.Hour,
			3_600_000: 10 * 24 * time.Hour,
		} {
			if meta.MaxTime-meta.MinTime >= least.Milliseconds() {
				expected[resolution]++
			}
		}
	}
	return expected[0] > 0 && made[300_000] == expected[300_000] && made[3_600_000] == expected[3_600_000], nil
}
