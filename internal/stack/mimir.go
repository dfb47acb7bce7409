package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// MimirLimited is the tenant with tight limits in a Mimir backend: see devstack/mimir/runtime.yaml.
const MimirLimited = "limited"

// ServeMimir runs the Mimir of docker-compose.yaml with TSDB blocks. The bucket of each tenant
// contains them.
func (p *Project) ServeMimir(ctx context.Context, blocks []string, tenants ...string) (*Backend, error) {
	c, err := p.composed(ctx, "Mimir "+MimirVersion, "conformance-mimir-", []string{"mimir"},
		func(ctx context.Context, c *Composed) error {
			for _, tenant := range tenants {
				if err := linkBlocks(c.tenant(tenant), blocks); err != nil {
					return err
				}
			}
			if err := c.start(ctx, "mimir", flag{"-auth.multitenancy-enabled", "true"}); err != nil {
				return err
			}
			base, err := c.url("mimir", "9009")
			c.URL = base + "/prometheus"
			for _, tenant := range tenants {
				if err == nil {
					err = c.awaitBlocks(ctx, tenant, len(blocks))
				}
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	return c.Backend, nil
}

// tenant is the folder of a tenant's blocks in the bucket.
func (c *Composed) tenant(name string) string {
	return filepath.Join(c.Volume("demo"), "mimir", "blocks", name)
}

// awaitBlocks waits until the store gateway has loaded all blocks of a tenant. The compactor may
// have merged some.
func (c *Composed) awaitBlocks(ctx context.Context, tenant string, n int) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		headers, err := filepath.Glob(c.Path("services/mimir/mimir/tsdb-sync/" + tenant + "/*/index-header"))
		if err != nil || len(headers) >= n && exists(filepath.Join(c.tenant(tenant), "bucket-index.json.gz")) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tenant %s has %d of %d blocks: %w", tenant, len(headers), n, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
