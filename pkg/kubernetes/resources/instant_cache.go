package resources

import (
	"context"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/pkg/memory"
)

// instantCache evaluates expressions at an instant. Panels of a dashboard that evaluate the same at
// about the same time share a result. It is safe for concurrent use.
type instantCache struct {
	source Source
	known  *memory.Cache[momentKey, moment]
}

type momentKey struct {
	expr string
	at   int64 // Unix seconds
}

type moment struct {
	values model.Matrix
	cost
}

const sameTime = 10 * time.Second

func newMoments(source Source, s memory.Scope) *instantCache {
	return &instantCache{source, memory.NewCache(s, "moments", func(k momentKey, m moment) int {
		return len(k.expr) + seriesBytes*len(m.values) + pointBytes*m.Samples
	})}
}

func (m *instantCache) read(ctx context.Context, expr string, at time.Time) (model.Matrix, cost, error) {
	out, isFresh, err := m.known.Load(ctx, momentKey{expr, at.Unix()},
		func(ctx context.Context) (moment, time.Duration, error) {
			values, warnings, err := m.source.Query(ctx, expr, at)
			ttl := sameTime
			if len(warnings) > 0 {
				ttl = 0
			}
			return moment{values, costOf(expr, values, warnings)}, ttl, err
		})
	if !isFresh {
		out.cost = cost{warnings: out.warnings}
	}
	return out.values, out.cost, err
}
