//go:build suite

package conformance

import (
	"context"
	"strings"

	"github.com/burnline/burnline/internal/stack"
)

// noRaw queries a Thanos with downsampled blocks only, as after a short --retention.resolution-raw.
func (l *lab) noRaw(ctx context.Context, all *samples, d *differences) (string, error) {
	description, err := l.coarse(ctx, all, d, "raw")
	if want := "Thanos has only downsampled data of"; !strings.Contains(description, want) {
		d.add("no %q in: %s", want, description)
	}
	return description, err
}

// downsampled is noRaw with a data source that may read data of five minutes.
func (l *lab) downsampled(ctx context.Context, all *samples, d *differences) (string, error) {
	return l.coarse(ctx, all, d, "5m")
}

func (l *lab) coarse(ctx context.Context, all *samples, d *differences, resolution string) (string, error) {
	t, err := l.project.ServeThanos(ctx, stack.ThanosData{Bucket: all.whole, NoRaw: true})
	if err != nil {
		return "", err
	}
	defer t.Stop()
	a, err := (&arena{lab: l, all: all}).querier(t.URL, map[string]any{"maxSourceResolution": resolution})
	if err != nil {
		return "", err
	}
	return a.queryDuringFault(ctx, d)
}

// limited queries as a tenant with limits of a week and forty series: see
// devstack/mimir/runtime.yaml.
func (l *lab) limited(ctx context.Context, all *samples, d *differences) (string, error) {
	b, err := l.project.ServeMimir(ctx, all.whole, stack.MimirLimited)
	if err != nil {
		return "", err
	}
	defer b.Stop()
	a, err := (&arena{lab: l, all: all}).querier(b.URL, map[string]any{"tenant": stack.MimirLimited, "timeout": 60})
	if err != nil {
		return "", err
	}
	return a.queryDuringFault(ctx, d)
}
