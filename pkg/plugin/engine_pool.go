package plugin

import (
	"context"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/burnline/burnline/pkg/engine"
	"github.com/burnline/burnline/pkg/memory"
	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/query"
)

// Bounds of the engines in memory: of identities that have read data, and of others. Invalid
// credentials therefore never replace the engine of a valid identity. Counts are not part of an
// engine: they are in the store, by identity.
const (
	maxIdentities = 1024
	maxNewcomers  = 128
)

// enginePool returns the engine of a request. All viewers share one, unless the data source forwards
// credentials: then each identity has its own engine and counts. All counts share the bytes of one store.
type enginePool struct {
	client   *prom.Client
	settings query.Settings
	store    *memory.Store
	shared   *access // nil when credentials are forwarded

	mu                sync.Mutex
	recent, newcomers *simplelru.LRU[identity, *access]
}

// access is the engine of one identity: one for dashboards and one for alert rules, with separate
// request slots and shared counts.
type access struct {
	client             *prom.Client
	dashboards, alerts *engine.Engine
}

func newEnginePool(s query.Settings, hc *http.Client, f forwarding) (*enginePool, error) {
	client, err := prom.NewWith(s.URL, hc, s.Server)
	if err != nil {
		return nil, err
	}
	v := &enginePool{client: client, settings: s, store: memory.NewStore(s.CacheBytes)}
	if !f.enabled() {
		v.shared = v.access(client, "")
		return v, nil
	}
	v.recent, _ = simplelru.NewLRU[identity, *access](maxIdentities, nil) // fails only for size 0
	v.newcomers, _ = simplelru.NewLRU[identity, *access](maxNewcomers, nil)
	return v, nil
}

func (v *enginePool) access(client *prom.Client, owner string) *access {
	o := engineOptions(v.settings)
	o.Store, o.Owner = v.store, owner
	dashboards := engine.New(client, o)
	return &access{client: client, dashboards: dashboards, alerts: dashboards.For(client.ForAlerts())}
}

func (v *enginePool) accessOf(ctx context.Context) *access {
	if v.shared != nil {
		return v.shared
	}
	id := viewerOf(ctx).identity
	v.mu.Lock()
	defer v.mu.Unlock()
	if a, ok := v.recent.Get(id); ok {
		return a
	}
	a, ok := v.newcomers.Get(id)
	if !ok {
		a = v.access(v.client.ForViewer(), hex.EncodeToString(id[:]))
		v.newcomers.Add(id, a)
	}
	return a
}

// withEngine calls do with the engine of the viewer. If do succeeds, the identity counts as valid
// from then on.
func withEngine[T any](ctx context.Context, v *enginePool, alerting bool, do func(*engine.Engine) (T, error)) (T,
	error,
) {
	a := v.accessOf(ctx)
	e := a.dashboards
	if alerting {
		e = a.alerts
	}
	out, err := do(e)
	if err == nil && v.shared == nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.newcomers.Remove(viewerOf(ctx).identity)
		v.recent.Add(viewerOf(ctx).identity, a)
	}
	return out, err
}

// engineOptions are the options of an engine. 0 means the default there, so that a settle time of 0
// becomes one nanosecond.
func engineOptions(s query.Settings) engine.Options {
	return engine.Options{Settle: max(s.Settle, time.Nanosecond), CacheBytes: s.CacheBytes, Estimator: s.Estimator}
}
