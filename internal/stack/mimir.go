package stack

import (
	"context"
	"fmt"
	"os"
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
			if err := b.awaitIndex(ctx, tenant); err != nil {
				return err
			}
		}
		return nil
	})
}

// awaitIndex waits until the compactor has written the tenant's bucket index, by which blocks are found.
func (b *Backend) awaitIndex(ctx context.Context, tenant string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for !exists(b.Path("bucket/blocks/" + tenant + "/bucket-index.json.gz")) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("tenant %s has no bucket index: %w", tenant, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
	return nil
}
