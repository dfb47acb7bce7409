package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// MimirLimited is the tenant of a Mimir backend that is under tight limits: see devstack/mimir/runtime.yaml.
const MimirLimited = "limited"

// ServeMimir runs a monolithic, multitenant Mimir over TSDB blocks, which each of the tenants has in its bucket.
func (p *Project) ServeMimir(ctx context.Context, blocks []string, tenants ...string) (*Backend, error) {
	binary, err := p.Mimir(ctx)
	if err != nil {
		return nil, err
	}
	return p.begin(ctx, "Mimir "+MimirVersion, func(ctx context.Context, b *Backend) error {
		at, err := addresses(ctx, 3)
		if err != nil {
			return err
		}
		// Mimir does not make the compactor's folder, and cannot do without.
		if err := os.MkdirAll(b.Path("compactor"), 0o750); err != nil {
			return err
		}
		for _, tenant := range tenants {
			if err := linkBlocks(b.Path("bucket/blocks/"+tenant), blocks); err != nil {
				return err
			}
		}
		base := "http://" + at[0]
		b.URL = base + "/prometheus"
		command := []string{binary, "-config.file=" + p.Path("devstack/mimir/mimir.yaml"),
			"-runtime-config.file=" + p.Path("devstack/mimir/runtime.yaml")}
		for i, flag := range []string{"server.http-listen-port", "server.grpc-listen-port", "memberlist.bind-port"} {
			command = append(command, fmt.Sprintf("-%s=%s", flag, portOf(at[i])))
		}
		if err := b.run(ctx, "Mimir", base+"/ready", command...); err != nil {
			return err
		}
		for _, tenant := range tenants {
			if err := b.awaitBlocks(ctx, tenant, len(blocks)); err != nil {
				return err
			}
		}
		return nil
	})
}

// awaitBlocks waits until the store gateway has loaded all blocks of a tenant.
func (b *Backend) awaitBlocks(ctx context.Context, tenant string, n int) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		headers, err := filepath.Glob(b.Path("tsdb-sync/" + tenant + "/*/index-header"))
		if err != nil || len(headers) == n && exists(b.Path("bucket/blocks/"+tenant+"/bucket-index.json.gz")) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tenant %s has %d of %d blocks: %w", tenant, len(headers), n, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
